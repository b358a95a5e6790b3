"""What the grader and the warmed interpreter say to each other on its control socket."""

from __future__ import annotations

import os
import resource

import msgspec


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What the supervisor tells a warmed interpreter at its start. Paths are as the interpreter sees them."""

    readable: tuple[str, ...]
    secret: str
    scratch: str
    project: str
    memory_mb: int
    cpu_seconds: float
    scratch_mb: int
    threads: int | None


class Spawned(msgspec.Struct, frozen=True, tag=True):
    """A child runs; ``pid`` is its number in the interpreter's own namespace."""

    pid: int


class Spent(msgspec.Struct, frozen=True, tag=True):
    """The seconds of processor time that the child has had so far; 0 if there is no child."""

    seconds: float


class Reaped(msgspec.Struct, frozen=True, tag=True):
    """The child is gone: by which signal (0 for none), its exit status, and its peak memory in bytes.

    ``clean`` is False if it left more behind than can be cleaned up quickly: this interpreter is then worn out.
    """

    signal: int
    status: int
    peak: int
    clean: bool = True


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The interpreter is warm and its walls stand."""


class Broken(msgspec.Struct, frozen=True, tag=True):
    """A wall cannot be built, or the warm-up failed."""

    wall: str
    reason: str
    remedy: str


Report = Spawned | Spent | Reaped | Ready | Broken


def held_bytes() -> int:
    """The address space that this process takes now; unreadable once Landlock stands."""
    statm = os.open("/proc/self/statm", os.O_RDONLY)  # not a text file: this runs a hundred times a submission
    try:
        return int(os.read(statm, 64).split(maxsplit=1)[0]) * resource.getpagesize()
    finally:
        os.close(statm)
