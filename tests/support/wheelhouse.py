"""Wheels made from what is installed here, so that pip can install it somewhere else without any network."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from email.parser import Parser
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OF_THE_INSTALLATION = ("INSTALLER", "REQUESTED", "direct_url.json")


def write_wheels(requirements: Iterable[str], folder: Path) -> Path:
    """Packs the installed distributions that meet the requirements, and all that these need, into wheels."""
    folder.mkdir()
    for found in _with_all_they_need(requirements):
        _write(found, folder)
    return folder


def _with_all_they_need(requirements: Iterable[str]) -> Iterator[Distribution]:
    waiting, seen = [Requirement(line) for line in requirements], set()
    while waiting:
        wanted = waiting.pop()
        key = (canonicalize_name(wanted.name), *sorted(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        found = distribution(wanted.name)
        yield found
        for needed in map(Requirement, found.requires or ()):
            extras = ("", *wanted.extras)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)


def _write(found: Distribution, folder: Path) -> None:
    tags = Parser().parsestr(found.read_text("WHEEL") or "").get_all("Tag", [])
    python, abi, platform = (
        ".".join(sorted(set(parts))) for parts in zip(*(tag.split("-") for tag in tags), strict=True)
    )
    name = canonicalize_name(found.name).replace("-", "_")
    with zipfile.ZipFile(folder / f"{name}-{found.version}-{python}-{abi}-{platform}.whl", "w") as wheel:
        for path in found.files or ():
            if ".." in path.parts or "__pycache__" in path.parts or path.name in OF_THE_INSTALLATION:
                continue  # programs and shared files lie outside, and none is used
            wheel.write(str(found.locate_file(path)), path.as_posix())
