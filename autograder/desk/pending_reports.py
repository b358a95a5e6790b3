"""The reports that the desk's decisions made out of date."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.course import Course
from autograder.reports.write import write_feedback
from autograder.workspace.lock import locked


class PendingReports:
    """Students whose report has to be written again, by assignment. Each stays listed until it is written."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._students: dict[str, set[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._students)

    def add(self, assignment: str, students: Iterable[str]) -> None:
        """Lists these students."""
        self._students.setdefault(assignment, set()).update(students)

    def write(self) -> None:
        """Writes all of them.

        Raises:
            AutograderError: if the workspace or the gradebook is not available; the rest stays listed.
        """
        for assignment, students in list(self._students.items()):
            with locked(self._course, tidy=False):
                write_feedback(self._course, assignment, only=students)
            del self._students[assignment]
