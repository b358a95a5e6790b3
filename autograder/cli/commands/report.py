"""`autograder report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli import console
from autograder.cli.app import AssignmentArgument, CourseOption, WorkspaceOption, app, chosen, explained
from autograder.course import load_course


@app.command()
def report(
    assignment: AssignmentArgument = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Leave out names and whatever students may not see, for a slide.")
    ] = False,
    overview: Annotated[
        bool, typer.Option("--overview", help="One page over all assignments: progress, who slips away, reliability.")
    ] = False,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write the class at a glance: scores, exercises, hidden tests, misconceptions, students to talk to.

    The page is in the workspace's reports/. Without an assignment, there is one for each that has results.
    """
    from autograder.reports.write import write_class_report, write_course_report

    if overview and assignment is not None:
        raise typer.BadParameter("is of all assignments; leave the name out", param_hint="--overview")
    with explained():
        loaded = load_course(course, workspace)
        if overview:
            path = write_course_report(loaded, anonymous=anonymous)
            console.out.print(f"[green]Course at a glance[/] {console.shown_path(path)}", soft_wrap=True)
            return
        names = [n for n in chosen(loaded, assignment) if assignment or loaded.results_dir(n).is_dir()]
        for name in names:
            path = write_class_report(loaded, name, anonymous=anonymous)
            console.out.print(f"[green]Class report[/] on {name}: {console.shown_path(path)}", soft_wrap=True)
        if not names:
            console.out.print("There are no results yet: run `autograder grade` first.")
