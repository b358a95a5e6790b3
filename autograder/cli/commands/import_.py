"""`autograder import`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.app import CourseOption, WorkspaceOption, app, explained
from autograder.cli.views import transfers
from autograder.course import Course, load_course
from autograder.errors import CourseError


class ImportSystem(StrEnum):
    """The system that the download is from."""

    canvas = "canvas"
    moodle = "moodle"
    gradescope = "gradescope"
    blackboard = "blackboard"
    brightspace = "brightspace"
    ilias = "ilias"
    github = "github"
    folder = "folder"


@app.command("import")
def import_(
    system: Annotated[
        ImportSystem, typer.Argument(help="Where the download is from. A folder has <student>/ or <student>.ipynb.")
    ],
    path: Annotated[Path, typer.Argument(help="The downloaded zip, or the folder you unpacked it into.")],
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="The assignment. Not needed if there is only one.")
    ] = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Import submissions from a download: each student's latest attempt. Lists missing and unknown students."""
    from autograder.integrations.lms.import_submissions import import_submissions
    from autograder.workspace.lock import locked

    with explained():
        loaded = load_course(course, workspace)
        name = assignment or _only(loaded)
        loaded.assignment(name)
        with locked(loaded):
            transfers.imported(name, import_submissions(loaded, system.value, path, name))


def _only(course: Course) -> str:
    if len(course.assignments) > 1:
        known = ", ".join(course.assignments)
        raise CourseError(course.root / "course.yml", f"lists several assignments: choose with --assignment ({known})")
    return next(iter(course.assignments))
