"""What the terminal shows about files for other systems and submissions from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.console import listed, out, printable, shown_path

if TYPE_CHECKING:  # the commands that need these import them, so that the others start quickly
    from autograder.integrations.lms.grades_csv import Sheet
    from autograder.integrations.lms.import_submissions import Imported


def exported(path: Path, next_step: str) -> None:
    """Shows a file for another system, and what to do with it."""
    out.print(f"[green]wrote[/] {shown_path(path)}", soft_wrap=True)
    out.print(f"Next: {next_step}", soft_wrap=True)


def grades(sheet: Sheet, target: Path) -> None:
    """Shows a file of grades, and what is missing from it."""
    count = sum(line.total is not None for line in sheet.lines)
    exported(target, f"{count} of {len(sheet.lines)} students have a score; import the file there")
    listed("Still to be graded by hand, not counted yet", [(student, "") for student in sheet.waiting])
    listed("Changed since they were graded by hand, counted with those points", [(s, "") for s in sheet.stale])
    listed("Submission removed, left out", [(student, "") for student in sheet.withdrawn])
    listed("In the gradebook but not in the roster, left out", [(student, "") for student in sheet.unknown])


def imported(assignment: str, done: Imported) -> None:
    """Shows whose submissions were imported, and what was not."""
    out.print(f"[green]{len(done.taken)} submissions[/] of {assignment} imported.")
    for warning in done.warnings:
        out.print(f"[yellow]{printable(warning)}[/]", soft_wrap=True)
    listed("Left out", done.left_out)
    listed("Needs attention", done.notes)
    listed("Also kept", done.kept)
    listed(
        "Marked late, without a time", [(student, "no timestamp.txt: see docs/ecosystem.md") for student in done.late]
    )
    listed("Unknown", [(owner, "no such student; left out") for owner in done.unknown])
    listed("Missing", [(student, "no submission") for student in done.missing])


def roster(path: Path, count: int, *, named: bool) -> None:
    """A roster that was made, and how the course gets to know it."""
    out.print(f"[green]wrote[/] {shown_path(path)}: {count} {'student' if count == 1 else 'students'}", soft_wrap=True)
    if not named:
        out.print(f"Next: add 'roster: {path.name}' to course.yml", soft_wrap=True)
