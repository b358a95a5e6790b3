"""The state of one run over an assignment: where each result is written, and what the summary says about it.

For each submission the executed notebook is written first, then the result, then the gradebook. The next run finds
whatever an interruption left undone by comparing the three, and completes it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import structs

from autograder.course import Course
from autograder.course.deadlines import from_utc_text
from autograder.course.grade_ids import test_id
from autograder.gradebook.book import Book
from autograder.grading.grade import Graded
from autograder.grading.timing import Stopwatch
from autograder.grading.worker import Job, use_bubblewrap
from autograder.results import Result, Status
from autograder.runs.decide import Regrade, Reject, withdrawal
from autograder.workspace.attempts import keep_attempt, present, put_back
from autograder.workspace.autograded import remove_autograded, write_autograded
from autograder.workspace.cluster_comments import ClusterComments
from autograder.workspace.context import AssignmentContext
from autograder.workspace.lateness import apply_lateness, lateness_at, with_lateness
from autograder.workspace.log import AuditLog
from autograder.workspace.proofs import ResultProofs, differences, hash_of_notebook
from autograder.workspace.store import Store
from autograder.workspace.submissions import WITHDRAWN, fault_of_id, withdrawn

RECORD_EVERY = 200


class Run:
    """One run over an assignment. A finished submission takes almost no memory.

    Args:
        context: the assignment as it is now.
        progress: is called with each result.
        log: the audit log, if it is already open.
    """

    def __init__(
        self,
        context: AssignmentContext,
        progress: Callable[[Result], None] = lambda result: None,
        *,
        log: AuditLog | None = None,
    ) -> None:
        self.context, self.course, self.assignment = context, context.course, context.name
        self.progress = progress
        self.store = Store(self.course, self.assignment)
        self.proofs = ResultProofs(context, log=log)
        self.graded: list[Result] = []
        self.unchanged: list[Result] = []
        self.unrecorded: list[Result] = []
        self.repaired: list[tuple[str, str]] = []
        self.watch = Stopwatch()
        self.changed: dict[str, frozenset[str]] = {}
        """By student, the graded cells that a teacher may have to look at again."""
        self._begun: dict[str, Regrade] = {}
        self._comments = ClusterComments(self.course)

    def begin(self, decision: Regrade) -> Job:
        """Remembers a submission, and in brief the result that it replaces, until the new one is there."""
        earlier = decision.earlier and decision.earlier.brief(tests=True)
        self._begun[decision.job.submission.student] = Regrade(decision.job, earlier)
        return decision.job

    def withdraw(self) -> tuple[str, ...]:
        """Withdraws the scores of students whose submissions were removed; returns who they are."""
        gone = withdrawn(self.course, self.assignment, self.store.students())
        for student in gone:
            decision = withdrawal(self.context, student)
            if decision is not None:
                self.reject(decision)
        return tuple(gone)

    def forget(self, student: str) -> None:
        """Takes back what `begin` remembered: the submission is not graded now."""
        self._begun.pop(student, None)

    def keep(self, graded: Graded) -> Result | None:
        """Writes a fresh result's files; or returns the one of an earlier attempt that counts in its place."""
        begun = self._begun.pop(graded.result.student)
        submission = begun.job.submission
        self.watch.add(graded.spent)
        better = self._better(graded.result, submission.timestamp, submission.sha256)
        if better is not None:
            self.leave(better)
            return better
        with self.watch.part("files"):
            if graded.notebook is not None:
                write_autograded(self.course.workspace, submission, graded.notebook)
            result = self._write(graded.result, begun.earlier, graded.notebook, submission.timestamp)
        self._finished(result)
        return None

    def _better(self, result: Result, moment: datetime | None = None, sha256: str = "") -> Result | None:
        """Where the best attempt counts: keeps a copy of this one; an earlier one with more points is put back.

        Returns the earlier one's result then. Our own fault is no attempt, and neither is taking a submission away.
        """
        student = result.student
        fault = result.status is Status.ungraded or result.reason == WITHDRAWN or fault_of_id(student)
        if self.course.config.attempts.count != "best" or fault:
            return None
        files = present(self.course, student, self.assignment)
        keep_attempt(self.course, self.assignment, student, files, moment, sha256)
        earlier = self.store.load(student)
        if earlier is None or earlier.proof is None or earlier.score is None or not self.proofs.is_authentic(earlier):
            return None
        if earlier.submission_sha256 == sha256 or earlier.fingerprint != result.fingerprint:
            return None  # the same work, or one that was graded by other rules
        late = lateness_at(self.course, self.assignment, student, moment, result.score or 0.0)
        points = (result.score or 0.0) - (late.penalty if late else 0.0)
        if earlier.score - (earlier.late.penalty if earlier.late else 0.0) <= points:
            return None
        then = from_utc_text(earlier.proof.recorded.timestamp)
        kept = put_back(self.course, self.assignment, student, earlier.submission_sha256, then)
        return earlier if kept else None

    def reject(self, decision: Reject) -> Result | None:
        """Writes the result of a submission that cannot be read, unless the student's id is unsafe as a file name.

        Returns the one of an earlier attempt that counts in its place, where there is one.
        """
        result = decision.result
        better = self._better(result)
        if better is not None:
            self.leave(better)
            return better
        self._finished(result if fault_of_id(result.student) else self._write(result, decision.earlier, None, None))
        return None

    def leave(self, result: Result) -> None:
        """Counts a result that still holds, with what was written into the gradebook for it."""
        self.unchanged.append(structs.replace(result.brief(), proof=result.proof))
        self.progress(result)

    def record(self, book: Book, *, at_least: int = 1) -> None:
        """Writes waiting results into the gradebook once there are enough of them."""
        if len(self.unrecorded) >= at_least:
            with self.watch.part("gradebook"):
                book.record(self.unrecorded, self.changed)
                self._comments.give_to(self.assignment, book, self.unrecorded)
            self.unrecorded.clear()
            self.changed.clear()
            self.proofs.audit_log.sync()

    def repair_gradebook(self, book: Book) -> None:
        """Finds results that an interruption kept out of the gradebook, and rows that somebody changed."""
        rows = book.rows(self.assignment) if self.unchanged else {}
        for result in self.unchanged:
            differing = differences(result, rows.get(result.student))
            if differing:
                self.unrecorded.append(result)
                row = rows.get(result.student)
                if result.proof and row and row.timestamp != result.proof.recorded.timestamp:
                    self.changed[result.student] = self.context.release.graded  # a new submission that was not recorded
                self.repaired.append((result.student, differing[0]))
                self.proofs.repaired(result.student, differing)
        self.record(book)
        apply_lateness(self.course, self.assignment, book)

    def _write(
        self, result: Result, earlier: Result | None, notebook: bytes | None, handed_in: datetime | None
    ) -> Result:
        """Signs a result, logs it and writes it.

        Without a score, an older executed notebook must not pass for its own.
        """
        if result.status is not Status.graded:
            remove_autograded(self.course.workspace, self.assignment, result.student)
        self.changed[result.student] = _changed_cells(earlier, result, self.context.release.graded)
        result = self.proofs.sign(result, hash_of_notebook(notebook), handed_in)
        self.proofs.log(result)
        self.store.save(result)
        self.unrecorded.append(result)
        return with_lateness(self.course, self.assignment, result)

    def _finished(self, result: Result) -> None:
        self.graded.append(result.brief())
        self.progress(result)


def _changed_cells(before: Result | None, now: Result, graded: frozenset[str]) -> frozenset[str]:
    """The graded cells that a teacher may have to look at again: all of a new submission, else by the verdicts."""
    if before is None or before.submission_sha256 != now.submission_sha256:
        return graded
    then = {e.name: [(t.name, t.outcome) for t in e.tests] for e in before.exercises}
    return frozenset(
        test_id(e.name)
        for e in now.exercises
        if now.status is Status.graded and then.get(e.name) != [(t.name, t.outcome) for t in e.tests]
    )


def walls(course: Course) -> tuple[str, ...]:
    """The walls around the student's process."""
    return ("seccomp", "landlock", "rlimits", "supervisor", *(("bubblewrap",) if use_bubblewrap(course) else ()))
