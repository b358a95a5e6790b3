"""What the commands share: the application, options, exit codes, and error messages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli import console
from autograder.course import Course
from autograder.errors import AutograderError


class ExitCode(IntEnum):
    """What the command's exit status means."""

    good = 0
    fault = 1  # something is wrong with the course, the workspace or the machine; the message says what
    usage = 2  # the command line itself
    some_left_out = 3  # done, but some submissions have no score, or some students no report


app = typer.Typer(
    name="autograder",
    help="Build, grade and explain a course's notebooks. Start with `autograder demo` and open the page that it names.",
    epilog="Exit status: 0 success, 1 an error (the message names the file), 2 wrong usage, 3 done, but some "
    "submissions have no score or no report.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

CourseOption = Annotated[Path, typer.Option("--course", help="The folder with course.yml.", metavar="DIR")]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", help="The folder for all output, instead of the course's workspace/.", metavar="DIR"),
]
AssignmentArgument = Annotated[str | None, typer.Argument(help="The assignment. By default, all in course.yml.")]
StudentOption = Annotated[str | None, typer.Option("--student", help="Only this student.", metavar="ID")]
JobsOption = Annotated[
    int, typer.Option("--jobs", min=1, max=256, help="How many submissions to grade at the same time.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the results as JSON on standard output.")]
DEFAULT_JOBS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


@contextmanager
def explained() -> Iterator[None]:
    """An error that the kit can explain ends the command with its message; an interruption says what is kept."""
    try:
        yield
    except AutograderError as fault:
        console.fault(str(fault))
        raise typer.Exit(ExitCode.fault) from None
    except KeyboardInterrupt:
        console.fault("Interrupted. Finished submissions are kept; run the same command again to resume.")
        raise typer.Exit(ExitCode.fault) from None


def chosen(course: Course, assignment: str | None) -> tuple[str, ...]:
    """The named assignment, or all of them; there must be at least one."""
    if assignment is not None:
        course.assignment(assignment)
        return (assignment,)
    _ = course.first
    return tuple(course.assignments)
