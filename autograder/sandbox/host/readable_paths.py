"""What a student's process may read: the interpreter, its packages, the system's libraries, no file of the course."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
PROJECT = PACKAGE.parent
BESIDE_THE_STUDENT = (
    *(PACKAGE / "__init__.py", PACKAGE / "errors.py", PACKAGE / "sandbox" / "__init__.py"),
    *(PACKAGE / "sandbox" / "common", PACKAGE / "sandbox" / "guest"),
)
SECRET = PACKAGE / "testing" / "suite.py"  # is there wherever the kit is, and no student's process may open it
SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo",
    "/sys/devices/system/cpu", "/sbin/ldconfig",  # the last one finds libseccomp
)  # fmt: skip


def readable() -> tuple[Path, ...]:
    """Files and folders that the student's process may read, none of which contains a file of the course."""
    found: dict[Path, None] = {}
    for root in (*_interpreter(), *map(Path, SYSTEM)):
        for path in _without(root, _secrets()):
            found[path] = None
    return tuple(found) + BESIDE_THE_STUDENT


def _interpreter() -> Iterator[Path]:
    paths = sysconfig.get_paths()
    yield from {Path(paths[key]) for key in ("stdlib", "platstdlib", "purelib", "platlib")}
    yield from map(Path, site.getsitepackages())
    yield Path(sys.executable)
    yield Path(sys.executable).resolve()
    yield Path(sys.prefix) / "pyvenv.cfg"
    yield from Path(sys.base_prefix, "lib").glob("libpython*.so*")


def _secrets() -> tuple[Path, ...]:
    """The course's own files wherever they are installed: as a checkout, or among the other packages."""
    homes = {PROJECT, *map(Path, site.getsitepackages())}
    names = ("autograder", "solutions", "assignments", "tests", "workspace", "course.yml", ".git")
    return tuple(home / name for home in homes for name in names if (home / name).exists())


def _without(path: Path, secrets: tuple[Path, ...]) -> Iterator[Path]:
    """The path itself if it contains no secret, or else the parts of it that do not."""
    if not path.exists() or path in secrets:
        return
    if any(secret.is_relative_to(path) for secret in secrets):
        for entry in os.scandir(path):
            yield from _without(Path(entry.path), secrets)
    else:
        yield path
