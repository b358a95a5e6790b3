"""Holds a notebook against the release, and puts right what can be put right without doubt.

nbgrader aborts a whole batch over a cell that is there twice, and skips over one that is gone. Here each released
mark ends up on exactly one cell, locked text is the released text again, and every step is told in a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import SubmissionError
from autograder.grade_ids import name_of, test_id
from autograder.notebooks.ipynb import Kind, LoadedCell, LoadedNotebook
from autograder.notebooks.release import Release, ReleasedCell

_SHOWN_NOTES = 40
_COMPARED = ("grade", "solution", "locked", "task", "points")


@dataclass
class RepairedCell:
    """A cell on its way: what it will be in the executed copy. ``origin`` is None for one that was put back."""

    kind: Kind
    source: str
    id: str | None = None
    grade_id: str | None = None
    attachments: Mapping[str, Any] = field(default_factory=dict)
    origin: LoadedCell | None = None


def repair(notebook: LoadedNotebook, expected: Release) -> tuple[list[RepairedCell], tuple[str, ...]]:
    """The notebook's cells with every released mark exactly once, and what was done, in sentences.

    Raises:
        SubmissionError: when most of the assignment's exercises are not in the notebook.
    """
    cells = [RepairedCell(c.kind, c.source, c.id, None, c.attachments, c) for c in notebook.cells]
    notes = [*notebook.notes]
    notes += _accept_marks(cells, expected)
    notes += _recognise(cells, expected)
    _refuse_another_assignment(cells, expected)
    notes += _drop_foreign_marks(cells, expected)
    notes += _set_back(cells, expected)
    notes += _put_back(cells, expected)
    if len(notes) > _SHOWN_NOTES:
        notes = [*notes[:_SHOWN_NOTES], f"And {len(notes) - _SHOWN_NOTES} more of this kind."]
    return cells, tuple(notes)


def _accept_marks(cells: list[RepairedCell], expected: Release) -> Iterable[str]:
    """The first cell with a released mark keeps it."""
    seen: Counter[str] = Counter()
    for cell in cells:
        claimed = _claimed(cell)
        if claimed in expected.cells:
            if not seen[claimed]:
                cell.grade_id = claimed
            seen[claimed] += 1
    for grade_id, times in seen.items():
        if times > 1:
            yield f"{_called(expected.cells[grade_id])} is there {times} times; the first one counts."


def _recognise(cells: list[RepairedCell], expected: Release) -> Iterable[str]:
    """A released cell whose mark was lost or changed is known by its id, its locked text or its definition."""
    present = {cell.grade_id for cell in cells}
    for released in expected.cells.values():
        if released.grade_id not in present:
            unmarked = [cell for cell in cells if cell.grade_id is None]
            found = _same_id(unmarked, released) or _same_content(unmarked, released)
            if found is not None:
                found.grade_id = released.grade_id
                yield f"{_called(released)} had lost its mark, or had another one; it was set back."


def _same_id(cells: list[RepairedCell], released: ReleasedCell) -> RepairedCell | None:
    return _only([cell for cell in cells if released.id is not None and cell.id == released.id])


def _same_content(cells: list[RepairedCell], released: ReleasedCell) -> RepairedCell | None:
    if released.locked:
        text = released.source.strip()
        return _only([cell for cell in cells if cell.kind == released.kind and cell.source.strip() == text])
    if released.kind == "code":
        definition = re.compile(rf"^(?:def|class) {re.escape(released.grade_id)}\s*[(:]", re.MULTILINE)
        return _only([cell for cell in cells if cell.kind == "code" and definition.search(cell.source)])
    return None


def _only(cells: list[RepairedCell]) -> RepairedCell | None:
    return cells[0] if len(cells) == 1 else None


def _refuse_another_assignment(cells: list[RepairedCell], expected: Release) -> None:
    present = {cell.grade_id for cell in cells}
    found = [name for name in expected.exercises if name in present or test_id(name) in present]
    if 2 * len(found) < len(expected.exercises):
        foreign = sorted({_short(claimed) for cell in cells if (claimed := _claimed(cell)) and cell.grade_id is None})
        others = f"; it has cells of other names, such as {', '.join(foreign[:3])}" if foreign else ""
        raise SubmissionError(
            f"{expected.assignment}.ipynb",
            f"is not the notebook of '{expected.assignment}': it holds {len(found)} of the "
            f"{len(expected.exercises)} exercises{others}",
        )


def _drop_foreign_marks(cells: list[RepairedCell], expected: Release) -> Iterable[str]:
    for number, cell in enumerate(cells, 1):
        claimed = _claimed(cell)
        if claimed and claimed != cell.grade_id and claimed not in expected.cells:
            yield f"Cell {number} was marked {_short(claimed)}, which this assignment does not have."


def _set_back(cells: list[RepairedCell], expected: Release) -> Iterable[str]:
    """Kind, locked text and marks are the release's again."""
    for cell in cells:
        if cell.grade_id is None:
            continue
        released = expected.cells[cell.grade_id]
        if cell.kind != released.kind:
            yield f"{_called(released)} was turned into a {cell.kind} cell; it is a {released.kind} cell again."
            cell.kind = released.kind
        if released.locked:
            if cell.source.strip() != released.source.strip():
                yield f"{_called(released)} was changed; it has its released text again."
            cell.source = released.source
        marks = cell.origin.marks if cell.origin else {}
        changed = [key for key in _COMPARED if key in marks and not _equal(marks[key], released.marks.get(key))]
        if changed and marks.get("grade_id") == cell.grade_id:
            yield f"{_called(released)} had another value for {', '.join(changed)}; it was set back."


def _put_back(cells: list[RepairedCell], expected: Release) -> Iterable[str]:
    """Each missing cell goes behind the released cell that comes before it."""
    before: str | None = None
    for grade_id, released in expected.cells.items():
        if all(cell.grade_id != grade_id for cell in cells):
            place = next((n for n, cell in enumerate(cells, 1) if cell.grade_id == before), 0) if before else 0
            source, note = _as_missing(released)
            cells.insert(place, RepairedCell(released.kind, source, released.id, grade_id))
            yield note
        before = grade_id


def _as_missing(released: ReleasedCell) -> tuple[str, str]:
    """The text of a cell that was put back, and the note. A stub would overwrite an answer given in another cell."""
    if released.locked:
        return released.source, f"{_called(released)} was missing; it was put back."
    if released.kind == "code":
        return "", f"{_called(released)} is missing; its function is looked for in the other cells."
    return released.source, f"{_called(released)} is missing; the question counts as not answered."


def _called(released: ReleasedCell) -> str:
    """The cell as the subject of a sentence."""
    if released.is_test:
        return f"The test cell of {name_of(released.grade_id)}"
    if released.is_solution:
        name = name_of(released.grade_id)
        return f"The answer cell of {name}" if released.kind == "code" else f"The written answer {name}"
    return f"The locked cell {released.grade_id}"


def _claimed(cell: RepairedCell) -> str:
    claimed = cell.origin.marks.get("grade_id") if cell.origin else None
    return claimed if isinstance(claimed, str) else ""


def _equal(mine: Any, theirs: Any) -> bool:
    """Whether two marks mean the same: 2 and 2.0 do, and so do False and nothing."""
    return bool(mine == theirs) or (not mine and not theirs)


def _short(text: str) -> str:
    shown = text if len(text) <= 40 else text[:37] + "..."
    return repr(shown)
