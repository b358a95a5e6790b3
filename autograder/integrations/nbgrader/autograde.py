"""`nbgrader autograde`, and formgrader's Autograde button, through this engine.

nbgrader takes a submission in two steps: it cleans the notebook, then executes it. `Exporter` stands for the first:
it reads the submission as `autograder grade` does, so that a duplicated, deleted or retyped cell, or a file that is
no notebook, stops nothing. `Grade` replaces Execute: the notebook runs in the student's process, the hidden
tests in the grader's, and the verdicts become the outputs of the test cells. nbgrader's own SaveAutoGrades reads the
scores from them. `Record` adds what it does not know: comments, the result's file and the late penalty.
"""

from __future__ import annotations

import glob
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.course import Course
from autograder.errors import SubmissionError, WorkspaceError
from autograder.gradebook.book import Book
from autograder.integrations.nbgrader.settings import CourseConfigurable, names
from autograder.integrations.nbgrader.standby import STANDBY
from autograder.notebooks.authored import NotebookNode, as_node, read_notebook
from autograder.results import Status
from autograder.runs.single import grade_single, parsed, record_single
from autograder.workspace.lateness import apply_lateness
from autograder.workspace.lock import locked
from autograder.workspace.roster import Roster, load_roster
from autograder.workspace.submissions import nfc

ASKS = "cells to be looked at again"
"""Key among nbconvert's resources: what waited for a teacher before, and what has changed."""


def _find_notebooks(converter: Autograde) -> None:
    """Gives nbgrader a notebook for each folder that holds one by the engine's rule, whatever the file is called.

    nbgrader looks for files with the assignment's name itself, before anything of ours is asked; it has no hook there.
    """
    ours = converter.exporter_class is Exporter
    directory = converter.coursedir
    if ours:
        course = CourseConfigurable(parent=converter).course
        _spell_as_one(course.submitted_dir)
        directory.student_id = nfc(directory.student_id)
    try:
        _by_name(converter)
    except NbGraderException:
        if not getattr(converter, "assignments", None):
            converter.assignments = {}
    if directory.notebook_id == "*" and ours:
        name = directory.assignment_id
        pattern = directory.format_path(directory.submitted_directory, directory.student_id, name)
        for folder in sorted(glob.glob(pattern)):
            if os.path.isdir(folder) and not os.path.islink(folder):
                converter.assignments[folder] = [os.path.join(folder, f"{name}.ipynb")]
    if not converter.assignments:
        _by_name(converter)  # says what it looked for
    elif ours:
        _leave_strangers_out(converter, load_roster(course))


def _spell_as_one(submitted: Path) -> None:
    """Renames folders whose accents are characters of their own, since to nbgrader that is another student.

    Where both spellings are there, grading refuses them by name.
    """
    for name in _listed(submitted):
        if nfc(name) != name and not os.path.lexists(submitted / nfc(name)):
            with suppress(OSError):
                (submitted / name).rename(submitted / nfc(name))


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _leave_strangers_out(converter: Autograde, roster: Roster) -> None:
    """Drops the submissions of people who are not in the roster, and logs who they are."""
    for folder in list(converter.assignments):
        student = Path(folder).parent.name
        if roster.misses(student):
            converter.log.warning("'%s' is not in the roster and is not graded", student)
        if roster.misses(student) or nfc(student) != student:  # the other spelling is refused for both
            del converter.assignments[folder]
    if not converter.assignments:
        raise NbGraderException("nobody who handed in is in the roster")


_by_name = Autograde.init_notebooks
Autograde.init_notebooks = _find_notebooks


class Exporter(CourseConfigurable, NotebookExporter):
    """Reads a submission within bounds and repairs what it can; reads any other notebook as nbconvert does."""

    def from_filename(self, filename: str, resources: Any = None, **more: Any) -> Any:
        """The notebook of this file as JSON, after all preprocessors, and nbconvert's resources.

        Raises:
            SubmissionError: if a submission cannot be graded. nbgrader logs it and continues with the next.
        """
        course = self.course
        path = Path(os.path.abspath(filename))
        if not path.is_relative_to(course.submitted_dir):
            _, resources = super().from_filename(filename, resources=resources, **more)
            return path.read_text(encoding="utf-8"), resources  # as `Grade` wrote it: its hash is in the result's proof
        assignment, student = names(resources)
        notebook = parsed(course, assignment, student)
        if notebook is None:
            _grade(course, assignment, student)
            raise WorkspaceError(path, "changed while it was read")
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(as_node(notebook.raw), resources)  # type: ignore[no-untyped-call]


class Grade(CourseConfigurable, NbGraderPreprocessor):  # type: ignore[misc]
    """Grades the submission through the engine; the notebook becomes the executed copy with the verdicts in it."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Grades what was submitted, not ``nb``, which comes from a folder that a later run may have changed.

        Raises:
            AutograderError: if there is no score, because of the submission or through our own fault.
        """
        course = self.course
        assignment, student = names(resources)
        with Book(course.gradebook, course.course_id) as book:
            waiting = book.waiting(assignment, student)
        resources[ASKS] = waiting, _grade(course, assignment, student)
        executed = course.autograded_dir(student, assignment)
        _remove_folders(executed)
        return read_notebook(executed / f"{assignment}.ipynb"), resources


class Record(CourseConfigurable, NbGraderPreprocessor):  # type: ignore[misc]
    """Writes what nbgrader's SaveAutoGrades leaves out: hints as comments, extension and late penalty.

    SaveAutoGrades makes everything wait that a teacher scored; here only what waited before or has changed does.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Leaves the notebook as it is."""
        course = self.course
        assignment, student = names(resources)
        with locked(course), Book(course.gradebook, course.course_id) as book:
            waiting, changed = resources.pop(ASKS)
            book.wait_for(assignment, student, waiting)
            record_single(course, assignment, student, book, changed)
            apply_lateness(course, assignment, book, student=student)
        return nb, resources


def _grade(course: Course, assignment: str, student: str) -> frozenset[str]:
    """Grades a submission and writes its files; returns the cells that a teacher may have to look at again.

    Raises:
        SubmissionError: if it gets no score, after that has been recorded in the gradebook.
    """
    with locked(course):
        result, changed = grade_single(course, assignment, student, lambda job: STANDBY.grade(course, assignment, job))
        if result.status is not Status.graded:
            with Book(course.gradebook, course.course_id) as book:
                record_single(course, assignment, student, book, changed)
            raise SubmissionError(course.submitted_dir / student / assignment, f"has no score: {result.reason}")
    return changed


def _remove_folders(executed: Path) -> None:
    """Keeps nbgrader from copying whole folders of a submission, following links, into what students get back."""
    for path in executed.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
