"""`autograder grades`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.app import CourseOption, StudentOption, WorkspaceOption, app, explained
from autograder.cli.views import grades as grades_shown
from autograder.course import load_course


@app.command()
def grades(
    exercises: Annotated[bool, typer.Option("--exercises", help="A column for each exercise too.")] = False,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write only this file: .csv, .xlsx or .html.")
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if",
            metavar="KEY=VALUE",
            help="Show whom another value in course.yml would help or hurt; write nothing. Can be repeated.",
        ),
    ] = None,
    student: StudentOption = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Compute the final grades by the rules in course.yml: as a table, a page, a workbook and a CSV file.

    `--student` shows how one total was computed, down to the signed results. Nothing in the gradebook changes.
    """
    from autograder.grades.doubts import doubts
    from autograder.grades.what_if import changes
    from autograder.grades.write import grade_table, write

    pairs = dict(pair.partition("=")[::2] for pair in what_if or ())
    if not all(key and value for key, value in pairs.items()):
        raise typer.BadParameter("is written KEY=VALUE, such as grades.pass_from=45", param_hint="--what-if")
    with explained():
        table = grade_table(load_course(course, workspace))
        if pairs:
            other = grade_table(load_course(course, workspace, changes=pairs))
            grades_shown.changed(table, changes(table, other), pairs)
        elif student is not None:
            grades_shown.derived(table, student)
        else:
            grades_shown.graded(table, exercises=exercises)
            grades_shown.wrote(write(table, to, exercises=exercises))
        grades_shown.doubted(doubts(table))
