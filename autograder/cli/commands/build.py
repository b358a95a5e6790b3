"""`autograder build`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.app import AssignmentArgument, CourseOption, WorkspaceOption, app, chosen, explained
from autograder.cli.views import course as course_shown
from autograder.course import load_course


@app.command()
def build(
    assignment: AssignmentArgument = None,
    retire: Annotated[
        list[str] | None, typer.Option("--retire", metavar="NAME", help="Remove this graded exercise.")
    ] = None,
    add: Annotated[
        list[str] | None, typer.Option("--add", metavar="NAME", help="Add this exercise after grading.")
    ] = None,
    rename: Annotated[
        list[str] | None, typer.Option("--rename", metavar="OLD=NEW", help="Rename this graded exercise.")
    ] = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write nbgrader's source and the students' release of an assignment. A build that is refused changes nothing.

    Once submissions are graded, an exercise is removed, added or renamed only if you say so. Otherwise the build is
    refused, and the message says which scores it would affect.
    """
    from autograder.authoring.build import Agreed, build_from_course
    from autograder.workspace.roster import doubtful_dates

    pairs = [pair.partition("=")[::2] for pair in rename or ()]
    if not all(old and new and "=" not in new for old, new in pairs):
        raise typer.BadParameter("is written OLD=NEW", param_hint="--rename")
    if (retire or add or rename) and assignment is None:
        raise typer.BadParameter("name the assignment too", param_hint="--retire, --add, --rename")
    agreed = Agreed(frozenset(retire or ()), frozenset(add or ()), dict(pairs))
    with explained():
        loaded = load_course(course, workspace)
        for name in chosen(loaded, assignment):
            course_shown.built(build_from_course(loaded, name, agreed=agreed))
            course_shown.doubted(doubtful_dates(loaded, name))
