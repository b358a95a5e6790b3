"""`autograder grade`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder import terminal
from autograder.commands.shared import (
    DEFAULT_JOBS,
    AssignmentArgument,
    CourseOption,
    ExitCode,
    JobsOption,
    JsonOption,
    StudentOption,
    WorkspaceOption,
    app,
    chosen,
    explained,
)
from autograder.course import load_course
from autograder.results import Status
from autograder.warmup import warm_start


@app.command()
def grade(
    assignment: AssignmentArgument = None,
    student: StudentOption = None,
    jobs: JobsOption = DEFAULT_JOBS,
    force: Annotated[bool, typer.Option("--force", help="Grade again what has not changed.")] = False,
    as_json: JsonOption = False,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Grade what students handed in, as far as it has changed since its last grading."""
    warm_start()
    from autograder.batch import grade_assignment, submitted
    from autograder.engine import Crew
    from autograder.store import locked

    with explained():
        loaded = load_course(course, workspace)
        terminal.say_walls(loaded)
        without_score = False
        names = chosen(loaded, assignment)
        total = max((len(submitted(loaded, name, student)) for name in names), default=0)
        with locked(loaded), Crew(max(1, min(jobs, total))) as crew:
            for name in names:
                total = len(submitted(loaded, name, student))
                with terminal.grading(name, total) as heard:
                    summary = grade_assignment(loaded, name, student=student, workers=crew, force=force, progress=heard)
                terminal.graded(summary, as_json=as_json)
                without_score |= any(result.status is not Status.graded for result in summary.results)
        if without_score:
            raise typer.Exit(ExitCode.some_without_score)
