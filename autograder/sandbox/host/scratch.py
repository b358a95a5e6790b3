"""Temporary folders of a running program; what a killed program left behind is cleaned up.

A program holds a lock on each of its folders for as long as it lives. A folder whose lock is free has no owner any
more.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import tempfile
import time
from pathlib import Path

from autograder.sandbox.common.empty_folder import empty

PREFIX = "introdl-scratch-"
SWEEP_SECONDS = 60.0
SHORT = "/tmp"
LONGEST = 60
"""A socket's path has 107 characters at most; this many are left for the folder above our own."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def place_for_sockets() -> str:
    """The system's temporary folder, or a shorter one if that path is too long for sockets."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= LONGEST else SHORT


class Scratch:
    """A new folder for this program's own use, in the system's temporary folder or in ``place``."""

    def __init__(self, place: str | None = None) -> None:
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
            try:
                self._lock = os.open(self.path, _FOLDER)
            except FileNotFoundError:
                continue  # cleaned up before it was locked
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            if self.path.exists():
                return
            os.close(self._lock)

    def remove(self) -> None:
        """Removes the folder with everything in it."""
        _remove(self.path)
        os.close(self._lock)


def sweep(place: str | None = None) -> int:
    """Removes folders that killed programs of this user left behind there. Returns how many."""
    removed = 0
    for path in Path(place or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            found = path.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                continue
            lock = os.open(path, _FOLDER)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(path)
                removed += 1
            finally:
                os.close(lock)
    return removed


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        empty(path, time.monotonic() + SWEEP_SECONDS)
        os.rmdir(path)
