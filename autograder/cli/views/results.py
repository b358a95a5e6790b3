"""What `autograder grade` and `autograder run` show of their results."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from autograder.cli.console import err, listed, out, printable, wide_table, write_json
from autograder.course.moments import shown_iso
from autograder.results import ExerciseResult, Lateness, Outcome, Result, Status

if TYPE_CHECKING:  # the commands that need these import them, so that the others start quickly
    from autograder.runs.batch import Summary


def graded(summary: Summary) -> None:
    """Shows a run's results: a line for each exercise, and each submission that needs attention."""
    results = [r for r in summary.results if r.status is Status.graded]
    listed("Not in the roster, not graded", _strangers(summary))
    listed("Submission removed, score withdrawn", [(student, "") for student in summary.withdrawn])
    if not summary.results:
        out.print(f"No submissions for '{summary.assignment}' yet.")
        return
    if results:
        out.print(_exercises(summary.assignment, results))
    for status, title in ((Status.not_gradable, "Not gradable"), (Status.ungraded, "Ungraded: grader failures")):
        listed(title, [(r.student, r.reason) for r in summary.results if r.status is status])
    listed("Needs attention", [(r.student, note) for r in results for note in r.notes])
    listed("Repaired gradebook rows", summary.repaired)
    listed("Late", [(r.student, _late(r.late)) for r in results if r.late])
    fresh, kept = len(summary.graded), len(summary.unchanged)
    rate = f", {fresh / summary.seconds:.1f} a second" if fresh and summary.seconds else ""
    out.print(f"[bold]{fresh} graded[/] in {summary.seconds:.1f} s{rate}; {kept} unchanged since their last grading.")


def _strangers(summary: Summary) -> list[tuple[str, str]]:
    return [(student, f"did you mean '{meant}'?" if meant else "") for student, meant in summary.strangers.items()]


def one(result: Result, *, as_json: bool) -> None:
    """Shows one notebook's result."""
    if as_json:
        write_json(result)
        return
    if result.status is not Status.graded:
        out.print(f"[bold red]{result.status.replace('_', ' ')}[/]: {printable(result.reason)}")
        return
    for exercise in result.exercises:
        colour = "green" if exercise.score == exercise.max_score else "yellow" if exercise.score else "red"
        out.print(f"[{colour}]{exercise.score:g}[/]/{exercise.max_score:g}  [bold]{exercise.name}[/]")
        _indented(printable(exercise.form_line()), 6)
        for test in exercise.tests:
            if test.outcome is not Outcome.passed:
                _indented(f"[red]✗[/] {printable(test.title)} [dim]{test.outcome}[/]", 6)
                _indented(printable(test.message), 8)
                if test.counterexample and test.outcome is not Outcome.missing:
                    _indented(f"[dim]{printable(test.counterexample.call)}[/]", 8)
        if exercise.misconception:
            _indented(f"[magenta]{escape(exercise.diagnosis)}[/]", 6)
            _indented(f"[magenta]Hint: {escape(exercise.hint or '')}[/]", 6)
    for note in result.notes:
        out.print(f"[dim]note: {printable(note)}[/]")
    out.print(f"[bold]{result.score:g} of {result.max_score:g} points[/]")


def _indented(text: str, columns: int) -> None:
    """The text with every line indented; nothing if it is empty."""
    if text:
        out.print(Padding(text, (0, 0, 0, columns), expand=False))


def whole_results(results: Iterable[Result]) -> None:
    """Prints results as JSON, one after the other, so that only one is in memory at a time."""
    between = "[\n  "
    for result in results:
        sys.stdout.write(between + result.to_json().decode().rstrip().replace("\n", "\n  "))
        between = ",\n  "
    sys.stdout.write("[]\n" if between.startswith("[") else "\n]\n")


def profiled(summary: Summary) -> None:
    """Shows on standard error where the time went, added up over all processes."""
    from autograder.grading.timing import PARTS

    total = sum(summary.spent.values())
    if not total:
        err.print("Nothing was graded, so there is nothing to measure.")
        return
    table = Table(
        title=f"{summary.assignment}: where the time went", title_justify="left", width=80, box=box.SIMPLE_HEAD
    )
    table.add_column("part", no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    table.add_column("each, ms", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("what it is")
    for part, what in PARTS.items():
        seconds = summary.spent.get(part, 0.0)
        each = 1000 * seconds / max(len(summary.graded), 1)
        table.add_row(part, f"{seconds:.2f}", f"{each:.1f}", f"{seconds / total:.0%}", what)
    err.print(table)


def _exercises(title: str, results: Sequence[Result]) -> Table:
    table = wide_table(f"{title}: {len(results)} graded")
    table.add_column("exercise", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("mean", justify="right", no_wrap=True)
    table.add_column("full", justify="right", no_wrap=True)
    table.add_column("most frequent misconception", ratio=1, no_wrap=True, overflow="ellipsis")
    for position, exercise in enumerate(results[0].exercises):
        column = [result.exercises[position] for result in results]
        points = exercise.max_score
        mean = sum(e.score for e in column) / len(column)
        full = sum(e.score == e.max_score for e in column)
        share = mean / points if points else 0
        colour = "green" if share >= 0.8 else "yellow" if share >= 0.6 else "red"
        cells = [
            exercise.name,
            f"{points:g}",
            f"[{colour}]{mean:.2f}[/]",
            f"{full}/{len(column)}",
            _most_frequent(column),
        ]
        table.add_row(*cells)
    scores = [result.score or 0.0 for result in results]
    table.add_section()
    table.add_row("all", f"{results[0].max_score:g}", f"{sum(scores) / len(scores):.2f}", "", "")
    return table


def _late(late: Lateness) -> str:
    cost = f"costs {late.percent:g}% of the points, {late.penalty:g} from tests" if late.percent else "costs nothing"
    return f"{late.days} day{'s' if late.days > 1 else ''} late (due {shown_iso(late.due, late.zone)}): {cost}"


def _most_frequent(column: Sequence[ExerciseResult]) -> str:
    named = Counter(e.misconception for e in column if e.misconception)
    return "".join(f"{count} x {escape(what)}" for what, count in named.most_common(1))
