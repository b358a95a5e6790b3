"""Python for the browser: which Pyodide the site runs, pinned by hashes, from its own address or a folder.

The hashes are those of version 0.27.7 as its npm package has it. Packages are checked against the lock, which
is one of the pinned files.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.errors import CourseError

VERSION = "0.27.7"
ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
OWN = "pyodide/"
LOCK = "pyodide-lock.json"
CORE = {
    "pyodide.js": "sha384-90so5tCKvl0xs9agU29IMKlAVzhfzFX7QO//YxQkRhJG58bBZrFN+2ZTRB026X5X",
    "pyodide.asm.js": "sha384-J3SxzZJh4tkb2bgoUc72zArF45FJ+ngsbiqNsmxqkkecNVpZ/bUHAM0JMp+YPVpx",
    "pyodide.asm.wasm": "sha384-wDap6JvXxf3C8g5beY3kd1xMIjAtw/oTKjTqGltdxc+B9VXnYyYBoM7hveNKilxM",
    "python_stdlib.zip": "sha384-VLeJs79hxVEBNt1hRU5Wo7VmBcyb4sdW564EJAvEWDin3Aa3QXLHm3E5mOg2GiFH",
    "pyodide-lock.json": "sha384-1cFE0bj3+mm1a83kcqiWxoaBhrf6jPPJJORlx1TComnZ0WaHwE4znlohwPXL5tUL",
}
"""The files that make Python, each with its integrity."""
NUMPY = {
    "file": "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl",
    "integrity": "sha256-67YSQdliuYshWX185DtnZoptW6s6zsT76VhlcyDXzQg=",
}
"""The wheel of the lock, which the pages load beside the core instead of after it."""
PACKAGES = ("numpy", "matplotlib")
"""What the pages load: the first for a check, the second for a picture."""


def elsewhere(address: str) -> str:
    """Pyodide's server as a policy names it after the site's own; nothing when the site has Pyodide."""
    return "" if address == OWN else f" {'/'.join(address.split('/')[:3])}"


def put_beside(folder: Path, target: Path, more: Sequence[str] = ()) -> None:
    """Copies Pyodide, the packages that the pages load and ``more`` from a folder, each file checked.

    Raises:
        CourseError: when a file is missing, or is not the one of this version.
    """
    target.mkdir(parents=True)
    for name, integrity in CORE.items():
        _copy(folder / name, target, integrity)
    lock = json.loads((folder / LOCK).read_bytes())["packages"]
    for package in needed(lock, more):
        wheel = base64.b64encode(bytes.fromhex(lock[package]["sha256"])).decode()
        _copy(folder / lock[package]["file_name"], target, f"sha256-{wheel}")


def needed(lock: dict[str, Any], more: Sequence[str] = ()) -> Iterator[str]:
    """The packages that the pages load and ``more``, and those that these need, in the lock's names."""
    waiting, seen = [*PACKAGES, *more], set()
    while waiting:
        package = waiting.pop(0).replace("_", "-")
        if package not in seen:
            seen.add(package)
            waiting += lock[package]["depends"]
            yield package


def _copy(path: Path, target: Path, integrity: str) -> None:
    kind, _, wanted = integrity.partition("-")
    if not path.is_file():
        raise CourseError(path, f"not found; it belongs to Pyodide {VERSION}")
    found = base64.b64encode(hashlib.new(kind, path.read_bytes()).digest()).decode()
    if found != wanted:
        raise CourseError(path, f"is not the file of Pyodide {VERSION}: its {kind} is another one")
    shutil.copyfile(path, target / path.name)
