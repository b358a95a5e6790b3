"""One table of figures, for the terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Column, Table


def terminal(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """The first column names the row and gives way when the terminal is narrow; figures are never cut."""
    name, *figures = heads
    names, *cells = zip(*rows, strict=True)
    table = Table(Column(name, overflow="fold"), box=box.SIMPLE, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for head, column in zip(figures, cells, strict=True):
        table.add_column(head, justify="right", width=max(map(len, [*head.split(), *column])))
    for row in zip(names, *cells, strict=True):
        table.add_row(*row)
    return table


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The same in Markdown."""
    marks = f"|---{'|---:' * (len(heads) - 1)}|"
    return "\n".join([f"| {' | '.join(heads)} |", marks, *(f"| {' | '.join(row)} |" for row in rows)])
