"""nbgrader's own feedback and export, with the current late penalty.

A penalty is a share of all points. nbgrader computes one only when it autogrades, before a person has graded the
written questions; so it is recomputed whenever it is about to be shown.
"""

from __future__ import annotations

from typing import Any

from nbgrader.plugins import CsvExportPlugin
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.gradebook.book import Book
from autograder.integrations.nbgrader.settings import CourseConfigurable, names
from autograder.notebooks.authored import NotebookNode
from autograder.workspace.lateness import apply_lateness


class Settle(CourseConfigurable, NbGraderPreprocessor):  # type: ignore[misc]
    """Runs before nbgrader's GetGrades when it generates feedback."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Leaves the notebook as it is."""
        course = self.course
        assignment, student = names(resources)
        with Book(course.gradebook, course.course_id) as book:
            apply_lateness(course, assignment, book, student=student)
        return nb, resources


class CsvExport(CourseConfigurable, CsvExportPlugin):  # type: ignore[misc]
    """nbgrader's CSV export."""

    def export(self, gradebook: Any) -> None:
        """Writes the file as nbgrader does, after updating late penalties in the gradebook."""
        course = self.course
        with Book(course.gradebook, course.course_id) as book:
            for assignment in book.assignments():
                if assignment in course.assignments:
                    apply_lateness(course, assignment, book)
        gradebook.db.expire_all()
        super().export(gradebook)
