"""What people see in the terminal: messages and progress on standard error, tables and JSON on standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Task as ProgressTask
from rich.table import Table
from rich.text import Text

from autograder.results import Result
from autograder.text import for_terminal

MAX_LISTED = 20
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def printable(text: str) -> str:
    """A student's text, safe for a terminal: no control characters, no markup."""
    return escape(for_terminal(text))


def fault(message: str) -> None:
    """Reports an error on standard error."""
    lines = [for_terminal(line) for line in message.splitlines()]
    err.print(Text.assemble(("Error: ", "bold red"), "\n".join(lines)), soft_wrap=True)


class _Rate(ProgressColumn):
    """The column for submissions a second."""

    def render(self, task: ProgressTask) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="cyan")


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), _Rate())
    return Progress(*columns, TimeRemainingColumn(), console=err, transient=True, disable=not err.is_terminal)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that takes how many of how many are done."""
    with _bar() as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def counting(title: str, total: int) -> Iterator[Callable[[object], None]]:
    """A bar that advances by one whenever it is called."""
    with _bar() as bar:
        task = bar.add_task(title, total=total)
        yield lambda _: bar.advance(task)


@contextmanager
def grading(assignment: str, total: int) -> Iterator[Callable[[Result], None]]:
    """The bar of a grading run."""
    with counting(f"Grading {assignment}", total) as heard:
        yield heard


def shown_path(path: Path) -> str:
    """A path as you would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def wide_table(title: str) -> Table:
    """An empty table with the common width of all tables of figures."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        width=80,
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )


def listed(title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Lists names and what to say about each below a title, up to a limit; prints nothing if there are none."""
    if not rows:
        return
    out.print(f"[bold]{title} ({len(rows)})[/]")  # a table wraps its own title if its rows are short
    table = Table(show_header=False, box=None)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    for student, why in rows[:MAX_LISTED]:
        table.add_row(printable(student), printable(why))
    out.print(table)
    if len(rows) > MAX_LISTED:
        out.print(f"  and {len(rows) - MAX_LISTED} more")


def write_json(value: object) -> None:
    """A structure as JSON on standard output."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
