"""Loads what grading an assignment needs from the course's files, and hashes it."""

from __future__ import annotations

import inspect

from autograder.course import Course, read_authored
from autograder.errors import CourseError, line_at_fault
from autograder.grading.grade import Material
from autograder.sandbox.host.interpreter import Bounds
from autograder.sandbox.host.supervisor import Clock
from autograder.testing.course_package import course_module
from autograder.testing.mistakes import Mistake, mistakes_of
from autograder.testing.suite import Suite
from autograder.workspace.context import read_context


def load_suite(course: Course, assignment: str) -> Suite:
    """The hidden tests of an assignment, bound to its reference.

    Raises:
        CourseError: if one of the files is missing or invalid.
    """
    for path in (course.reference_path(assignment), course.hidden_path(assignment)):
        if not path.is_file():
            before = course.root / "autograder" / "hidden" / path.name  # where version 0.1.0 had them
            moved = f": hidden tests live in {path.parent} now; move {before} there" if before.is_file() else ""
            raise CourseError(path, f"not found{moved}")
    return Suite(course.hidden_path(assignment), f"solutions.{assignment}", root=course.root)


def load_mistakes(course: Course, assignment: str) -> tuple[Mistake, ...]:
    """The known mistakes of an assignment, in the order of their file.

    Raises:
        CourseError: if the file is missing or cannot be imported.
    """
    path = course.mistakes_path(assignment)
    if not path.is_file():
        raise CourseError(path, "not found")
    read_authored(path)
    try:
        return mistakes_of(course_module(course.root, f"solutions.mistakes.{assignment}"))
    except Exception as fault:
        what = f"cannot be imported: {type(fault).__name__}: {fault}"
        raise CourseError(path, what, line=line_at_fault(fault, path)) from None


def load_material(course: Course, assignment: str) -> Material:
    """Everything that grading an assignment needs.

    Raises:
        CourseError: if a file of the course is missing or invalid, or the assignment has not been built yet.
    """
    context = read_context(course, assignment)
    expected = context.release
    suite = load_suite(course, assignment)
    unknown = sorted(set(suite.points) ^ set(expected.exercises))
    if unknown:
        what = f"hidden tests and release disagree about {', '.join(unknown)}: run `autograder build` again"
        raise CourseError(course.hidden_path(assignment), what)
    return Material(
        assignment=assignment,
        expected=expected,
        suite=suite,
        mistakes=load_mistakes(course, assignment),
        titles={name: _title(suite, name) for name in expected.exercises},
        clock=clock(course),
        figures=course.config.figures,
        form=course.config.form,
        origin=context.provenance,
        hints=context.revealed.hint,
        counterexamples=context.revealed.counterexample,
    )


def _title(suite: Suite, name: str) -> str:
    sentence = (inspect.getdoc(getattr(suite.module, name, None)) or name).splitlines()[0]
    return sentence.rstrip(".")


def clock(course: Course) -> Clock:
    """The course's limits of time and of an answer's size."""
    limits = course.config.limits
    return Clock(limits.cell_seconds, limits.call_seconds, limits.submission_seconds, limits.answer_mb * 2**20)


def bounds(course: Course) -> Bounds:
    """The course's limits that the kernel enforces."""
    limits = course.config.limits
    return Bounds(memory_mb=limits.memory_mb, cpu_seconds=2 * limits.submission_seconds, scratch_mb=limits.scratch_mb)
