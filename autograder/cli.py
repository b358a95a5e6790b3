"""The command line: one short function a command. Exit codes are in `ExitCode`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated

import typer

from autograder import __version__, terminal
from autograder.course import Course, load_course
from autograder.errors import AutograderError
from autograder.results import Status
from autograder.warmup import warm_start


class ExitCode(IntEnum):
    """What the command's exit status says."""

    good = 0
    fault = 1  # the course, the workspace or the machine is at fault; the message names which
    usage = 2  # the command line itself
    some_without_score = 3  # done, but some submissions have no score


app = typer.Typer(
    name="autograder",
    help="Builds, grades and explains the notebooks of a course. First try `autograder demo`, and open what it names.",
    epilog="Exit status: 0 good, 1 a fault (its message names the file), 2 wrong usage, 3 done, but some submissions "
    "have no score.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

CourseOption = Annotated[Path, typer.Option("--course", help="The folder that holds course.yml.", metavar="DIR")]
WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", help="Where all output goes; else the course's workspace/.", metavar="DIR")
]
AssignmentArgument = Annotated[str | None, typer.Argument(help="The assignment; without it, all of course.yml.")]
StudentOption = Annotated[str | None, typer.Option("--student", help="Only this student.", metavar="ID")]
JobsOption = Annotated[int, typer.Option("--jobs", min=1, max=256, help="How many submissions at the same time.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the results as JSON on standard output.")]
DEFAULT_JOBS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


@contextmanager
def explained() -> Iterator[None]:
    """A fault that the kit can explain ends the command with its message; an interruption says what is kept."""
    try:
        yield
    except AutograderError as fault:
        terminal.fault(str(fault))
        raise typer.Exit(ExitCode.fault) from None
    except KeyboardInterrupt:
        terminal.fault("Interrupted. What was graded is kept; the same command goes on with the rest.")
        raise typer.Exit(ExitCode.fault) from None


def chosen(course: Course, assignment: str | None) -> tuple[str, ...]:
    """The named assignment, or all of them."""
    if assignment is not None:
        course.assignment(assignment)
        return (assignment,)
    return tuple(course.assignments)


@app.command()
def build(
    assignment: AssignmentArgument = None, course: CourseOption = Path(), workspace: WorkspaceOption = None
) -> None:
    """Make nbgrader's source and the students' release of an assignment."""
    from autograder.building import build_from_course

    with explained():
        loaded = load_course(course, workspace)
        for name in chosen(loaded, assignment):
            terminal.built(build_from_course(loaded, name))


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The assignment's name: lower-case letters, digits and _.")],
    course: CourseOption = Path(),
) -> None:
    """Make the files of a new assignment, with one worked exercise that passes `autograder check`."""
    from autograder.scaffold import new_assignment

    with explained():
        terminal.made(new_assignment(load_course(course), name), name)


@app.command()
def check(
    assignment: AssignmentArgument = None,
    mutants: Annotated[bool, typer.Option("--mutants", help="Change the reference: do its tests notice?")] = False,
    course: CourseOption = Path(),
    jobs: JobsOption = DEFAULT_JOBS,
) -> None:
    """Examine the course itself: reference, release, known mistakes, examples, leaks."""
    from autograder.check import examine
    from autograder.mutants import measure

    with explained():
        loaded = load_course(course)
        if mutants:
            scores = []
            for name in chosen(loaded, assignment):
                with terminal.progress(f"Mutants of {name}") as advance:
                    scores.append(measure(loaded, name, workers=jobs, progress=advance))
            terminal.mutated(scores)
            raise typer.Exit(ExitCode.fault if any(score.faults for score in scores) else ExitCode.good)
        found = []
        for name in chosen(loaded, assignment):
            with terminal.progress(f"Examining {name}") as advance:
                found.append(examine(loaded, name, workers=jobs, progress=advance))
        terminal.examined(found)
        if any(examination.faults for examination in found):
            raise typer.Exit(ExitCode.fault)


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
    from autograder.store import locked

    with explained():
        loaded = load_course(course, workspace)
        terminal.say_walls(loaded)
        without_score = False
        with locked(loaded):
            for name in chosen(loaded, assignment):
                total = len(submitted(loaded, name, student))
                with terminal.grading(name, total) as heard:
                    summary = grade_assignment(loaded, name, student=student, workers=jobs, force=force, progress=heard)
                terminal.graded(summary, as_json=as_json)
                without_score |= any(result.status is not Status.graded for result in summary.results)
        if without_score:
            raise typer.Exit(ExitCode.some_without_score)


@app.command()
def run(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    notebook: Annotated[Path, typer.Argument(help="The notebook to grade.")],
    as_json: JsonOption = False,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Grade one notebook file, and touch no gradebook."""
    from autograder.single import grade_file

    with explained():
        loaded = load_course(course, workspace)
        loaded.assignment(assignment)
        result = grade_file(loaded, assignment, notebook)
        terminal.one(result, as_json=as_json)
        if result.status is not Status.graded:
            raise typer.Exit(ExitCode.some_without_score)


@app.command()
def feedback(
    assignment: AssignmentArgument = None,
    student: StudentOption = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write each student's report, with a TA's comments from the gradebook."""
    from autograder.reports import write_feedback
    from autograder.store import Store, locked

    with explained():
        loaded = load_course(course, workspace)
        with locked(loaded):
            for name in chosen(loaded, assignment):
                total = 1 if student else len(Store(loaded, name).students())
                with terminal.counting(f"Feedback on {name}", total) as heard:
                    terminal.fed_back(loaded, name, write_feedback(loaded, name, student=student, progress=heard))


@app.command()
def doctor() -> None:
    """Show the walls, versions and limits of this machine, and what to install for a missing one."""
    from autograder import doctor as examination

    with explained():
        walls = examination.walls()
        terminal.examined_machine(walls, examination.versions(), examination.machine())
        if not all(finding.good for finding in walls if finding.needed):
            raise typer.Exit(ExitCode.fault)


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


@app.callback(invoke_without_command=True)
def about(version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False) -> None:
    """Print the version when asked."""
    if version:
        typer.echo(f"autograder {__version__}")
        raise typer.Exit


def main(run_app: Callable[[], None] = app) -> None:
    """The console command."""
    try:
        run_app()
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away, as `head` does
