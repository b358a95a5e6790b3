"""`autograder run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder import results_shown
from autograder.commands.shared import CourseOption, ExitCode, JsonOption, WorkspaceOption, app, explained
from autograder.course import load_course
from autograder.results import Status


@app.command()
def run(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    notebook: Annotated[Path, typer.Argument(help="The notebook to grade.")],
    as_json: JsonOption = False,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Grade one notebook file, and touch no gradebook."""
    from autograder.single import grade_file

    with explained():
        loaded = load_course(course, workspace)
        loaded.assignment(assignment)
        result = grade_file(loaded, assignment, notebook)
        results_shown.one(result, as_json=as_json)
        if result.status is not Status.graded:
            raise typer.Exit(ExitCode.some_without_score)
