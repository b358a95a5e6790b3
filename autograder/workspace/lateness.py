"""Late submissions: brings results and gradebook to what course.yml says now, without grading anything again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from autograder.course import Course
from autograder.deadlines import lateness
from autograder.gradebook.book import Book
from autograder.gradebook.penalties import StudentDeadline
from autograder.results import Result, Status
from autograder.workspace.store import Store


def with_lateness(course: Course, result: Result, handed_in: datetime | None) -> Result:
    """The result with what course.yml takes from it for being late; equal when nothing changes."""
    late = None
    if result.status is Status.graded and result.score is not None:
        policy = course.late_policy(result.assignment)
        late = lateness(course.due(result.assignment, result.student), handed_in, policy, result.score)
    return result if late == result.late else replace(result, late=late)


def apply_lateness(
    course: Course, assignment: str, book: Book, *, student: str | None = None, settled: Collection[str] = ()
) -> None:
    """Writes extensions and late penalties of the whole assignment into the gradebook, and into the results.

    Idempotent. Manual scores that a teacher entered meanwhile count in the penalty. With ``student``, only that one's
    result is read and written anew; those of the students in ``settled`` are known to be right.
    """
    moments = book.timestamps(assignment)
    book.apply_lateness(
        assignment,
        course.due(assignment),
        {name: _deadline(course, assignment, name, moment) for name, moment in moments.items()},
    )
    store = Store(course, assignment)
    for name in [name for name in moments if name not in settled] if student is None else (student,):
        result = store.load(name)
        if result is not None:
            with_its_lateness = with_lateness(course, result, moments.get(name))
            if with_its_lateness is not result:
                store.save(with_its_lateness)


def apply_lateness_to(course: Course, assignment: str, book: Book, student: str, handed_in: datetime | None) -> None:
    """Writes one student's extension and late penalty into the gradebook, at a price that no class size changes."""
    deadline = _deadline(course, assignment, student, handed_in)
    book.apply_lateness(assignment, course.due(assignment), {student: deadline}, student)


def _deadline(course: Course, assignment: str, student: str, handed_in: datetime | None) -> StudentDeadline:
    due = course.due(assignment, student)
    late = lateness(due, handed_in, course.late_policy(assignment), 0.0)
    return StudentDeadline(due, None if late is None else late.percent)
