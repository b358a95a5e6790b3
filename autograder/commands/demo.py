"""`autograder demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder import terminal
from autograder.commands.shared import DEFAULT_JOBS, CourseOption, JobsOption, WorkspaceOption, app, explained
from autograder.course import load_course


@app.command()
def demo(
    students: Annotated[int, typer.Option("--students", min=1, max=10_000, help="How many submissions.")] = 40,
    jobs: JobsOption = DEFAULT_JOBS,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Run the main job on a class of made-up submissions: build, grade, feedback, nbgrader's export."""
    from autograder.demo import run_demo

    with explained():
        loaded = load_course(course, workspace)
        terminal.demonstrated(run_demo(loaded, students=students, jobs=jobs))
