"""Whose a file is where everybody's work lies together: in `<student>/...`, or called `<student>_<assignment>.ipynb`.

Folders around all of it, such as zip programs make, are not students. Whatever lies in a student's own folder is that
student's, even if it has another one's name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from autograder.errors import SubmissionError
from autograder.notebooks.candidates import stem_of
from autograder.workspace.roster import Roster, RosterEntry

NOTEBOOK = ".ipynb"
COPY = re.compile(r"^copy of |(?:[\s_-]*\(\d+\)|-copy\d*|\s+(?:-\s+)?copy)+$", re.IGNORECASE)
"""What systems and browsers add to a file's name that is there already."""

Parts = tuple[str, ...]
"""The folders of a file and its name."""


def owner_depth(paths: Sequence[Parts], roster: Roster, assignment: str, known: Collection[str] = ()) -> int:
    """How many folders are around the students' own. ``known`` are ids that handed in before.

    Raises:
        SubmissionError: if it is not clear which of two folders is the student.
    """

    def is_known(name: str) -> bool:
        return bool(roster.by("id", name) or roster.by_name(name)) or name in known

    depth = 0
    while True:
        level = [parts[depth:] for parts in paths if len(parts) > depth]
        tops = {parts[0] for parts in level if len(parts) > 1}
        loose = {_owner_in(parts[0], assignment) for parts in level if _is_notebook(parts)}
        if any(map(is_known, tops | loose)):
            return depth
        if len(tops) != 1 or loose:
            break
        depth += 1
    return 0 if roster.students else _by_shape(paths, assignment)


def owner_of(parts: Parts, depth: int, roster: Roster, assignment: str) -> tuple[str, tuple[RosterEntry, ...]] | None:
    """The name that says whose a file is, and who has it; None for what lies beside the folders around all."""
    own = parts[depth:]
    if not own:
        return None
    name = own[0] if len(own) > 1 else _owner_in(own[0], assignment)
    if len(own) == 1 and _is_of(own[0], assignment):
        return name, ()  # it names the assignment, and nobody
    if not roster.students:
        return name, (RosterEntry(name),)
    return name, roster.by("id", name) or roster.by_name(name)


def _owner_in(name: str, assignment: str) -> str:
    """Whose a single file is by its name, without the assignment and what copies and downloads add."""
    stem = stem_of(name)
    if stem is None:
        return name
    own = COPY.sub("", stem)
    return re.sub(rf"[\s_-]+{assignment}$", "", own, flags=re.IGNORECASE) or own


def _is_of(name: str, assignment: str) -> bool:
    """Whether a notebook's name is the assignment's, so that it does not say whose it is."""
    return stem_of(name) is not None and _owner_in(name, assignment).casefold() == assignment


def _is_notebook(parts: Parts) -> bool:
    return len(parts) == 1 and stem_of(parts[0]) is not None


def _by_shape(paths: Sequence[Parts], assignment: str) -> int:
    """How many folders are around the students' own if no student is known."""
    depth = 0
    while True:
        level = [parts[depth:] for parts in paths if len(parts) > depth]
        tops = {parts[0] for parts in level if len(parts) > 1}
        if len(tops) != 1 or any(map(_is_notebook, level)):
            return depth
        inside = [parts[1:] for parts in level if len(parts) > 1]
        folders = {parts[0] for parts in inside if len(parts) > 1}
        notebooks = [parts[0] for parts in inside if _is_notebook(parts)]
        if not _wraps(next(iter(tops)), folders, notebooks, inside, assignment):
            return depth
        depth += 1


def _wraps(top: str, folders: set[str], notebooks: list[str], inside: list[Parts], assignment: str) -> bool:
    """Whether the only folder, which is unknown, is around the students' folders and not a student's own.

    Raises:
        SubmissionError: if it could be either.
    """
    if any(_is_of(name, assignment) for name in notebooks) or folders == {assignment} or not (folders or notebooks):
        return False
    if top == assignment or len(folders) + len(notebooks) > 1 or any(f"_{assignment}" in name for name in notebooks):
        return True
    if any(len(parts) > 2 and parts[1] == assignment for parts in inside):  # as in nbgrader's submitted/
        return True
    other = next(iter(folders), None) or notebooks[0]
    what = f"does not show who handed in, {top!a} or {other!a}. Zip only the students' folders, or name a roster"
    raise SubmissionError("the download", what)
