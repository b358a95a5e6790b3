"""Turns the bytes that a student handed in into the cells that are executed and graded."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.errors import SubmissionError
from autograder.notebooks.ipynb import Kind, LoadedNotebook, read_ipynb
from autograder.notebooks.release import Release, squeezed
from autograder.notebooks.repair import RepairedCell, defines, repair
from autograder.notebooks.up_to_date import up_to_date

_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Cell:
    """One cell as it is executed. ``index`` is its place in the executed copy, 0 for the first."""

    index: int
    kind: Kind
    source: str
    grade_id: str | None


@dataclass(frozen=True)
class SubmittedNotebook:
    """A submission's notebook with every released mark exactly once.

    ``notes`` say in sentences what was repaired, ``raw`` is the executed copy (nbformat 4.5) without outputs, and
    ``unanswered`` names the untouched answer cells.
    """

    cells: tuple[Cell, ...]
    notes: tuple[str, ...]
    raw: dict[str, Any]
    unanswered: tuple[str, ...] = ()


def parse(data: bytes, assignment: str, expected: Release, *, path: Path | None = None) -> SubmittedNotebook:
    """Reads a submitted notebook and repairs what can be repaired without doubt.

    Raises:
        SubmissionError: if the bytes are not a notebook of this assignment; it names ``path`` and the reason.
    """
    name = path or Path(f"{assignment}.ipynb")
    notebook = read_ipynb(data, name)
    try:
        repaired = repair(up_to_date(_as_python(notebook, expected), expected), expected)
    except SubmissionError as error:
        raise SubmissionError(name, error.fault) from error
    cells = tuple(Cell(index, cell.kind, cell.source, cell.grade_id) for index, cell in enumerate(repaired.cells))
    unanswered = tuple(
        cell.grade_id
        for cell in cells
        if cell.grade_id and expected.cells[cell.grade_id].is_solution and cell.grade_id not in repaired.asked
        if squeezed(cell.source) == squeezed(expected.cells[cell.grade_id].source)
    )
    return SubmittedNotebook(cells, repaired.notes, _raw(repaired.cells, expected), unanswered)


def _as_python(notebook: LoadedNotebook, expected: Release) -> LoadedNotebook:
    """The notebook, with a note if its metadata names another language but its cells are Python.

    Raises:
        SubmissionError: if it is written in another language.
    """
    language = notebook.language[:40]
    if not language or language.lower().startswith(("python", "ipython")):
        return notebook
    code = "\n".join(cell.source for cell in notebook.cells if cell.kind == "code")
    if 2 * sum(defines(code, name) for name in expected.exercises) < len(expected.exercises):
        raise SubmissionError("", f"is written in another language, {language!r}, not in Python")
    note = f"The file names {language!r} as its language, but its cells hold Python and were read as such."
    return replace(notebook, notes=(*notebook.notes, note))


def _raw(cells: Sequence[RepairedCell], expected: Release) -> dict[str, Any]:
    ids = _unique_ids(cells)
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": dict(expected.metadata),
        "cells": [_raw_cell(cell, cell_id, expected) for cell, cell_id in zip(cells, ids, strict=True)],
    }


def _raw_cell(cell: RepairedCell, cell_id: str, expected: Release) -> dict[str, Any]:
    """Keeps only the released cells' own metadata: a student's could control what a teacher's page shows.

    So a cell that draws stays folded as long as it is the released one.
    """
    released = expected.cells[cell.grade_id].metadata if cell.grade_id else expected.unmarked.get(cell.source, {})
    metadata = dict(released) if cell.kind == "code" or cell.grade_id else {}
    raw: dict[str, Any] = {"cell_type": cell.kind, "id": cell_id, "metadata": metadata, "source": cell.source}
    if cell.kind == "code":
        raw |= {"execution_count": None, "outputs": []}
    elif cell.attachments:
        raw["attachments"] = dict(cell.attachments)
    return raw


def _unique_ids(cells: Sequence[RepairedCell]) -> list[str]:
    """Each cell's own id if it is valid and unique so far, or else one made from its place."""
    taken: set[str] = set()
    ids: list[str] = []
    wanted = {cell.id for cell in cells}
    for place, cell in enumerate(cells):
        chosen = cell.id
        if chosen is None or chosen in taken or not _CELL_ID.fullmatch(chosen):
            made = (f"cell-{place}-{n}" for n in itertools.count())
            chosen = next(name for name in made if name not in taken and name not in wanted)
        taken.add(chosen)
        ids.append(chosen)
    return ids
