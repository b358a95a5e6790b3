"""How long to wait for a student's functions: less for those that ran over, more again where the machine was busy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

LEAST = 8
LEAST_UNANSWERED = 16
HOPELESS = 3
STARVED, MORE = 0.5, 4.0
"""A process that got less than this share of a limit may have had a busy machine, and is given this much more time."""


class Patience:
    """Which functions ran over their limit in one submission, and how long to wait for each of them next time."""

    def __init__(self) -> None:
        self.factor = 1.0
        self._over: Counter[str] = Counter()
        self._starved: Counter[str] = Counter()
        self._answered: set[str] = set()

    def limit(self, name: str, seconds: float, source: str = "") -> float:
        """Seconds for the next call of that function: a quarter after each time that it ran over.

        One that has answered before has an endless branch, and is given more time than one that never did. A function
        whose ``source`` names one that never ends will not end either, if it calls it.
        """
        over = self._over[name]
        if not over and named(source, (other for other in self._over if other != name and self._is_hopeless(other))):
            over = 1
        least = LEAST if name in self._answered else LEAST_UNANSWERED
        return max(self.factor * seconds / float(4**over), seconds / least)

    def is_doubtful(self, name: str) -> bool:
        """Whether that function's limit is short because of a busy machine, so that running over it says little."""
        return self._starved[name] > 0

    def ran_over(self, name: str, *, starved: bool) -> None:
        """Notes that a call took longer than its limit; once there is more time, a busy machine is no excuse."""
        self._over[name] += 1
        self._starved[name] += starved and self.factor == 1.0

    def answered(self, name: str) -> None:
        """Notes that a call ended in time, whatever came of it."""
        self._answered.add(name)

    @property
    def slow(self) -> tuple[str, ...]:
        """The functions that ran over, other than on a busy machine."""
        return tuple(name for name, times in self._over.items() if times > 0)

    def wait_longer(self) -> None:
        """Gives every function more time than before, and forgets what a busy machine may have caused."""
        self.factor = MORE
        self._over -= self._starved
        self._starved.clear()

    def ease(self) -> None:
        """Starts again with more time: what the functions call may end now, and no test is tried a second time."""
        self.factor = MORE
        self._over.clear()
        self._starved.clear()

    def _is_hopeless(self, name: str) -> bool:
        return name not in self._answered and self._over[name] - self._starved[name] >= HOPELESS


def named(source: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that stand in a source as words."""
    words = frozenset(re.findall(r"\w+", source))
    return tuple(name for name in names if name in words)
