"""`autograder run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.app import CourseOption, ExitCode, JsonOption, WorkspaceOption, app, explained
from autograder.cli.views import results
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
    """Grade one notebook file without touching the gradebook."""
    from autograder.runs.single import grade_file

    with explained():
        loaded = load_course(course, workspace)
        loaded.assignment(assignment)
        result = grade_file(loaded, assignment, notebook)
        results.one(result, as_json=as_json)
        if result.status is not Status.graded:
            raise typer.Exit(ExitCode.some_left_out)
