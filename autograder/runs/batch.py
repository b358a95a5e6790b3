"""Grades an assignment's submissions, or one of them, into the workspace; nothing twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from autograder.course import Course
from autograder.errors import CourseError, SubmissionError, WorkspaceError
from autograder.gradebook.book import Book
from autograder.grading.grade import Graded
from autograder.grading.material import load_expected
from autograder.grading.pool import WorkerPool, grade_all
from autograder.grading.worker import Job
from autograder.notebooks.submitted import SubmittedNotebook, parse
from autograder.results import Result
from autograder.runs.run import RECORD_EVERY, Run, record, walls
from autograder.workspace.store import Store
from autograder.workspace.submissions import Rejected, Submission, students, submission_of


@dataclass(frozen=True)
class Summary:
    """What a run did. ``graded`` are fresh results, ``unchanged`` those of an earlier run that still hold; in brief.

    ``mended`` names each student whose rows in the gradebook were not what the result had told it, and how.
    ``spent`` are the seconds of each part of `profiling.PARTS`, added up over all processes.
    """

    assignment: str
    graded: tuple[Result, ...]
    unchanged: tuple[Result, ...]
    seconds: float
    repaired: tuple[tuple[str, str], ...] = ()
    spent: Mapping[str, float] = field(default_factory=dict)

    @property
    def results(self) -> tuple[Result, ...]:
        """All results, by student."""
        return tuple(sorted((*self.graded, *self.unchanged), key=lambda result: result.student))


def parsed(course: Course, assignment: str, student: str) -> SubmittedNotebook | None:
    """A submission's notebook, put right as far as that goes; None when it cannot be graded at all."""
    found = submission_of(course, assignment, student)
    if isinstance(found, Rejected):
        return None
    try:
        return parse(found.notebook, assignment, load_expected(course, assignment))
    except SubmissionError:
        return None


def grade_single(
    course: Course, assignment: str, student: str, grader: Callable[[Job], Graded]
) -> tuple[Result, frozenset[str]]:
    """Grades one submission, changed or not, and writes its files as a batch does.

    The gradebook is left to `record_single`, which takes the cells that changed from here. The workspace must be
    locked.
    """
    heard: list[Result] = []
    run = Run(course, assignment, True, heard.append)
    with run.proofs.run(run.fingerprint, walls(course)):
        for job in run.jobs((student,)):
            run.keep(grader(job))
        run.proofs.end(len(run.graded), 0)
    return heard[0], run.changed.get(heard[0].student, frozenset())


def record_single(course: Course, assignment: str, student: str, book: Book, changed: frozenset[str]) -> None:
    """Writes the result that `grade_single` left into the gradebook.

    Raises:
        WorkspaceError: when it is not there any more.
    """
    store = Store(course, assignment)
    result = store.load(student)
    if result is None:
        raise WorkspaceError(store.path(student), "the result is gone; grade again")
    found = submission_of(course, assignment, student)
    record(book, [result], {student: found.timestamp if isinstance(found, Submission) else None}, {student: changed})


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
    workers: int | WorkerPool = 2,
    force: bool = False,
    progress: Callable[[Result], None] = lambda result: None,
) -> Summary:
    """Grades what was handed in and has changed since its last grading; ``progress`` hears of each result.

    Raises:
        AutograderError: when the course, the workspace, the gradebook or a wall is at fault; never for a submission.
    """
    start = time.monotonic()
    names = submitted(course, assignment, student)
    if isinstance(workers, int):
        workers = max(1, min(workers, len(names)))
    load_expected(course, assignment)
    with Book(course.gradebook, course.course_id) as book:
        run = Run(course, assignment, force, progress)
        with run.proofs.run(run.fingerprint, walls(course)):
            try:
                for graded in grade_all(course, assignment, run.jobs(names), workers):
                    run.keep(graded)
                    run.record(book, at_least=RECORD_EVERY)
            finally:
                run.record(book)
            run.repair_gradebook(book)
            run.proofs.end(len(run.graded), len(run.unchanged))
    seconds = time.monotonic() - start
    return Summary(
        assignment, tuple(run.graded), tuple(run.unchanged), seconds, tuple(run.repaired), dict(run.watch.seconds)
    )
