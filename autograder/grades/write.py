"""Writes final grades: the page, the workbook and the CSV file, or one of them where the user said."""

from __future__ import annotations

from pathlib import Path

from autograder.course import Course
from autograder.errors import WorkspaceError
from autograder.grades.compute import GradeTable, final_grades
from autograder.grades.page import render
from autograder.grades.tables import as_csv, as_xlsx
from autograder.grades.work import read_class
from autograder.workspace.files import write_atomically, write_named

KINDS = ("html", "csv", "xlsx")


def grade_table(course: Course) -> GradeTable:
    """The final grades as they are now.

    Raises:
        CourseError: if the roster is invalid.
        GradebookError: when the gradebook cannot be read.
    """
    return final_grades(read_class(course))


def write(table: GradeTable, to: Path | None, *, exercises: bool) -> tuple[Path, ...]:
    """Writes all three into the workspace, or one to ``to``, of the kind that its name ends with.

    Raises:
        WorkspaceError: when the name ends otherwise, or a file cannot be written.
    """
    if to is not None and to.suffix[1:] not in KINDS:
        raise WorkspaceError(to, f"ends with none of {', '.join('.' + kind for kind in KINDS)}")
    paths = [to] if to is not None else [table.course.grades_path(kind) for kind in KINDS]
    for path in paths:
        data = contents(table, path.suffix[1:], exercises=exercises)
        if to is None:
            write_atomically(path, data, root=table.course.workspace)
        else:
            write_named(path, data)
    return tuple(paths)


def contents(table: GradeTable, kind: str, *, exercises: bool) -> bytes:
    """The bytes of a file of one of the `KINDS`."""
    if kind == "csv":
        return as_csv(table, exercises=exercises)
    return as_xlsx(table, exercises=exercises) if kind == "xlsx" else render(table, exercises=exercises).encode()
