"""Builds an assignment: from the author's notebook and the reference to nbgrader's source, and from it the release."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.assembly import source_notebook
from autograder.course import Course
from autograder.errors import LeakError, WorkspaceError
from autograder.exercise import Exercise, Reference, read_reference
from autograder.generating import generate_assignment
from autograder.leaks import find_leaks
from autograder.nbgrader_config import write_nbgrader_config
from autograder.notebook import write_notebook
from autograder.requirements import requirements


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
