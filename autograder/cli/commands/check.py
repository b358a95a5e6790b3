"""`autograder check`."""

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
    app,
    chosen,
    explained,
)
from autograder.cli.views import course as course_shown
from autograder.course import Course, load_course
from autograder.grading.forkserver import warm_start


@app.command()
def check(
    assignment: AssignmentArgument = None,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Make small changes to the reference: do the hidden tests notice?")
    ] = False,
    twins: Annotated[bool, typer.Option("--twins", help="Try generic wrong answers: do its tests notice?")] = False,
    once: Annotated[
        bool, typer.Option("--once", help="Does each mistake cost points in its own exercise only?")
    ] = False,
    migrate: Annotated[
        bool,
        typer.Option("--migrate", help="First bring a course of version 0.1.0 to this version's format."),
    ] = False,
    course: CourseOption = Path(),
    jobs: JobsOption = DEFAULT_JOBS,
) -> None:
    """Test the course itself: reference, release, known mistakes, examples, leaks."""
    if migrate:  # before anything is warmed up, which finds modules where they are now
        with explained():
            _migrate(load_course(course))
    warm_start()
    from autograder.authoring.check import examine
    from autograder.authoring.mutation_score import measure
    from autograder.grading.pool import WorkerPool

    with explained():
        _say_formats(load_course(course))
    if twins or once:
        with explained():
            _in_this_process(load_course(course), assignment, twins=twins, once=once)
        return
    with explained(), WorkerPool(jobs) as pool:
        loaded = load_course(course)
        if mutants:
            scores = []
            for name in chosen(loaded, assignment):
                with console.progress(f"Mutants of {name}") as advance:
                    scores.append(measure(loaded, name, workers=pool, progress=advance))
            course_shown.mutated(scores)
            raise typer.Exit(ExitCode.fault if any(score.faults for score in scores) else ExitCode.good)
        found = []
        for name in chosen(loaded, assignment):
            with console.progress(f"Examining {name}") as advance:
                found.append(examine(loaded, name, workers=pool, progress=advance))
        course_shown.examined(found)
        if any(examination.faults for examination in found):
            raise typer.Exit(ExitCode.fault)


def _migrate(course: Course) -> None:
    """Brings the course and its workspace to this version's format, and says what that changed."""
    from autograder.runs.migrate import migrate

    for sentence in migrate(course):
        console.out.print(f"[green]migrated[/] {sentence}", soft_wrap=True)


def _say_formats(course: Course) -> None:
    """Says which formats the course and its workspace have; changes nothing."""
    from autograder.runs.migrate import NOW, formats

    course_shown.formats(formats(course), NOW)


def _in_this_process(course: Course, assignment: str | None, *, twins: bool, once: bool) -> None:
    """Checks of the course's own code, which need no walls."""
    from autograder.authoring.costs_once import spills
    from autograder.authoring.twins import try_twins

    broken = False
    for name in chosen(course, assignment):
        if twins:
            score = try_twins(course, name)
            course_shown.twins(score)
            broken |= bool(score.faults)
        if once:
            with console.progress(f"Mistakes of {name}") as advance:
                found = tuple(spills(course, name, progress=advance))
            course_shown.spilt(name, found)
            broken |= bool(found)
    raise typer.Exit(ExitCode.fault if broken else ExitCode.good)
