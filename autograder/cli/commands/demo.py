"""`autograder demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.app import DEFAULT_JOBS, CourseOption, JobsOption, WorkspaceOption, app, explained
from autograder.cli.console import out, shown_path
from autograder.cli.views import results
from autograder.course import load_course

if TYPE_CHECKING:
    from autograder.cli.demo.run import Demonstration


@app.command()
def demo(
    students: Annotated[int, typer.Option("--students", min=1, max=10_000, help="How many submissions.")] = 40,
    jobs: JobsOption = DEFAULT_JOBS,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Try everything on a made-up class: build, grade, feedback, report and nbgrader's export."""
    from autograder.cli.demo.run import run_demo

    with explained():
        loaded = load_course(course, workspace)
        _show(run_demo(loaded, students=students, jobs=jobs))


def _show(shown: Demonstration) -> None:
    """The demo's results, and what to open."""
    results.graded(shown.summary)
    out.print("[bold]Open these[/]")
    for what, path in shown.to_open:  # no line is broken, so that a path can be copied
        out.print(f"  [bold]{what:<24}[/]{shown_path(path)}", soft_wrap=True)
