"""`autograder roster`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.app import CourseOption, app, explained
from autograder.cli.views import transfers
from autograder.course import load_course


class RosterSystem(StrEnum):
    """The system that the list is from."""

    canvas = "canvas"
    moodle = "moodle"


@app.command()
def roster(
    system: Annotated[RosterSystem, typer.Argument(help="Where the list is from.")],
    path: Annotated[Path, typer.Argument(help="Canvas's gradebook or Moodle's participants, as CSV.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="The roster to write, instead of the course's own.")
    ] = None,
    course: CourseOption = Path(),
) -> None:
    """Make the course's roster from Canvas's gradebook or Moodle's participants."""
    from autograder.integrations.lms.rosters import write_roster

    with explained():
        loaded = load_course(course)
        target = to or loaded.roster or loaded.root / "roster.csv"
        count = write_roster(system.value, path, target)
        transfers.roster(target, count, named=loaded.roster is not None)
