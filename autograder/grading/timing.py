"""Where the time of grading goes: seconds by part, added up over processes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

PARTS = {
    "start": "interpreters warm up, hidden tests are collected",
    "processes": "a locked-down process for each submission, made and ended",
    "execution": "the notebook's cells, without their figures",
    "figures": "drawn and encoded beside the student",
    "tests": "hidden tests, with the calls to the student's functions",
    "results": "notebook read, mistakes recognised, executed notebook composed",
    "files": "submissions read; results, notebooks and log written",
    "gradebook": "nbgrader's database",
}
"""Every part, in the order in which a submission passes through them, and what belongs to it."""


class Stopwatch:
    """Adds up seconds of wall time by part. Parts must not overlap in one stopwatch."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Counts the time spent inside as that part."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - start

    def shift(self, seconds: float, source: str, to: str) -> None:
        """Moves seconds from one part to another, as many as there are."""
        moved = min(max(seconds, 0.0), self.seconds[source])
        self.seconds[source] -= moved
        self.seconds[to] += moved

    def add(self, other: Mapping[str, float]) -> None:
        """Adds another process's counts."""
        for name, seconds in other.items():
            self.seconds[name] += seconds
