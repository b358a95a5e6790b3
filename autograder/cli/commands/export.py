"""`autograder export`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.app import CourseOption, WorkspaceOption, app, explained
from autograder.cli.views import transfers
from autograder.course import Course, load_course

ABOUT = "Write files for other systems: autograders for Gradescope and otter, grades for Canvas and Moodle."
export = typer.Typer(help=ABOUT, no_args_is_help=True)
app.add_typer(export, name="export")

NameArgument = Annotated[str, typer.Argument(help="The assignment.", metavar="NAME")]
ToOption = Annotated[
    Path | None,
    typer.Option("--to", help="The file to write, instead of one in the workspace's exports/.", metavar="FILE"),
]


def _from_and_to(
    course: Path, workspace: Path | None, assignment: str | None, to: Path | None, usual: str
) -> tuple[Course, Path]:
    """The course, which has that assignment if one is named, and the file to write."""
    loaded = load_course(course, workspace)
    if assignment is not None:
        loaded.assignment(assignment)
    return loaded, to or loaded.workspace / "exports" / (assignment or "total") / usual


@export.command()
def gradescope(
    assignment: NameArgument,
    to: ToOption = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write autograder.zip, with which Gradescope grades with this engine. It contains the hidden tests."""
    from autograder.integrations.gradescope.bundle import write_bundle

    with explained():
        loaded, target = _from_and_to(course, workspace, assignment, to, "gradescope/autograder.zip")
        transfers.exported(write_bundle(loaded, assignment, target), "upload it under Configure Autograder")


@export.command()
def otter(
    assignment: NameArgument,
    to: ToOption = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write the public checks as otter's autograder.zip, for `otter run`. It contains nothing secret."""
    from autograder.integrations.otter import write_otter_zip

    with explained():
        loaded, target = _from_and_to(course, workspace, assignment, to, "otter/autograder.zip")
        transfers.exported(write_otter_zip(loaded, assignment, target), f"otter run -a {target.name} NOTEBOOK")


ColumnOption = Annotated[
    str | None,
    typer.Option("--column", help="The column's name in that system, such as 'The neuron (12345)'.", metavar="NAME"),
]


SYSTEMS = {
    "canvas": "Write the scores as a CSV file for Canvas's gradebook.",
    "moodle": "Write the scores as a CSV file for Moodle's grade import.",
    "csv": "Write the scores as a plain CSV file: points, late penalty, total, and what is still to be graded by hand.",
}


def _grades_for(system: str) -> Callable[..., None]:
    """The command that writes the scores as that system takes them."""

    def command(
        assignment: Annotated[str | None, typer.Argument(help="The assignment.", metavar="NAME")] = None,
        total: Annotated[bool, typer.Option("--total", help="The course's total instead of an assignment.")] = False,
        to: ToOption = None,
        column: ColumnOption = None,
        course: CourseOption = Path(),
        workspace: WorkspaceOption = None,
    ) -> None:
        from autograder.integrations.lms.grades_csv import write_grades

        if (assignment is None) != total:
            raise typer.BadParameter("name an assignment, or write --total for the course's total", param_hint="NAME")
        with explained():
            loaded, target = _from_and_to(course, workspace, assignment, to, f"{system}.csv")
            transfers.grades(write_grades(loaded, system, assignment, target, column), target)

    return command


for system, about in SYSTEMS.items():
    export.command(system, help=about)(_grades_for(system))
