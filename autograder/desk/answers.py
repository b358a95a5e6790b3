"""The written answers of a class, read from the executed notebooks, which are signed with the results."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from autograder.course import Course
from autograder.course.grade_ids import is_written, name_of
from autograder.errors import SubmissionError
from autograder.notebooks.release import Release, squeezed
from autograder.workspace.context import load_release
from autograder.workspace.files import read_bounded
from autograder.workspace.proofs import MAX_EXECUTED
from autograder.workspace.submissions import MAX_NOTEBOOK

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
NOTHING = re.compile(r"[\s.\-_*…?/—–]*")
"""What people leave in a cell that they did not answer."""


@dataclass(frozen=True)
class Answer:
    """One student's answer to a question. ``attachments`` are its pictures, ``hash`` identifies the answer."""

    student: str
    text: str
    is_blank: bool
    hash: str
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class WrittenQuestion:
    """A written question from the release."""

    assignment: str
    name: str
    grade_id: str
    text: str
    released: str
    points: float

    @property
    def title(self) -> str:
        """Its heading, without the words "Written question"; or else its name."""
        heading = re.search(r"^#+ +(.+)$", self.text or self.released, re.MULTILINE)
        title = heading[1].strip() if heading else self.name.replace("_", " ").capitalize()
        return re.sub(r"^written question\s*:\s*", "", title, flags=re.IGNORECASE)


def questions(course: Course, assignment: str, release: Release | None = None) -> tuple[WrittenQuestion, ...]:
    """The written questions of an assignment, in the notebook's order.

    Raises:
        CourseError: when the assignment is not built yet.
    """
    release = release or load_release(course, assignment)
    raw = msgspec.json.decode(read_bounded(course.release_notebook(assignment), MAX_NOTEBOOK))
    found, before = [], ""
    for cell in raw["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        source = _source(cell)
        grade_id = marks.get("grade_id", "")
        if is_written(grade_id):
            points = float(marks.get("points", 0.0))
            found.append(WrittenQuestion(assignment, name_of(grade_id), grade_id, before, source, points))
        before = source if cell["cell_type"] == "markdown" else ""
    return tuple(found)


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


class Notebooks:
    """The executed notebooks of a class; unchanged ones are not read again."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._read: dict[Path, tuple[tuple[int, int, int], dict[str, _Cell]]] = {}

    def students(self, assignment: str) -> tuple[str, ...]:
        """Who has an executed notebook."""
        folder = self.course.workspace / "autograded"
        try:
            names = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
        except OSError:
            return ()
        return tuple(name for name in names if self.course.executed_notebook(name, assignment).is_file())

    def cells(self, assignment: str, student: str) -> Mapping[str, _Cell]:
        """The marked cells of one student's notebook; nothing if it cannot be read."""
        path = self.course.executed_notebook(student, assignment)
        try:
            there = path.lstat()
            mark = (there.st_ino, there.st_mtime_ns, there.st_size)
            known = self._read.get(path)
            if known is None or known[0] != mark:
                known = (mark, dict(_cells(read_bounded(path, MAX_EXECUTED))))
                self._read[path] = known
            return known[1]
        except (OSError, SubmissionError, msgspec.MsgspecError, KeyError, TypeError):
            return {}

    def answers(self, question: WrittenQuestion) -> list[Answer]:
        """All answers to a question, in the order of the students' ids."""
        found = (self.answer(question, student) for student in self.students(question.assignment))
        return [answer for answer in found if answer is not None]

    def answer(self, question: WrittenQuestion, student: str) -> Answer | None:
        """One student's answer as it is now."""
        cell = self.cells(question.assignment, student).get(question.grade_id)
        if cell is None:
            return None
        rest = COMMENT.sub("", cell.source)
        as_released = squeezed(rest) == squeezed(COMMENT.sub("", question.released))
        blank = not cell.attachments and (as_released or NOTHING.fullmatch(rest) is not None)
        return Answer(student, cell.source, blank, cell.hash, cell.attachments)


@dataclass(frozen=True)
class _Cell:
    source: str
    attachments: Mapping[str, Mapping[str, str]]

    @cached_property
    def hash(self) -> str:
        return hashlib.sha256(msgspec.json.encode((self.source, self.attachments), order="sorted")).hexdigest()


def _cells(data: bytes) -> Iterator[tuple[str, _Cell]]:
    for cell in msgspec.json.decode(data)["cells"]:
        grade_id = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
        if isinstance(grade_id, str):
            yield grade_id, _Cell(_source(cell), cell.get("attachments") or {})
