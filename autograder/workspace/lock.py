"""One writing command at a time in a workspace, and one `serve`; a message names who holds it."""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.course import Course
from autograder.errors import WorkspaceError
from autograder.sandbox.host.scratch import place_for_sockets, sweep
from autograder.workspace.files import remove_leftovers

LOCK_NAME = ".lock"
SERVING_NAME = ".serving"


@contextmanager
def locked(course: Course, *, write: bool = True, tidy: bool = True) -> Iterator[None]:
    """Locks the workspace for one writing command at a time; leftovers of an interrupted one are cleaned up.

    Without ``write`` it only keeps writers out for the time being, and changes nothing. Without ``tidy`` nothing is
    cleaned up.

    Raises:
        WorkspaceError: if another command holds it, or it cannot be written.
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
    """Keeps a second `serve` out of the workspace for as long as the first one runs, busy or idle.

    Raises:
        WorkspaceError: if one runs, or the workspace cannot be written.
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
            raise WorkspaceError(course.workspace, f"is already served{_holder(descriptor)}") from None
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def _sign(descriptor: int) -> None:
    """Records who holds the lock, for the message to others; a full disk is no reason to stop here."""
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{command}, process {os.getpid()}".encode()[:200], 0)


def _holder(descriptor: int) -> str:
    with suppress(OSError):
        text = os.pread(descriptor, 200, 0).decode(errors="replace")
        return f": {text}" if text.isprintable() and text else ""
    return ""
