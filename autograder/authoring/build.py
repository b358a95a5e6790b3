"""Builds an assignment: from the author's notebook and the reference to nbgrader's source, and from it the release."""

from __future__ import annotations

import ast
import importlib.metadata
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from autograder.authoring.assemble import source_notebook
from autograder.authoring.exercise_change import NOTHING, carry_out, cells_of, plan
from autograder.authoring.exercise_change import Agreed as Agreed  # the command takes it from here
from autograder.authoring.exercises import Exercise, Reference, read_exercises, read_reference
from autograder.authoring.hint_locks import lock_hints
from autograder.authoring.leaks import find_leaks
from autograder.authoring.local import notebook_names
from autograder.authoring.nbgrader import CONFIG, generate_assignment, write_nbgrader_config
from autograder.authoring.public_checks import CODE, COMPARATOR
from autograder.authoring.sample_class import alternatives
from autograder.course import Course
from autograder.errors import CourseError, LeakError, WorkspaceError
from autograder.gradebook.book import Book, open_book
from autograder.gradebook.connection import refuse_foreign_gradebook
from autograder.grading.material import load_mistakes, load_suite
from autograder.notebooks.authored import NotebookNode, write_notebook
from autograder.notebooks.release import Release
from autograder.notebooks.up_to_date import with_release
from autograder.testing.course_package import course_module
from autograder.testing.suite import Suite
from autograder.workspace.context import load_earlier
from autograder.workspace.files import remove_others, write_atomically
from autograder.workspace.lateness import apply_lateness
from autograder.workspace.lock import locked


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
    agreed: Agreed = NOTHING,
) -> Built:
    """Writes nbgrader's source of one assignment, has nbgrader make the release, and searches the release for leaks.

    ``points`` are the exercises' points by name; ``secrets`` the Python files of which no line may reach students.
    Unless ``record`` is false, nbgrader notes the assignment in the gradebook, and ``agreed`` says what to do with
    graded exercises that have changed. Everything is made in another place first: a build that is refused changes
    nothing.

    Raises:
        CourseError: if the author's notebook or the reference is invalid, or nbgrader refuses the source.
        LeakError: if the release would hold a line of a secret.
        WorkspaceError: if the workspace cannot be written.
    """
    course.assignment(assignment)
    reference = read_reference(course.reference_path(assignment))
    hints = _locked_hints(course, assignment, reference)
    notebook = source_notebook(assignment, course.source_path(assignment), reference, points, hints)
    name = f"{assignment}.ipynb"
    with _aside(course) as aside:
        source, release = aside.source_dir(assignment), aside.release_dir(assignment)
        write_notebook(notebook, source / name)
        (source / "requirements.txt").write_text(requirements(notebook), encoding="utf-8")
        config = write_nbgrader_config(aside)
        generate_assignment(aside, assignment, config, record=False)
        _must_not_leak(release, secrets, reference)
        if record:
            released = Release.from_release((release / name).read_bytes(), assignment)
            _record(course, aside, released, agreed)
        written = [*_put(course, source, course.source_dir(assignment))]
        written += _put(course, release, course.release_dir(assignment))
    config = write_nbgrader_config(course)
    return Built(
        course.source_dir(assignment), course.release_dir(assignment), name, reference.exercises, (config, *written)
    )


def _locked_hints(course: Course, assignment: str, reference: Reference) -> dict[str, Any]:
    """The hints that students' own checks give, by exercise; none where the course shows them later or never."""
    if course.config.feedback.hint != "always" or not course.mistakes_path(assignment).is_file():
        return {}
    mistakes = load_mistakes(course, assignment)
    module = course_module(course.root, f"solutions.{assignment}")
    wrong = course_module(course.root, f"solutions.mistakes.{assignment}")
    names, others = notebook_names(module, wrong, {}), alternatives(course, assignment)
    locked = {
        exercise.name: lock_hints(
            exercise, mistakes, names, others.get(exercise.name, ()), f"{course.course_id} {assignment} {exercise.name}"
        )
        for exercise in reference.exercises
    }
    return {name: hints for name, hints in locked.items() if hints}


@contextmanager
def _aside(course: Course) -> Iterator[Course]:
    """The course with a temporary empty workspace and its own gradebook.

    It is among the system's temporary files, because nbgrader finds nothing in a folder whose name has brackets or
    question marks.
    """
    with tempfile.TemporaryDirectory(prefix="introdl-build-") as folder:
        config = msgspec.structs.replace(course.config, gradebook=course.gradebook)
        yield msgspec.structs.replace(course, workspace=Path(folder).resolve(), config=config)


def _record(course: Course, aside: Course, released: Release, agreed: Agreed) -> None:
    """Updates the gradebook to the new release, and records its cells for submissions of earlier ones."""
    assignment = released.assignment
    cells = cells_of(released)
    book = open_book(course.gradebook, course.course_id)
    planned = None
    if book is not None:
        with book:
            change = book.change_of(assignment, cells)
            planned = plan(course, assignment, change, cells, agreed)
            if change.matters:
                with locked(course):
                    carry_out(course, assignment, book, planned)
    try:
        course.workspace.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise WorkspaceError(course.workspace, fault.strerror or str(fault)) from None
    generate_assignment(aside, assignment, aside.workspace / CONFIG, record=True)
    earlier = load_earlier(course, assignment)
    live = course.release_dir(assignment) / f"{assignment}.ipynb"
    if not earlier.releases and live.is_file():
        earlier = with_release(earlier, Release.from_release(live.read_bytes(), assignment))
    renamed = planned.renamed if planned else {}
    data = msgspec.json.encode(with_release(earlier, released, renamed))
    write_atomically(course.releases_path(assignment), data, root=course.workspace)


def _put(course: Course, made: Path, folder: Path) -> Iterator[Path]:
    """Replaces one folder's files by another's, one at a time, so that nobody finds it without its notebook."""
    names = sorted(path.name for path in made.iterdir())
    for name in names:
        write_atomically(folder / name, (made / name).read_bytes(), root=course.workspace)
        yield folder / name
    remove_others(folder, frozenset(names), root=course.workspace)


def _must_not_leak(release: Path, secrets: tuple[Path, ...], reference: Reference) -> None:
    leaks = find_leaks(release, secrets, public=reference.preamble, embedded=(CODE, COMPARATOR))
    if leaks:
        first, others = leaks[0], len(leaks) - 1
        more = f"; and {others} more" if others else ""
        raise LeakError(first.path.name, f"{first}{more}. Nothing was changed", line=None)


def build_from_course(course: Course, assignment: str, *, record: bool = True, agreed: Agreed = NOTHING) -> Built:
    """Makes nbgrader's source and the students' release; notes it in the gradebook unless ``record`` is false.

    Raises:
        CourseError: if a file of the course is invalid, or exercises that were graded change in a way that is not
            ``agreed``.
        GradebookError: if the gradebook belongs to another course.
        LeakError: if the release would hold a line of a solution, a known mistake or a hidden test.
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
    built = build(course, assignment, points=points, secrets=secrets, record=record, agreed=agreed)
    if record:
        with Book(course.gradebook, course.course_id) as book:
            apply_lateness(course, assignment, book)  # formgrader shows the due date
    return built


@contextmanager
def built_apart(course: Course, assignment: str) -> Iterator[Course]:
    """The course with the assignment built into a temporary workspace without a gradebook.

    Raises:
        CourseError: if a file of the course is invalid.
        LeakError: if the release would hold a line that must stay secret.
    """
    with tempfile.TemporaryDirectory(prefix="introdl-") as folder:
        config = msgspec.structs.replace(course.config, gradebook="sqlite:///gradebook.db")
        apart = msgspec.structs.replace(course, workspace=Path(folder).resolve(), config=config)
        build_from_course(apart, assignment, record=False)
        yield apart


ALWAYS_NEEDED = ("jupyterlab", "numpy")


def requirements(notebook: NotebookNode) -> str:
    """The text of requirements.txt: what the notebook imports, from the major version it was built with."""
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
    """Hidden tests for something that is not an exercise, and exercises without a hidden test.

    Raises:
        CourseError: if the reference cannot be read.
    """
    reference = course.reference_path(assignment)
    exercises = read_exercises(reference)
    names = {exercise.name for exercise in exercises}
    for test in suite.tests:
        if test.exercise not in names:
            what = f"{test.name} gives points to '{test.exercise}', which is not an exercise of {reference.name}"
            yield CourseError(course.hidden_path(assignment), what, line=test.line)
    for exercise in exercises:
        if not suite.points.get(exercise.name, 0) > 0:
            yield CourseError(reference, f"no hidden test gives points to '{exercise.name}'", line=exercise.line)
