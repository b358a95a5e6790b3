"""Builds an assignment: from the author's notebook and the reference to nbgrader's source, and from it the release."""

from __future__ import annotations

import ast
import importlib.metadata
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.authoring.assemble import source_notebook
from autograder.authoring.exercises import Exercise, Reference, read_exercises, read_reference
from autograder.authoring.leaks import find_leaks
from autograder.authoring.nbgrader import generate_assignment, write_nbgrader_config
from autograder.course import Course
from autograder.errors import CourseError, LeakError, WorkspaceError
from autograder.gradebook.book import Book
from autograder.gradebook.connection import refuse_foreign_gradebook
from autograder.grading.material import load_suite
from autograder.notebooks.authored import NotebookNode, write_notebook
from autograder.testing.suite import Suite
from autograder.workspace.lateness import apply_lateness


@dataclass(frozen=True)
class Built:
    """What a build made: the two folders, the notebook's name in both, the exercises, and all files written."""

    source: Path
    release: Path
    notebook_name: str
    exercises: tuple[Exercise, ...]
    written: tuple[Path, ...]


def build(
    course: Course,
    assignment: str,
    *,
    points: Mapping[str, float],
    secrets: tuple[Path, ...],
    record: bool = True,
) -> Built:
    """Writes nbgrader's source of one assignment, has nbgrader make the release, and searches the release for leaks.

    ``points`` are the exercises' points by name; ``secrets`` the Python files of which no line may reach students.
    A release with a leak is removed. Unless ``record`` is false, nbgrader notes the assignment in the gradebook.

    Raises:
        CourseError: when the author's notebook or the reference is at fault, or nbgrader refuses the source.
        LeakError: when the release holds a line of a secret.
        WorkspaceError: when the workspace cannot be written.
    """
    course.assignment(assignment)
    reference = read_reference(course.reference_path(assignment))
    notebook = source_notebook(assignment, course.source_path(assignment), reference, points)
    source, release = course.source_dir(assignment), course.release_dir(assignment)
    config = write_nbgrader_config(course)
    _start_afresh(source)
    name = f"{assignment}.ipynb"
    write_notebook(notebook, source / name)
    (source / "requirements.txt").write_text(requirements(notebook), encoding="utf-8")
    generate_assignment(course, assignment, config, record=record)
    _must_not_leak(release, secrets, reference)
    written = (config, *sorted(source.iterdir()), *sorted(release.iterdir()))
    return Built(source, release, name, reference.exercises, written)


def _start_afresh(folder: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except OSError as fault:
        raise WorkspaceError(folder, f"cannot be written: {fault.strerror}") from None


def _must_not_leak(release: Path, secrets: tuple[Path, ...], reference: Reference) -> None:
    leaks = find_leaks(release, secrets, public=reference.preamble)
    if leaks:
        shutil.rmtree(release)
        first, others = leaks[0], len(leaks) - 1
        more = f"; and {others} more" if others else ""
        raise LeakError(first.path, f"{first}{more}. The release was removed", line=None)


def build_from_course(course: Course, assignment: str, *, record: bool = True) -> Built:
    """Makes nbgrader's source and the students' release; notes it in the gradebook unless ``record`` is false.

    Raises:
        CourseError: when a file of the course is at fault.
        GradebookError: when the gradebook belongs to another course.
        LeakError: when the release would hold a line of a solution, a known mistake or a hidden test.
    """
    course.assignment(assignment)
    refuse_foreign_gradebook(course.gradebook, course.course_id)
    suite = load_suite(course, assignment)
    try:
        points = suite.points
        for fault in misfits(course, assignment, suite):
            raise fault
    finally:
        suite.close()
    secrets = (course.reference_path(assignment), course.mistakes_path(assignment), course.hidden_path(assignment))
    built = build(course, assignment, points=points, secrets=secrets, record=record)
    if record:
        with Book(course.gradebook, course.course_id) as book:
            apply_lateness(course, assignment, book)  # formgrader shows the due date
    return built


@contextmanager
def built_apart(course: Course, assignment: str) -> Iterator[Course]:
    """The course with the assignment built into an empty workspace without a gradebook, which is gone afterwards.

    Raises:
        CourseError: when a file of the course is at fault.
        LeakError: when the release would hold a line that must stay secret.
    """
    with tempfile.TemporaryDirectory(prefix="introdl-") as folder:
        config = msgspec.structs.replace(course.config, gradebook="sqlite:///gradebook.db")
        apart = msgspec.structs.replace(course, workspace=Path(folder).resolve(), config=config)
        build_from_course(apart, assignment, record=False)
        yield apart


ALWAYS_NEEDED = ("jupyterlab", "numpy", "otter-grader")


def requirements(notebook: NotebookNode) -> str:
    """The text of requirements.txt: what the notebook imports, from the major version on with which it was built."""
    modules = set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    modules.add(node.module.partition(".")[0])
    modules -= sys.stdlib_module_names | {"IPython"}  # which JupyterLab brings
    providers = importlib.metadata.packages_distributions()
    packages = {providers.get(module, [module])[0] for module in modules} | set(ALWAYS_NEEDED)
    return "".join(f"{package}{_major(package)}\n" for package in sorted(packages, key=str.lower))


def _major(package: str) -> str:
    try:
        return f">={importlib.metadata.version(package).partition('.')[0]}"
    except importlib.metadata.PackageNotFoundError:
        return ""


def misfits(course: Course, assignment: str, suite: Suite) -> Iterator[CourseError]:
    """Hidden tests of an exercise that is none, and exercises without a hidden test.

    Raises:
        CourseError: when the reference cannot be read.
    """
    reference = course.reference_path(assignment)
    exercises = read_exercises(reference)
    names = {exercise.name for exercise in exercises}
    for test in suite.tests:
        if test.exercise not in names:
            what = f"{test.name} gives points to '{test.exercise}', which is no exercise of {reference.name}"
            yield CourseError(course.hidden_path(assignment), what, line=test.line)
    for exercise in exercises:
        if not suite.points.get(exercise.name, 0) > 0:
            yield CourseError(reference, f"no hidden test gives points to '{exercise.name}'", line=exercise.line)
