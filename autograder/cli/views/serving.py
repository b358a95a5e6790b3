"""What people see of `autograder serve`: a line for each report on standard output, all else on standard error."""

from __future__ import annotations

import statistics
import sys
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import msgspec
from rich.markup import escape
from rich.status import Status as StatusLine

from autograder.cli import console
from autograder.results import Status
from autograder.runs.serve.events import ReportWritten

REMEMBERED = 100_000


class SubmissionLine(msgspec.Struct, frozen=True):
    """A report as ``--json`` prints it: one object per line."""

    number: int | None
    assignment: str
    student: str
    status: str
    score: float | None
    max_score: float
    reason: str
    submission: str
    seconds: float
    queued: float
    report: str


class ServeDisplay:
    """Shows in the terminal what a server does. Use it as a context manager."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._line: StatusLine | None = None
        self._seconds: deque[float] = deque(maxlen=REMEMBERED)
        self._counted: Counter[Status] = Counter()
        self._completed = 0
        self._state = (0, 0)

    def __enter__(self) -> ServeDisplay:
        """Shows the status line if both outputs are a terminal: rich sends everything to the one with the line."""
        if console.err.is_terminal and console.out.is_terminal and not self._as_json:
            self._line = console.err.status("Workers warm up")
            self._line.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line:
            self._line.stop()

    def ready(self, names: Sequence[str], jobs: int) -> None:
        many = f"{len(names)} assignments" if len(names) > 3 else ", ".join(names)
        console.err.print(f"Serving {many}, {jobs} at the same time; Ctrl-C ends it.", style="dim")
        self.state(0, 0)

    def served(self, served: ReportWritten) -> None:
        """A line for each report."""
        result = served.result
        if served.number is None:
            self._completed += 1
        else:
            self._counted[result.status] += 1
            self._seconds.append(served.seconds)
        if self._as_json:
            line = SubmissionLine(
                served.number,
                result.assignment,
                result.student,
                result.status,
                result.score,
                result.max_score,
                result.reason,
                result.submission_sha256,
                round(served.seconds, 4),
                round(served.queued, 4),
                str(served.report),
            )
            sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
            sys.stdout.flush()
            return
        who = f"{console.printable(result.student)} {result.assignment}"
        if result.status is Status.graded:
            what = f"[green]{result.score:g}[/] of {result.max_score:g}"
        else:
            what = f"[red]{result.status.replace('_', ' ')}[/]: {console.printable(result.reason)}"
        when = f"in {served.seconds:.2f} s" if served.number is not None else "completed what was interrupted"
        console.out.print(f"{who}: {what}, {when}", soft_wrap=True)

    def odd(self, path: Path, why: str) -> None:
        """Something arrived that is not a submission."""
        console.err.print(f"{console.printable(console.shown_path(path))} {escape(why)}", style="yellow")

    def notice(self, text: str) -> None:
        """Something that a teacher should know."""
        console.err.print(console.printable(text), style="yellow", soft_wrap=True)

    def state(self, waiting: int, grading: int) -> None:
        if self._line is None or (waiting, grading) == self._state:
            return
        self._state = (waiting, grading)
        self._line.update(f"{waiting} waiting, {grading} being graded, {self._told()}")

    def summary(self) -> None:
        """A summary of the whole session."""
        completed = f"; {self._completed} interrupted ones completed" if self._completed else ""
        console.err.print(f"Stopped: {self._told()}{completed}. Ungraded submissions wait for the next start.")

    def _told(self) -> str:
        counts = f"{self._counted.total()} graded"
        lacking = self._counted.total() - self._counted[Status.graded]
        if lacking:
            counts += f" ({lacking} without a score)"
        if self._seconds:
            counts += f", {statistics.median(self._seconds):.2f} s from file to report at the median"
        return counts
