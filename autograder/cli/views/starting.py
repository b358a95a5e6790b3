"""What the terminal shows when a course is started or compared with a newer kit's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.markup import escape
from rich.table import Table

from autograder import __version__
from autograder.cli.console import out, shown_path
from autograder.course import Course
from autograder.course.moments import shown

if TYPE_CHECKING:  # the command imports it, so that the others start quickly
    from autograder.authoring.upgrade import Comparison, Group


def started(course: Course, folder: Path) -> None:
    """Shows the new course: its assignments with their due dates, and what to do next."""
    out.print(f"[green]Started[/] {escape(course.title)} in {shown_path(course.root)}", soft_wrap=True)
    for name in course.assignments:
        due = course.due(name)
        out.print(f"  {name:<14} {'due ' + shown(due) if due else 'no due date yet'}")
    out.print(f"Next: cd {escape(str(folder))} && autograder check && autograder demo --workspace demo", soft_wrap=True)
    out.print(
        "README.md tells you what to do next. Keep the repository private, because it holds the solutions.",
        soft_wrap=True,
    )


def compared(found: Comparison) -> None:
    """Shows what differs in the kit, by assignment and exercise."""
    if not found.groups:
        out.print(f"Nothing to take over: this course has everything in the kit's (version {__version__}).")
        return
    title = f"The kit's course (version {__version__}) has"
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for heading in ("assignment", "exercise", "what", "to take it over"):
        table.add_column(heading, no_wrap=heading != "what")
    for group in found.groups:
        table.add_row(group.assignment or "the course", group.exercise, *_row(group))
    out.print(table)
    for one in (one for group in found.groups for one in group.conflicts if one.own is not None):
        where = f"{one.own.file}:{one.own.start + 1}" if one.own else one.kit.file
        out.print(
            f"[yellow]![/] {escape(where)}: '{escape(one.kit.key)}' was changed here and in the kit", soft_wrap=True
        )


def _row(group: Group) -> tuple[str, str]:
    counts = Counter(one.state for one in group.differences)
    what = ", ".join(f"{number} {state.value}" for state, number in counts.items())
    if group.conflicts:
        return what, f"by hand; --compare --show {group.name}"
    return what, f"--compare --take {group.name}" if any(one.may_be_taken for one in group.differences) else ""


def taken(name: str, paths: Sequence[Path]) -> None:
    """Shows what was written for one part that was taken over."""
    for path in paths:
        out.print(f"[green]wrote[/] {shown_path(path)}", soft_wrap=True)
    out.print(f"Took over {name}. Next: git diff, and autograder check {name.partition('.')[0]}", soft_wrap=True)


def kit_text(found: Comparison, name: str) -> None:
    """Shows the kit's own text of one part, to copy from."""
    for group in found.groups:
        for one in group.differences if name in (group.name, group.assignment) else ():
            out.print(f"[bold]{escape(one.kit.file)}[/] ({one.state.value})", soft_wrap=True)
            out.print(one.kit.text, markup=False, soft_wrap=True)
