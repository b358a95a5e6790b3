"""`autograder new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.app import CourseOption, app, explained
from autograder.cli.views import course as course_shown
from autograder.course import load_course


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The assignment's name: lower-case letters, digits and _.")],
    course: CourseOption = Path(),
) -> None:
    """Create the files of a new assignment, with one worked exercise that passes `autograder check`."""
    from autograder.authoring.scaffold import new_assignment

    with explained():
        course_shown.made(new_assignment(load_course(course), name), name)
