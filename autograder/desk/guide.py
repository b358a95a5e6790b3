"""A question's marking guide: shown beside each answer, and where its rubric and its first comments come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.desk.rubric import MOST_ITEMS, Item

POINTS, TYPICAL = "What earns the points", "Typical wrong answers"
LONGEST = 200_000


@dataclass(frozen=True)
class Guide:
    """A marking guide: its text, the rubric that its first table makes, and the comments of its last one."""

    text: str = ""
    items: tuple[Item, ...] = ()
    comments: tuple[str, ...] = ()


def read_guide(path: Path) -> Guide:
    """The marking guide in this file; an empty one where there is none."""
    try:
        text = path.read_text(encoding="utf-8")[:LONGEST]
    except (OSError, UnicodeDecodeError):
        return Guide()
    rows = [(number, row[1]) for row in _rows(text, POINTS) if (number := _number(row[0])) is not None]
    items = tuple(Item(id=f"guide-{n}", text=what, points=points) for n, (points, what) in enumerate(rows, 1))
    return Guide(text, items[:MOST_ITEMS], tuple(comment for _, comment in _rows(text, TYPICAL)))


def _rows(text: str, heading: str) -> Iterator[tuple[str, str]]:
    """The rows of the table of two columns below a heading, without its head."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\|(.+)\|\s*$", section[1], re.MULTILINE) if section else []
    for row in rows[2:]:
        cells = [cell.strip() for cell in row.split(" | ")]
        if len(cells) == 2:
            yield cells[0], cells[1]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
