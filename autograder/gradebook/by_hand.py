"""What people enter: manual scores and comments, written only where the gradebook still says what they saw.

formgrader and several assistants may write at the same time. Each entry names what it may replace; where the gradebook
holds something else by now, nothing is written and the other entry is returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from autograder.gradebook.tables import BASE_CELL, COMMENT, GRADE, SUBMISSION, SUBMITTED
from autograder.gradebook.writer import IN_ONE_STATEMENT


@dataclass(frozen=True)
class ByHand:
    """A manual score and a manual comment, as a person enters them; None and '' where there is none."""

    score: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class HandRow:
    """What the gradebook holds of one student's answer. ``waits``: nbgrader asks a person to look at it."""

    held: ByHand
    auto: float | None = None
    waits: bool = True

    @property
    def score(self) -> float | None:
        """What counts now: a manual score goes first."""
        return self.auto if self.held.score is None else self.held.score


@dataclass(frozen=True)
class Entry:
    """What shall be entered for a student, and what it may replace: ``entered`` itself is always fine.

    With ``comment_only``, the score and whether the answer waits for somebody stay as they are.
    """

    student: str
    entered: ByHand
    replaces: frozenset[ByHand]
    comment_only: bool = False


@dataclass(frozen=True)
class Place:
    """Where an answer's score and comment stand: for a written question in one cell, for an exercise in two."""

    score: str
    comment: str


def rows_at(
    connection: sa.Connection, assignment_id: str, place: Place, students: Iterable[str] | None = None
) -> dict[str, HandRow]:
    """By student, what the gradebook holds at that place."""
    return {student: row.row for student, row in _found(connection, assignment_id, place, students).items()}


def enter(
    connection: sa.Connection, assignment_id: str, place: Place, entries: Sequence[Entry]
) -> dict[str, HandRow | None]:
    """Writes the entries within the caller's transaction; returns what stands in the way of those that were not.

    None stands for a student of whom the gradebook has no row.
    """
    connection.execute(GRADE.update().where(GRADE.c.id == "").values(auto_score=None))  # SQLite locks at a writing
    found = _found(connection, assignment_id, place, [entry.student for entry in entries], lock=True)
    refused: dict[str, HandRow | None] = {}
    for entry in entries:
        there = found.get(entry.student)
        if there is None or there.row.held not in {entry.entered, *entry.replaces}:
            refused[entry.student] = there.row if there else None
            continue
        score, comment = entry.entered.score, entry.entered.comment
        if not entry.comment_only:
            waits = score is None and there.row.auto is None
            graded = GRADE.update().where(GRADE.c.id == there.grade)
            connection.execute(graded.values(manual_score=score, needs_manual_grade=waits))
        if there.comment:
            said = COMMENT.update().where(COMMENT.c.id == there.comment)
            connection.execute(said.values(manual_comment=comment or None))
    return refused


@dataclass(frozen=True)
class _Found:
    grade: str
    comment: str | None
    row: HandRow


def _found(
    connection: sa.Connection,
    assignment_id: str,
    place: Place,
    students: Iterable[str] | None,
    *,
    lock: bool = False,
) -> dict[str, _Found]:
    names = None if students is None else list(students)
    if names is not None and len(names) > IN_ONE_STATEMENT:
        parts = [names[i : i + IN_ONE_STATEMENT] for i in range(0, len(names), IN_ONE_STATEMENT)]
        return {k: v for part in parts for k, v in _found(connection, assignment_id, place, part, lock=lock).items()}
    grades = _rows(connection, assignment_id, GRADE, place.score, names, lock=lock)
    comments = _rows(connection, assignment_id, COMMENT, place.comment, names, lock=lock)
    return {student: _joined(row, comments.get(student)) for student, row in grades.items()}


def _rows(
    connection: sa.Connection,
    assignment_id: str,
    table: sa.Table,
    cell: str,
    students: Sequence[str] | None,
    *,
    lock: bool,
) -> Mapping[str, sa.Row[tuple[object, ...]]]:
    query = (
        sa.select(SUBMISSION.c.student_id.label("student"), table)
        .select_from(table)
        .join(BASE_CELL, BASE_CELL.c.id == table.c.cell_id)
        .join(SUBMITTED, SUBMITTED.c.id == table.c.notebook_id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED.c.assignment_id)
        .where(SUBMISSION.c.assignment_id == assignment_id, BASE_CELL.c.name == cell)
    )
    query = query if students is None else query.where(SUBMISSION.c.student_id.in_(students))
    query = query.with_for_update(of=table) if lock else query
    return {row.student: row for row in connection.execute(query)}


def _joined(grade: sa.Row[tuple[object, ...]], comment: sa.Row[tuple[object, ...]] | None) -> _Found:
    text = (comment.manual_comment if comment is not None else None) or ""
    held = ByHand(grade.manual_score, text)
    row = HandRow(held, grade.auto_score, bool(grade.needs_manual_grade))
    return _Found(grade.id, comment.id if comment is not None else None, row)
