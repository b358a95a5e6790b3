"""The results of one assignment in the workspace, one JSON file per student."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import structs

from autograder.course import Course
from autograder.errors import SubmissionError, WorkspaceError
from autograder.results import Result
from autograder.workspace.files import read_bounded, write_atomically
from autograder.workspace.lateness import Moments, moments_of, with_lateness

MAX_RESULT = 50_000_000


class Store:
    """Reads and writes the results of one assignment. The late penalty is computed on reading and never stored."""

    def __init__(self, course: Course, assignment: str) -> None:
        self.course, self.assignment = course, assignment
        self._moments: dict[str, Moments] | None = None

    def path(self, student: str) -> Path:
        """Where a student's result is."""
        return self.course.results_dir(self.assignment) / f"{student}.json"

    def load(self, student: str) -> Result | None:
        """A student's result; None if there is none, or one that this engine cannot read."""
        try:
            result = Result.from_json(read_bounded(self.path(student), MAX_RESULT))
        except (SubmissionError, msgspec.MsgspecError, OSError):
            return None
        moments = None if self._moments is None else self._moments.get(student, {})
        return with_lateness(self.course, self.assignment, result, moments)

    def save(self, result: Result) -> None:
        """Writes a result; a reader finds the old one or the new one, never a part.

        Raises:
            WorkspaceError: if it cannot be written, or is too large to read back.
        """
        data = structs.replace(result, late=None).to_json()
        if len(data) > MAX_RESULT:
            raise WorkspaceError(self.path(result.student), f"would have {len(data):,} bytes, too many for a result")
        write_atomically(self.path(result.student), data, root=self.course.workspace)

    def students(self) -> tuple[str, ...]:
        """The ids of all students with a result, in order."""
        folder = self.course.results_dir(self.assignment)
        return tuple(sorted(path.stem for path in folder.glob("*.json"))) if folder.is_dir() else ()

    def all(self) -> Iterator[Result]:
        """All results that can be read, in the order of the students' ids."""
        if self.course.config.late.free_days:
            self._moments = moments_of(self.course)  # of all at once
        for student in self.students():
            result = self.load(student)
            if result is not None:
                yield result
