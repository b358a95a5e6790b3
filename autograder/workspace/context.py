"""What a run must know about an assignment before it looks at any submission, read once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

import msgspec

from autograder.course import Course, Revealed
from autograder.errors import CourseError, SubmissionError, WorkspaceError
from autograder.notebooks.earlier import Earlier
from autograder.notebooks.release import Release
from autograder.results import Provenance
from autograder.workspace.files import read_bounded
from autograder.workspace.fingerprint import fingerprint_of, provenance_of
from autograder.workspace.submissions import MAX_NOTEBOOK

MAX_EARLIER = 50_000_000


@dataclass(frozen=True)
class AssignmentContext:
    """An assignment as built, what students may see of it now, and the hashes of everything that verdicts depend on."""

    course: Course
    name: str
    release: Release
    revealed: Revealed
    provenance: Provenance

    @cached_property
    def fingerprint(self) -> str:
        """One hash of all of it."""
        return fingerprint_of(self.provenance)


def read_context(course: Course, assignment: str) -> AssignmentContext:
    """Reads the release and hashes everything.

    Raises:
        CourseError: if the assignment has not been built yet.
    """
    release = load_release(course, assignment)
    revealed = course.revealed(assignment, datetime.now(UTC))
    return AssignmentContext(course, assignment, release, revealed, provenance_of(course, assignment, revealed))


def load_release(course: Course, assignment: str) -> Release:
    """The released notebook that submissions are compared with.

    Raises:
        CourseError: if the assignment has not been built yet.
    """
    path = course.release_notebook(assignment)
    if not path.is_file():
        raise CourseError(path, "not found: run `autograder build` first")
    released = Release.from_release(read_bounded(path, MAX_NOTEBOOK), assignment)
    return replace(released, earlier=load_earlier(course, assignment))


def load_earlier(course: Course, assignment: str) -> Earlier:
    """What the cells of earlier releases contained; nothing in a workspace that is older than this record.

    Raises:
        WorkspaceError: if the file cannot be read.
    """
    path = course.releases_path(assignment)
    if not path.exists():
        return Earlier()
    try:
        return msgspec.json.decode(read_bounded(path, MAX_EARLIER), type=Earlier)
    except (msgspec.MsgspecError, SubmissionError) as fault:
        what = f"cannot be read: {fault}; delete it, and `autograder build` makes a new one"
        raise WorkspaceError(path, what) from None
