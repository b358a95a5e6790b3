"""`autograder feedback`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli import console
from autograder.cli.app import (
    AssignmentArgument,
    CourseOption,
    ExitCode,
    StudentOption,
    WorkspaceOption,
    app,
    chosen,
    explained,
)
from autograder.course import Course, load_course

if TYPE_CHECKING:
    from autograder.reports.write import Written
    from autograder.runs.watch_gradebook import Watcher


class ExportSystem(StrEnum):
    """The system that the zip is for."""

    canvas = "canvas"
    moodle = "moodle"
    folder = "folder"


@app.command()
def feedback(
    assignment: AssignmentArgument = None,
    student: StudentOption = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", help="Keep watching: update a report when the gradebook gets a comment. Stop with Ctrl-C."
        ),
    ] = False,
    zip_for: Annotated[
        ExportSystem | None, typer.Option("--zip", help="Also pack the reports into a zip that this system accepts.")
    ] = None,
    download: Annotated[
        Path | None,
        typer.Option(
            "--download", help="The submissions as downloaded from that system; it matches files by those names."
        ),
    ] = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write a report for each student, with comments from the gradebook. Unchanged reports are left alone."""
    from autograder.reports.write import write_feedback
    from autograder.runs.watch_gradebook import Watcher
    from autograder.workspace.lock import locked
    from autograder.workspace.store import Store

    if zip_for and (assignment is None or student is not None):
        raise typer.BadParameter("a zip is of one assignment and of everybody: name the assignment", param_hint="--zip")
    if download and not zip_for:
        raise typer.BadParameter("goes with --zip", param_hint="--download")
    skipped = False
    with explained():
        loaded = load_course(course, workspace)
        names = chosen(loaded, assignment)
        # before the first reports, so that no comment slips in between
        watcher = Watcher(loaded, [name for name in names if loaded.results_dir(name).is_dir()]) if watch else None
        with locked(loaded):
            for name in names:
                total = 1 if student else len(Store(loaded, name).students())
                with console.counting(f"Feedback on {name}", total) as heard:
                    written = write_feedback(loaded, name, student=student, progress=heard)
                _show(name, written)
                skipped = skipped or bool(written.skipped)
        if zip_for and assignment:
            _zip(loaded, zip_for, assignment, download)
        if watcher:
            _watch(watcher)
    if skipped:
        raise typer.Exit(ExitCode.some_left_out)


def _zip(course: Course, system: ExportSystem, assignment: str, download: Path | None) -> None:
    from autograder.integrations.lms.feedback_zip import write_zip
    from autograder.reports.html import count

    target = course.workspace / "exports" / assignment / f"{system}-feedback.zip"
    made = write_zip(course, system, assignment, target, download)
    console.out.print(f"[green]{count(made.reports, 'report')}[/] in {console.shown_path(made.path)}", soft_wrap=True)
    if made.left_out:
        names = ", ".join(map(console.printable, made.left_out[: console.MAX_LISTED]))
        more = len(made.left_out) - console.MAX_LISTED
        console.err.print(f"Not in the download: {names}{f' and {more} more' if more > 0 else ''}", style="yellow")


def _watch(watcher: Watcher) -> None:
    from autograder.runs.watch_gradebook import watch

    def wrote(name: str, student: str, changed: bool) -> None:
        what = "[green]written[/]" if changed else "as it was"
        console.out.print(f"{console.printable(student)} {name}: {what}")

    console.err.print("Watching the gradebook; Ctrl-C ends it.", style="dim")
    try:
        watch(watcher, wrote, console.fault)
    except KeyboardInterrupt:
        console.err.print("Ended.", style="dim")


def _show(assignment: str, written: Written) -> None:
    """Which reports were written."""
    from autograder.reports.html import count

    same = len(written.paths) - written.changed
    console.out.print(
        f"[green]{count(len(written.paths), 'report')}[/] on {assignment}: {written.changed} written, {same} unchanged."
    )
    for student, reason in written.skipped[: console.MAX_LISTED]:
        line = f"No report for {console.printable(student)}: {console.printable(reason)}"
        console.err.print(line, style="yellow", soft_wrap=True, markup=False)
    if len(written.skipped) > console.MAX_LISTED:
        console.err.print(f"... and {len(written.skipped) - console.MAX_LISTED} more", style="yellow")
    if written.paths:
        console.out.print(f"  open {console.shown_path(written.paths[0])}", soft_wrap=True)
