"""Grades one submission: a file without a gradebook, or one student's into the workspace, for nbgrader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from autograder.authoring.build import built_apart
from autograder.course import Course
from autograder.errors import SubmissionError, WorkspaceError
from autograder.gradebook.book import Book
from autograder.grading.grade import Graded
from autograder.grading.worker import Job, Worker
from autograder.notebooks.submitted import SubmittedNotebook, parse
from autograder.results import Result
from autograder.runs.decide import Regrade, Reject, decide
from autograder.runs.run import Run, walls
from autograder.workspace.cluster_comments import ClusterComments
from autograder.workspace.context import load_release, read_context
from autograder.workspace.signing import seed_for
from autograder.workspace.store import Store
from autograder.workspace.submissions import Rejected, Submission, read_notebook_file, submission_of

NOBODY = "-"


def grade_file(course: Course, assignment: str, notebook: Path) -> Result:
    """Grades a notebook against the built release; an assignment that has not been built yet gets a temporary build.

    A notebook in the workspace's ``submitted/`` is graded with the files beside it, as by `autograder grade`; any other
    alone. The same work gets the same seed, and so the same hidden inputs, as there.

    Raises:
        SubmissionError: if the file cannot be read.
        AutograderError: if something is wrong with the course or a wall.
    """
    submission = _submission(course, assignment, notebook)
    if course.release_notebook(assignment).is_file():
        return _grade(course, submission)
    with built_apart(course, assignment) as apart:
        return _grade(apart, submission)


def _submission(course: Course, assignment: str, notebook: Path) -> Submission:
    if not notebook.exists():
        raise SubmissionError(notebook, "not found")
    place = notebook.parent.resolve() / notebook.name
    student = place.parent.parent.name
    if place == course.submitted_dir.resolve() / student / assignment / f"{assignment}.ipynb":
        handed_in = submission_of(course, assignment, student, load_release(course, assignment))
        if isinstance(handed_in, Submission):
            return replace(handed_in, student=NOBODY)
    return Submission(assignment, NOBODY, notebook, read_notebook_file(notebook))


def _grade(course: Course, submission: Submission) -> Result:
    worker = Worker(course, submission.assignment)
    try:
        return worker.grade(Job(submission, seed_for(course, submission.assignment, submission.sha256))).result
    finally:
        worker.close()


def parsed(course: Course, assignment: str, student: str) -> SubmittedNotebook | None:
    """A submission's notebook, repaired where possible; None when it cannot be graded at all."""
    release = load_release(course, assignment)
    found = submission_of(course, assignment, student, release)
    if isinstance(found, Rejected):
        return None
    try:
        return parse(found.notebook, assignment, release)
    except SubmissionError:
        return None


def grade_single(
    course: Course, assignment: str, student: str, grader: Callable[[Job], Graded]
) -> tuple[Result, frozenset[str]]:
    """Grades one submission, changed or not, and writes its files as a batch does.

    `record_single` then writes the gradebook, with the changed cells returned here. The workspace must be locked.
    """
    results: list[Result] = []
    run = Run(read_context(course, assignment), results.append)
    with run.proofs.run(walls(course)):
        decision = decide(run.context, run.proofs, student, force=True)
        if isinstance(decision, Regrade):
            run.keep(grader(run.begin(decision)))
        else:
            assert isinstance(decision, Reject), "nothing is kept by force"
            run.reject(decision)
        run.proofs.end(len(run.graded), 0)
    return results[0], run.changed.get(results[0].student, frozenset())


def record_single(course: Course, assignment: str, student: str, book: Book, changed: frozenset[str]) -> None:
    """Writes the result that `grade_single` left into the gradebook.

    Raises:
        WorkspaceError: if it is gone.
    """
    store = Store(course, assignment)
    result = store.load(student)
    if result is None:
        raise WorkspaceError(store.path(student), "the result is gone; grade again")
    book.record([result], {student: changed})
    ClusterComments(course).give_to(assignment, book, [result])
