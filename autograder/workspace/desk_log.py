"""What people decide at the desk: one signed line each, written before anything else happens.

The lines are the truth and everything else follows from them: who gave which points, comments on clusters, doubts and
their decisions. Several desks and grading commands read and write the same file; a short lock keeps lines whole and
lets a writer look at the last line before it adds its own.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from autograder.course import Course
from autograder.errors import WorkspaceError
from autograder.workspace.log import DESK_LOG, AuditLog, LogEntry, lines_of, signature_holds
from autograder.workspace.signing import Key, known_secret, secret_of

LOCK_NAME, SYNC_NAME = ".desk", ".desk-gradebook"
PATIENCE = 10.0
LOOK_AGAIN = 0.01

Add = Callable[..., None]
"""Adds a line: ``add(event, assignment=..., student=..., data=...)``."""


class Follower(Protocol):
    """Something that follows what the log says."""

    def reset(self) -> None:
        """Forgets everything: the log is another one."""
        ...

    def take(self, entry: LogEntry) -> None:
        """Takes one more line into account."""
        ...


class DeskLog:
    """The desk's log of one workspace, read by followers from where they stopped.

    Lines whose signature does not hold are passed over; `autograder verify` names them.
    """

    def __init__(self, course: Course, *followers: Follower) -> None:
        self.course, self.followers = course, followers
        self._path = course.workspace / DESK_LOG
        self._at: tuple[int, int] = (0, 0)  # inode, bytes read
        self._key: Key | None = None
        self._audit: AuditLog | None = None

    def catch_up(self) -> None:
        """Hands the followers the lines that are new.

        Raises:
            WorkspaceError: if the log cannot be read.
        """
        for line in self._new_lines():
            for follower in self.followers:
                follower.take(line)

    def _new_lines(self) -> list[LogEntry]:
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            self._start_again(0)
            return []
        except OSError as fault:
            raise WorkspaceError(self._path, f"cannot be read: {fault.strerror}") from None
        with os.fdopen(file, "rb") as opened:
            there = os.fstat(opened.fileno())
            if there.st_ino != self._at[0] or there.st_size < self._at[1]:
                self._start_again(there.st_ino)
            opened.seek(self._at[1])
            data = opened.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._at = (self._at[0], self._at[1] + len(whole))
        key = self._known_key()
        if key is None:
            return []
        return [line.entry for line in lines_of(whole) if line.entry is not None and signature_holds(line, key)]

    def _start_again(self, inode: int) -> None:
        if self._at[1]:
            for follower in self.followers:
                follower.reset()
        self._at = (inode, 0)

    def _known_key(self) -> Key | None:
        if self._key is None:
            secret = known_secret(self.course)
            self._key = None if secret is None else Key(secret)
        return self._key

    @contextmanager
    def writing(self) -> Iterator[Add]:
        """Keeps other writers away; the followers know every line before the caller decides what to add.

        Raises:
            WorkspaceError: if it cannot be written, or somebody else holds it for too long.
        """
        with held(self.course.workspace / LOCK_NAME):
            audit = self._opened()
            self.catch_up()

            def add(event: str, **told: Any) -> None:
                audit.add(event, **told)
                self.catch_up()

            try:
                yield add
            finally:
                audit.sync()

    def _opened(self) -> AuditLog:
        if self._audit is None or not self._audit.untouched:
            self.close()
            self._audit = AuditLog(self.course.workspace, Key(secret_of(self.course)), DESK_LOG)
            self._audit.before = b""
        return self._audit

    def close(self) -> None:
        if self._audit is not None:
            self._audit.close()
            self._audit = None


@contextmanager
def held(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Holds a lock among all processes of this workspace, and waits for it a while.

    Raises:
        WorkspaceError: if it cannot be had.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise WorkspaceError(path, f"cannot be written: {fault.strerror}") from None
    try:
        end = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() >= end:
                    raise WorkspaceError(path, "another desk has held it for too long; try again") from None
                time.sleep(LOOK_AGAIN)
        yield
    finally:
        os.close(descriptor)
