"""Writes down each submission at once: result, executed notebook, gradebook and the student's report.

A batch writes the same things, by the same rules. Here the log, the hashes of the course and the gradebook stay open
between submissions, and what is written of one student costs the same in a class of any size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.gradebook import Book
from autograder.grading import Graded
from autograder.journal import Journal
from autograder.ledger import differences
from autograder.reports import write_report
from autograder.results import Recorded, Result
from autograder.run import Run, walls
from autograder.secret import Key, secret_of
from autograder.settle import settle_one
from autograder.submission import Rejected, Submission
from autograder.worker import Job


@dataclass(frozen=True)
class Held:
    """A submission that was graded already. ``whole`` unless rows in the gradebook or the report were missing."""

    result: Result
    whole: bool


class Desk(Run):
    """A run over one assignment that never ends. What it holds already is left as it is, though tests have changed."""

    def still_holds(self, earlier: Result, found: Submission | Rejected) -> bool:
        """Whether an earlier result is of just this submission: it stays, whatever hidden tests it was graded with."""
        return self.is_of(earlier, found)


class Clerk:
    """Keeps the books of the assignments. The workspace must be locked from `sit_down` to `get_up`.

    Args:
        course: the course as it is now; another one needs another clerk.
    """

    def __init__(self, course: Course) -> None:
        self.course = course
        self.outdated: dict[str, set[str]] = {}
        """By assignment, the students whose results were computed from other material than there is now."""
        self._desks: dict[str, Desk] = {}
        self._journal: Journal | None = None
        self._book: Book | None = None
        self._rows: dict[str, dict[str, Recorded]] = {}
        self._unreported: dict[str, dict[str, Result]] = {}
        self._written: dict[str, int] = {}

    def sit_down(self) -> None:
        """Opens the books; the log is read anew if somebody else has written in it."""
        if self._book is None:
            self._book = Book(self.course.gradebook, self.course.course_id)
        if self._journal is None or not self._journal.untouched:
            if self._journal is not None:
                self._journal.close()
            self._journal = Journal(self.course.workspace, Key(secret_of(self.course)))
            self._journal.before = b""
            self._desks.clear()

    def get_up(self) -> None:
        """Closes the gradebook, so that other programs may do with it what they like."""
        if self._journal is not None:
            self._journal.sync()
        if self._book is not None:
            self._book.close()
            self._book = None
        self._rows.clear()

    def close(self) -> None:
        """Logs the end of what was begun. The workspace must be locked."""
        for desk in self._desks.values():
            desk.ledger.end(self._written.get(desk.assignment, 0), 0)
        self._desks.clear()
        if self._journal is not None:
            self._journal.sync()
        self.drop()

    def drop(self) -> None:
        """Closes the log without a word."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def renew(self, assignment: str) -> bool:
        """Reads changed material anew. Tells whether there is anything in it that verdicts can depend on.

        Raises:
            CourseError: when the material is at fault.
        """
        before = self._desks.pop(assignment, None)
        return before is None or before.fingerprint != self.desk(assignment).fingerprint

    def desk(self, assignment: str) -> Desk:
        """The run over an assignment; begun when it is first asked for.

        Raises:
            CourseError: when the material is at fault, or not built.
        """
        found = self._desks.get(assignment)
        if found is None:
            assert self._journal is not None
            found = Desk(self.course, assignment, False, lambda result: None, journal=self._journal)
            found.ledger.begin(found.fingerprint, walls(self.course))
            self._desks[assignment] = found
        return found

    def take(self, assignment: str, student: str) -> Job | Held | None:
        """A submission's job; or what was found of it already; or None when its result was written just now.

        Raises:
            AutograderError: when the course, the workspace or the gradebook is at fault.
        """
        desk = self.desk(assignment)
        desk.unrecorded = [result for result in desk.unrecorded if result.student != student]
        before = len(desk.unrecorded)
        for job in desk.jobs((student,)):
            return job
        held = desk.unchanged[-1] if len(desk.unrecorded) == before else None
        self._tidy(desk)
        if held is None:
            return None
        if held.fingerprint != desk.fingerprint:
            self.outdated.setdefault(assignment, set()).add(student)
        return Held(held, whole=self._is_whole(desk, held))

    def keep(self, graded: Graded) -> None:
        """Writes the files of a fresh result."""
        desk = self.desk(graded.result.assignment)
        desk.keep(graded)
        self._tidy(desk)

    def publish(self) -> Iterator[tuple[Result, Path]]:
        """Writes what was kept into the gradebook, then the reports. What fails is tried again by the next call.

        Raises:
            GradebookError: when the gradebook is in use or cannot be reached.
        """
        assert self._book is not None
        for desk in list(self._desks.values()):
            waiting = self._unreported.setdefault(desk.assignment, {})
            waiting.update({result.student: result for result in desk.unrecorded})
            self._written[desk.assignment] = self._written.get(desk.assignment, 0) + len(desk.unrecorded)
            desk.record(self._book)
            for student, result in list(waiting.items()):
                settle_one(self.course, desk.assignment, self._book, student, desk.timestamps.get(student))
                path = write_report(self.course, result, self._book)
                del waiting[student]
                if desk.assignment in self._rows and result.proof is not None:
                    self._rows[desk.assignment][student] = result.proof.recorded
                self.outdated.get(desk.assignment, set()).discard(student)
                yield result, path

    @property
    def owes(self) -> bool:
        """Whether something was kept and not published."""
        return any(desk.unrecorded for desk in self._desks.values()) or any(self._unreported.values())

    def _is_whole(self, desk: Desk, held: Result) -> bool:
        """Finds what an interruption left undone, and has it published."""
        assert self._book is not None
        if desk.assignment not in self._rows:
            self._rows[desk.assignment] = dict(self._book.rows(desk.assignment))
        differing = differences(held, self._rows[desk.assignment].get(held.student))
        report = self.course.feedback_path(held.student, desk.assignment)
        if not differing and _written_at(report) >= _written_at(desk.store.path(held.student)):
            return True
        full = desk.store.load(held.student)  # what a run remembers has no verdicts
        assert full is not None
        if differing:
            desk.unrecorded.append(full)
            desk.ledger.mended(held.student, differing)
        else:
            self._unreported.setdefault(desk.assignment, {})[held.student] = full
        return False

    @staticmethod
    def _tidy(desk: Desk) -> None:
        """A run remembers what it did, for its summary; this one has no end."""
        desk.graded.clear()
        desk.unchanged.clear()
        desk.mended.clear()


def _written_at(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return 0
