"""Exercises removed, added or renamed after grading: announced before anything happens, then done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from autograder.course import Course
from autograder.errors import CourseError, SubmissionError, WorkspaceError
from autograder.gradebook.book import Book
from autograder.gradebook.cells import ANSWERED, GRADED, Cell, CellChange, Entry
from autograder.notebooks.release import Release
from autograder.workspace.files import read_bounded, write_atomically

PREFIXES = ("", "test_", "written_", "question_")
"""Prefixes of the cell names of one exercise or written question."""

MAX_RETIRED = 100_000_000


@dataclass(frozen=True)
class Agreed:
    """What the author agreed to for graded exercises: which to remove, which to add, and new names by old ones."""

    retire: frozenset[str] = frozenset()
    add: frozenset[str] = frozenset()
    rename: Mapping[str, str] = field(default_factory=dict)


NOTHING = Agreed()


@dataclass(frozen=True)
class Plan:
    """How the gradebook's cells change, by name; ``retired`` are the entries that leave it."""

    renamed: Mapping[str, str]
    gone: frozenset[str]
    new: tuple[Cell, ...]
    retired: Mapping[str, tuple[Entry, ...]]


def cells_of(release: Release) -> tuple[Cell, ...]:
    """The released cells as the gradebook knows them."""
    return tuple(
        Cell(
            name,
            frozenset(role for role, has in ((GRADED, cell.marks.get("grade")), (ANSWERED, cell.is_solution)) if has),
            cell.kind,
            cell.points,
        )
        for name, cell in release.cells.items()
    )


def plan(course: Course, assignment: str, change: CellChange, cells: Collection[Cell], agreed: Agreed) -> Plan:
    """What to do for a release with these cells.

    Raises:
        CourseError: if graded exercises change without the author's agreement; it says what would happen to their
        scores.
    """
    gone, new = _exercises(change.gone), _exercises(change.new)
    said = (agreed.retire | set(agreed.rename), agreed.add | set(agreed.rename.values()))
    path = course.source_path(assignment)
    for names, there, what in ((said[0], gone, "is not being removed"), (said[1], new, "is not new")):
        for name in sorted(names - there):
            raise CourseError(path, f"'{name}' {what}; nothing was changed")
    if change.matters and (gone - said[0] or new - said[1]):
        raise CourseError(path, _refusal(assignment, change, gone, new, cells))
    renamed = {
        prefix + old: prefix + name
        for old, name in agreed.rename.items()
        for prefix in PREFIXES
        if prefix + old in change.gone and prefix + name in change.new
    }
    removed = change.gone - set(renamed)
    added = tuple(cell for cell in cells if cell.name in change.new - set(renamed.values()))
    retired = {name: tuple(e for e in change.entries if _exercise(e.cell) == name) for name in agreed.retire}
    return Plan(renamed, removed, added, retired)


def carry_out(course: Course, assignment: str, book: Book, planned: Plan) -> None:
    """Keeps the entries of retired exercises in the workspace, and updates the gradebook's cells to the new release."""
    for name, entries in planned.retired.items():
        known = {(entry.student, entry.cell): entry for entry in retired(course, assignment, name)}
        known |= {(entry.student, entry.cell): entry for entry in entries}
        if known:
            data = msgspec.json.format(msgspec.json.encode(list(known.values())), indent=1) + b"\n"
            write_atomically(retired_path(course, assignment, name), data, root=course.workspace)
    back = [entry for name in _exercises(c.name for c in planned.new) for entry in retired(course, assignment, name)]
    book.apply(assignment, renamed=planned.renamed, gone=planned.gone, new=planned.new, kept=back)


def retired_path(course: Course, assignment: str, exercise: str) -> Path:
    """Where the scores and comments of an exercise are kept once it has left the gradebook."""
    return course.workspace / "retired" / assignment / f"{exercise}.json"


def retired(course: Course, assignment: str, exercise: str) -> list[Entry]:
    """The scores and comments of a retired exercise, if there are any.

    Raises:
        WorkspaceError: if their file cannot be read.
    """
    path = retired_path(course, assignment, exercise)
    if not path.exists():
        return []
    try:
        return msgspec.json.decode(read_bounded(path, MAX_RETIRED), type=list[Entry])
    except (msgspec.MsgspecError, SubmissionError) as fault:
        raise WorkspaceError(path, f"cannot be read: {fault}") from None


def _exercise(cell: str) -> str:
    """The exercise or written question that a cell belongs to."""
    return next((cell.removeprefix(prefix) for prefix in PREFIXES if prefix and cell.startswith(prefix)), cell)


def _exercises(cells: Iterable[str]) -> frozenset[str]:
    """The exercises whose cells have points; other cells, such as the setup, may come and go."""
    return frozenset(_exercise(cell) for cell in cells if cell.startswith(("test_", "written_")))


def _refusal(
    assignment: str, change: CellChange, gone: frozenset[str], new: frozenset[str], cells: Collection[Cell]
) -> str:
    """What would happen, and the command that allows it."""
    sentences = [
        f"{_count(change.submissions, 'submission')} of '{assignment}' would be affected. Nothing was changed."
    ]
    for name in sorted(gone):
        own = [entry for entry in change.entries if _exercise(entry.cell) == name]
        scored = {e.student for e in own if e.auto_score is not None or e.manual_score is not None}
        by_hand = {entry.student for entry in own if entry.by_hand}
        sentences.append(
            f"Removing '{name}' takes its points out of the totals of {_count(len(scored), 'student')}. What was "
            f"entered by hand for {len(by_hand)} of them is kept in workspace/retired/ and comes back with an exercise "
            f"of that name."
        )
    points = {_exercise(cell.name): cell.points for cell in cells if GRADED in cell.roles}
    for name in sorted(new):
        sentences.append(
            f"'{name}' is new: a submission that does not have it yet gets 0 of {points.get(name, 0.0):g} points "
            f"for it."
        )
    flags = [*(f"--retire {name}" for name in sorted(gone)), *(f"--add {name}" for name in sorted(new))]
    sentences.append(f"If that is what you want: autograder build {assignment} {' '.join(flags)}.")
    if gone and new:
        old, other = sorted(gone)[0], sorted(new)[0]
        sentences.append(
            f"If you only renamed it: --rename {old}={other}. Its scores and comments stay, and "
            f"submissions with the old name are graded under the new one."
        )
    return " ".join(sentences)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
