"""Looks again and again at all descendants of this process: their memory, and the processor time that gets lost.

When a PID namespace ends, as bubblewrap's does, the kernel kills what is in it and forgets how long it ran. So the last
that was seen of such processes has to be added to what the kernel reports of all others.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

EVERY_SECONDS = 0.2
EVERY_SECONDS_WITH_MEMORY = 0.05  # reading how much memory a process has takes long itself


@dataclass(frozen=True)
class Seen:
    """A process as it was last seen alive. ``cpu`` counts the children that it has waited for as well."""

    process: psutil.Process
    parent: int
    in_namespace: bool
    cpu: float


class Sampler:
    """Samples until it is stopped. ``lost`` is in seconds, ``peak`` in bytes, when ``memory`` is looked at."""

    def __init__(self, *, memory: bool) -> None:
        self.peak = self.processes = 0
        self.lost = 0.0
        self._memory = memory
        self._last: dict[int, Seen] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends sampling."""
        self._over.set()
        self._thread.join()
        self._look([])

    def _run(self) -> None:
        this = psutil.Process()
        while not self._over.wait(EVERY_SECONDS_WITH_MEMORY if self._memory else EVERY_SECONDS):
            processes = this.children(recursive=True)
            self._look(processes)
            if self._memory:
                sizes = [size for process in processes if (size := _memory(process))]
                if sum(sizes) > self.peak:
                    self.peak, self.processes = sum(sizes), len(sizes)

    def _look(self, processes: Sequence[psutil.Process]) -> None:
        now = {process.pid: seen for process in processes if (seen := _see(process))}
        gone = self._last.keys() - now.keys()
        self.lost += sum(seen.cpu for pid in gone if (seen := self._last[pid]).in_namespace and seen.parent in gone)
        self._last = now


def _see(process: psutil.Process) -> Seen | None:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        times = process.cpu_times()
        cpu = times.user + times.system + times.children_user + times.children_system
        return Seen(process, process.ppid(), _is_inside_namespace(process.pid), cpu)
    except psutil.Error:
        return None


def _is_inside_namespace(pid: int) -> bool:
    """Whether it lives in another PID namespace than ours without being its first process, which we wait for."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    found = re.search(r"^NSpid:(.+)$", status, re.MULTILINE)
    numbers = found[1].split() if found else []
    return len(numbers) > 1 and numbers[-1] != "1"


def _memory(process: psutil.Process) -> int:
    """The bytes that it holds: PSS, else RSS where the kernel does not tell; 0 when it is gone."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:  # or one that has ended, and whose parent does not know yet
        return 0
