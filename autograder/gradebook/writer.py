"""Writes the rows of submissions in nbgrader's database, with a few statements per batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from autograder.course.deadlines import from_utc_text, naive_utc
from autograder.errors import GradebookError
from autograder.gradebook.tables import (
    ASSIGNMENT,
    BASE_CELL,
    COMMENT,
    GRADE,
    GRADE_CELL,
    NOTEBOOK,
    STUDENT,
    SUBMISSION,
    SUBMITTED,
    new_uuid,
)
from autograder.results import GradebookEntry, Result, Status

BUILD = "run `autograder build`"
IN_ONE_STATEMENT = 500  # students; databases bound the number of parameters


@dataclass(frozen=True)
class NotebookRows:
    """One notebook of an assignment: the ids of its cells by grade_id."""

    id: str
    graded: Mapping[str, str]
    commented: Mapping[str, str]
    points: Mapping[str, float]


@dataclass(frozen=True)
class AssignmentRows:
    """An assignment and its notebooks, from the release's rows."""

    id: str
    notebooks: tuple[NotebookRows, ...]

    @property
    def points(self) -> dict[str, float]:
        """What each graded cell is worth, by grade_id."""
        return {name: points for notebook in self.notebooks for name, points in notebook.points.items()}


def _score_and_ask() -> sa.Update:
    """Sets an automatic score. A cell waits for a person if it has no score, or if what a person scored has changed."""
    auto = sa.cast(sa.bindparam("auto", type_=sa.Float), sa.Float)  # PostgreSQL cannot tell what `? IS NULL` is of
    known = sa.bindparam("known", type_=sa.Integer)
    waits = sa.case(
        (GRADE.c.manual_score.is_(None), auto.is_(None)),
        (known == 1, sa.true()),
        (known == 0, GRADE.c.needs_manual_grade),
        else_=sa.or_(GRADE.c.needs_manual_grade, GRADE.c.auto_score.is_distinct_from(auto)),
    )
    row = GRADE.update().where(GRADE.c.id == sa.bindparam("_id"))
    return row.values(auto_score=auto, needs_manual_grade=waits)


_SCORE_AND_ASK = _score_and_ask()


class Writer:
    """Writes one batch of one assignment within the caller's transaction."""

    def __init__(
        self, connection: sa.Connection, assignment: AssignmentRows, changed: Mapping[str, Collection[str]]
    ) -> None:
        """Takes the assignment's rows from `read_assignment`, and the changed cells from `Book.record`."""
        self._connection, self._assignment, self._changed = connection, assignment, changed

    def write(self, results: Sequence[Result]) -> None:
        """Creates missing rows, then writes the values that were signed with the results.

        A cell that an entry does not name waits for a teacher, and has no comment.
        """
        known = self._submissions([result.student for result in results])
        entries = {
            result.student: _entry(result)
            for result in results
            if result.status is Status.graded or result.student in known
        }
        self._add_students([student for student in entries if student not in known])
        submissions = self._add_submissions(entries, known)
        for notebook in self._assignment.notebooks:
            submitted, before = self._add_notebooks(notebook, submissions)
            self._write_grades(notebook, submitted, before, entries)
            self._write_comments(notebook, submitted, before, entries)

    def _submissions(self, students: Sequence[str]) -> dict[str, str]:
        """The ids of the submissions in the gradebook, by student."""
        found = self._select_in(
            sa.select(SUBMISSION.c.student_id, SUBMISSION.c.id).where(
                SUBMISSION.c.assignment_id == self._assignment.id
            ),
            SUBMISSION.c.student_id,
            students,
        )
        return {row.student_id: row.id for row in found}

    def _add_students(self, students: Sequence[str]) -> None:
        known = {row.id for row in self._select_in(sa.select(STUDENT.c.id), STUDENT.c.id, students)}
        self._insert(STUDENT, [{"id": student} for student in students if student not in known])

    def _add_submissions(self, entries: Mapping[str, GradebookEntry], known: Mapping[str, str]) -> dict[str, str]:
        rows = [(who, naive_utc(from_utc_text(entry.timestamp))) for who, entry in entries.items()]
        update = SUBMISSION.update().where(SUBMISSION.c.id == sa.bindparam("_id"))
        self._execute(update, [{"_id": known[who], "timestamp": at} for who, at in rows if who in known])
        new: list[dict[str, Any]] = [
            {"id": new_uuid(), "assignment_id": self._assignment.id, "student_id": who, "timestamp": at}
            for who, at in rows
            if who not in known
        ]
        self._insert(SUBMISSION, new)
        return {**known, **{row["student_id"]: row["id"] for row in new}}

    def _add_notebooks(
        self, notebook: NotebookRows, submissions: Mapping[str, str]
    ) -> tuple[dict[str, str], Collection[str]]:
        """The submitted notebooks' ids with their students, and those that existed before."""
        query = sa.select(SUBMITTED.c.assignment_id, SUBMITTED.c.id).where(SUBMITTED.c.notebook_id == notebook.id)
        found = self._select_in(query, SUBMITTED.c.assignment_id, list(submissions.values()))
        before = {row.assignment_id: row.id for row in found}
        new = [
            {"id": new_uuid(), "notebook_id": notebook.id, "assignment_id": submission, "flagged": False}
            for submission in submissions.values()
            if submission not in before
        ]
        self._insert(SUBMITTED, new)
        known = before | {row["assignment_id"]: row["id"] for row in new}
        return {known[submission]: student for student, submission in submissions.items()}, before.values()

    def _write_grades(
        self,
        notebook: NotebookRows,
        submitted: Mapping[str, str],
        before: Collection[str],
        entries: Mapping[str, GradebookEntry],
    ) -> None:
        scores = {
            (submitted_id, cell_id): entries[student].scores.get(grade_id)
            for submitted_id, student in submitted.items()
            for grade_id, cell_id in notebook.graded.items()
        }
        known = self._cells(GRADE, notebook.graded.values(), before)
        names = {cell_id: grade_id for grade_id, cell_id in notebook.graded.items()}
        rows = [
            {"_id": known[cell], "auto": score, "known": self._is_changed(submitted[cell[0]], names[cell[1]])}
            for cell, score in scores.items()
            if cell in known
        ]
        self._execute(_SCORE_AND_ASK, rows)
        self._insert(
            GRADE,
            [
                {"notebook_id": cell[0], "cell_id": cell[1], "auto_score": score, "needs_manual_grade": score is None}
                for cell, score in scores.items()
                if cell not in known
            ],
        )

    def _is_changed(self, student: str, grade_id: str) -> int:
        """Whether somebody who scored this cell by hand must look again: 1 or 0; -1 if only the scores can tell."""
        return int(grade_id in self._changed[student]) if student in self._changed else -1

    def _write_comments(
        self,
        notebook: NotebookRows,
        submitted: Mapping[str, str],
        before: Collection[str],
        entries: Mapping[str, GradebookEntry],
    ) -> None:
        texts = {
            (submitted_id, cell_id): entries[student].comments.get(grade_id)
            for submitted_id, student in submitted.items()
            for grade_id, cell_id in notebook.commented.items()
        }
        known = self._cells(COMMENT, notebook.commented.values(), before)
        update = COMMENT.update().where(COMMENT.c.id == sa.bindparam("_id"))
        self._execute(
            update, [{"_id": known[cell], "auto_comment": text} for cell, text in texts.items() if cell in known]
        )
        self._insert(
            COMMENT,
            [
                {"notebook_id": cell[0], "cell_id": cell[1], "auto_comment": text}
                for cell, text in texts.items()
                if cell not in known
            ],
        )

    def _cells(self, table: sa.Table, cells: Collection[str], submitted: Collection[str]) -> dict[tuple[str, str], str]:
        """The ids of a table's rows, by submitted notebook and cell.

        nbgrader's index begins with the cell: without it the whole table would be read for each batch.
        """
        query = sa.select(table.c.notebook_id, table.c.cell_id, table.c.id).where(table.c.cell_id.in_(list(cells)))
        rows = self._select_in(query, table.c.notebook_id, list(submitted))
        return {(row.notebook_id, row.cell_id): row.id for row in rows}

    def _select_in(self, query: sa.Select[Any], column: sa.Column[Any], values: Sequence[str]) -> Iterator[sa.Row[Any]]:
        for start in range(0, len(values), IN_ONE_STATEMENT):
            yield from self._connection.execute(query.where(column.in_(values[start : start + IN_ONE_STATEMENT])))

    def _insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        self._execute(table.insert(), rows)

    def _execute(self, statement: sa.Executable, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(statement, rows)


def read_assignment(connection: sa.Connection, name: str, url: str, course_id: str) -> AssignmentRows:
    """The rows of an assignment's release.

    Raises:
        GradebookError: if it has not been built yet, or belongs to another course.
    """
    row = connection.execute(
        sa.select(ASSIGNMENT.c.id, ASSIGNMENT.c.course_id).where(ASSIGNMENT.c.name == name)
    ).one_or_none()
    if row is None:
        raise GradebookError(url, f"does not know the assignment '{name}': {BUILD}")
    if row.course_id != course_id:
        raise GradebookError(url, f"has '{name}' as an assignment of the course '{row.course_id}', not '{course_id}'")
    notebooks = connection.scalars(sa.select(NOTEBOOK.c.id).where(NOTEBOOK.c.assignment_id == row.id)).all()
    if not notebooks:
        raise GradebookError(url, f"knows no notebook of the assignment '{name}': {BUILD}")
    return AssignmentRows(row.id, tuple(_read_notebook(connection, notebook) for notebook in notebooks))


def _read_notebook(connection: sa.Connection, notebook: str) -> NotebookRows:
    cells = connection.execute(
        sa.select(BASE_CELL.c.id, BASE_CELL.c.name, BASE_CELL.c.type, GRADE_CELL.c.max_score)
        .outerjoin(GRADE_CELL, GRADE_CELL.c.id == BASE_CELL.c.id)
        .where(BASE_CELL.c.notebook_id == notebook)
    ).all()
    return NotebookRows(
        notebook,
        {cell.name: cell.id for cell in cells if cell.type in ("GradeCell", "TaskCell")},
        {cell.name: cell.id for cell in cells if cell.type in ("SolutionCell", "TaskCell")},
        {cell.name: cell.max_score for cell in cells if cell.type == "GradeCell"},
    )


def _entry(result: Result) -> GradebookEntry:
    assert result.proof is not None, "only what was signed is written into the gradebook"
    return result.proof.recorded
