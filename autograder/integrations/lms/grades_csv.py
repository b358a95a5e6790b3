"""Scores as CSV files: Canvas's and Moodle's gradebook import, and a plain one with everything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.course.grade_ids import is_test
from autograder.errors import CourseError
from autograder.gradebook.book import Book, Mark
from autograder.grades.work import assignment_work
from autograder.grades.write import grade_table
from autograder.text import harmless
from autograder.workspace.files import write_named
from autograder.workspace.lateness import apply_lateness
from autograder.workspace.roster import RosterEntry, load_roster
from autograder.workspace.submissions import withdrawn


@dataclass(frozen=True)
class CsvLine:
    """One student's points: from tests and by hand together, the late penalty, and whether some are still missing.

    ``score`` and ``total`` are None without a graded submission. ``waits`` if something has not been graded by hand yet
    and counts as nothing, ``stale`` if manual points count that should be looked at again.
    """

    student: RosterEntry
    score: float | None
    penalty: float
    waits: bool
    stale: bool = False

    @property
    def total(self) -> float | None:
        """What counts."""
        return None if self.score is None else round(max(0.0, self.score - self.penalty), 4)


@dataclass(frozen=True)
class Sheet:
    """The scores of an assignment, one line for each student of the roster, or of the gradebook without one."""

    assignment: str
    title: str
    max_score: float
    lines: tuple[CsvLine, ...]
    unknown: tuple[str, ...]
    withdrawn: tuple[str, ...] = ()

    @property
    def waiting(self) -> tuple[str, ...]:
        """Students with something still to be graded by hand."""
        return tuple(line.student.id for line in self.lines if line.waits)

    @property
    def stale(self) -> tuple[str, ...]:
        """Students whose manual points count although the work has changed since."""
        return tuple(line.student.id for line in self.lines if line.stale)

    @property
    def scored(self) -> tuple[CsvLine, ...]:
        """Students with a score. An empty cell would erase a grade that the system already has."""
        return tuple(line for line in self.lines if line.total is not None)


def sheet(course: Course, assignment: str) -> Sheet:
    """Reads the gradebook, with the current late penalty.

    Raises:
        CourseError: if the roster is invalid.
        GradebookError: if the gradebook cannot be read.
    """
    roster = load_roster(course)
    with Book(course.gradebook, course.course_id) as book:
        apply_lateness(course, assignment, book)
        marks, penalties = book.marks(assignment), book.penalties(assignment)
        points = sum(book.points(assignment).values())
        if course.assignment(assignment).corrections:
            marks, penalties, points = _corrected(course, assignment, book, points)
    gone = frozenset(withdrawn(course, assignment, marks))
    known = roster.students or tuple(RosterEntry(name) for name in sorted(marks))
    lines = tuple(
        _line(student, {} if student.id in gone else marks.get(student.id, {}), penalties.get(student.id, 0.0))
        for student in known
    )
    unknown = tuple(student for student in sorted(marks) if roster.misses(student))
    return Sheet(assignment, course.assignment(assignment).title, points, lines, unknown, tuple(sorted(gone)))


def _corrected(
    course: Course, assignment: str, book: Book, points: float
) -> tuple[dict[str, dict[str, Mark]], dict[str, float], float]:
    """Marks, late penalties and possible points as they count with the corrections in course.yml."""
    work = assignment_work(course, book, assignment)
    graded = {student: one for student, one in work.of.items() if one.cells}
    marks = {student: dict(one.cells) for student, one in graded.items()}
    return marks, {student: one.penalty for student, one in graded.items()}, work.max_score if graded else points


def total_sheet(course: Course) -> Sheet:
    """The course's totals in percent, rounded by its rules; those that may still change are marked as waiting.

    Raises:
        CourseError: if the roster is invalid.
        GradebookError: if the gradebook cannot be read.
    """
    table = grade_table(course)
    lines = tuple(CsvLine(grade.student, grade.total, 0.0, bool(grade.waits)) for grade in table.grades)
    return Sheet("", course.config.grades.column, 100.0, lines, table.unknown)


def _line(student: RosterEntry, marks: dict[str, Mark], penalty: float) -> CsvLine:
    graded = any(mark.auto is not None for name, mark in marks.items() if is_test(name))
    score = sum(mark.score or 0.0 for mark in marks.values()) if graded else None
    asked = [mark for mark in marks.values() if graded and mark.needs_manual_grade]
    return CsvLine(
        student, score, penalty, any(m.score is None for m in asked), any(m.score is not None for m in asked)
    )


def canvas(sheet: Sheet, column: str) -> str:
    """Canvas's gradebook: its four columns that identify a student, and one for the assignment."""
    rows: list[Sequence[object]] = [
        ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", column),
        ("    Points Possible", "", "", "", "", _number(sheet.max_score)),
    ]
    for line in sheet.scored:
        one = line.student
        name = f"{one.last_name}, {one.first_name}" if one.last_name and one.first_name else one.name
        rows.append((name, one.canvas_id, one.sis_id, one.login, one.section, _number(line.total)))
    return _csv(rows)


def moodle(sheet: Sheet, column: str) -> str:
    """Moodle's grade import: there the teacher chooses which column identifies the student.

    A column that is empty for somebody is left out, because Moodle would give that line's grade to the student before.
    """
    people = [line.student for line in sheet.scored]
    known = all(one.login for one in people)
    columns: dict[str, list[object]] = {
        "First name": [one.first_name for one in people],
        "Last name": [one.last_name for one in people],
        "ID number": [one.sis_id for one in people],
        "Username": [one.login if known else one.id for one in people],
        "Email address": [one.email for one in people],
    }
    kept = {name: values for name, values in columns.items() if all(values)}
    grades = [_number(line.total) for line in sheet.scored]
    return _csv([(*kept, column), *zip(*kept.values(), grades, strict=True)])


def plain(sheet: Sheet, column: str) -> str:
    """Everything the gradebook knows about each student's points."""
    rows: list[Sequence[object]] = [("student", "name", "email", "score", "late_penalty", column, "max_score", "waits")]
    for line in sheet.lines:
        one = line.student
        numbers = (_number(line.score), _number(line.penalty), _number(line.total), _number(sheet.max_score))
        rows.append((one.id, one.name, one.email, *numbers, "yes" if line.waits else ""))
    return _csv(rows)


WRITERS = {"canvas": canvas, "moodle": moodle, "csv": plain}


def write_grades(course: Course, system: str, assignment: str | None, target: Path, column: str | None = None) -> Sheet:
    """Writes the file for a system and returns what is in it: an assignment's scores, or without one the totals.

    Raises:
        CourseError: if the system's own ids are needed and there is no roster.
        WorkspaceError: if the file cannot be written.
    """
    found = total_sheet(course) if assignment is None else sheet(course, assignment)
    if system != "csv" and course.roster is None:
        raise CourseError(course.root / "course.yml", f"names no roster, which has the students' ids in {system}")
    text = WRITERS[system](found, column or ("total" if system == "csv" else found.title))
    write_named(target, text.encode())
    return found


def _number(value: float | None) -> object:
    return "" if value is None else round(value, 4)


def _csv(rows: Iterable[Sequence[object]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows([harmless(value) for value in row] for row in rows)
    return file.getvalue()
