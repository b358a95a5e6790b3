"""A control group around a warmed interpreter and its child, where one can be had without asking anybody.

It bounds what no other limit counts: the kernel's memory for a process, and threads without bubblewrap. Root can make
one, and so can users to whom systemd has delegated a group; elsewhere grading does without.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

PREFIX = "introdl-"
ROOT = Path("/sys/fs/cgroup")
MEMORY = ("memory.max", "memory.limit_in_bytes")  # in version 2 and in version 1
THREADS = ("pids.max",)
BESIDE_THE_CHILD = 512 * 2**20
"""For the warmed interpreter, and the kernel's memory of an honest notebook."""

REMOVE_SECONDS = 2.0
_numbers = itertools.count(1)


class ControlGroup:
    """Bounds the memory and the number of threads of a program and its children, as far as this machine lets us.

    Args:
        memory_mb: what the child may take, in megabytes (2**20 bytes).
        threads: how many processes and threads there may be.
    """

    def __init__(self, *, memory_mb: int, threads: int) -> None:
        self._folders: list[Path] = []
        limits = dict.fromkeys(MEMORY, memory_mb * 2**20 + BESIDE_THE_CHILD) | dict.fromkeys(THREADS, threads)
        name = f"{PREFIX}{os.getpid()}-{next(_numbers)}"
        for place, files in places().items():
            _sweep(place)
            with contextlib.suppress(OSError):
                (place / name).mkdir()
                self._folders.append(place / name)
                for file in files:
                    (place / name / file).write_text(str(limits[file]), encoding="ascii")

    def around(self, program: Sequence[str]) -> list[str]:
        """The command line that runs a program in the group, from its first step on."""
        steps = 'echo $$ >"$1"; shift; ' * len(self._folders)
        groups = [str(folder / "cgroup.procs") for folder in self._folders]
        return ["sh", "-c", f'{steps}exec "$@"', "sh", *groups, *program] if groups else list(program)

    def remove(self) -> None:
        """Removes the group, whose processes have been killed."""
        end = time.monotonic() + REMOVE_SECONDS
        for folder in self._folders:
            while not _removed(folder) and time.monotonic() < end:
                time.sleep(0.01)
        self._folders = []


@functools.cache
def places() -> Mapping[Path, tuple[str, ...]]:
    """Where groups can be made, and the limits that they have there: found by making one."""
    found = {place: _limits_in(place) for place in _candidates()}
    return {place: files for place, files in found.items() if files}


def kinds() -> tuple[str, ...]:
    """What groups bound on this machine: "memory" and "threads", or nothing."""
    files = {file for found in places().values() for file in found}
    return tuple(kind for kind, of_it in (("memory", MEMORY), ("threads", THREADS)) if files.intersection(of_it))


def _candidates() -> Iterator[Path]:
    """This process's own groups; in version 2 the one above, as a group with processes in it has no groups below."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controller, path = line.split(":", 2)
            own = path.lstrip("/")
            if not controller:
                yield (ROOT / own).parent if own else ROOT
            elif controller in ("memory", "pids"):
                yield ROOT / controller / own


def _limits_in(place: Path) -> tuple[str, ...]:
    trial = place / f"{PREFIX}{os.getpid()}-0"
    try:
        trial.mkdir()
        found = tuple(file for file in (*MEMORY, *THREADS) if os.access(trial / file, os.W_OK))
        return found if os.access(trial / "cgroup.procs", os.W_OK) else ()
    except OSError:
        return ()
    finally:
        _removed(trial)


def _sweep(place: Path) -> None:
    """Removes groups of programs that were killed."""
    for folder in place.glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not Path("/proc", owner).exists():
            _removed(folder)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
