"""What `serve` has to tell, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.results import Result


@dataclass(frozen=True)
class ReportWritten:
    """A submission whose report is written; ``number`` counts the turns.

    ``seconds`` are those since its file was here, ``queued`` those until its turn. Without a number nothing was graded:
    an earlier run had done so, and only what an interruption left undone was done.
    """

    number: int | None
    result: Result
    report: Path
    seconds: float
    queued: float


class Events(Protocol):
    """Whoever hears what happens."""

    def served(self, served: ReportWritten) -> None:
        """A report is written."""

    def odd(self, path: Path, why: str) -> None:
        """Something is there that is no submission; said once, and again when it has changed."""

    def notice(self, text: str) -> None:
        """Something that a teacher should know."""

    def state(self, waiting: int, grading: int) -> None:
        """How many wait, and how many are being graded."""


class ExchangeEvents(Protocol):
    """nbgrader's exchange."""

    def look(self, now: float, notice: Callable[[str], None]) -> None:
        """Collects what students have handed in completely."""

    def release(self, result: Result) -> None:
        """Gives the student the report."""
