"""Descendants whose parent ended before them: this process adopts them, counts them and waits for them."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

PR_SET_CHILD_SUBREAPER = 36
LOOK_SECONDS = 0.1


def adopt_orphans(*, adopt: bool = True) -> None:
    """Makes orphaned descendants this process's own children, which the kernel counts; or ends doing so."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(adopt), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "descendants cannot be adopted")


def wait_for_orphans() -> None:
    """Waits until no descendant is left. Only for a process that has no other children."""
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


class Orphans:
    """The descendants that came since this was made, apart from the children that the process had before."""

    def __init__(self) -> None:
        self._others = {child.pid for child in psutil.Process().children()}

    def left_after(self, seconds: float) -> int:
        """How many are still there when they had so many seconds to end. Those are killed."""
        end = time.monotonic() + seconds
        while (left := self._living()) and time.monotonic() < end:
            time.sleep(LOOK_SECONDS)
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        return len(left)

    def _living(self) -> list[psutil.Process]:
        children = [child for child in psutil.Process().children() if child.pid not in self._others]
        return [one for child in children if not _reaped(child) for one in (child, *child.children(recursive=True))]


@contextmanager
def orphans_adopted() -> Iterator[Orphans]:
    """Within it orphans come to this process; a process with children of its own keeps those to itself."""
    adopt_orphans()
    try:
        yield Orphans()
    finally:
        adopt_orphans(adopt=False)


def _reaped(child: psutil.Process) -> bool:
    """Whether it has ended; its entry in the kernel's table goes with it."""
    try:
        return os.waitpid(child.pid, os.WNOHANG)[0] == child.pid
    except ChildProcessError:
        return True
