"""Grades an assignment's submissions into the workspace: results, executed notebooks, gradebook; nothing twice.

For each submission the executed notebook is written first, then the result, then the gradebook. Whatever an
interruption leaves undone, the next run finds by comparing the three, and does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from autograder.course import Course
from autograder.engine import Job, grade_all
from autograder.errors import CourseError
from autograder.executed import remove_autograded, write_autograded
from autograder.gradebook import Book
from autograder.grading import Graded
from autograder.material import fingerprint, load_expected
from autograder.results import Result, Status
from autograder.store import Store, seed_for
from autograder.submission import Rejected, Submission, fault_of_id, load, students

RECORD_EVERY = 50


@dataclass(frozen=True)
class Summary:
    """What a run did. ``graded`` are fresh results, ``unchanged`` those of an earlier run that still hold."""

    assignment: str
    graded: tuple[Result, ...]
    unchanged: tuple[Result, ...]
    seconds: float

    @property
    def results(self) -> tuple[Result, ...]:
        """All results, by student."""
        return tuple(sorted((*self.graded, *self.unchanged), key=lambda result: result.student))


@dataclass
class _Run:
    """The state of one run over an assignment."""

    course: Course
    assignment: str
    force: bool
    progress: Callable[[Result], None]
    graded: list[Result] = field(default_factory=list)
    unchanged: list[Result] = field(default_factory=list)
    submissions: dict[str, Submission] = field(default_factory=dict)
    timestamps: dict[str, datetime | None] = field(default_factory=dict)
    unrecorded: list[Result] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.course, self.assignment)
        self.fingerprint = fingerprint(self.course, self.assignment)

    def jobs(self, names: tuple[str, ...]) -> Iterator[Job]:
        """The submissions that must be graded; the others are sorted away on the way."""
        for name in names:
            found = load(self.course.submitted_dir, self.assignment, name)
            if isinstance(found, Rejected):
                self.reject(found)
                continue
            self.timestamps[found.student] = found.timestamp
            earlier = None if self.force else self.store.load(found.student)
            if earlier is not None and self.still_holds(earlier, found):
                self.unchanged.append(earlier)
                self.progress(earlier)
                continue
            self.submissions[found.student] = found
            yield Job(found, seed_for(self.course, self.assignment, found.sha256))

    def still_holds(self, earlier: Result, submission: Submission) -> bool:
        """Whether an earlier result was computed from just what there is now."""
        if (earlier.submission_sha256, earlier.fingerprint) != (submission.sha256, self.fingerprint):
            return False
        executed = self.course.autograded_dir(submission.student, self.assignment) / f"{self.assignment}.ipynb"
        return earlier.status is Status.not_gradable or (earlier.status is Status.graded and executed.is_file())

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
            reason=rejected.reason,
        )
        if not fault_of_id(rejected.student):  # an unsafe id is no name for a file
            self.save(result)
        self.finished(result)

    def keep(self, graded: Graded) -> None:
        """Writes a fresh result's files."""
        result = graded.result
        submission = self.submissions.pop(result.student)
        if graded.notebook is not None:
            write_autograded(self.course.workspace, submission, graded.notebook)
        self.save(result)
        self.finished(result)

    def save(self, result: Result) -> None:
        """Writes a result's JSON; without a score, an older executed notebook must not look like its own."""
        if result.status is not Status.graded:
            remove_autograded(self.course.workspace, self.assignment, result.student)
        self.store.save(result)
        self.unrecorded.append(result)

    def finished(self, result: Result) -> None:
        """Counts a fresh result and tells of it."""
        self.graded.append(result)
        self.progress(result)

    def record(self, book: Book, *, at_least: int = 1) -> None:
        """Writes waiting results into the gradebook, once there are enough of them."""
        if len(self.unrecorded) >= at_least:
            record(book, self.course, self.unrecorded, self.timestamps)
            self.unrecorded.clear()

    def heal(self, book: Book) -> None:
        """Finds results that an interruption kept out of the gradebook."""
        known = book.recorded(self.assignment)
        for result in self.unchanged:
            scores = {f"test_{e.name}": e.score for e in result.exercises} if result.status is Status.graded else {}
            row = known.get(result.student, {})
            if any(row.get(name) != score for name, score in scores.items()):
                self.unrecorded.append(result)
        self.record(book)


def record(book: Book, course: Course, results: list[Result], timestamps: Mapping[str, datetime | None]) -> None:
    """Writes results into the gradebook; what a teacher entered there stays."""
    now = datetime.now(UTC)
    book.record(
        results,
        timestamps=timestamps,
        comments={
            r.student: {
                e.name: f"{e.hint}" for e in r.exercises if e.hint and course.reveals("hint", r.assignment, now)
            }
            for r in results
        },
        unanswered={r.student: r.unanswered for r in results},
    )


def submitted(course: Course, assignment: str, student: str | None = None) -> tuple[str, ...]:
    """The students whose submissions a run would look at.

    Raises:
        CourseError: when the student, or anybody, handed nothing in.
    """
    course.assignment(assignment)
    names = students(course.submitted_dir, assignment)
    if student is not None:
        if student not in names:
            raise CourseError(course.submitted_dir / student, f"handed in no submission of '{assignment}'")
        return (student,)
    return names


def grade_assignment(
    course: Course,
    assignment: str,
    *,
    student: str | None = None,
    workers: int = 2,
    force: bool = False,
    progress: Callable[[Result], None] = lambda result: None,
) -> Summary:
    """Grades what was handed in and has changed since its last grading; ``progress`` hears of each result.

    Raises:
        AutograderError: when the course, the workspace, the gradebook or a wall is at fault; never for a submission.
    """
    start = time.monotonic()
    names = submitted(course, assignment, student)
    load_expected(course, assignment)
    run = _Run(course, assignment, force, progress)
    with Book(course.gradebook, course.course_id) as book:
        try:
            for graded in grade_all(course, assignment, run.jobs(names), max(1, min(workers, len(names)))):
                run.keep(graded)
                run.record(book, at_least=RECORD_EVERY)
        finally:
            run.record(book)
        run.heal(book)
    return Summary(assignment, tuple(run.graded), tuple(run.unchanged), time.monotonic() - start)
