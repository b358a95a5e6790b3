"""Reads and writes files where a student may have put a symbolic link or device."""

from __future__ import annotations

import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from autograder.errors import SubmissionError, WorkspaceError

TEMPORARY = ".tmp-"
"""Prefix of the names of unfinished files."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def write_atomically(path: Path, data: bytes, *, root: Path) -> None:
    """Writes ``data`` to ``path``, which is inside ``root``: a reader finds the old file or the new one, never a part.

    Missing folders in between are created. A symbolic link at the final place is replaced, not followed.

    Raises:
        WorkspaceError: if a folder on the way is a symbolic link, or something cannot be written. It names which.
    """
    with _parent(path, root) as parent:
        temporary = TEMPORARY + secrets.token_hex(8)
        try:
            _write_new(temporary, data, parent)
            os.replace(temporary, path.name, src_dir_fd=parent, dst_dir_fd=parent)
        except OSError as error:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=parent)
            raise WorkspaceError(path, f"cannot be written: {error.strerror}") from error


def write_named(path: Path, data: bytes) -> None:
    """Writes ``data`` where the user said: a file is replaced as a whole, a device or a pipe is written to.

    Missing folders are created.

    Raises:
        WorkspaceError: if it cannot be written.
    """
    target = path.resolve()
    if not target.exists() or target.is_file():
        return write_atomically(target, data, root=target.parent)
    try:
        target.write_bytes(data)
    except OSError as error:
        raise WorkspaceError(path, f"cannot be written: {error.strerror}") from error


def write_once(path: Path, data: bytes, *, root: Path) -> None:
    """Writes ``data`` to ``path``, readable only by its owner, unless something is there already. Survives a power cut.

    Raises:
        WorkspaceError: if it cannot be written.
    """
    with _parent(path, root) as parent:
        temporary = TEMPORARY + secrets.token_hex(8)
        try:
            _write_new(temporary, data, parent, mode=0o600, sync=True)
            with suppress(FileExistsError):
                os.link(temporary, path.name, src_dir_fd=parent, dst_dir_fd=parent)
            os.fsync(parent)
        except OSError as error:
            raise WorkspaceError(path, f"cannot be written: {error.strerror}") from error
        finally:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=parent)


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    Raises:
        SubmissionError: for anything else: a symbolic link, a folder, a device, a larger file, an unreadable one.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        raise SubmissionError(path, _why_not_opened(path, error)) from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise SubmissionError(path, f"is {_kind(mode)}, not a file")
    try:
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise SubmissionError(path, f"cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise SubmissionError(path, f"is larger than {_size(limit)}")
    return data


def remove_leftovers(root: Path, *, older_than: float = 600.0) -> int:
    """Removes unfinished files older than this many seconds that a crash left inside ``root``. Returns how many."""
    removed = 0
    for folder, _, names in os.walk(root, followlinks=False):
        for name in names:
            if name.startswith(TEMPORARY):
                leftover = Path(folder, name)
                with suppress(OSError):
                    if time.time() - leftover.lstat().st_mtime >= older_than:
                        leftover.unlink()
                        removed += 1
    return removed


def remove_others(folder: Path, keep: frozenset[str], *, root: Path) -> None:
    """Removes the files and links directly in ``folder`` whose names are not in ``keep``; folders in it stay."""
    if not folder.is_dir():
        return
    with _parent(folder / "x", root) as parent:
        for name in set(os.listdir(parent)) - keep:
            if not stat.S_ISDIR(os.lstat(name, dir_fd=parent).st_mode):
                try:
                    os.unlink(name, dir_fd=parent)
                except OSError as error:
                    raise WorkspaceError(folder / name, f"cannot be removed: {error.strerror}") from error


@contextmanager
def _parent(path: Path, root: Path) -> Iterator[int]:
    """A descriptor of the folder of ``path``, reached from ``root`` without following a symbolic link."""
    folders = _below(path, root).parts[:-1]
    walked = root
    try:
        root.mkdir(parents=True, exist_ok=True)
        here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise WorkspaceError(root, f"cannot be opened: {error.strerror}") from error
    try:
        for name in folders:
            walked /= name
            below = _enter(name, here, walked)
            os.close(here)
            here = below
        yield here
    finally:
        os.close(here)


def _below(path: Path, root: Path) -> PurePath:
    """``path`` as seen from ``root``."""
    if not path.is_relative_to(root) or ".." in path.parts or path == root:
        raise WorkspaceError(path, f"is not inside {root}")
    return path.relative_to(root)


def _enter(name: str, here: int, walked: Path) -> int:
    try:
        with suppress(FileNotFoundError):
            return os.open(name, _FOLDER, dir_fd=here)
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=here)
        return os.open(name, _FOLDER, dir_fd=here)
    except OSError as error:
        if walked.is_symlink():
            raise WorkspaceError(walked, "is a symbolic link, which the workspace does not allow") from error
        raise WorkspaceError(walked, f"cannot be opened as a folder: {error.strerror}") from error


def _write_new(name: str, data: bytes, parent: int, *, mode: int = 0o644, sync: bool = False) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, mode, dir_fd=parent), "wb") as file:
        file.write(data)
        if sync:
            file.flush()
            os.fsync(file.fileno())


def _why_not_opened(path: Path, error: OSError) -> str:
    """A plain reason; the kind of thing is clearer than the system's error ("too many levels of symbolic links")."""
    with suppress(OSError, ValueError):
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode):
            return f"is {_kind(mode)}, not a file"
    if isinstance(error, FileNotFoundError):
        return "is missing"
    return f"cannot be read: {error.strerror}"


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISREG, "a file"),
    )
    return next((text for holds, text in kinds if holds(mode)), "a device")


def _size(limit: int) -> str:
    return f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit} bytes"
