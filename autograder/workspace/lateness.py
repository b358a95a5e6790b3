"""Late penalties: computed from course.yml whenever a result is read, and written where nbgrader reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from autograder.course import Course
from autograder.course.deadlines import aware, from_utc_text, lateness
from autograder.gradebook.book import Book, open_book
from autograder.gradebook.penalties import StudentDeadline
from autograder.results import Lateness, Result, Status
from autograder.workspace.roster import sections

Moments = Mapping[str, datetime | None]
"""When one student handed in, by assignment."""


def due_of(course: Course, assignment: str, student: str) -> datetime | None:
    """A student's own due date: of an extension, else of the section, else everybody's.

    Raises:
        CourseError: if the roster cannot be read where due dates depend on it.
    """
    dates = course.assignment(assignment).sections
    return course.due(assignment, student, sections(course).get(student, "") if dates else "")


def with_lateness(course: Course, assignment: str, result: Result, moments: Moments | None = None) -> Result:
    """The result with its late penalty under the current course.yml.

    ``moments`` are when this student handed in everything; where days are free, they are read if they are not given.
    """
    late = None
    if result.status is Status.graded and result.score is not None and result.proof is not None:
        handed_in = from_utc_text(result.proof.recorded.timestamp)
        late = lateness_at(course, assignment, result.student, handed_in, result.score, moments)
    return result if late == result.late else replace(result, late=late)


def lateness_at(
    course: Course,
    assignment: str,
    student: str,
    handed_in: datetime | None,
    score: float,
    moments: Moments | None = None,
) -> Lateness | None:
    """What handing in at that moment costs this student of that score; None when it is in time."""
    if course.config.late.free_days and moments is None:
        moments = moments_of(course, student).get(student, {})
    due = _extended(course, assignment, student, {**(moments or {}), assignment: handed_in})
    return lateness(due, handed_in, course.late_policy(assignment), score)


def moments_of(course: Course, student: str | None = None, book: Book | None = None) -> dict[str, Moments]:
    """By student, or of one, when each assignment was handed in; nothing before a build has made a gradebook."""
    if book is None:
        with open_book(course.gradebook, course.course_id) or _Nothing() as opened:
            return {} if opened is None else moments_of(course, student, opened)
    found: dict[str, dict[str, datetime | None]] = {}
    for name in set(book.assignments()) & set(course.assignments):
        for who, moment in book.timestamps(name, student).items():
            found.setdefault(who, {})[name] = moment
    return dict(found)


class _Nothing:
    """Stands in for a missing gradebook."""

    def __enter__(self) -> None:
        """Nothing."""

    def __exit__(self, *fault: object) -> None:
        """Nothing to close."""


def student_deadlines(
    course: Course, assignment: str, book: Book, student: str | None = None
) -> dict[str, StudentDeadline]:
    """By student, the own due date, and what being late takes in percent, for those who handed in."""
    handed_in = book.timestamps(assignment, student)
    free = moments_of(course, student, book) if course.config.late.free_days else {}
    return {who: _deadline(course, assignment, who, moment, free.get(who, {})) for who, moment in handed_in.items()}


def apply_lateness(course: Course, assignment: str, book: Book, *, student: str | None = None) -> None:
    """Writes due dates, extensions and late penalties into the gradebook, or one student's at the same price.

    Idempotent. The penalty includes manual scores that a teacher has entered in the meantime.
    """
    deadlines = student_deadlines(course, assignment, book, student)
    book.apply_lateness(assignment, course.due(assignment), deadlines, student)


def other_deadlines(course: Course, assignment: str, book: Book) -> tuple[list[tuple[str, str]], list[str]]:
    """Where the gradebook differs from course.yml's due date, extensions and penalties, by student.

    Also whose late penalty is merely older than points that a teacher entered.
    """
    return book.other_deadlines(assignment, course.due(assignment), student_deadlines(course, assignment, book))


def free_days(course: Course, student: str, moments: Moments) -> dict[str, int]:
    """By assignment, the free days that a student's late submissions take, in the order of their due dates.

    A submission that would be closed anyway takes none.
    """
    left, taken = course.config.late.free_days, {}
    dated = [(due, name) for name in moments if (due := due_of(course, name, student)) is not None]
    for due, name in sorted(dated, key=lambda one: aware(one[0])):
        policy = course.late_policy(name)
        late = lateness(due, moments[name], policy, 0.0)
        days = min(left, late.days) if late else 0
        after = lateness(due + timedelta(days=days), moments[name], policy, 0.0)
        if days and (after is None or after.percent < 100):
            taken[name] = days
            left -= days
    return taken


def _extended(course: Course, assignment: str, student: str, moments: Moments) -> datetime | None:
    """A student's due date, later by the free days that are taken for it."""
    due = due_of(course, assignment, student)
    if due is None or not course.config.late.free_days:
        return due
    return due + timedelta(days=free_days(course, student, moments).get(assignment, 0))


def _deadline(
    course: Course, assignment: str, student: str, handed_in: datetime | None, moments: Moments
) -> StudentDeadline:
    due = _extended(course, assignment, student, {**moments, assignment: handed_in})
    late = lateness(due, handed_in, course.late_policy(assignment), 0.0)
    return StudentDeadline(due, None if late is None else late.percent)
