"""`autograder export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder import terminal
from autograder.commands.shared import CourseOption, WorkspaceOption, app, explained
from autograder.course import load_course

export = typer.Typer(help="Write what other systems take: bundles for Gradescope and otter.", no_args_is_help=True)
app.add_typer(export, name="export")

NameArgument = Annotated[str, typer.Argument(help="The assignment.", metavar="NAME")]
ToOption = Annotated[
    Path | None, typer.Option("--to", help="The file to write; else one in the workspace's exports/.", metavar="FILE")
]


@export.command()
def gradescope(
    assignment: NameArgument,
    to: ToOption = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write autograder.zip: Gradescope then grades through this engine. It holds the hidden tests."""
    from autograder.gradescope.bundle import write_bundle

    with explained():
        loaded = load_course(course, workspace)
        loaded.assignment(assignment)
        target = to or loaded.workspace / "exports" / assignment / "gradescope" / "autograder.zip"
        terminal.exported(write_bundle(loaded, assignment, target), "upload it under Configure Autograder")


@export.command()
def otter(
    assignment: NameArgument,
    to: ToOption = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write the public checks as otter's own autograder.zip, for `otter run`. It holds nothing secret."""
    from autograder.otterzip import write_otter_zip

    with explained():
        loaded = load_course(course, workspace)
        loaded.assignment(assignment)
        target = to or loaded.workspace / "exports" / assignment / "otter" / "autograder.zip"
        terminal.exported(write_otter_zip(loaded, assignment, target), f"otter run -a {target.name} NOTEBOOK")
