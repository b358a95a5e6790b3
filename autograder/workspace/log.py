"""The workspace's log: who graded what, when, and with which version. Lines are added and never changed.

Each line is JSON. It contains the hash of the line before and ends with a signature, so that changed, inserted or
removed lines are found. A small file beside the log records how long it is, so that missing last lines are found too. A
line torn by a power cut stays where it is, and the next one mentions it.
"""

from __future__ import annotations

import hashlib
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from autograder.errors import SubmissionError, WorkspaceError
from autograder.workspace.files import read_bounded, write_atomically
from autograder.workspace.signing import Key

LOG_NAME = "log.jsonl"
HEAD_NAME = ".log-head"
DESK_LOG, DESK_HEAD = "desk.jsonl", ".desk-head"
"""What people decide at the desk has a log of its own, so that nobody waits for a run of grading to write a word."""

HEADS = {LOG_NAME: HEAD_NAME, DESK_LOG: DESK_HEAD}
SIGNED = b',"signature":"'
START = "0" * 64
MAX_LOG = 4_000_000_000


class LogEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the log. ``event`` says what it is about, and so which of the other fields are set.

    ``data`` is what was decided at the desk.
    """

    n: int
    at: str
    who: str
    event: str
    assignment: str = ""
    student: str = ""
    status: str = ""
    score: float | None = None
    max_score: float | None = None
    submission: str = ""
    fingerprint: str = ""
    result: str = ""
    command: str = ""
    program: str = ""
    environment: dict[str, str] = {}
    walls: tuple[str, ...] = ()
    told: str = ""
    data: dict[str, Any] = {}
    previous: str


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """How long the log is: its lines, its bytes, and the last line's hash; signed."""

    lines: int
    size: int
    last: str
    signature: str = ""


@dataclass(frozen=True)
class LogLine:
    """A line as it is in the file. ``entry`` is None if the line is not ours."""

    number: int
    start: int
    data: bytes
    whole: bool
    entry: LogEntry | None

    @property
    def hash(self) -> str:
        """The line's hash, which the next line contains."""
        return hashlib.sha256(self.data).hexdigest()


_entry: msgspec.json.Decoder[LogEntry] = msgspec.json.Decoder(LogEntry)
_head: msgspec.json.Decoder[Checkpoint] = msgspec.json.Decoder(Checkpoint)


def lines_of(data: bytes) -> Iterator[LogLine]:
    """The lines of the log."""
    start = number = 0
    while start < len(data):
        end = data.find(b"\n", start)
        text = data[start:] if end < 0 else data[start:end]
        try:
            entry = _entry.decode(text)
        except msgspec.MsgspecError:
            entry = None
        number += 1
        yield LogLine(number, start, text, end >= 0, entry)
        start += len(text) + 1


def signature_holds(line: LogLine, key: Key) -> bool:
    """Whether this key wrote the line as it is."""
    body, mark, rest = line.data.rpartition(SIGNED)
    return bool(mark) and rest.endswith(b'"}') and key.holds(rest[:-2].decode(errors="replace"), body + b"}")


def read_log(workspace: Path, name: str = LOG_NAME) -> bytes:
    """The bytes of a log; none when there is no log yet.

    Raises:
        WorkspaceError: if it cannot be read.
    """
    path = workspace / name
    if not os.path.lexists(path):
        return b""
    try:
        return read_bounded(path, MAX_LOG)
    except SubmissionError as fault:
        raise WorkspaceError(path, fault.fault) from None


def read_head(workspace: Path, name: str = LOG_NAME) -> Checkpoint | None:
    """How long the log was when last recorded; None if it never was, or cannot be read."""
    try:
        return _head.decode(read_bounded(workspace / HEADS[name], 10_000))
    except (SubmissionError, msgspec.MsgspecError):
        return None


def head_holds(head: Checkpoint, key: Key) -> bool:
    """Whether this key wrote the note."""
    return key.holds(head.signature, _head_bytes(head))


def _head_bytes(head: Checkpoint) -> bytes:
    return f"log:{head.lines}:{head.size}:{head.last}".encode()


def latest(data: bytes, assignment: str) -> dict[str, str]:
    """By student, the signature of the last result of this assignment in the log."""
    found: dict[str, str] = {}
    for line in lines_of(data):
        if line.entry is not None and line.entry.event == "graded" and line.entry.assignment == assignment:
            found[line.entry.student] = line.entry.result
    return found


def me() -> str:
    """The user running this program, according to the system."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


class AuditLog:
    """A log, open for more lines. The workspace must be locked while it is; for the desk's log, the desk.

    Raises:
        WorkspaceError: from every method, when the log cannot be read or written.
    """

    def __init__(self, workspace: Path, key: Key, name: str = LOG_NAME) -> None:
        self.workspace, self.path, self._name, self._key = workspace, workspace / name, name, key
        self._who = me()
        self.before = read_log(workspace, name)
        """The log's bytes as they were when it was opened."""
        self._lines, self._size, self._last = 0, 0, START
        self._file: int | None = None
        self._torn = b""
        for line in lines_of(self.before):
            if not line.whole:
                self._torn = line.data
                break
            self._lines, self._size, self._last = line.number, line.start + len(line.data) + 1, line.hash
        self._shorter = self._was_cut()

    def _was_cut(self) -> str:
        head = read_head(self.workspace, self._name)
        if head is None or head.lines <= self._lines:
            return ""
        return f"{head.lines - self._lines} lines of {head.lines} are gone"

    def add(self, event: str, **told: Any) -> None:
        """Adds a line.

        It is handed to the system at once, so that a killed program loses none; `sync` writes it to disk.
        """
        if self._file is None:
            self._open()
        self._write(event, **told)

    def _open(self) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self.workspace.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, flags, 0o644)
        except OSError as fault:
            raise WorkspaceError(self.path, f"cannot be written: {fault.strerror}") from None
        if self._torn:
            self._put(b"\n")
            self._lines += 1
            self._size += len(self._torn) + 1
            torn = hashlib.sha256(self._torn).hexdigest()
            self._write("torn", told=torn)
        if self._shorter:
            self._write("cut", told=self._shorter)

    def _write(self, event: str, **told: Any) -> None:
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        entry = LogEntry(n=self._lines + 1, at=at, who=self._who, event=event, previous=self._last, **told)
        body = msgspec.json.encode(entry)
        line = body[:-1] + SIGNED + self._key.sign(body).encode() + b'"}'
        self._put(line + b"\n")
        self._lines += 1
        self._size += len(line) + 1
        self._last = hashlib.sha256(line).hexdigest()

    def _put(self, data: bytes) -> None:
        assert self._file is not None
        try:
            written = os.write(self._file, data)
        except OSError as fault:
            raise WorkspaceError(self.path, f"cannot be written: {fault.strerror}") from None
        if written != len(data):
            raise WorkspaceError(self.path, "cannot be written: No space left on device")

    @property
    def untouched(self) -> bool:
        """Whether the file is as this program left it: nobody else has added to it, replaced it or cut it."""
        try:
            here = os.lstat(self.path)
            same = self._file is None or os.fstat(self._file).st_ino == here.st_ino
        except OSError:
            return self._file is None and self._size == 0
        return same and here.st_size == self._size + len(self._torn if self._file is None else b"")

    def sync(self) -> None:
        """Forces the lines to disk, and records how long the log is."""
        if self._file is None:
            return
        try:
            os.fdatasync(self._file)
        except OSError as fault:
            raise WorkspaceError(self.path, f"cannot be written: {fault.strerror}") from None
        head = Checkpoint(lines=self._lines, size=self._size, last=self._last)
        head = msgspec.structs.replace(head, signature=self._key.sign(_head_bytes(head)))
        write_atomically(self.workspace / HEADS[self._name], msgspec.json.encode(head) + b"\n", root=self.workspace)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
