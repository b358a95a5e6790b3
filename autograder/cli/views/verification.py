"""What `autograder verify` shows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from autograder.cli.console import MAX_LISTED, out, printable, write_json
from autograder.reports.html import count
from autograder.runs.replay import Replayed
from autograder.runs.verify import Log, Verified, VerifyFault


def show(log: Log, found: Sequence[Verified], again: Sequence[Replayed], *, as_json: bool) -> bool:
    """Shows what was found; returns whether everything is as grading left it."""
    good = not (log.faults or any(one.faults for one in found) or any(one.differences for one in again))
    if as_json:
        document = {
            "good": good,
            "log": {"lines": log.lines, "faults": log.faults, "notes": log.notes},
            "assignments": found,
            "replayed": again,
        }
        write_json(document)
        return good
    _faults("Log", log.faults)
    for one in found:
        _faults(one.assignment, one.faults)
    for played in again:
        _faults(f"{played.assignment}, graded again", [VerifyFault(who, what) for who, what in played.differences])
    for note in (*log.notes, *(f"{one.assignment}: {note}" for one in found for note in one.notes)):
        out.print(f"[dim]note: {printable(note)}[/]")
    for one in found:
        out.print(
            f"{one.assignment}: {one.results} results, {one.notebooks} executed notebooks and "
            f"{one.rows} gradebook entries are as signed."
            if not one.faults
            else f"[red]{one.assignment}: {count(len(one.faults), 'fault')}[/] in what grading wrote."
        )
    for played in again:
        if not played.students:
            out.print(f"{played.assignment}: there was nothing to grade again.")
            continue
        who = ", ".join(map(printable, played.students[:6])) + (", ..." if len(played.students) > 6 else "")
        differing = f"[red]{count(len(played.differences), 'difference')}[/]"
        came_out = differing if played.differences else "same results"
        out.print(f"{played.assignment}: {len(played.students)} graded again ({who}): {came_out}.")
    out.print(
        f"The log's {log.lines} lines are an unbroken chain." if not log.faults else "[red]The log was changed.[/]"
    )
    return good


def _faults(title: str, faults: Sequence[VerifyFault]) -> None:
    if not faults:
        return
    table = Table(title=f"{title} ({len(faults)})", title_justify="left", title_style="bold red")
    table.box, table.show_header = None, False
    table.add_column(style="cyan", overflow="fold")
    table.add_column(overflow="fold")
    for fault in faults[:MAX_LISTED]:
        table.add_row(printable(fault.place), printable(fault.what))
    out.print(table)
    if len(faults) > MAX_LISTED:
        out.print(f"  and {len(faults) - MAX_LISTED} more; all of them with --json")
