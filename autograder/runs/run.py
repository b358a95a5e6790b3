"""The state of one run over an assignment: what must be graded, what still holds, and where each result is written.

For each submission the executed notebook is written first, then the result, then the gradebook. Whatever an
interruption leaves undone, the next run finds by comparing the three, and does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import structs

from autograder.course import Course
from autograder.gradebook.book import Book, told
from autograder.grading.grade import Graded
from autograder.grading.material import load_expected
from autograder.grading.timing import Stopwatch
from autograder.grading.worker import Job, use_bubblewrap
from autograder.results import Result, Status
from autograder.workspace.autograded import remove_autograded, write_autograded
from autograder.workspace.fingerprint import fingerprint_of, provenance_of
from autograder.workspace.lateness import apply_lateness, with_lateness
from autograder.workspace.log import AuditLog
from autograder.workspace.proofs import ResultProofs, differences, hash_of_notebook
from autograder.workspace.store import Store
from autograder.workspace.submissions import Rejected, Submission, fault_of_id, submission_of

RECORD_EVERY = 200


@dataclass
class Run:
    """The state of one run over an assignment, in which a submission that is done takes next to no memory.

    A ``dry`` run writes nothing, and keeps the verdicts of its results and of the ``earlier`` ones that they replace.
    """

    course: Course
    assignment: str
    force: bool
    progress: Callable[[Result], None]
    graded: list[Result] = field(default_factory=list)
    unchanged: list[Result] = field(default_factory=list)
    submissions: dict[str, Submission] = field(default_factory=dict)
    timestamps: dict[str, datetime | None] = field(default_factory=dict)
    unrecorded: list[Result] = field(default_factory=list)
    repaired: list[tuple[str, str]] = field(default_factory=list)
    watch: Stopwatch = field(default_factory=Stopwatch)
    earlier: dict[str, Result] = field(default_factory=dict)
    before: dict[str, Result] = field(default_factory=dict)
    changed: dict[str, frozenset[str]] = field(default_factory=dict)
    dry: bool = False
    log: AuditLog | None = None

    def __post_init__(self) -> None:
        expected = load_expected(self.course, self.assignment)
        self.store = Store(self.course, self.assignment)
        self.origin = provenance_of(self.course, self.assignment)
        self.fingerprint = fingerprint_of(self.origin)
        self.points = tuple(name for name, cell in expected.cells.items() if cell.marks.get("grade"))
        self.proofs = ResultProofs(self.course, self.assignment, expected, write=not self.dry, log=self.log)

    def jobs(self, names: tuple[str, ...]) -> Iterator[Job]:
        """The submissions that must be graded; the others are sorted away on the way."""
        for name in names:
            with self.watch.part("files"):
                found = submission_of(self.course, self.assignment, name)
            if isinstance(found, Submission):
                self.timestamps[found.student] = found.timestamp
            earlier = None if fault_of_id(name) else self.store.load(found.student)
            if earlier is not None:
                self.before[found.student] = earlier.brief(tests=True)
            earlier = None if self.force else earlier
            if earlier is not None and self.still_holds(earlier, found):
                del self.before[found.student]
                earlier = self.settled(earlier, found)
                self.leave(earlier)
                continue
            if earlier is not None and self.dry:
                self.earlier[found.student] = earlier.brief(tests=True)
            if isinstance(found, Rejected):
                self.reject(found)
                continue
            self.submissions[found.student] = found
            yield Job(found, self.proofs.seed(found.sha256))

    def still_holds(self, earlier: Result, found: Submission | Rejected) -> bool:
        """Whether an earlier result was computed from just what there is now, and is as it was computed."""
        return earlier.fingerprint == self.fingerprint and self.is_of(earlier, found)

    def is_of(self, earlier: Result, found: Submission | Rejected) -> bool:
        """Whether an earlier result is of just this submission, whatever hidden tests there were, and as computed."""
        if earlier.proof is None or earlier.status is Status.ungraded:
            return False
        if isinstance(found, Rejected):
            same = (earlier.submission_sha256, earlier.reason) == ("", found.reason)
        else:
            told_then = (earlier.submission_sha256, earlier.proof.recorded.timestamp)
            same = told_then == (found.sha256, told(found.timestamp))
        return same and self.proofs.is_authentic(earlier)

    def settled(self, earlier: Result, found: Submission | Rejected) -> Result:
        """An earlier result with what course.yml says now of being late, in the workspace too."""
        result = with_lateness(self.course, earlier, found.timestamp if isinstance(found, Submission) else None)
        if result is not earlier and not self.dry:
            self.store.save(result)
        return result

    def reject(self, rejected: Rejected) -> None:
        """Keeps the reason why a submission cannot be read as its result."""
        result = Result(
            assignment=self.assignment,
            student=rejected.student,
            status=Status.not_gradable,
            score=None,
            max_score=0.0,
            submission_sha256="",
            seed=0,
            fingerprint=self.fingerprint,
            origin=self.origin,
            reason=rejected.reason,
        )
        if not fault_of_id(rejected.student):  # an unsafe id is no name for a file
            result = self.save(result, None)
        self.finished(result)

    def keep(self, graded: Graded) -> None:
        """Writes a fresh result's files."""
        submission = self.submissions.pop(graded.result.student)
        self.watch.add(graded.spent)
        result = with_lateness(self.course, graded.result, submission.timestamp)
        with self.watch.part("files"):
            if graded.notebook is not None and not self.dry:
                write_autograded(self.course.workspace, submission, graded.notebook)
            result = self.save(result, graded.notebook)
        self.finished(result)

    def save(self, result: Result, notebook: bytes | None) -> Result:
        """Writes a fresh result; without a score, an older executed notebook must not look like its own."""
        if self.dry:
            return result
        if result.status is not Status.graded:
            remove_autograded(self.course.workspace, self.assignment, result.student)
        return self.write(result, hash_of_notebook(notebook))

    def write(self, result: Result, notebook: str) -> Result:
        """Seals a result, logs it and writes it, with the hash of its executed notebook."""
        self.changed[result.student] = self.changed_cells(self.before.pop(result.student, None), result)
        result = self.proofs.seal(result, notebook, self.timestamps.get(result.student))
        self.proofs.log(result)
        self.store.save(result)
        self.unrecorded.append(result)
        return result

    def changed_cells(self, before: Result | None, now: Result) -> frozenset[str]:
        """The graded cells that a teacher may have to look at again: all of a new submission, else by the verdicts."""
        if before is None or before.submission_sha256 != now.submission_sha256:
            return frozenset(self.points)
        then = {e.name: [(t.name, t.outcome) for t in e.tests] for e in before.exercises}
        return frozenset(
            f"test_{e.name}"
            for e in now.exercises
            if now.status is Status.graded and then.get(e.name) != [(t.name, t.outcome) for t in e.tests]
        )

    def finished(self, result: Result) -> None:
        """Counts a fresh result and tells of it."""
        self.graded.append(result.brief(tests=self.dry))
        self.progress(result)

    def leave(self, result: Result) -> None:
        """Counts a result that still holds, with what the gradebook was told of it, and tells of it."""
        self.unchanged.append(structs.replace(result.brief(), proof=result.proof))
        self.progress(result)

    def record(self, book: Book, *, at_least: int = 1) -> None:
        """Writes waiting results into the gradebook, once there are enough of them."""
        if len(self.unrecorded) >= at_least:
            with self.watch.part("gradebook"):
                record(book, self.unrecorded, self.timestamps, self.changed)
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
                    self.changed[result.student] = frozenset(self.points)  # a new submission that was not recorded
                self.repaired.append((result.student, differing[0]))
                self.proofs.repaired(result.student, differing)
        self.record(book)
        apply_lateness(self.course, self.assignment, book, settled={r.student for r in (*self.graded, *self.unchanged)})


def walls(course: Course) -> tuple[str, ...]:
    """The walls around the student's process."""
    return ("seccomp", "landlock", "rlimits", "supervisor", *(("bubblewrap",) if use_bubblewrap(course) else ()))


def record(
    book: Book,
    results: list[Result],
    timestamps: Mapping[str, datetime | None],
    changed: Mapping[str, frozenset[str]],
) -> None:
    """Writes results into the gradebook; what a teacher entered there stays, and is asked for again if it changed."""
    book.record(
        results,
        timestamps=timestamps,
        comments={r.student: r.proof.recorded.comments for r in results if r.proof is not None},
        unanswered={r.student: r.unanswered for r in results},
        changed={r.student: changed[r.student] for r in results if r.student in changed},
    )
