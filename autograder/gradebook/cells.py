"""Which cells an assignment has in nbgrader's database, and how to change them once there are submissions.

nbgrader refuses to add or remove a cell once somebody has handed in the assignment. Here a cell can be renamed with
everything attached to it, removed after its scores were read, or added with a row for each existing submission.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from autograder.gradebook.tables import (
    BASE_CELL,
    COMMENT,
    GRADE,
    GRADE_CELL,
    NOTEBOOK,
    SOLUTION_CELL,
    SOURCE_CELL,
    SUBMISSION,
    SUBMITTED,
    TASK_CELL,
    new_uuid,
)

GRADED, ANSWERED, TASK = "GradeCell", "SolutionCell", "TaskCell"


@dataclass(frozen=True)
class Cell:
    """A cell as in the release: its name, the tables that list it, and what it is worth if it is graded."""

    name: str
    roles: frozenset[str]
    kind: str = "code"
    points: float = 0.0


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the gradebook holds about one student's cell."""

    student: str
    cell: str
    auto_score: float | None = None
    manual_score: float | None = None
    extra_credit: float | None = None
    auto_comment: str | None = None
    manual_comment: str | None = None

    @property
    def by_hand(self) -> bool:
        """Whether a person entered something."""
        return (self.manual_score, self.extra_credit, self.manual_comment or None) != (None, None, None)


@dataclass(frozen=True)
class CellChange:
    """What a build would change: names of cells that are removed and added; ``submissions`` would be affected."""

    gone: frozenset[str]
    new: frozenset[str]
    submissions: int
    entries: tuple[Entry, ...] = ()

    @property
    def matters(self) -> bool:
        """Whether it includes anything that nbgrader would refuse."""
        return bool(self.submissions and (self.gone or self.new))


def change_of(connection: sa.Connection, assignment_id: str, cells: Iterable[Cell]) -> CellChange:
    """How the cells of a release differ from those in the database, and what is attached to the removed ones."""
    notebook = _notebook(connection, assignment_id)
    known = set(connection.scalars(sa.select(BASE_CELL.c.name).where(BASE_CELL.c.notebook_id == notebook)))
    known |= set(connection.scalars(sa.select(SOURCE_CELL.c.name).where(SOURCE_CELL.c.notebook_id == notebook)))
    wanted = {cell.name for cell in cells}
    gone = frozenset(known - wanted)
    count = connection.scalar(sa.select(sa.func.count()).where(SUBMITTED.c.notebook_id == notebook)) or 0
    return CellChange(gone, frozenset(wanted - known), count, tuple(entries(connection, notebook, gone)))


def rename(connection: sa.Connection, assignment_id: str, names: Mapping[str, str]) -> None:
    """Renames cells; their scores and comments stay."""
    notebook = _notebook(connection, assignment_id)
    for table in (BASE_CELL, SOURCE_CELL):
        for old, new in names.items():
            here = sa.and_(table.c.notebook_id == notebook, table.c.name == old)
            connection.execute(table.update().where(here).values(name=new))


def remove(connection: sa.Connection, assignment_id: str, names: Collection[str]) -> None:
    """Removes cells, with their scores and comments."""
    notebook = _notebook(connection, assignment_id)
    ids = list(connection.scalars(sa.select(BASE_CELL.c.id).where(_named(BASE_CELL, notebook, names))))
    for table in (GRADE, COMMENT):
        connection.execute(table.delete().where(table.c.cell_id.in_(ids)))
    for table in (GRADE_CELL, SOLUTION_CELL, TASK_CELL, BASE_CELL):
        connection.execute(table.delete().where(table.c.id.in_(ids)))
    connection.execute(SOURCE_CELL.delete().where(_named(SOURCE_CELL, notebook, names)))


def add(connection: sa.Connection, assignment_id: str, cells: Collection[Cell], kept: Iterable[Entry] = ()) -> None:
    """Adds cells, with a waiting row for each existing submission; ``kept`` restores what was entered before."""
    notebook = _notebook(connection, assignment_id)
    submitted = connection.execute(
        sa.select(SUBMITTED.c.id, SUBMISSION.c.student_id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED.c.assignment_id)
        .where(SUBMITTED.c.notebook_id == notebook)
    ).all()
    entered = {(entry.student, entry.cell): entry for entry in kept}
    for cell in cells:
        source = {"id": new_uuid(), "name": cell.name, "notebook_id": notebook, "cell_type": cell.kind, "locked": False}
        connection.execute(SOURCE_CELL.insert().values(source))
        for role in sorted(cell.roles):
            cell_id = _add_role(connection, notebook, cell, role)
            grades, comments = [], []
            for row in submitted:
                entry = entered.get((row.student_id, cell.name), Entry(row.student_id, cell.name))
                ids: dict[str, Any] = {"notebook_id": row.id, "cell_id": cell_id}
                scores = {"manual_score": entry.manual_score, "extra_credit": entry.extra_credit}
                grades.append({**ids, **scores, "needs_manual_grade": True})
                comments.append({**ids, "manual_comment": entry.manual_comment})
            if role in (GRADED, TASK) and grades:
                connection.execute(GRADE.insert(), grades)
            if role in (ANSWERED, TASK) and comments:
                connection.execute(COMMENT.insert(), comments)


def entries(connection: sa.Connection, notebook: str, names: Collection[str]) -> list[Entry]:
    """All scores and comments on cells of these names."""
    found: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for table, columns in (
        (GRADE, ("auto_score", "manual_score", "extra_credit")),
        (COMMENT, ("auto_comment", "manual_comment")),
    ):
        query = (
            sa.select(SUBMISSION.c.student_id, BASE_CELL.c.name, *(table.c[column] for column in columns))
            .select_from(table)
            .join(BASE_CELL, BASE_CELL.c.id == table.c.cell_id)
            .join(SUBMITTED, SUBMITTED.c.id == table.c.notebook_id)
            .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED.c.assignment_id)
            .where(_named(BASE_CELL, notebook, names))
        )
        for student, name, *values in connection.execute(query):
            found[student, name] |= dict(zip(columns, values, strict=True))
    return [Entry(student, name, **values) for (student, name), values in sorted(found.items())]


def _notebook(connection: sa.Connection, assignment_id: str) -> str:
    """The id of the assignment's one notebook."""
    query = sa.select(NOTEBOOK.c.id).where(NOTEBOOK.c.assignment_id == assignment_id).order_by(NOTEBOOK.c.name)
    return str(connection.scalars(query).first() or "")


def _named(table: sa.Table, notebook: str, names: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.notebook_id == notebook, table.c.name.in_(list(names)))


def _add_role(connection: sa.Connection, notebook: str, cell: Cell, role: str) -> str:
    cell_id = new_uuid()
    connection.execute(
        BASE_CELL.insert().values({"id": cell_id, "name": cell.name, "notebook_id": notebook, "type": role})
    )
    graded = {"id": cell_id, "max_score": cell.points, "cell_type": cell.kind}
    tables = {GRADED: GRADE_CELL, ANSWERED: SOLUTION_CELL, TASK: TASK_CELL}
    connection.execute(tables[role].insert().values({"id": cell_id} if role == ANSWERED else graded))
    return cell_id
