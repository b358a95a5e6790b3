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
    """Whose download it is."""

    canvas = "canvas"
    moodle = "moodle"
    gradescope = "gradescope"
    folder = "folder"


@app.command("import")
def import_(
    system: Annotated[
        ImportSystem, typer.Argument(help="Whose download it is; folder: <student>/ or <student>.ipynb.")
    ],
    path: Annotated[Path, typer.Argument(help="The downloaded zip, or the folder that it was unpacked into.")],
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="The assignment; not needed when there is only one.")
    ] = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Take submissions from a download: each student's latest attempt, and a list of who is missing or unknown."""
    from autograder.integrations.lms.import_submissions import import_submissions
    from autograder.workspace.store import locked

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
