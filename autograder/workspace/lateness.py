"""Late submissions: what course.yml says now, derived when a result is read, and written where nbgrader reads it."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from autograder.course import Course
from autograder.deadlines import from_utc_text, lateness
from autograder.gradebook.book import Book
from autograder.gradebook.penalties import StudentDeadline
from autograder.results import Result, Status


def with_lateness(course: Course, assignment: str, result: Result) -> Result:
    """The result with what course.yml takes from it now for being late."""
    late = None
    if result.status is Status.graded and result.score is not None and result.proof is not None:
        handed_in = from_utc_text(result.proof.recorded.timestamp)
        due = course.due(assignment, result.student)
        late = lateness(due, handed_in, course.late_policy(assignment), result.score)
    return result if late == result.late else replace(result, late=late)


def apply_lateness(course: Course, assignment: str, book: Book, *, student: str | None = None) -> None:
    """Writes due dates, extensions and late penalties into the gradebook, or one student's at the same price.

    Idempotent. Manual scores that a teacher entered meanwhile count in the penalty.
    """
    moments = book.timestamps(assignment, student)
    deadlines = {name: _deadline(course, assignment, name, moment) for name, moment in moments.items()}
    book.apply_lateness(assignment, course.due(assignment), deadlines, student)


def other_deadlines(course: Course, assignment: str, book: Book) -> tuple[list[tuple[str, str]], list[str]]:
    """What the gradebook has in place of course.yml's due date, extensions and penalties, by student.

    And whose late penalty is only older than points that a teacher entered.
    """
    moments = book.timestamps(assignment)
    deadlines = {name: _deadline(course, assignment, name, moment) for name, moment in moments.items()}
    return book.other_deadlines(assignment, course.due(assignment), deadlines)


def _deadline(course: Course, assignment: str, student: str, handed_in: datetime | None) -> StudentDeadline:
    due = course.due(assignment, student)
    late = lateness(due, handed_in, course.late_policy(assignment), 0.0)
    return StudentDeadline(due, None if late is None else late.percent)
