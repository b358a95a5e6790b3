"""Loads what grading an assignment needs from the course's files, and hashes it."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime

from autograder.course import Course
from autograder.diagnosis import Mistake
from autograder.errors import CourseError, line_at_fault
from autograder.exercise import read_exercises
from autograder.files import read_bounded
from autograder.grading import Material
from autograder.origin import fingerprint_of, origin_of
from autograder.released import Expected
from autograder.sandbox.interpreter import Bounds
from autograder.sandbox.supervisor import Clock
from autograder.submission import MAX_NOTEBOOK
from autograder.suite import Suite, importable


def load_suite(course: Course, assignment: str) -> Suite:
    """The hidden tests of an assignment, bound to its reference.

    Raises:
        CourseError: when one of the files is missing or at fault.
    """
    for path in (course.reference_path(assignment), course.hidden_path(assignment)):
        if not path.is_file():
            raise CourseError(path, "not found")
    return Suite(course.hidden_path(assignment), f"solutions.{assignment}", root=course.root)


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


def load_mistakes(course: Course, assignment: str) -> tuple[Mistake, ...]:
    """The known mistakes of an assignment, in the order of their file.

    Raises:
        CourseError: when the file is missing or cannot be imported.
    """
    path = course.mistakes_path(assignment)
    if not path.is_file():
        raise CourseError(path, "not found")
    try:
        with importable(course.root):
            package = importlib.import_module("solutions.mistakes")
            module = importlib.import_module(f"solutions.mistakes.{assignment}")
    except Exception as fault:
        what = f"cannot be imported: {type(fault).__name__}: {fault}"
        raise CourseError(path, what, line=line_at_fault(fault, path)) from None
    mistakes: tuple[Mistake, ...] = package.mistakes_of(module)
    return mistakes


def load_expected(course: Course, assignment: str) -> Expected:
    """The released notebook that submissions are held against.

    Raises:
        CourseError: when the assignment is not built yet.
    """
    path = course.release_dir(assignment) / f"{assignment}.ipynb"
    if not path.is_file():
        raise CourseError(path, "not found: run `autograder build` first")
    return Expected.from_release(read_bounded(path, MAX_NOTEBOOK), assignment)


def load_material(course: Course, assignment: str) -> Material:
    """All that grading an assignment needs.

    Raises:
        CourseError: when a file of the course is missing or at fault, or the assignment is not built yet.
    """
    now = datetime.now(UTC)
    expected = load_expected(course, assignment)
    suite = load_suite(course, assignment)
    unknown = sorted(set(suite.points) ^ set(expected.exercises))
    if unknown:
        what = f"hidden tests and release disagree about {', '.join(unknown)}: run `autograder build` anew"
        raise CourseError(course.hidden_path(assignment), what)
    return Material(
        assignment=assignment,
        expected=expected,
        suite=suite,
        mistakes=load_mistakes(course, assignment),
        titles={name: _title(suite, name) for name in expected.exercises},
        clock=clock(course),
        figures=course.config.figures,
        origin=origin_of(course, assignment, expected.exercises),
        hints=course.reveals("hint", assignment, now),
        counterexamples=course.reveals("counterexample", assignment, now),
    )


def _title(suite: Suite, name: str) -> str:
    sentence = (inspect.getdoc(getattr(suite.module, name, None)) or name).splitlines()[0]
    return sentence.rstrip(".")


def clock(course: Course) -> Clock:
    """The course's limits of time and of an answer's size."""
    limits = course.config.limits
    return Clock(limits.cell_seconds, limits.call_seconds, limits.submission_seconds, limits.answer_mb * 2**20)


def bounds(course: Course) -> Bounds:
    """The course's limits that the kernel keeps."""
    limits = course.config.limits
    return Bounds(memory_mb=limits.memory_mb, cpu_seconds=2 * limits.submission_seconds, scratch_mb=limits.scratch_mb)


def fingerprint(course: Course, assignment: str) -> str:
    """The hash of everything that a result depends on, apart from the submission and its seed."""
    return fingerprint_of(origin_of(course, assignment, load_expected(course, assignment).exercises))
