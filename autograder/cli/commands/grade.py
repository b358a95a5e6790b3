"""`autograder grade`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from msgspec import structs

from autograder.cli import console
from autograder.cli.app import (
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
from autograder.cli.views import course as course_shown
from autograder.cli.views import machine
from autograder.cli.views import results as results_shown
from autograder.course import Course, load_course
from autograder.errors import ClusterError
from autograder.grading.forkserver import warm_start
from autograder.results import Result, Status

if TYPE_CHECKING:
    from autograder.grading.pool import WorkerPool

Engine = Literal["local", "dask"]


@app.command()
def grade(
    assignment: AssignmentArgument = None,
    student: StudentOption = None,
    jobs: JobsOption = DEFAULT_JOBS,
    force: Annotated[bool, typer.Option("--force", help="Regrade everything, even if unchanged.")] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Show whose score would change and through which test, without writing anything."
        ),
    ] = False,
    as_json: JsonOption = False,
    figures: Annotated[
        bool | None,
        typer.Option(
            "--figures/--no-figures", help="Draw figures into executed notebooks. By default, as course.yml says."
        ),
    ] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Show where the time went.")] = False,
    engine: Annotated[Engine, typer.Option("--engine", help="Grade on this machine or on a Dask cluster.")] = "local",
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="The Dask scheduler, for --engine dask.", metavar="ADDRESS")
    ] = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Grade new and changed submissions."""
    if (engine == "dask") is (scheduler is None):
        raise typer.BadParameter("--engine dask and --scheduler ADDRESS go together")
    if engine == "local":
        warm_start()
    from autograder.runs.batch import submitted
    from autograder.workspace.lock import locked

    with explained():
        loaded = with_figures(load_course(course, workspace), figures)
        machine.say_walls(loaded)
        machine.say_version(loaded)
        if dry_run:
            _preview(loaded, chosen(loaded, assignment), student, jobs, force=force, as_json=as_json)
            return
        without_score = False
        names = chosen(loaded, assignment)
        with locked(loaded):
            handed_in = {name: submitted(loaded, name, student) for name in names}
            most = max(map(len, handed_in.values()), default=0)
            with hired(scheduler, max(1, min(jobs, most))) as pool:
                for name, students in handed_in.items():
                    results = _grade(loaded, name, students, pool, force=force, as_json=as_json, profile=profile)
                    without_score |= any(result.status is not Status.graded for result in results)
        if without_score:
            raise typer.Exit(ExitCode.some_left_out)


def _grade(
    course: Course,
    name: str,
    students: tuple[str, ...],
    pool: WorkerPool,
    *,
    force: bool,
    as_json: bool,
    profile: bool,
) -> tuple[Result, ...]:
    """Grades one assignment and shows the outcome; returns brief results."""
    from autograder.runs.batch import grade_assignment
    from autograder.workspace.roster import doubtful_dates
    from autograder.workspace.store import Store

    course_shown.doubted(doubtful_dates(course, name))
    with console.grading(name, len(students)) as heard:
        summary = grade_assignment(course, name, students, workers=pool, force=force, progress=heard)
    if as_json:
        store = Store(course, name)
        results_shown.whole_results(store.load(result.student) or result for result in summary.results)
    else:
        results_shown.graded(summary)
    if profile:
        results_shown.profiled(summary)
    return summary.results


def hired(scheduler: str | None, jobs: int) -> WorkerPool:
    """The graders: processes on this machine, or the workers of a Dask scheduler."""
    from autograder.grading.pool import WorkerPool

    if scheduler is None:
        return WorkerPool(jobs)
    try:
        from autograder.integrations.dask.cluster import Cluster
    except ImportError as fault:
        remedy = (
            "pip install 'introdl-autograder[cluster]', or grade on this machine: leave --engine and --scheduler out"
        )
        raise ClusterError(scheduler, f"a package is not installed ({fault})", remedy=remedy) from None
    pool = Cluster(scheduler)
    console.err.print(f"{pool.size} Dask workers at {scheduler}, each with its own walls.", style="dim")
    return pool


def with_figures(course: Course, wanted: bool | None) -> Course:
    """The course, with its setting replaced by the command line's."""
    if wanted is None:
        return course
    return structs.replace(course, config=structs.replace(course.config, figures=wanted))


def _preview(
    course: Course, names: tuple[str, ...], student: str | None, jobs: int, *, force: bool, as_json: bool
) -> None:
    from autograder.cli.views import preview
    from autograder.runs.batch import submitted
    from autograder.runs.preview import preview_assignment
    from autograder.workspace.lock import locked

    found = []
    with locked(course, write=False):
        for name in names:
            students = submitted(course, name, student)
            with console.grading(name, len(students)) as heard:
                found.append(preview_assignment(course, name, students, workers=jobs, force=force, progress=heard))
    if as_json:
        return console.write_json(found)
    for one in found:
        preview.show(one)
    return None
