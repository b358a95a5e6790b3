"""The results of one assignment in the workspace, one JSON file a student; seeds; and the workspace's lock."""

from __future__ import annotations

import fcntl
import hmac
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from autograder.course import Course
from autograder.errors import SubmissionError, WorkspaceError
from autograder.files import read_bounded, remove_leftovers, write_atomically
from autograder.results import Result
from autograder.sandbox.host.scratch import place_for_sockets, sweep
from autograder.workspace.signing import secret_of

MAX_RESULT = 50_000_000
LOCK_NAME = ".lock"
SERVING_NAME = ".serving"


class Store:
    """Reads and writes the results of one assignment."""

    def __init__(self, course: Course, assignment: str) -> None:
        self.course, self.assignment = course, assignment

    def path(self, student: str) -> Path:
        """Where a student's result is."""
        return self.course.results_dir(self.assignment) / f"{student}.json"

    def load(self, student: str) -> Result | None:
        """A student's result; None when there is none, or one that this engine cannot read."""
        try:
            return Result.from_json(read_bounded(self.path(student), MAX_RESULT))
        except (SubmissionError, msgspec.MsgspecError, OSError):
            return None

    def save(self, result: Result) -> None:
        """Writes a result; a reader finds the old one or the new one, never a part.

        Raises:
            WorkspaceError: when it cannot be written.
        """
        write_atomically(self.path(result.student), result.to_json(), root=self.course.workspace)

    def students(self) -> tuple[str, ...]:
        """The ids of all students with a result, in order."""
        folder = self.course.results_dir(self.assignment)
        return tuple(sorted(path.stem for path in folder.glob("*.json"))) if folder.is_dir() else ()

    def all(self) -> Iterator[Result]:
        """All results that can be read, in the order of the students' ids."""
        for student in self.students():
            result = self.load(student)
            if result is not None:
                yield result


def seed_for(course: Course, assignment: str, submission_sha256: str) -> int:
    """The seed of a submission's hidden inputs: the same whenever it is graded again, and not to be guessed.

    It depends on the submission's bytes, so that an answer tuned to a counterexample in one report meets other numbers
    when it is handed in again.
    """
    return seed_from(secret_of(course), assignment, submission_sha256)


def seed_from(secret: bytes, assignment: str, submission_sha256: str) -> int:
    """As `seed_for`, for somebody who has the secret in hand."""
    message = f"{assignment}:{submission_sha256}".encode()
    return int.from_bytes(hmac.digest(secret, message, "sha256")[:6], "big")


@contextmanager
def locked(course: Course, *, write: bool = True, tidy: bool = True) -> Iterator[None]:
    """Holds the workspace for one writing command at a time; leftovers of an interrupted one are swept away.

    Without ``write`` it only keeps writers away for the while, and changes nothing. Without ``tidy`` nothing is swept.

    Raises:
        WorkspaceError: when another command holds it, or it cannot be written.
    """
    path = course.workspace / LOCK_NAME
    if not write and not path.exists():
        yield
        return
    flags = os.O_RDWR | os.O_CREAT if write else os.O_RDONLY
    try:
        if write:
            course.workspace.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise WorkspaceError(course.workspace, f"cannot be written: {fault.strerror}") from None
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if write else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError:
        who = _holder(descriptor)
        os.close(descriptor)
        raise WorkspaceError(course.workspace, f"another autograder command is already running here{who}") from None
    try:
        if write:
            _sign(descriptor)
        if write and tidy:
            remove_leftovers(course.workspace, older_than=0.0)
            for place in {tempfile.gettempdir(), place_for_sockets()}:
                sweep(place)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def serving(course: Course) -> Iterator[None]:
    """Keeps a second `serve` out of the workspace for as long as the first one runs, whether it is at work or idle.

    Raises:
        WorkspaceError: when one runs, or the workspace cannot be written.
    """
    path = course.workspace / SERVING_NAME
    try:
        course.workspace.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise WorkspaceError(course.workspace, f"cannot be written: {fault.strerror}") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WorkspaceError(course.workspace, f"is served already{_holder(descriptor)}") from None
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def _sign(descriptor: int) -> None:
    """Leaves word of who holds the lock, for the message to others; a full disk is no reason to stop here."""
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{command}, process {os.getpid()}".encode()[:200], 0)


def _holder(descriptor: int) -> str:
    with suppress(OSError):
        text = os.pread(descriptor, 200, 0).decode(errors="replace")
        return f": {text}" if text.isprintable() and text else ""
    return ""
