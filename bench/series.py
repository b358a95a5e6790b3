"""Looks at all descendants of this process again and again, and keeps what it saw, with the time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import psutil

EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Look:
    """At a moment (seconds since the epoch): memory of all processes and of the command, in bytes; and how many.

    Memory is PSS, in which a page that processes share counts once. ``descriptors`` are open files of all processes.
    """

    at: float
    memory: int
    command: int
    processes: int
    descriptors: int


class Series:
    """Looks until it is stopped."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends looking."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        this = psutil.Process()
        while not self._over.wait(EVERY_SECONDS):
            at = time.time()
            first = {process.pid for process in this.children()}
            seen = [(process.pid, *_size(process)) for process in this.children(recursive=True)]
            alive = [one for one in seen if one[1]]
            if alive:
                command = max((memory for pid, memory, _ in alive if pid in first), default=0)
                memory, descriptors = (sum(one[place] for one in alive) for place in (1, 2))
                self.looks.append(Look(at, memory, command, len(alive), descriptors))


def _size(process: psutil.Process) -> tuple[int, int]:
    """Its memory and open descriptors; nothing when it is gone."""
    try:
        return int(process.memory_full_info().pss), process.num_fds()
    except psutil.AccessDenied:
        return int(process.memory_info().rss), 0
    except psutil.Error:
        return 0, 0
