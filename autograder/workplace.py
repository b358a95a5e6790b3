"""A workspace for a moment: an assignment built apart from the course's own workspace and gradebook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from autograder.building import build_from_course
from autograder.course import Course


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
