"""`autograder desk`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli import console
from autograder.cli.app import CourseOption, WorkspaceOption, app, explained
from autograder.course import load_course
from autograder.errors import CourseError
from autograder.grading.forkserver import warm_start


@app.command()
def desk(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port on this machine. By default, any free one.")
    ] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Grade by hand in the browser: one question over all students, equal answers together, all by keyboard.

    Serves pages on this machine only, until Ctrl-C. The address holds a token: anyone who has it can grade. Scores and
    comments go into nbgrader's gradebook. Needs the extra `desk`.
    """
    with explained():
        loaded = load_course(course, workspace)
        try:
            from autograder.desk.web.server import serve
        except ModuleNotFoundError as missing:
            what = f"the desk needs {missing.name}: pip install 'introdl-autograder[desk]'"
            raise CourseError(loaded.root, what) from None
        warm_start()  # before there are threads: a replay forks its workers from it
        serve(loaded, port=port, ready=_ready, browse=browser)


def _ready(address: str) -> None:
    console.out.print(f"The desk is open at {address}", soft_wrap=True, highlight=False)
    console.err.print("Ctrl-C closes it. Everything that you graded is kept.", style="dim")
