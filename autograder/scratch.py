"""Folders of a running program, beside the system's other temporary files; what a killed program left is swept up.

A program holds a lock on each of its folders for as long as it lives. A folder whose lock is free has no owner.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import tempfile
import time
from pathlib import Path

from autograder.sandbox.zygote import empty

PREFIX = "introdl-scratch-"
SWEEP_SECONDS = 60.0
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Scratch:
    """A new folder for this program's own use."""

    def __init__(self) -> None:
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            try:
                self._lock = os.open(self.path, _FOLDER)
            except FileNotFoundError:
                continue  # swept up before it was locked
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            if self.path.exists():
                return
            os.close(self._lock)

    def remove(self) -> None:
        """Removes the folder with all that is in it."""
        _remove(self.path)
        os.close(self._lock)


def sweep() -> int:
    """Removes folders that killed programs of this user left behind. Returns how many."""
    removed = 0
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
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
