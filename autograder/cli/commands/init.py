"""`autograder init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.app import app, explained
from autograder.cli.views import starting
from autograder.course import load_course

FolderArgument = Annotated[
    Path | None, typer.Argument(help="The new course's folder; with --compare a course, by default the one here.")
]


@app.command()
def init(
    folder: FolderArgument = None,
    empty: Annotated[bool, typer.Option("--empty", help="Start with one worked exercise only.")] = False,
    title: Annotated[str | None, typer.Option("--title", help="The course's title.")] = None,
    starts: Annotated[
        str | None, typer.Option("--starts", metavar="DATE", help="The first day of term, such as 2027-10-11.")
    ] = None,
    every: Annotated[
        str, typer.Option("--every", metavar="TIME", help="Time for each assignment: 14d or 2w. The first gets it too.")
    ] = "14d",
    timezone: Annotated[
        str, typer.Option("--timezone", metavar="ZONE", help="The zone of due dates, such as Europe/Amsterdam.")
    ] = "UTC",
    compare: Annotated[
        bool, typer.Option("--compare", help="Show what this kit's course has that yours does not; change nothing.")
    ] = False,
    take: Annotated[
        list[str] | None,
        typer.Option("--take", metavar="NAME", help="With --compare: take over this assignment or exercise."),
    ] = None,
    show: Annotated[
        str | None, typer.Option("--show", metavar="NAME", help="With --compare: print the kit's text of it.")
    ] = None,
) -> None:
    """Start a course of your own, with the kit's seven assignments. Without --starts nothing is due yet.

    `--compare` looks at a course that was started with an earlier kit. What you have changed is never taken over.
    """
    if (take or show) and not compare:
        raise typer.BadParameter("goes with --compare", param_hint="--take" if take else "--show")
    if compare:
        with explained():
            _compare(folder or Path(), take or [], show)
        return
    from autograder.authoring.start import start_course, term

    if folder is None:
        raise typer.BadParameter("name the folder of the new course", param_hint="FOLDER")
    try:
        when = term(starts, every, timezone)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None
    with explained():
        starting.started(start_course(folder, when, title=title, empty=empty), folder)


def _compare(folder: Path, take: list[str], show: str | None) -> None:
    """Shows what the kit has, or one part of it, or takes parts over."""
    from autograder.authoring.upgrade import compare
    from autograder.authoring.upgrade import take as take_over

    course = load_course(folder)
    if show is not None:
        starting.kit_text(compare(course), show)
        return
    for name in take:
        starting.taken(name, take_over(compare(course), name))
        course = load_course(folder)
    if not take:
        starting.compared(compare(course))
