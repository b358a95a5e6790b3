"""Sees what arrives in `submitted/`, and waits until it is complete.

Polls, so that any file system will do. A submission is complete once its files are the same at two looks; a notebook
that is half-written or not there yet gets more time. Anything that is not a submission is reported once, and again when
it has changed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from autograder.errors import WorkspaceError
from autograder.notebooks.candidates import stem_of
from autograder.workspace.submissions import fault_of_id, folder_of, nfc

QUIET_SECONDS = 0.1
"""Nothing may have changed for this long."""

PATIENCE_SECONDS = 2.0
"""The same, for a notebook that looks half-written."""

MAX_ENTRIES = 200
_END = 64

Key = tuple[str, str]
"""A student and an assignment."""

FileState = tuple[tuple[str, int, int, int, int], ...]


@dataclass(frozen=True, order=True)
class Arrival:
    """A submission that is complete. Arrivals are sorted by time of handing in, then by name.

    ``handed_in`` are nanoseconds: when the newest file was written by the student. ``came`` are seconds: when the
    newest one appeared here.
    """

    handed_in: int
    student: str
    assignment: str
    came: float = field(compare=False)

    @property
    def key(self) -> Key:
        """Whose it is, and of which assignment."""
        return (self.student, self.assignment)


@dataclass(frozen=True)
class Stray:
    """Something in `submitted/` that is not a submission; ``why`` continues after its path."""

    path: Path
    why: str


class SubmittedWatcher:
    """Remembers what was there.

    Args:
        submitted: the workspace's folder of that name.
        wanted: the assignments whose submissions are accepted; those of other ``known`` ones are ignored.
        stranger: says why a student is not in this course, or nothing.
    """

    def __init__(
        self,
        submitted: Path,
        wanted: Collection[str],
        known: Collection[str],
        stranger: Callable[[str], str] = lambda student: "",
    ) -> None:
        self.submitted, self.wanted, self.known, self.stranger = submitted, wanted, known, stranger
        self._taken: dict[Key, FileState] = {}
        self._open: dict[Key, tuple[FileState, float]] = {}
        self._odd: dict[str, tuple[FileState, str]] = {}
        self._folders: dict[Key, tuple[int, int]] = {}
        self._said: list[Stray] = []

    def look(self, now: float, *, thorough: bool = True) -> Iterator[Arrival]:
        """Looks at everything; yields what has become complete.

        ``now`` is a clock that never goes back. Unless the look is ``thorough``, a folder in which no file was added,
        removed or replaced counts as unchanged. A thorough look finds files overwritten in place.
        """
        here = dict(self._everything(thorough))
        for key in [key for key in (*self._taken, *self._open) if key not in here]:
            self._taken.pop(key, None)
            self._open.pop(key, None)
            self._folders.pop(key, None)
        for key, signature in here.items():
            yield from self._one(key, signature, now)

    def look_again(self, now: float) -> Iterator[Arrival]:
        """Looks only at what was not complete before."""
        for key in list(self._open):
            signature = _signature(self._folder(key))
            if signature is None:
                del self._open[key]
            else:
                yield from self._one(key, signature, now)

    def odd(self) -> list[Stray]:
        """What has been found since the last call that is not a submission."""
        said, self._said = self._said, []
        return said

    @property
    def waits(self) -> bool:
        """Whether something is not complete yet."""
        return bool(self._open)

    def forget(self, assignment: str | None = None) -> None:
        """Makes submissions arrive again: those of one assignment, or all."""
        self._taken = {key: kept for key, kept in self._taken.items() if assignment not in (None, key[1])}
        self._odd.clear()

    def is_there(self, key: Key) -> bool:
        """Whether the submission's folder exists now."""
        return os.path.lexists(self._folder(key))

    def is_as_it_arrived(self, key: Key) -> bool:
        """Whether nothing was written since. What is being written now arrives again when it is complete."""
        return key in self._taken and self._taken[key] == _signature(self._folder(key))

    def _folder(self, key: Key) -> Path:
        return folder_of(self.submitted, key[0]) / key[1]

    def _one(self, key: Key, signature: FileState, now: float) -> Iterator[Arrival]:
        if self._taken.get(key) == signature:
            self._open.pop(key, None)
            return
        before, since = self._open.get(key, (None, now))
        if before != signature:
            self._open[key] = (signature, now)
            return
        quiet = now - since
        if quiet < QUIET_SECONDS or (quiet < PATIENCE_SECONDS and not _ends_well(self._folder(key), key[1])):
            return
        del self._open[key]
        self._taken[key] = signature
        handed_in, came = max(entry[3] for entry in signature), max(entry[4] for entry in signature)
        yield Arrival(handed_in, *key, came=came / 1e9)

    def _everything(self, thorough: bool) -> Iterator[tuple[Key, FileState]]:
        odd: dict[str, tuple[FileState, str]] = {}
        for student in _entries(self.submitted):
            why = self._why_odd(student)
            if why:
                odd[student.path] = ((_mark(student),), why)
                continue
            try:
                entries = _entries(Path(student.path))
            except WorkspaceError as fault:
                odd[student.path] = ((_mark(student),), fault.fault)
                continue
            for assignment in entries:
                if assignment.name in self.wanted:
                    key = (nfc(student.name), assignment.name)
                    signature = self._known(key, assignment, thorough)
                    if signature is not None:
                        yield key, signature
                elif assignment.name not in self.known and assignment.is_dir():
                    odd[assignment.path] = ((_mark(assignment),), "belongs to no assignment in course.yml")
        self._said += [Stray(Path(path), said[1]) for path, said in odd.items() if self._odd.get(path) != said]
        self._odd = odd

    def _known(self, key: Key, folder: os.DirEntry[str], thorough: bool) -> FileState | None:
        try:
            own = folder.stat(follow_symlinks=False)
        except OSError:
            return None
        mark = (own.st_ino, own.st_mtime_ns)
        if not (thorough or key in self._open) and key in self._taken and self._folders.get(key) == mark:
            return self._taken[key]
        self._folders[key] = mark
        return _signature(Path(folder.path))

    def _why_odd(self, entry: os.DirEntry[str]) -> str:
        if entry.is_symlink():
            return "is a symbolic link, not a student's folder"
        if not entry.is_dir():
            return "is not a student's folder: submissions are in <student>/<assignment>/"
        fault = fault_of_id(entry.name) or self.stranger(entry.name)
        return f"is ignored. {fault}" if fault else ""


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder, without hidden files; nothing if the folder is gone."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as fault:
        raise WorkspaceError(folder, f"cannot be listed: {fault.strerror}") from None


def _mark(entry: os.DirEntry[str]) -> tuple[str, int, int, int, int]:
    """A mark that changes when a file or folder changes; links count as themselves."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return (entry.name, 0, 0, 0, 0)
    return (entry.name, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _signature(folder: Path) -> FileState | None:
    """A mark that changes when a submission changes; None if it is not there. An empty folder has its own mark."""
    try:
        own = folder.lstat()
    except OSError:
        return None
    found: list[tuple[str, int, int, int, int]] = []
    if stat.S_ISDIR(own.st_mode):
        with suppress(OSError), os.scandir(folder) as entries:
            found = sorted(_mark(e) for e in islice(entries, MAX_ENTRIES) if not e.name.startswith("."))
    return tuple(found) or (("", own.st_ino, own.st_size, own.st_mtime_ns, own.st_ctime_ns),)


def _ends_well(folder: Path, assignment: str) -> bool:
    """Whether a notebook is there and complete. Anything but a plain file will not get any better."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            return True
        with os.scandir(folder) as entries:
            named = [entry.name for entry in islice(entries, MAX_ENTRIES) if stem_of(entry.name) is not None]
        path = folder / (named[0] if len(named) == 1 else f"{assignment}.ipynb")
        if not stat.S_ISREG(path.lstat().st_mode):
            return True
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        size = os.fstat(descriptor).st_size
        return os.pread(descriptor, _END, max(0, size - _END)).rstrip().endswith(b"}")
    except OSError:
        return True
    finally:
        os.close(descriptor)
