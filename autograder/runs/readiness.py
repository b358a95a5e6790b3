"""Whether a course can be graded here: its gradebook, its releases, and leftovers of an earlier version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec

from autograder.course import Course
from autograder.errors import AutograderError, SubmissionError
from autograder.gradebook.book import open_book
from autograder.sandbox.host.doctor import DoctorFinding
from autograder.workspace.context import read_context
from autograder.workspace.files import read_bounded
from autograder.workspace.submissions import students

BUILD = "run `autograder build`"
CONFIG = "nbgrader_config.py"
MAX_CONFIG = 1_000_000


def readiness(course: Course) -> tuple[DoctorFinding, ...]:
    """What to know before the first submission is graded; whatever `autograder build` will create is not a failure."""
    return (_gradebook(course), *_settings(course), *_assignments(course))


def built_by_another_version(course: Course) -> bool:
    """Whether the workspace's nbgrader_config.py names parts of this kit that have moved."""
    try:
        text = read_bounded(course.workspace / CONFIG, MAX_CONFIG).decode()
    except (SubmissionError, UnicodeDecodeError):
        return False  # it is missing, or not ours: `autograder build` writes one
    modules = {name.rpartition(".")[0] for name in re.findall(r'"(autograder(?:\.\w+)+)"', text)}
    return not all(map(_is_there, modules))


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _settings(course: Course) -> Iterator[DoctorFinding]:
    if built_by_another_version(course):
        yield DoctorFinding(CONFIG, False, "was written by another version of this kit", f"{BUILD} once", needed=False)


def _gradebook(course: Course) -> DoctorFinding:
    try:
        book = open_book(course.gradebook, course.course_id)
    except AutograderError as fault:
        return DoctorFinding("gradebook", False, str(fault), "check gradebook: in course.yml")
    if book is None:
        return DoctorFinding("gradebook", False, "there is none yet", BUILD, needed=False)
    with book:
        return DoctorFinding("gradebook", True, f"{book.url}, {len(book.students())} students")


def _assignments(course: Course) -> Iterator[DoctorFinding]:
    for name in course.assignments:
        count = len(students(course.submitted_dir, name))
        try:
            read_context(course, name)
        except AutograderError as fault:
            yield DoctorFinding(name, False, str(fault), BUILD, needed=False)
        else:
            yield DoctorFinding(name, True, f"built, {count} submission{'s' if count != 1 else ''}")
