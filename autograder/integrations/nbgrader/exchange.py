"""nbgrader's exchange during `serve`: collects what students submit, and releases their reports right away.

nbgrader's own classes do the work, with the settings of its commands, so the result is the same as with `nbgrader
collect --update` and `nbgrader release_feedback`. A submission is collected once it is complete.
"""

from __future__ import annotations

import logging
import os
import shutil
import stat
from collections.abc import Callable, Iterable
from contextlib import chdir, suppress
from pathlib import Path
from typing import Any

from nbgrader.apps.baseapp import NbGrader
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect

from autograder.course import Course
from autograder.errors import SubmissionError, WorkspaceError
from autograder.integrations.nbgrader.collect import COLLECTING, SafeCollect
from autograder.results import Result
from autograder.runs.serve.arrivals import QUIET_SECONDS
from autograder.workspace.files import read_bounded
from autograder.workspace.submissions import SECRET, TIMESTAMP, fault_of_id

PATIENCE_SECONDS = 10.0
"""How long to wait before reporting an incomplete submission."""

Record = tuple[str, tuple[object, ...]]


class ExchangeWatcher:
    """The exchange of one course.

    Args:
        course: returns the current course; its assignments are collected.
        collects: whether submissions are taken from the exchange.
        releases: whether reports are put into the exchange.

    Raises:
        WorkspaceError: if the exchange cannot be used.
    """

    def __init__(self, course: Callable[[], Course], *, collects: bool, releases: bool) -> None:
        self._now, self._collects, self._releases = course, collects, releases
        workspace, course_id = self._course.workspace, self._course.course_id
        self._heard = _Heard()
        with _explained(workspace):
            self._app = _app(workspace)
            self._app.log.handlers[:] = [self._heard]
            self._app.log.propagate = False
            self._factory = self._app.exchange
            self._collector = self._make("collect")
        self._inbound = Path(self._collector.root) / course_id / "inbound"
        self._taken: dict[str, object] = {}
        self._open: dict[str, tuple[object, float]] = {}
        self._told: set[str] = set()
        shutil.rmtree(workspace / COLLECTING, ignore_errors=True)
        if collects:
            self._names()

    @property
    def _course(self) -> Course:
        return self._now()

    def look(self, now: float, notice: Callable[[str], None]) -> None:
        """Collects what is complete; reports what is not, and nbgrader's own warnings, once each.

        Raises:
            WorkspaceError: if the exchange cannot be read.
        """
        if not self._collects:
            return
        ready: dict[str, list[str]] = {}
        names = self._names()
        for name in names:
            mark = _mark(self._inbound / name)
            if mark is None or self._taken.get(name) == mark:
                continue
            before, since = self._open.get(name, (None, now))
            if before != mark:
                self._open[name] = (mark, now)
            elif now - since >= QUIET_SECONDS:
                why = _why_not(self._inbound / name)
                if not why:
                    ready.setdefault(name.rsplit("+", 3)[1], []).append(name)
                elif now - since >= PATIENCE_SECONDS:
                    self._tell(f"{self._inbound / name} {why}, so it is not collected", notice)
        for gone in self._open.keys() - set(names):
            del self._open[gone]
        for assignment, complete in ready.items():
            self._collect(assignment, complete, notice)
            for name in complete:
                self._taken[name] = self._open.pop(name)[0]

    def release(self, result: Result) -> None:
        """Puts a report into the exchange if its submission came from there.

        Raises:
            WorkspaceError: if that cannot be done.
        """
        report = self._course.feedback_path(result.student, result.assignment)
        if not self._releases or not all((report.parent / name).is_file() for name in (TIMESTAMP, SECRET)):
            return
        self._heard.texts.clear()
        with _explained(self._inbound.parent / "feedback"):
            self._at(result.assignment, result.student)
            self._make("release_feedback").start()

    def _names(self) -> list[str]:
        """The submissions to our assignments in the exchange, earliest first; their names contain the time."""
        try:
            found = [(name.rsplit("+", 3), name) for name in os.listdir(self._inbound)]
        except OSError as fault:
            text = f"cannot be listed: {fault.strerror}; run `nbgrader release_assignment` first"
            raise WorkspaceError(self._inbound, text) from None
        return [name for parts, name in sorted(found, key=lambda one: one[0][2:]) if self._ours(parts)]

    def _ours(self, parts: list[str]) -> bool:
        """Whether the student, assignment and time in a name are to be collected here."""
        return len(parts) > 2 and parts[1] in self._course.assignments and not fault_of_id(parts[0])

    def _collect(self, assignment: str, complete: Iterable[str], notice: Callable[[str], None]) -> None:
        self._heard.texts.clear()
        with _explained(self._inbound):
            self._at(assignment, "*")
            collector = self._make("collect")
            collector.update, collector.only = True, frozenset(complete)
            collector.start()
        for text in self._heard.texts:
            self._tell(text, notice)

    def _at(self, assignment: str, student: str) -> None:
        self._app.coursedir.assignment_id, self._app.coursedir.student_id = assignment, student

    def _make(self, what: str) -> Any:
        kind = getattr(self._factory, what)
        if what == "collect":
            if not issubclass(kind, ExchangeCollect):
                raise WorkspaceError(
                    self._course.workspace, f"nbgrader's exchange is {kind.__name__}, which has no folder"
                )
            kind = type("Collect", (_Complete, kind), {"__module__": __name__})
        return kind(coursedir=self._app.coursedir, authenticator=self._app.authenticator, parent=self._app)

    def _tell(self, text: str, notice: Callable[[str], None]) -> None:
        if text not in self._told:
            self._told.add(text)
            notice(text)


class _Complete(SafeCollect):
    """A mix-in for nbgrader's collecting class that takes only what is complete."""

    only: frozenset[str] = frozenset()

    def takes(self, filename: str) -> bool:
        """Whether the submission is complete."""
        return filename in self.only


class _Heard(logging.Handler):
    """Keeps nbgrader's warnings, which are reported once each."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(" ".join(record.getMessage().split()))


class _explained:  # noqa: N801 - reads as a phrase
    """Turns nbgrader's own errors into a sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Does nothing."""

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, ExchangeError | SystemExit | OSError | RuntimeError):
            raise WorkspaceError(self._path, f"nbgrader's exchange fails: {error}") from None


def _app(workspace: Path) -> Any:
    """One of nbgrader's programs, with the settings that its commands read in the workspace."""
    with chdir(workspace):
        app = NbGrader()
        app.log_level = logging.WARNING
        app.initialize(argv=[], root=str(workspace))
        app.start()
    return app


def _mark(folder: Path) -> tuple[object, ...] | None:
    """A mark that changes when a submission in the exchange changes; None if it is not there."""
    try:
        own = folder.lstat()
        found: list[tuple[object, ...]] = [("", own.st_ino, own.st_mode, own.st_ctime_ns)]
        with suppress(NotADirectoryError), os.scandir(folder) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                found.append((entry.name, status.st_ino, status.st_size, status.st_ctime_ns))
        return tuple(sorted(found, key=str))
    except OSError:
        return None


def _why_not(folder: Path) -> str:
    """Why a submission cannot be collected, or an empty text."""
    if not stat.S_ISDIR(folder.lstat().st_mode):
        return "is not a folder"
    for name in (TIMESTAMP, SECRET):
        try:
            if not read_bounded(folder / name, 10_000).strip():
                return f"is incomplete: {name} is empty"
        except SubmissionError as fault:
            return f"is incomplete: {name} {fault.fault}"
    return ""
