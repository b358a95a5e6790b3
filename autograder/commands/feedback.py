"""`autograder feedback`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import terminal
from autograder.commands.shared import (
    AssignmentArgument,
    CourseOption,
    StudentOption,
    WorkspaceOption,
    app,
    chosen,
    explained,
)
from autograder.course import Course, load_course

if TYPE_CHECKING:
    from autograder.reports import Written
    from autograder.watching import Watcher


class System(StrEnum):
    """Who takes the zip."""

    canvas = "canvas"
    moodle = "moodle"
    folder = "folder"


@app.command()
def feedback(
    assignment: AssignmentArgument = None,
    student: StudentOption = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Then go on: a comment in the gradebook renews its report. End with Ctrl-C.")
    ] = False,
    zip_for: Annotated[
        System | None, typer.Option("--zip", help="Then zip the reports for this system's upload of feedback.")
    ] = None,
    download: Annotated[
        Path | None,
        typer.Option("--download", help="That system's download of the submissions, whose names it asks for again."),
    ] = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write each student's report, with a TA's comments from the gradebook. Only what changed is written."""
    from autograder.reports import write_feedback
    from autograder.store import Store, locked
    from autograder.watching import Watcher

    if zip_for and (assignment is None or student is not None):
        raise typer.BadParameter("a zip is of one assignment and of everybody: name the assignment", param_hint="--zip")
    if download and not zip_for:
        raise typer.BadParameter("goes with --zip", param_hint="--download")
    with explained():
        loaded = load_course(course, workspace)
        names = chosen(loaded, assignment)
        # before the first reports, so that no comment falls between them and the watching
        watcher = Watcher(loaded, [name for name in names if loaded.results_dir(name).is_dir()]) if watch else None
        with locked(loaded):
            for name in names:
                total = 1 if student else len(Store(loaded, name).students())
                with terminal.counting(f"Feedback on {name}", total) as heard:
                    _show(name, write_feedback(loaded, name, student=student, progress=heard))
        if zip_for and assignment:
            _zip(loaded, zip_for, assignment, download)
        if watcher:
            _watch(watcher)


def _zip(course: Course, system: System, assignment: str, download: Path | None) -> None:
    from autograder.lms.feedback import write_zip
    from autograder.pages import count

    target = course.workspace / "exports" / assignment / f"{system}-feedback.zip"
    made = write_zip(course, system, assignment, target, download)
    terminal.out.print(f"[green]{count(made.reports, 'report')}[/] in {terminal.shown_path(made.path)}", soft_wrap=True)
    if made.left_out:
        names = ", ".join(map(terminal.printable, made.left_out[: terminal.MAX_LISTED]))
        more = len(made.left_out) - terminal.MAX_LISTED
        terminal.err.print(f"Not in the download: {names}{f' and {more} more' if more > 0 else ''}", style="yellow")


def _watch(watcher: Watcher) -> None:
    from autograder.watching import watch

    def wrote(name: str, student: str, changed: bool) -> None:
        what = "[green]written[/]" if changed else "as it was"
        terminal.out.print(f"{terminal.printable(student)} {name}: {what}")

    terminal.err.print("Watching the gradebook; Ctrl-C ends it.", style="dim")
    try:
        watch(watcher, wrote, terminal.fault)
    except KeyboardInterrupt:
        terminal.err.print("Ended.", style="dim")


def _show(assignment: str, written: Written) -> None:
    """Which reports were written."""
    from autograder.pages import count

    same = len(written.paths) - written.changed
    terminal.out.print(
        f"[green]{count(len(written.paths), 'report')}[/] on {assignment}: {written.changed} written, {same} unchanged."
    )
    if written.paths:
        terminal.out.print(f"  open {terminal.shown_path(written.paths[0])}", soft_wrap=True)
