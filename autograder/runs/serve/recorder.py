"""Records a submission at once: result, executed notebook, gradebook and the student's report.

A batch writes the same things, by the same rules. Here the log, the hashes of the course and the gradebook stay open
between submissions, and recording one student costs the same in a class of any size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.gradebook.book import Book
from autograder.grading.grade import Graded
from autograder.grading.worker import Job
from autograder.reports.write import write_report
from autograder.results import GradebookEntry, Result
from autograder.runs.decide import Keep, Regrade, Reject, decide
from autograder.runs.run import Run, walls
from autograder.workspace.context import read_context
from autograder.workspace.lateness import apply_lateness
from autograder.workspace.log import AuditLog
from autograder.workspace.proofs import differences
from autograder.workspace.signing import Key, secret_of

WORSE = "Your last attempt has no more points than the one that this report is about, which counts."


@dataclass(frozen=True)
class AlreadyGraded:
    """A submission that has already been graded. ``whole`` unless gradebook rows or the report were missing."""

    result: Result
    whole: bool


class Recorder:
    """Keeps the records of the assignments. The workspace must be locked from `sit_down` to `get_up`.

    Args:
        course: the course as it is now; another one needs another recorder.
    """

    def __init__(self, course: Course) -> None:
        self.course = course
        self.outdated: dict[str, set[str]] = {}
        """By assignment, the students whose results were computed from older material."""
        self._open: dict[str, Run] = {}
        self._log: AuditLog | None = None
        self._book: Book | None = None
        self._rows: dict[str, dict[str, GradebookEntry]] = {}
        self._unreported: dict[str, dict[str, Result]] = {}
        self._written: dict[str, int] = {}
        self._notes: dict[tuple[str, str], str] = {}
        """By assignment and student, what the next report says of another attempt."""

    def open(self) -> None:
        """Opens log and gradebook; the log is read again if somebody else has written to it."""
        if self._book is None:
            self._book = Book(self.course.gradebook, self.course.course_id)
        if self._log is None or not self._log.untouched:
            if self._log is not None:
                self._log.close()
            self._log = AuditLog(self.course.workspace, Key(secret_of(self.course)))
            self._log.before = b""
            self._open.clear()

    def release(self) -> None:
        """Closes the gradebook, so that other programs can use it."""
        if self._log is not None:
            self._log.sync()
        if self._book is not None:
            self._book.close()
            self._book = None
        self._rows.clear()

    def close(self) -> None:
        """Logs the end of what has begun. The workspace must be locked."""
        for records in self._open.values():
            records.proofs.end(self._written.get(records.assignment, 0), 0)
        self._open.clear()
        if self._log is not None:
            self._log.sync()
        self.drop()

    def drop(self) -> None:
        """Closes the log without an entry."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def renew(self, assignment: str) -> bool:
        """Reads changed material again. Returns whether anything that verdicts depend on has changed.

        Raises:
            CourseError: if the material is invalid.
        """
        before = self._open.pop(assignment, None)
        return before is None or before.context.fingerprint != self.records(assignment).context.fingerprint

    def records(self, assignment: str) -> Run:
        """The run over an assignment, begun when first asked for.

        Raises:
            CourseError: if the material is invalid or has not been built.
        """
        found = self._open.get(assignment)
        if found is None:
            assert self._log is not None
            found = Run(read_context(self.course, assignment), log=self._log)
            found.proofs.begin(walls(self.course))
            self._open[assignment] = found
        return found

    def take(self, assignment: str, student: str) -> Job | AlreadyGraded | None:
        """A submission's job, or its existing result, or None if its result has just been written.

        Raises:
            AutograderError: if something is wrong with the course, the workspace or the gradebook.
        """
        records = self.records(assignment)
        records.unrecorded = [result for result in records.unrecorded if result.student != student]
        decision = decide(records.context, records.proofs, student, keep_outdated=True)
        match decision:
            case Regrade():
                return records.begin(decision)
            case Reject():
                better = records.reject(decision)
                if better is not None:
                    self._say(better, WORSE)
                self._tidy(records)
                return None
            case Keep(result, outdated):
                if outdated:
                    self.outdated.setdefault(assignment, set()).add(student)
                return AlreadyGraded(result, whole=self._is_whole(records, result))

    def keep(self, graded: Graded) -> None:
        """Writes the files of a fresh result."""
        records = self.records(graded.result.assignment)
        better = records.keep(graded)
        if better is not None:
            self._say(better, WORSE)
        self._tidy(records)

    def postpone(self, assignment: str, student: str, note: str) -> None:
        """Leaves a submission for later; the student's report says so, beside the result that there is."""
        records = self.records(assignment)
        records.forget(student)
        result = records.store.load(student)
        if result is not None:
            self._say(result, note)

    def _say(self, result: Result, note: str) -> None:
        self._notes[result.assignment, result.student] = note
        self._unreported.setdefault(result.assignment, {})[result.student] = result

    def publish(self) -> Iterator[tuple[Result, Path]]:
        """Writes what was kept into the gradebook, then the reports. The next call retries what fails.

        Raises:
            GradebookError: if the gradebook is in use or cannot be reached.
        """
        assert self._book is not None
        for records in list(self._open.values()):
            waiting = self._unreported.setdefault(records.assignment, {})
            waiting.update({result.student: result for result in records.unrecorded})
            self._written[records.assignment] = self._written.get(records.assignment, 0) + len(records.unrecorded)
            records.record(self._book)
            for student, result in list(waiting.items()):
                apply_lateness(self.course, records.assignment, self._book, student=student)
                note = self._notes.pop((records.assignment, student), "")
                path = write_report(self.course, result, self._book, note)
                del waiting[student]
                if records.assignment in self._rows and result.proof is not None:
                    self._rows[records.assignment][student] = result.proof.recorded
                self.outdated.get(records.assignment, set()).discard(student)
                yield result, path

    @property
    def has_unpublished(self) -> bool:
        """Whether something has been kept but not published."""
        return any(records.unrecorded for records in self._open.values()) or any(self._unreported.values())

    def _is_whole(self, records: Run, held: Result) -> bool:
        """Finds what an interruption left undone, and queues it for publishing."""
        assert self._book is not None
        if records.assignment not in self._rows:
            self._rows[records.assignment] = dict(self._book.rows(records.assignment))
        differing = differences(held, self._rows[records.assignment].get(held.student))
        report = self.course.feedback_path(held.student, records.assignment)
        if not differing and _written_at(report) >= _written_at(records.store.path(held.student)):
            return True
        if differing:
            records.unrecorded.append(held)
            records.proofs.repaired(held.student, differing)
        else:
            self._unreported.setdefault(records.assignment, {})[held.student] = held
        return False

    @staticmethod
    def _tidy(records: Run) -> None:
        """Forgets what the run has done: it remembers that for a summary, but this run never ends."""
        records.graded.clear()
        records.unchanged.clear()


def _written_at(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return 0
