"""What the terminal shows about this machine and the walls it can build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from autograder.cli.console import err, out
from autograder.course import Course

if TYPE_CHECKING:  # the commands that need these import them, so that the others start quickly
    from autograder.sandbox.host.doctor import DoctorFinding


def say_walls(course: Course) -> None:
    """Lists the walls before anything is graded, so that a missing one is never a surprise.

    Raises:
        WallError: if the supervisor cannot keep a deadline or end a process here.
    """
    from autograder.grading.worker import use_bubblewrap
    from autograder.sandbox.host import bubblewrap
    from autograder.sandbox.host.supervisor import try_supervision

    try_supervision()
    if use_bubblewrap(course):
        err.print("Walls: seccomp, Landlock, rlimits, supervisor, bubblewrap.", style="dim")
    else:
        reason = bubblewrap.fault() or ""
        err.print(f"Walls: seccomp, Landlock, rlimits, supervisor; no bubblewrap ({escape(reason)}).", style="yellow")


def say_version(course: Course) -> None:
    """Says so if another version of the kit built this workspace."""
    from autograder.runs.readiness import built_by_another_version

    if built_by_another_version(course):
        text = "Another version of this kit built this workspace. Run `autograder build` once: until then, nbgrader's "
        err.print(f"{text}own commands do not work here. Scores and comments stay.", style="yellow")


def examined_machine(parts: Mapping[str, Sequence[DoctorFinding]]) -> None:
    """Shows what `doctor` found, part by part, and what to do about it."""
    for title, findings in parts.items():
        table = Table(title=title, title_justify="left", title_style="bold", show_header=False, width=80)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for finding in findings:
            mark = "[green]✓[/]" if finding.good else "[red]✗[/]" if finding.needed else "[yellow]–[/]"
            what = escape(finding.detail) + (f"\n[bold]→ {escape(finding.remedy)}[/]" if not finding.good else "")
            table.add_row(mark, finding.name, what)
        out.print(table)
