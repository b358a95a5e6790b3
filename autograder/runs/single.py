"""Grades one notebook file, in a workspace of its own or the course's release, without a gradebook."""

from __future__ import annotations

import hashlib
from pathlib import Path

from autograder.authoring.build import built_apart
from autograder.course import Course
from autograder.errors import SubmissionError
from autograder.files import read_bounded
from autograder.grading.worker import Job, Worker
from autograder.results import Result
from autograder.workspace.store import seed_for
from autograder.workspace.submissions import MAX_NOTEBOOK, Submission

NOBODY = "-"


def grade_file(course: Course, assignment: str, notebook: Path) -> Result:
    """Grades a notebook against the built release; an assignment that is not built yet is built apart for this once.

    Raises:
        SubmissionError: when the file cannot be read.
        AutograderError: when the course or a wall is at fault.
    """
    data = read_bounded(notebook, MAX_NOTEBOOK) if notebook.exists() else _missing(notebook)
    sha256 = hashlib.sha256(data).hexdigest()
    submission = Submission(assignment, NOBODY, notebook, data, (), None, sha256)
    if (course.release_dir(assignment) / f"{assignment}.ipynb").is_file():
        return _grade(course, submission)
    with built_apart(course, assignment) as apart:
        return _grade(apart, submission)


def _grade(course: Course, submission: Submission) -> Result:
    worker = Worker(course, submission.assignment)
    try:
        return worker.grade(Job(submission, seed_for(course, submission.assignment, submission.sha256))).result
    finally:
        worker.close()


def _missing(notebook: Path) -> bytes:
    raise SubmissionError(notebook, "not found")
