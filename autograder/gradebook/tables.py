"""The parts of nbgrader's tables that are used here; a test compares them with nbgrader's own.

They are repeated because importing nbgrader costs every command a second or two before it does anything.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from uuid import uuid4

import sqlalchemy as sa

_all = sa.MetaData()


def new_uuid() -> str:
    """A row's id, as nbgrader makes them."""
    return uuid4().hex


def ordered_uuid() -> str:
    """An id that is larger than earlier ones (version 7), so that new rows are next to each other in the database.

    Only for rows of a submission's cells: formgrader lists submissions by their ids, which must not reveal who is who.
    """
    milliseconds = time.time_ns() // 1_000_000
    return f"{milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62):032x}"


def _id(make: Callable[[], str] = new_uuid) -> sa.Column[str]:
    return sa.Column("id", sa.String(32), primary_key=True, default=make)


def _text(name: str, length: int = 32) -> sa.Column[str]:
    return sa.Column(name, sa.String(length))


def _number(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float())


ASSIGNMENT = sa.Table(
    "assignment", _all, _id(), _text("name", 128), sa.Column("duedate", sa.DateTime()), _text("course_id", 128)
)
NOTEBOOK = sa.Table("notebook", _all, _id(), _text("name", 128), _text("assignment_id"), _text("kernelspec", 1024))
BASE_CELL = sa.Table("base_cell", _all, _id(), _text("name", 128), _text("notebook_id"), _text("type", 50))
GRADE_CELL = sa.Table(
    "grade_cells", _all, sa.Column("id", sa.String(32), primary_key=True), _number("max_score"), _text("cell_type", 8)
)
SOLUTION_CELL = sa.Table("solution_cells", _all, sa.Column("id", sa.String(32), primary_key=True))
TASK_CELL = sa.Table(
    "task_cells", _all, sa.Column("id", sa.String(32), primary_key=True), _number("max_score"), _text("cell_type", 8)
)
SOURCE_CELL = sa.Table(
    "source_cell",
    _all,
    _id(),
    _text("name", 128),
    _text("cell_type", 8),
    sa.Column("locked", sa.Boolean(), default=False),
    _text("notebook_id"),
)
STUDENT = sa.Table("student", _all, sa.Column("id", sa.String(128), primary_key=True))
SUBMISSION = sa.Table(
    "submitted_assignment",
    _all,
    _id(),
    _text("assignment_id"),
    _text("student_id", 128),
    sa.Column("timestamp", sa.DateTime()),
    sa.Column("extension", sa.Interval()),
)
SUBMITTED = sa.Table(
    "submitted_notebook",
    _all,
    _id(),
    _text("assignment_id"),
    _text("notebook_id"),
    sa.Column("flagged", sa.Boolean(), default=False),
    _number("late_submission_penalty"),
)
GRADE = sa.Table(
    "grade",
    _all,
    _id(ordered_uuid),
    _text("notebook_id"),
    _text("cell_id"),
    _number("auto_score"),
    _number("manual_score"),
    _number("extra_credit"),
    sa.Column("needs_manual_grade", sa.Boolean(), default=True),
)
COMMENT = sa.Table(
    "comment",
    _all,
    _id(ordered_uuid),
    _text("notebook_id"),
    _text("cell_id"),
    sa.Column("auto_comment", sa.Text()),
    sa.Column("manual_comment", sa.Text()),
)
