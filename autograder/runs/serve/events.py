"""What `serve` reports, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.results import Result


@dataclass(frozen=True)
class ReportWritten:
    """A submission whose report is written; ``number`` counts the turns.

    ``seconds`` count from the arrival of its file, ``queued`` until its turn. Without a number, nothing was graded: an
    earlier run had done that, and only what an interruption left undone was completed.
    """

    number: int | None
    result: Result
    report: Path
    seconds: float
    queued: float


class Events(Protocol):
    """A listener for what happens."""

    def served(self, served: ReportWritten) -> None:
        """A report is written."""

    def odd(self, path: Path, why: str) -> None:
        """Something is not a submission; reported once, and again when it has changed."""

    def notice(self, text: str) -> None:
        """Something that a teacher should know."""

    def state(self, waiting: int, grading: int) -> None:
        """How many wait, and how many are being graded."""


class ExchangeEvents(Protocol):
    """nbgrader's exchange."""

    def look(self, now: float, notice: Callable[[str], None]) -> None:
        """Collects complete submissions."""

    def release(self, result: Result) -> None:
        """Gives the student the report."""
