"""The kit's own course: an archive in the installed wheel, or the folders of a checkout."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from autograder.errors import CourseError

ARCHIVE = "course.zip"
"""Beside this module in an installed kit. An archive: no folder of it can be imported, or be taken for the course."""

FOLDERS = ("assignments", "solutions")
FILES = ("course.yml", "constraints.txt")
LEFT_OUT = ("__init__.py",)  # a course does not need them, and nobody would maintain them


def kit_files() -> dict[str, bytes]:
    """The files of the kit's course by their paths in it, in order.

    Raises:
        CourseError: if this installation has neither the archive nor the checkout's folders.
    """
    archive = files("autograder.authoring").joinpath(ARCHIVE)
    if archive.is_file():
        with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    checkout = Path(__file__).resolve().parents[2]
    found = dict(course_files(checkout))
    if "course.yml" not in found:
        raise CourseError(checkout, "this installation comes without the kit's course: install it from its wheel")
    return found


def course_files(checkout: Path) -> Iterator[tuple[str, bytes]]:
    """The files of the course in a checkout; the wheel's build packs exactly these."""
    for folder in FOLDERS:
        for path in sorted((checkout / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.name not in LEFT_OUT:
                yield path.relative_to(checkout).as_posix(), path.read_bytes()
    for name in FILES:
        if (checkout / name).is_file():
            yield name, (checkout / name).read_bytes()
