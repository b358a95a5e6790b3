"""Due dates, extensions and late penalties in nbgrader's database, where formgrader and its own feedback read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from autograder.course.deadlines import aware, naive_utc, penalty
from autograder.gradebook.tables import ASSIGNMENT, GRADE, SUBMISSION, SUBMITTED


@dataclass(frozen=True)
class StudentDeadline:
    """One student's due date, and what the submission loses in percent of all its points; None if it is on time."""

    due: datetime | None
    percent: float | None


def write_deadlines(
    connection: sa.Connection,
    assignment_id: str,
    due: datetime | None,
    deadlines: Mapping[str, StudentDeadline],
    student: str | None = None,
) -> None:
    """Writes an assignment's due date and each student's extension and penalty (or one student's) where they differ.

    A penalty applies to all points, including a teacher's, so it is computed from what the gradebook holds now.
    """
    connection.execute(ASSIGNMENT.update().where(ASSIGNMENT.c.id == assignment_id).values(duedate=naive_utc(due)))
    for row in _rows(connection, assignment_id, due, deadlines, student):
        if row.extension != row.known_extension:
            extended = SUBMISSION.update().where(SUBMISSION.c.id == row.submission)
            connection.execute(extended.values(extension=row.extension))
        if row.penalty != row.known_penalty:
            late = SUBMITTED.update().where(SUBMITTED.c.id == row.notebook)
            connection.execute(late.values(late_submission_penalty=row.penalty))


def other_deadlines(
    connection: sa.Connection, assignment_id: str, due: datetime | None, deadlines: Mapping[str, StudentDeadline]
) -> tuple[list[tuple[str, str]], list[str]]:
    """Where the gradebook differs from these dates and penalties, by student ('' for the whole assignment).

    Also whose penalty is merely outdated because a teacher has entered points since.
    """
    found: list[tuple[str, str]] = []
    old: list[str] = []
    known = connection.scalar(sa.select(ASSIGNMENT.c.duedate).where(ASSIGNMENT.c.id == assignment_id))
    if known != naive_utc(due):
        found.append(("", f"the due date is {known} UTC, but course.yml says {naive_utc(due)} UTC"))
    by_hand = _with_points_by_hand(connection, assignment_id)
    for row in _rows(connection, assignment_id, due, deadlines, None):
        if row.extension != row.known_extension:
            what = f"the extension is {row.known_extension or 'none'}, but course.yml says {row.extension or 'none'}"
            found.append((row.student, what))
        lost, known_lost = row.penalty or 0.0, row.known_penalty or 0.0
        if lost != known_lost and lost and known_lost and row.notebook in by_hand:
            old.append(row.student)
        elif lost != known_lost:
            found.append((row.student, f"the late penalty is {known_lost:g}, but course.yml says {lost:g}"))
    return found, old


@dataclass(frozen=True)
class _Row:
    """One submission's extension and penalty: what they should be, and what the gradebook has."""

    student: str
    submission: str
    notebook: str
    extension: timedelta | None
    known_extension: timedelta | None
    penalty: float | None
    known_penalty: float | None


def _rows(
    connection: sa.Connection,
    assignment_id: str,
    due: datetime | None,
    deadlines: Mapping[str, StudentDeadline],
    student: str | None,
) -> list[_Row]:
    scores = _scores(connection, assignment_id, student)
    query = (
        sa.select(
            SUBMISSION.c.student_id,
            SUBMISSION.c.id.label("submission"),
            SUBMISSION.c.extension,
            SUBMITTED.c.id.label("notebook"),
            SUBMITTED.c.late_submission_penalty.label("penalty"),
        )
        .join(SUBMITTED, SUBMITTED.c.assignment_id == SUBMISSION.c.id)
        .where(_whose(assignment_id, student))
    )
    found = []
    for row in connection.execute(query).all():
        deadline = deadlines.get(row.student_id, StudentDeadline(due, None))
        lost = None if deadline.percent is None else penalty(scores.get(row.notebook, 0.0), deadline.percent)
        extension = _extension(due, deadline.due)
        ids = (row.student_id, row.submission, row.notebook)
        found.append(_Row(*ids, extension, row.extension, lost, row.penalty))
    return found


def _with_points_by_hand(connection: sa.Connection, assignment_id: str) -> frozenset[str]:
    """The submitted notebooks for which a teacher entered points."""
    query = (
        sa.select(GRADE.c.notebook_id)
        .join(SUBMITTED, SUBMITTED.c.id == GRADE.c.notebook_id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED.c.assignment_id)
        .where(SUBMISSION.c.assignment_id == assignment_id)
        .where(sa.or_(GRADE.c.manual_score.is_not(None), GRADE.c.extra_credit.is_not(None)))
    )
    return frozenset(connection.scalars(query.distinct()))


def _whose(assignment_id: str, student: str | None) -> sa.ColumnElement[bool]:
    """Narrows a query to one assignment's submissions, or to one student's."""
    of_assignment = SUBMISSION.c.assignment_id == assignment_id
    return of_assignment if student is None else sa.and_(of_assignment, SUBMISSION.c.student_id == student)


def _scores(connection: sa.Connection, assignment_id: str, student: str | None) -> dict[str, float]:
    """By submitted notebook, its points as nbgrader counts them: a manual score goes first, extra credit on top."""
    own = sa.func.coalesce(GRADE.c.manual_score, GRADE.c.auto_score, 0.0) + sa.func.coalesce(GRADE.c.extra_credit, 0.0)
    query = (
        sa.select(GRADE.c.notebook_id, sa.func.sum(own))
        .join(SUBMITTED, SUBMITTED.c.id == GRADE.c.notebook_id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED.c.assignment_id)
        .where(_whose(assignment_id, student))
        .group_by(GRADE.c.notebook_id)
    )
    return {notebook: float(points) for notebook, points in connection.execute(query)}


def _extension(due: datetime | None, own: datetime | None) -> timedelta | None:
    if due is None or own is None or own == due:
        return None
    return aware(own) - aware(due)  # within one zone, Python would subtract the clock times
