"""nbgrader's gradebook, written in batches. No other module knows its tables.

nbgrader creates a submission's rows through its ORM, with a commit for each cell. Here a few statements create the same
rows for a whole batch. What a teacher entered (manual scores, extra credit, comments) is never overwritten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from autograder.course.deadlines import utc_text
from autograder.course.grade_ids import test_id
from autograder.errors import GradebookError, NoGradebookError
from autograder.gradebook import by_hand
from autograder.gradebook.by_hand import HandRow, Place
from autograder.gradebook.cells import Cell, CellChange, Entry, add, change_of, remove, rename
from autograder.gradebook.connection import (
    explained,
    must_be_of_course,
    open_engine,
    shown,
)
from autograder.gradebook.penalties import StudentDeadline, other_deadlines, write_deadlines
from autograder.gradebook.tables import ASSIGNMENT, BASE_CELL, COMMENT, GRADE, STUDENT, SUBMISSION, SUBMITTED
from autograder.gradebook.writer import BUILD, AssignmentRows, Writer, read_assignment
from autograder.results import GradebookEntry, Result, Status


@dataclass(frozen=True)
class Mark:
    """One cell of one student. ``manual`` and ``extra`` are a teacher's; ``score`` is what nbgrader counts."""

    auto: float | None
    manual: float | None
    extra: float | None
    max_score: float
    needs_manual_grade: bool

    @property
    def score(self) -> float | None:
        """A manual score takes precedence; None if there is neither."""
        base = self.auto if self.manual is None else self.manual
        return None if base is None else base + (self.extra or 0.0)


def open_book(url: str, course_id: str) -> Book | None:
    """The gradebook of a course; None if nothing has been built yet.

    Raises:
        GradebookError: if it cannot be used, or belongs to another course.
    """
    try:
        return Book(url, course_id)
    except NoGradebookError:
        return None


class Book:
    """The gradebook of one course. Use it as a context manager; every method raises `GradebookError` if it fails.

    Args:
        url: the database's URL, such as ``sqlite:////abs/path/gradebook.db`` or ``postgresql+psycopg://...``.
        course_id: nbgrader's id of this course.
    """

    def __init__(self, url: str, course_id: str) -> None:
        """Connects, and refuses another course's database."""
        self.url, self.course_id = shown(url), course_id
        self._assignments: dict[str, AssignmentRows] = {}
        self._engine = open_engine(url)
        try:
            with self._connection() as connection:
                if not sa.inspect(connection).has_table("assignment"):
                    raise NoGradebookError(self.url, f"contains no gradebook yet: {BUILD}")
                must_be_of_course(connection, self.url, course_id)
        except GradebookError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def record(self, results: Sequence[Result], changed: Mapping[str, Collection[str]] | None = None) -> None:
        """Writes the entries that were signed with a batch of results in one transaction: all of them or none.

        Args:
            results: signed, at most one per student and assignment.
            changed: by student, the graded cells that have changed since a teacher may have scored them, so that the
                teacher is asked again. For other students, the cells whose automatic score changes.

        A result that is not graded has no score, and none is written, not even 0. If the student has rows already,
        their automatic scores and comments belong to an older submission: they are removed, and the rows wait for a
        teacher. A student without rows gets none.
        """
        batches: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            batches[result.assignment].append(result)
        with self._connection() as connection, connection.begin():
            for name, batch in batches.items():
                assignment = self._assignment(connection, name)
                self._refuse_other_points(assignment, batch)
                Writer(connection, assignment, changed or {}).write(batch)

    def change_of(self, assignment: str, cells: Collection[Cell]) -> CellChange:
        """What a release with these cells would change; nothing for an assignment that has not been built yet."""
        with self._connection() as connection:
            found = self._id_of(connection, assignment)
            return CellChange(frozenset(), frozenset(), 0) if found is None else change_of(connection, found, cells)

    def apply(
        self,
        assignment: str,
        *,
        renamed: Mapping[str, str],
        gone: Collection[str],
        new: Collection[Cell],
        kept: Collection[Entry] = (),
    ) -> None:
        """Renames, removes and adds cells in one transaction; ``kept`` are earlier entries of cells that come back."""
        with self._connection() as connection, connection.begin():
            found = self._id_of(connection, assignment)
            if found is not None:
                rename(connection, found, renamed)
                remove(connection, found, gone)
                add(connection, found, new, kept)
        self._assignments.pop(assignment, None)

    def _id_of(self, connection: sa.Connection, assignment: str) -> str | None:
        named = sa.and_(ASSIGNMENT.c.name == assignment, ASSIGNMENT.c.course_id == self.course_id)
        return connection.scalar(sa.select(ASSIGNMENT.c.id).where(named))

    def apply_lateness(
        self,
        assignment: str,
        due: datetime | None,
        deadlines: Mapping[str, StudentDeadline],
        student: str | None = None,
    ) -> None:
        """Writes due dates, extensions and late penalties; a penalty is computed from what the gradebook holds now.









        With ``student``, only that student's rows are updated.
        """
        with self._connection() as connection, connection.begin():
            write_deadlines(connection, self._assignment(connection, assignment).id, due, deadlines, student)

    def other_deadlines(
        self, assignment: str, due: datetime | None, deadlines: Mapping[str, StudentDeadline]
    ) -> tuple[list[tuple[str, str]], list[str]]:
        """Where the gradebook differs from these dates and penalties, and whose penalty merely needs updating."""
        with self._connection() as connection:
            return other_deadlines(connection, self._assignment(connection, assignment).id, due, deadlines)

    def waiting(self, assignment: str, student: str) -> frozenset[str]:
        """One student's cells that wait for a teacher although one has scored them."""
        marks = self.marks(assignment, student).get(student, {})
        return frozenset(name for name, mark in marks.items() if mark.manual is not None and mark.needs_manual_grade)

    def wait_for(self, assignment: str, student: str, cells: Collection[str]) -> None:
        """Of the cells that a teacher scored, makes only these wait; nbgrader's own autograde makes them all wait."""
        named = sa.select(BASE_CELL.c.id).where(BASE_CELL.c.name.in_(list(cells)))
        with self._connection() as connection, connection.begin():
            mine = (
                sa.select(SUBMITTED.c.id)
                .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED.c.assignment_id)
                .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
                .where(ASSIGNMENT.c.name == assignment, ASSIGNMENT.c.course_id == self.course_id)
                .where(SUBMISSION.c.student_id == student)
            )
            scored = GRADE.update().where(GRADE.c.notebook_id.in_(mine), GRADE.c.manual_score.is_not(None))
            connection.execute(scored.values(needs_manual_grade=GRADE.c.cell_id.in_(named)))

    def recorded(self, assignment: str) -> dict[str, dict[str, float | None]]:
        """By student and grade_id, the automatic scores that the gradebook holds."""
        return {
            student: {grade_id: mark.auto for grade_id, mark in marks.items()}
            for student, marks in self.marks(assignment).items()
        }

    def rows(self, assignment: str) -> dict[str, GradebookEntry]:
        """By student, the automatic scores and comments in the gradebook, and when the work was handed in."""
        cells = _of_assignment(
            sa.select(SUBMISSION.c.student_id, BASE_CELL.c.name, GRADE.c.auto_score), GRADE, self.course_id, assignment
        )
        words = _of_assignment(
            sa.select(SUBMISSION.c.student_id, BASE_CELL.c.name, COMMENT.c.auto_comment),
            COMMENT,
            self.course_id,
            assignment,
        ).where(COMMENT.c.auto_comment.is_not(None), COMMENT.c.auto_comment != "")
        scores: dict[str, dict[str, float | None]] = defaultdict(dict)
        comments: dict[str, dict[str, str]] = defaultdict(dict)
        with self._connection() as connection:
            for student, name, score in connection.execute(cells):
                scores[student][name] = score
            for student, name, text in connection.execute(words):
                comments[student][name] = text
        return {
            student: GradebookEntry(scores=scores[student], comments=comments[student], timestamp=utc_text(at))
            for student, at in self.timestamps(assignment).items()
        }

    def points(self, assignment: str) -> Mapping[str, float]:
        """What each graded cell is worth, by grade_id."""
        with self._connection() as connection:
            return self._assignment(connection, assignment).points

    def marks(self, assignment: str, student: str | None = None) -> dict[str, dict[str, Mark]]:
        """By student and grade_id, all scores of an assignment including a teacher's, or those of one student."""
        columns = (GRADE.c.auto_score, GRADE.c.manual_score, GRADE.c.extra_credit, GRADE.c.needs_manual_grade)
        query = _of_assignment(
            sa.select(SUBMISSION.c.student_id, BASE_CELL.c.name, *columns), GRADE, self.course_id, assignment, student
        )
        marks: dict[str, dict[str, Mark]] = defaultdict(dict)
        with self._connection() as connection:
            points = self._assignment(connection, assignment).points
            for student, name, auto, manual, extra, waits in connection.execute(query):
                marks[student][name] = Mark(auto, manual, extra, points.get(name, 0.0), waits)
        return dict(marks)

    def comments(self, assignment: str, student: str | None = None) -> dict[str, tuple[tuple[str, str], ...]]:
        """By student, a teacher's comments as pairs of grade_id and text; or those on one student's work."""
        query = _of_assignment(
            sa.select(SUBMISSION.c.student_id, BASE_CELL.c.name, COMMENT.c.manual_comment),
            COMMENT,
            self.course_id,
            assignment,
            student,
        ).where(COMMENT.c.manual_comment.is_not(None), COMMENT.c.manual_comment != "")
        found: dict[str, tuple[tuple[str, str], ...]] = defaultdict(tuple)
        with self._connection() as connection:
            for student, name, text in connection.execute(query.order_by(BASE_CELL.c.name)):
                found[student] += ((name, text),)
        return dict(found)

    def rows_by_hand(
        self, assignment: str, place: Place, students: Collection[str] | None = None
    ) -> dict[str, HandRow]:
        """By student, the score and the comment that a person entered at that place, and whether it waits for one."""
        with self._connection() as connection:
            return by_hand.rows_at(connection, self._assignment(connection, assignment).id, place, students)

    def enter(self, assignment: str, place: Place, entries: Sequence[by_hand.Entry]) -> dict[str, HandRow | None]:
        """Enters scores and comments as a person does in formgrader, in one transaction.

        An entry is left out where the gradebook holds something that it may not replace, and what that is returned.
        """
        with self._connection() as connection, connection.begin():
            return by_hand.enter(connection, self._assignment(connection, assignment).id, place, entries)

    def timestamps(self, assignment: str, student: str | None = None) -> dict[str, datetime | None]:
        """By student, or of one, when the recorded submission was handed in."""
        query = (
            sa.select(SUBMISSION.c.student_id, SUBMISSION.c.timestamp)
            .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
            .where(ASSIGNMENT.c.name == assignment, ASSIGNMENT.c.course_id == self.course_id)
        )
        query = query if student is None else query.where(SUBMISSION.c.student_id == student)
        with self._connection() as connection:
            return {student: at and at.replace(tzinfo=UTC) for student, at in connection.execute(query)}

    def penalties(self, assignment: str) -> dict[str, float]:
        """By student, the points lost for being late; only late students are listed."""
        query = (
            sa.select(SUBMISSION.c.student_id, sa.func.sum(SUBMITTED.c.late_submission_penalty))
            .join(SUBMITTED, SUBMITTED.c.assignment_id == SUBMISSION.c.id)
            .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
            .where(ASSIGNMENT.c.name == assignment, ASSIGNMENT.c.course_id == self.course_id)
            .group_by(SUBMISSION.c.student_id)
        )
        with self._connection() as connection:
            return {student: float(points) for student, points in connection.execute(query) if points}

    def assignments(self) -> tuple[str, ...]:
        """The names of the course's built assignments, in order."""
        query = sa.select(ASSIGNMENT.c.name).where(ASSIGNMENT.c.course_id == self.course_id)
        with self._connection() as connection:
            return tuple(connection.scalars(query.order_by(ASSIGNMENT.c.name)))

    def students(self) -> tuple[str, ...]:
        """The ids of all students, in order."""
        with self._connection() as connection:
            return tuple(connection.scalars(sa.select(STUDENT.c.id).order_by(STUDENT.c.id)))

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        with explained(self.url), self._engine.connect() as connection:
            yield connection

    def _assignment(self, connection: sa.Connection, name: str) -> AssignmentRows:
        if name not in self._assignments:
            self._assignments[name] = read_assignment(connection, name, self.url, self.course_id)
        return self._assignments[name]

    def _refuse_other_points(self, assignment: AssignmentRows, results: Sequence[Result]) -> None:
        """Refuses a score above the points that nbgrader knows, which would make it abort later, far from the cause."""
        points = assignment.points
        for result in results:
            for exercise in result.exercises if result.status is Status.graded else ():
                known = points.get(test_id(exercise.name))
                if known is None:
                    raise GradebookError(self.url, f"knows no exercise {exercise.name} of {result.assignment}: {BUILD}")
                if abs(known - exercise.max_score) > 1e-9:
                    raise GradebookError(
                        self.url,
                        f"gives {exercise.name} {known:g} points, the hidden tests {exercise.max_score:g}: {BUILD}",
                    )


def _of_assignment(
    query: sa.Select[Any], table: sa.Table, course_id: str, assignment: str, student: str | None = None
) -> sa.Select[Any]:
    """A query on a table of cells' rows, narrowed to one assignment, and to one student if named."""
    query = query if student is None else query.where(SUBMISSION.c.student_id == student)
    return (
        query.select_from(table)
        .join(BASE_CELL, BASE_CELL.c.id == table.c.cell_id)
        .join(SUBMITTED, SUBMITTED.c.id == table.c.notebook_id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED.c.assignment_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .where(ASSIGNMENT.c.name == assignment, ASSIGNMENT.c.course_id == course_id)
    )
