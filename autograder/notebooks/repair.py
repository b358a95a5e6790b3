"""Compares a notebook with the release, and repairs what can be repaired without doubt.

nbgrader aborts a whole batch over a duplicated cell, and skips a missing one. Here each released mark ends up on
exactly one cell, locked text is reset to the released text, and a sentence describes every step.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.course.grade_ids import name_of, test_id
from autograder.errors import SubmissionError
from autograder.notebooks.ipynb import Kind, LoadedCell, LoadedNotebook
from autograder.notebooks.release import COMPARED, Release, ReleasedCell, squeezed

_SHOWN_NOTES = 40
_WORDS = re.compile(r"(?:#|['\"])[^\n]*?\w+\s+\w+\s+\w+")


@dataclass
class RepairedCell:
    """A cell as it will be in the executed copy. ``origin`` is None for one that was restored."""

    kind: Kind
    source: str
    id: str | None = None
    grade_id: str | None = None
    attachments: Mapping[str, Any] = field(default_factory=dict)
    origin: LoadedCell | None = None


@dataclass(frozen=True)
class Repaired:
    """A notebook's cells with every released mark exactly once; ``notes`` say in sentences what was done.

    ``asked`` names the written questions for which a person must decide whether and where they are answered.
    """

    cells: tuple[RepairedCell, ...]
    notes: tuple[str, ...]
    asked: frozenset[str] = frozenset()


def repair(notebook: LoadedNotebook, expected: Release) -> Repaired:
    """The notebook's cells with every released mark exactly once.

    Raises:
        SubmissionError: if most of the assignment's exercises are missing.
    """
    cells = [RepairedCell(c.kind, c.source, c.id, None, c.attachments, c) for c in notebook.cells]
    notes = [*notebook.notes]
    notes += _accept_marks(cells, expected)
    notes += _recognise(cells, expected)
    _refuse_another_assignment(cells, notebook, expected)
    notes += _drop_foreign_marks(cells, expected)
    notes += _set_back(cells, expected)
    missing = _put_back(cells, expected)
    asked = written_elsewhere(cells, expected)
    notes += [note for name, note in missing.items() if name not in asked]
    notes += asked.values()
    if len(notes) > _SHOWN_NOTES:
        notes = [*notes[:_SHOWN_NOTES], f"And {len(notes) - _SHOWN_NOTES} more of this kind."]
    return Repaired(tuple(cells), tuple(notes), frozenset(asked))


def _accept_marks(cells: list[RepairedCell], expected: Release) -> Iterable[str]:
    """The first cell with a released mark keeps it; among several answer cells, the first that holds an answer."""
    claims: dict[str, list[RepairedCell]] = {}
    for cell in cells:
        if (claimed := _claimed(cell)) in expected.cells:
            claims.setdefault(claimed, []).append(cell)
    for grade_id, claiming in claims.items():
        released = expected.cells[grade_id]
        if len(claiming) == 1:
            claiming[0].grade_id = grade_id
            continue
        answered = [cell for cell in claiming if _holds_answer(cell, released)] if released.is_solution else []
        kept = (answered or claiming)[0]
        kept.grade_id = grade_id
        which = "first" if kept is claiming[0] else "first with an answer in it"
        yield f"{_called(released)} appears {len(claiming)} times; the {which} one counts."


def _holds_answer(cell: RepairedCell, released: ReleasedCell) -> bool:
    """Whether this cell holds more than what was released for it; for an exercise, whether it defines it."""
    if squeezed(cell.source) in ("", squeezed(released.source)):
        return False
    return released.kind != "code" or defines(cell.source, released.grade_id)


def defines(source: str, name: str) -> bool:
    """Whether the text of a cell defines this name as a function, a class or another value."""
    word = re.escape(name)
    return re.search(rf"^(?:(?:async )?def|class) {word}\s*[(:\[]|^{word}\s*=[^=]", source, re.MULTILINE) is not None


def _recognise(cells: list[RepairedCell], expected: Release) -> Iterable[str]:
    """Recognizes a released cell whose mark was lost or changed by its id, its text, its definition or its place."""
    present = {cell.grade_id for cell in cells}
    for released in expected.cells.values():
        if released.grade_id not in present:
            unmarked = [cell for cell in cells if cell.grade_id is None]
            found = _same_id(unmarked, released) or _same_content(unmarked, released)
            if found is None:
                found = _by_place(cells, released, expected)
            if found is not None:
                found.grade_id = released.grade_id
                yield f"{_called(released)} had lost its metadata or had the wrong one; it was restored."


def _same_id(cells: list[RepairedCell], released: ReleasedCell) -> RepairedCell | None:
    return _only([cell for cell in cells if released.id is not None and cell.id == released.id])


def _same_content(cells: list[RepairedCell], released: ReleasedCell) -> RepairedCell | None:
    if released.locked:
        text = squeezed(released.source)
        return _only([cell for cell in cells if cell.kind == released.kind and squeezed(cell.source) == text])
    if released.kind == "code":
        return _only([cell for cell in cells if cell.kind == "code" and defines(cell.source, released.grade_id)])
    return None


def _by_place(cells: list[RepairedCell], released: ReleasedCell, expected: Release) -> RepairedCell | None:
    """The first cell between the released ones around it that holds an answer, or else its placeholder."""
    around = [cell for cell in cells_around(cells, released.grade_id, expected) if cell.grade_id is None]
    if released.kind == "code":
        around = [cell for cell in around if cell.kind == "code" and defines(cell.source, released.grade_id)]
    elif released.locked:
        return None
    placeholder = squeezed(released.source)
    answers = [cell for cell in around if squeezed(cell.source) != placeholder and not expected.is_ours(cell.source)]
    blank = [cell for cell in around if squeezed(cell.source) == placeholder]
    return next(iter(answers if released.kind == "code" else [*blank, *answers]), None) or next(iter(blank), None)


def cells_around(cells: list[RepairedCell], grade_id: str, expected: Release) -> list[RepairedCell]:
    """The cells where a released cell belongs: after the one before it and before the one after it."""
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        places.setdefault(cell.grade_id or squeezed(cell.source), place)
    names = [name or squeezed(text) for name, text in expected.outline]
    at = names.index(grade_id)
    before = next((places[name] for name in reversed(names[:at]) if name in places), -1)
    after = (places[name] for name in names[at + 1 :] if name in places)
    return cells[before + 1 : next((place for place in after if place > before), len(cells))]


def written_elsewhere(cells: list[RepairedCell], expected: Release) -> dict[str, str]:
    """For each written question without an answer in its own cell, a note on where an answer may be."""
    ours = {squeezed(expected.cells[name].source) for name in expected.written} | {""}
    blank = [name for name in expected.written if squeezed(_the(cells, name).source) in ours]
    blank = [name for name in blank if not _the(cells, name).attachments]
    if not blank:
        return {}
    texts = {
        place: cell
        for place, cell in enumerate(cells, 1)
        if cell.grade_id is None and not expected.is_ours(cell.source) and _is_text(cell)
    }
    found: dict[str, str] = {}
    for name in blank:
        near = [cell for cell in cells_around(cells, name, expected) if not expected.is_ours(cell.source)]
        where = [place for place, cell in texts.items() if cell in near] or list(texts)
        scratch = [place for place, cell in enumerate(cells, 1) if cell in near and _is_comment(cell)]
        if where or scratch:
            shown = ", ".join(map(str, (where or scratch)[:5]))
            found[name] = (
                f"{_called(expected.cells[name])} is empty, but cell {shown} holds text that may belong to it: "
                "a person will read it."
            )
    return found


def _the(cells: list[RepairedCell], grade_id: str) -> RepairedCell:
    return next(cell for cell in cells if cell.grade_id == grade_id)


def _is_text(cell: RepairedCell) -> bool:
    return cell.kind != "code" and bool(cell.source.strip() or cell.attachments)


def _is_comment(cell: RepairedCell) -> bool:
    """Whether a code cell contains some words for a reader."""
    return cell.kind == "code" and cell.grade_id is None and _WORDS.search(cell.source) is not None


def _only(cells: list[RepairedCell]) -> RepairedCell | None:
    return cells[0] if len(cells) == 1 else None


def _refuse_another_assignment(cells: list[RepairedCell], notebook: LoadedNotebook, expected: Release) -> None:
    """Refuses another assignment's notebook, judging by its functions, its marks and the name it gives."""
    present = {cell.grade_id for cell in cells}
    code = "\n".join(cell.source for cell in cells if cell.kind == "code")
    found = [name for name in expected.exercises if name in present or test_id(name) in present or defines(code, name)]
    if 2 * len(found) >= len(expected.exercises) or (found and notebook.assignment == expected.assignment):
        return
    foreign = sorted({_short(claimed) for cell in cells if (claimed := _claimed(cell)) and cell.grade_id is None})
    others = f"; it has cells with other names, such as {', '.join(foreign[:3])}" if foreign else ""
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
    """Resets kind, locked text and marks to the release's; what a student added to a locked text stays beside it."""
    for cell in [cell for cell in cells if cell.grade_id is not None]:
        released = expected.cells[cell.grade_id or ""]
        if cell.kind != released.kind:
            yield f"{_called(released)} was turned into a {cell.kind} cell; it is a {released.kind} cell again."
        if released.locked and cell.source != released.source:
            added = _added(cell, released)
            if added is not None:
                cells.insert(cells.index(cell) + (released.kind != "code"), added)
                yield (
                    f"{_called(released)} was changed; its released text was restored, and what you wrote there "
                    f"{'ran in a cell of its own above it' if released.kind == 'code' else 'is below it'}."
                )
            elif squeezed(cell.source) != squeezed(released.source):
                yield f"{_called(released)} was changed; its released text was restored."
            cell.source = released.source
        cell.kind = released.kind
        marks = cell.origin.marks if cell.origin else {}
        changed = [key for key in COMPARED if key in marks and not _equal(marks[key], released.marks.get(key))]
        if changed and marks.get("grade_id") == cell.grade_id:
            yield f"{_called(released)} had a different value for {', '.join(changed)}; it was reset."


def _added(cell: RepairedCell, released: ReleasedCell) -> RepairedCell | None:
    """What a student wrote into a locked cell, as a cell of its own; None if the change added nothing.

    A check cell is never run. Any other one is run whole: an added line may need those around it.
    """
    ours = {line.strip() for line in released.source.splitlines()}
    own = [line for line in cell.source.splitlines() if line.strip() and line.strip() not in ours]
    if not own or (released.kind == "code" and all(line.lstrip().startswith("#") for line in own)):
        return None
    whole = released.kind == "code" and not released.is_test
    source = cell.source if whole else textwrap.dedent("\n".join(own))
    return RepairedCell(released.kind, source, None, None, cell.attachments, None)


def _put_back(cells: list[RepairedCell], expected: Release) -> dict[str, str]:
    """Inserts each missing cell after the released cell before it. Gives a note for each."""
    before: str | None = None
    notes: dict[str, str] = {}
    for grade_id, released in expected.cells.items():
        if all(cell.grade_id != grade_id for cell in cells):
            place = next((n for n, cell in enumerate(cells, 1) if cell.grade_id == before), 0) if before else 0
            source, notes[grade_id] = _as_missing(released)
            cells.insert(place, RepairedCell(released.kind, source, released.id, grade_id))
        before = grade_id
    return notes


def _as_missing(released: ReleasedCell) -> tuple[str, str]:
    """The text of a cell that was restored, and the note. A stub would overwrite an answer in another cell."""
    if released.locked:
        return released.source, f"{_called(released)} was missing; it was restored."
    if released.kind == "code":
        return "", f"{_called(released)} is missing; its function is looked for in the other cells."
    return released.source, f"{_called(released)} is missing; the question counts as unanswered."


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
