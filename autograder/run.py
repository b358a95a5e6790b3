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
from autograder.executed import remove_autograded, write_autograded
from autograder.gradebook import Book, told
from autograder.grading import Graded
from autograder.journal import Journal
from autograder.ledger import Ledger, differences, hash_of_notebook
from autograder.material import load_expected
from autograder.origin import fingerprint_of, origin_of
from autograder.profiling import Stopwatch
from autograder.results import Result, Status
from autograder.settle import settle, with_lateness
from autograder.store import Store
from autograder.submission import Rejected, Submission, fault_of_id, load
from autograder.takeover import kept_exercises
from autograder.worker import Job, use_bubblewrap

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
    mended: list[tuple[str, str]] = field(default_factory=list)
    watch: Stopwatch = field(default_factory=Stopwatch)
    earlier: dict[str, Result] = field(default_factory=dict)
    dry: bool = False
    journal: Journal | None = None

    def __post_init__(self) -> None:
        expected = load_expected(self.course, self.assignment)
        self.store = Store(self.course, self.assignment)
        self.origin = origin_of(self.course, self.assignment, expected.exercises)
        self.fingerprint = fingerprint_of(self.origin)
        self.ledger = Ledger(self.course, self.assignment, expected, write=not self.dry, journal=self.journal)

    def jobs(self, names: tuple[str, ...]) -> Iterator[Job]:
        """The submissions that must be graded; the others are sorted away on the way."""
        for name in names:
            with self.watch.part("files"):
                found = load(self.course.submitted_dir, self.assignment, name)
            if isinstance(found, Submission):
                self.timestamps[found.student] = found.timestamp
            earlier = None if self.force or fault_of_id(name) else self.store.load(found.student)
            if earlier is not None and self.still_holds(earlier, found):
                earlier = self.settled(earlier, found)
                self.leave(earlier)
                continue
            if earlier is not None and self.dry:
                self.earlier[found.student] = earlier.brief(tests=True)
            if isinstance(found, Rejected):
                self.reject(found)
                continue
            reusable = earlier if earlier is not None and self.reusable(earlier, found) else None
            if reusable is not None and kept_exercises(reusable, self.origin) == frozenset(self.origin.exercises):
                self.renew(self.settled(reusable, found))
                continue
            self.submissions[found.student] = found
            yield Job(found, self.ledger.seed(found.sha256), earlier=reusable)

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
        return same and self.ledger.proven(earlier)

    def settled(self, earlier: Result, found: Submission | Rejected) -> Result:
        """An earlier result with what course.yml says now of being late, in the workspace too."""
        result = with_lateness(self.course, earlier, found.timestamp if isinstance(found, Submission) else None)
        if result is not earlier and not self.dry:
            self.store.save(result)
        return result

    def reusable(self, earlier: Result, found: Submission) -> bool:
        """Whether an earlier result is a proven one of the same submission, so that parts of it may still hold."""
        same = (earlier.submission_sha256, earlier.seed) == (found.sha256, self.ledger.seed(found.sha256))
        return same and earlier.status is Status.graded and self.ledger.proven(earlier)

    def renew(self, earlier: Result) -> None:
        """Keeps a result that no change can have touched, and has it say what it now was computed from."""
        assert earlier.proof is not None
        result = structs.replace(earlier, fingerprint=self.fingerprint, origin=self.origin)
        if not self.dry:
            result = self.write(result, earlier.proof.notebook)
        self.leave(result)

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
        result = self.ledger.seal(result, notebook, self.timestamps.get(result.student))
        self.ledger.log(result)
        self.store.save(result)
        self.unrecorded.append(result)
        return result

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
                record(book, self.unrecorded, self.timestamps)
            self.unrecorded.clear()
            self.ledger.journal.sync()

    def heal(self, book: Book) -> None:
        """Finds results that an interruption kept out of the gradebook, and rows that somebody changed."""
        rows = book.rows(self.assignment) if self.unchanged else {}
        for result in self.unchanged:
            differing = differences(result, rows.get(result.student))
            if differing:
                self.unrecorded.append(result)
                self.mended.append((result.student, differing[0]))
                self.ledger.mended(result.student, differing)
        self.record(book)
        settle(self.course, self.assignment, book, settled={r.student for r in (*self.graded, *self.unchanged)})


def walls(course: Course) -> tuple[str, ...]:
    """The walls around the student's process."""
    return ("seccomp", "landlock", "rlimits", "supervisor", *(("bubblewrap",) if use_bubblewrap(course) else ()))


def record(book: Book, results: list[Result], timestamps: Mapping[str, datetime | None]) -> None:
    """Writes results into the gradebook; what a teacher entered there stays."""
    book.record(
        results,
        timestamps=timestamps,
        comments={r.student: r.proof.recorded.comments for r in results if r.proof is not None},
        unanswered={r.student: r.unanswered for r in results},
    )
