"""`autograder verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli import console
from autograder.cli.app import (
    DEFAULT_JOBS,
    AssignmentArgument,
    CourseOption,
    ExitCode,
    JobsOption,
    WorkspaceOption,
    app,
    chosen,
    explained,
)
from autograder.cli.views import machine
from autograder.course import Course, load_course


@app.command()
def verify(
    assignment: AssignmentArgument = None,
    replay: Annotated[
        int,
        typer.Option("--replay", min=0, metavar="N", help="Also grade N random submissions again."),
    ] = 0,
    jobs: JobsOption = DEFAULT_JOBS,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON on standard output.")] = False,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Find results, gradebook rows, executed notebooks and log lines that have changed since they were graded.

    Manual scores and comments are up to teachers and not reported. Writes nothing; exits with 1 if it finds something.
    """
    from autograder.cli.views.verification import show
    from autograder.runs.verify import verify as verify_assignment
    from autograder.runs.verify import verify_log, workspace_key

    with explained():
        loaded = load_course(course, workspace)
        key = workspace_key(loaded)
        log = verify_log(loaded, key)
        names = _graded(loaded) if assignment is None else chosen(loaded, assignment)
        found = [verify_assignment(loaded, name, log, key) for name in names]
        again = []
        if replay:
            from autograder.runs.replay import replay as replay_assignment

            machine.say_walls(loaded)
            for name in names:
                with console.grading(name, replay) as heard:
                    again.append(replay_assignment(loaded, name, replay, workers=jobs, progress=heard))
        good = show(log, found, again, as_json=as_json)
        if not good:
            raise typer.Exit(ExitCode.fault)


def _graded(course: Course) -> tuple[str, ...]:
    """The assignments that have been built; for the others there is nothing to verify."""
    return tuple(name for name in course.assignments if course.release_dir(name).is_dir())
