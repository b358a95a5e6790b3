"""The reference's answers as sources that can stand in a notebook."""

from __future__ import annotations

import importlib

from autograder.compose import renamed_source
from autograder.course import Course
from autograder.exercise import read_exercises
from autograder.suite import importable


def reference_sources(course: Course, assignment: str) -> dict[str, str]:
    """Each exercise's right answer, by name, in the order of the file."""
    with importable(course.root):
        module = importlib.import_module(f"solutions.{assignment}")
    names = [exercise.name for exercise in read_exercises(course.reference_path(assignment))]
    return {name: renamed_source(getattr(module, name), name) for name in names}
