"""`autograder grade`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from msgspec import structs

from autograder import results_shown, terminal, walls_shown
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
from autograder.errors import ClusterError
from autograder.results import Result, Status
from autograder.warmup import warm_start

if TYPE_CHECKING:
    from autograder.engine import Crew

Engine = Literal["local", "dask"]


@app.command()
def grade(
    assignment: AssignmentArgument = None,
    student: StudentOption = None,
    jobs: JobsOption = DEFAULT_JOBS,
    force: Annotated[bool, typer.Option("--force", help="Grade again what has not changed.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show whose score would change, and through which test; write nothing.")
    ] = False,
    as_json: JsonOption = False,
    figures: Annotated[
        bool | None, typer.Option("--figures/--no-figures", help="Draw figures into executed notebooks. [course.yml]")
    ] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Tell where the time went.")] = False,
    engine: Annotated[Engine, typer.Option("--engine", help="Processes of this machine, or a Dask cluster.")] = "local",
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="The Dask scheduler, with --engine dask.", metavar="ADDRESS")
    ] = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Grade what students handed in, as far as it has changed since its last grading."""
    if (engine == "dask") is (scheduler is None):
        raise typer.BadParameter("--engine dask and --scheduler ADDRESS go together")
    if engine == "local":
        warm_start()
    from autograder.batch import submitted
    from autograder.store import locked

    with explained():
        loaded = with_figures(load_course(course, workspace), figures)
        walls_shown.say_walls(loaded)
        if dry_run:
            _preview(loaded, chosen(loaded, assignment), student, jobs, force=force, as_json=as_json)
            return
        without_score = False
        names = chosen(loaded, assignment)
        total = max((len(submitted(loaded, name, student)) for name in names), default=0)
        with locked(loaded), hired(scheduler, max(1, min(jobs, total))) as crew:
            for name in names:
                results = _grade(loaded, name, crew, student=student, force=force, as_json=as_json, profile=profile)
                without_score |= any(result.status is not Status.graded for result in results)
        if without_score:
            raise typer.Exit(ExitCode.some_without_score)


def _grade(
    course: Course, name: str, crew: Crew, *, student: str | None, force: bool, as_json: bool, profile: bool
) -> tuple[Result, ...]:
    """Grades one assignment and shows what came of it; returns the results in brief."""
    from autograder.batch import grade_assignment, submitted
    from autograder.store import Store

    with terminal.grading(name, len(submitted(course, name, student))) as heard:
        summary = grade_assignment(course, name, student=student, workers=crew, force=force, progress=heard)
    if as_json:
        store = Store(course, name)
        results_shown.whole_results(store.load(result.student) or result for result in summary.results)
    else:
        results_shown.graded(summary)
    if profile:
        results_shown.profiled(summary)
    return summary.results


def hired(scheduler: str | None, jobs: int) -> Crew:
    """Those who grade: processes of this machine, or the workers of a Dask scheduler."""
    from autograder.engine import Crew

    if scheduler is None:
        return Crew(jobs)
    try:
        from autograder.cluster import Cluster
    except ImportError as fault:
        remedy = (
            "pip install 'introdl-autograder[cluster]', or grade on this machine: leave --engine and --scheduler out"
        )
        raise ClusterError(scheduler, f"a package is not installed ({fault})", remedy=remedy) from None
    crew = Cluster(scheduler)
    terminal.err.print(f"{crew.size} Dask workers at {scheduler}, each with its own walls.", style="dim")
    return crew


def with_figures(course: Course, wanted: bool | None) -> Course:
    """The course, with the setting of the command line in place of its own."""
    if wanted is None:
        return course
    return structs.replace(course, config=structs.replace(course.config, figures=wanted))


def _preview(
    course: Course, names: tuple[str, ...], student: str | None, jobs: int, *, force: bool, as_json: bool
) -> None:
    from autograder import preview_shown
    from autograder.batch import submitted
    from autograder.preview import preview_assignment
    from autograder.store import locked

    found = []
    with locked(course, write=False):
        for name in names:
            with terminal.grading(name, len(submitted(course, name, student))) as heard:
                found.append(
                    preview_assignment(course, name, student=student, workers=jobs, force=force, progress=heard)
                )
    if as_json:
        return terminal.write_json(found)
    for one in found:
        preview_shown.show(one)
    return None
