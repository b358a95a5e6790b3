"""The released notebook that submissions are compared with: which cells it has, and what belongs to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from autograder.course.grade_ids import name_of
from autograder.errors import CourseError, SubmissionError
from autograder.notebooks.earlier import Earlier
from autograder.notebooks.ipynb import Kind, read_ipynb

COMPARED = ("grade", "solution", "locked", "task", "points")
"""The parts of nbgrader's metadata in which a cell must not differ from the released one."""

LONG = 60
"""Minimum length of a text to look for inside longer ones. A shorter one may be an answer that appears by chance."""

SHORT = 2000
"""Maximum length of a text whose squeezed form is remembered."""

_BETWEEN = re.compile(r"[\W_]+")


def squeezed(text: str) -> str:
    """The letters and digits of a text, which survive whatever editors do to spaces and punctuation."""
    return _squeezed_short(text) if len(text) <= SHORT else _squeezed(text)


def _squeezed(text: str) -> str:
    return _BETWEEN.sub("", text).casefold()


_squeezed_short = lru_cache(maxsize=4096)(_squeezed)
"""Most of a class's texts are the release's own, so that each is needed hundreds of times."""


@dataclass(frozen=True)
class ReleasedCell:
    """One marked cell of the release. ``marks`` are nbgrader's metadata, ``metadata`` the whole cell's."""

    grade_id: str
    kind: Kind
    source: str
    marks: Mapping[str, Any]
    metadata: Mapping[str, Any]
    id: str | None = None

    @property
    def locked(self) -> bool:
        """Whether a student's text in this cell does not count, by nbgrader's own rule."""
        return not self.is_solution and (bool(self.marks.get("grade")) or bool(self.marks.get("locked")))

    @property
    def is_solution(self) -> bool:
        """Whether a student writes the answer here."""
        return bool(self.marks.get("solution"))

    @property
    def is_test(self) -> bool:
        """Whether this is the check cell that carries an exercise's points."""
        return bool(self.marks.get("grade")) and not self.is_solution

    @property
    def points(self) -> float:
        """What the cell is worth; 0 if it is not graded."""
        return float(self.marks.get("points", 0.0)) if self.marks.get("grade") else 0.0


@dataclass(frozen=True)
class Release:
    """What every submission of an assignment should hold. ``cells`` are the marked cells, in the release's order.

    ``unmarked`` are the code cells without a mark, such as those that draw, as metadata by source: a student may change
    them.
    ``outline`` lists every cell of the release in order: its grade_id, None without a mark, and its text.
    """

    assignment: str
    exercises: tuple[str, ...]
    written: tuple[str, ...]
    cells: Mapping[str, ReleasedCell]
    unmarked: Mapping[str, Mapping[str, Any]]
    metadata: Mapping[str, Any]
    earlier: Earlier = field(default_factory=Earlier)
    outline: tuple[tuple[str | None, str], ...] = ()

    @cached_property
    def lines(self) -> frozenset[str]:
        """Every line of the release and of the cells without a mark in earlier ones, squeezed."""
        marked = (cell.source for cell in self.cells.values())
        texts = (*marked, *self.unmarked, *(text for _, text in self.outline), *self.earlier.texts)
        return frozenset(squeezed(line) for text in texts for line in text.splitlines())

    @cached_property
    def texts(self) -> frozenset[str]:
        """The text of each cell, as released."""
        return frozenset(text for _, text in self.outline)

    @cached_property
    def text(self) -> str:
        """The whole release as one squeezed text."""
        return "\0".join(squeezed(text) for _, text in self.outline)

    def is_ours(self, text: str) -> bool:
        """Whether a text contains only what the release contains, however its cells were split or wrapped."""
        if text in self.texts:
            return True
        whole = squeezed(text)
        if not whole:
            return not text.strip() or any(text.strip() == released.strip() for _, released in self.outline)
        if all(squeezed(line) in self.lines for line in text.splitlines() if squeezed(line)):
            return True
        return len(whole) >= LONG and whole in self.text

    @property
    def max_score(self) -> float:
        """The points of all exercises; written questions are graded by hand and do not count here."""
        return sum(cell.points for cell in self.cells.values() if cell.is_test)

    @property
    def graded(self) -> frozenset[str]:
        """The grade_ids of all cells that carry points."""
        return frozenset(name for name, cell in self.cells.items() if cell.marks.get("grade"))

    @staticmethod
    def from_release(notebook: bytes, assignment: str) -> Release:
        """Reads the expectations from the released notebook's bytes.

        Raises:
            CourseError: if these bytes are not a notebook, or contain no exercise.
        """
        try:
            loaded = read_ipynb(notebook)
        except SubmissionError as error:
            raise CourseError(f"{assignment}.ipynb", f"the release cannot be read: it {error.fault}") from error
        whole = msgspec.json.decode(notebook)
        cells = {
            str(cell.marks["grade_id"]): ReleasedCell(
                str(cell.marks["grade_id"]), cell.kind, cell.source, cell.marks, raw.get("metadata", {}), cell.id
            )
            for cell, raw in zip(loaded.cells, whole["cells"], strict=True)
            if "grade_id" in cell.marks
        }
        tests = [name for name, cell in cells.items() if cell.is_test]
        exercises = tuple(name_of(name) for name in tests)
        if not exercises:
            raise CourseError(f"{assignment}.ipynb", "the release contains no exercise: run `autograder build`")
        written = tuple(name for name, cell in cells.items() if cell.is_solution and cell.marks.get("grade"))
        unmarked = {
            cell.source: raw.get("metadata", {})
            for cell, raw in zip(loaded.cells, whole["cells"], strict=True)
            if cell.kind == "code" and "grade_id" not in cell.marks
        }
        metadata = whole.get("metadata", {})
        kept = {key: metadata[key] for key in ("kernelspec", "language_info") if key in metadata}
        marks = (cell.marks.get("grade_id") for cell in loaded.cells)
        outline = tuple((m and str(m), cell.source) for m, cell in zip(marks, loaded.cells, strict=True))
        return Release(assignment, exercises, written, cells, unmarked, kept, outline=outline)
