"""`autograder grade`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

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
from autograder.course import Course, load_course
from autograder.results import Status
from autograder.warmup import warm_start


@app.command()
def grade(
    assignment: AssignmentArgument = None,
    student: StudentOption = None,
    jobs: JobsOption = DEFAULT_JOBS,
    force: Annotated[bool, typer.Option("--force", help="Grade again what has not changed.")] = False,
    as_json: JsonOption = False,
    figures: Annotated[
        bool | None, typer.Option("--figures/--no-figures", help="Draw figures into executed notebooks. [course.yml]")
    ] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Tell where the time went.")] = False,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Grade what students handed in, as far as it has changed since its last grading."""
    warm_start()
    from autograder.batch import grade_assignment, submitted
    from autograder.engine import Crew
    from autograder.store import locked

    with explained():
        loaded = with_figures(load_course(course, workspace), figures)
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
                if profile:
                    terminal.profiled(summary)
                without_score |= any(result.status is not Status.graded for result in summary.results)
        if without_score:
            raise typer.Exit(ExitCode.some_without_score)


def with_figures(course: Course, wanted: bool | None) -> Course:
    """The course, with the setting of the command line in place of its own."""
    if wanted is None:
        return course
    return structs.replace(course, config=structs.replace(course.config, figures=wanted))
