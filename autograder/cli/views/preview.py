"""What `autograder grade --dry-run` shows."""

from __future__ import annotations

from rich.table import Table

from autograder.cli.console import MAX_LISTED, out, printable, wide_table
from autograder.course.grade_ids import name_of
from autograder.runs.preview import Change, Preview, TestChange


def show(preview: Preview) -> None:
    """Shows whose score would change, by how much and through which test; then each test for all students."""
    if preview.changes:
        out.print(_students(preview))
        if len(preview.changes) > MAX_LISTED:
            out.print(f"  and {len(preview.changes) - MAX_LISTED} more; all of them with --json")
        out.print(_tests(preview))
    if any(change.by_hand for change in preview.changes):
        out.print("* a teacher entered a score by hand, which stays in the gradebook whatever the automatic one is.")
    parts = [
        f"{len(preview.changes)} scores would change",
        f"{len(preview.same_score)} would be graded again with the same score",
        f"{len(preview.first_time)} for the first time",
        f"{preview.unchanged} stay as they are",
    ]
    out.print(f"[bold]{preview.assignment}[/]: {', '.join(parts)}. Nothing was written.")


def _students(preview: Preview) -> Table:
    table = wide_table(f"{preview.assignment}: {len(preview.changes)} scores would change")
    table.add_column("student", overflow="fold", max_width=20)
    for name in ("before", "after", "change"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("through", ratio=1, overflow="fold")
    for change in preview.changes[:MAX_LISTED]:
        numbers = (_number(change.before), _number(change.after), _signed(change.difference))
        table.add_row(printable(change.student), *numbers, _through(change))
    return table


def _through(change: Change) -> str:
    if change.reason:
        return printable(change.reason)
    return "\n".join(f"{_told(test)}{' *' if test.exercise in change.by_hand else ''}" for test in change.tests)


def _told(test: TestChange) -> str:
    return f"{name_of(test.name)}: {test.before or 'not there'} → {test.after or 'not there'}"


def _tests(preview: Preview) -> Table:
    table = wide_table("Through these tests")
    table.add_column("test", overflow="fold", ratio=1)
    table.add_column("students", justify="right")
    table.add_column("points", justify="right")
    for name, students, points in preview.by_test[:MAX_LISTED]:
        table.add_row(name, f"{students}", _signed(points))
    return table


def _number(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"


def _signed(difference: float | None) -> str:
    if difference is None:
        return ""
    return f"[{'green' if difference > 0 else 'red'}]{difference:+g}[/]"
