"""The files of a download, a zip or a folder, within bounds. Nothing is unpacked, so names never become paths.

Listing a download reads no file contents, so one student's files cannot prevent the others from being imported.
"""

from __future__ import annotations

import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionError
from autograder.notebooks.candidates import slim, stem_of
from autograder.workspace.files import read_bounded
from autograder.workspace.submissions import MAX_NOTEBOOK, MAX_WITH_OUTPUTS

MAX_ENTRIES = 1_000_000
"""For a whole download, of which only the names are in memory."""

MAX_STUDENT_FILES = 1_000
MAX_STUDENT_BYTES = 100_000_000  # unpacked
UTF8_NAMES = 0x800
JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints")
RESOURCE_FORK = "._"
"""Prefix of the files that macOS puts beside the real ones."""


@dataclass(frozen=True)
class ArchiveEntry:
    """One file of the download; ``parts`` are its folders and its name. ``fault`` says why it is left out.

    ``data`` is empty until the student's files are read (`filled`).
    """

    parts: tuple[str, ...]
    fault: str = ""
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)
    data: bytes = b""

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.parts[-1]

    @property
    def shown(self) -> str:
        """The full name, for messages."""
        return ascii("/".join(self.parts))


def filled(entries: Iterable[ArchiveEntry]) -> list[ArchiveEntry]:
    """One student's files with their contents; one that cannot be read comes with the reason.

    Raises:
        SubmissionError: if there are too many or they are too large; the text continues after the student's name.
    """
    listed = list(entries)
    if len(listed) > MAX_STUDENT_FILES:
        raise SubmissionError("", f"handed in {len(listed):,} files, more than {MAX_STUDENT_FILES:,}")
    room, found = MAX_STUDENT_BYTES, []
    for entry in listed:
        try:
            data = b"" if entry.fault else entry.read()
            found.append(replace(entry, data=data))
        except SubmissionError as fault:
            data = b""
            found.append(replace(entry, fault=fault.fault))
        room -= len(data)
        if room < 0:
            raise SubmissionError("", f"handed in more than {MAX_STUDENT_BYTES // 10**6} MB, unpacked")
    return found


@contextmanager
def opened(path: Path) -> Iterator[list[ArchiveEntry]]:
    """The files of a zip or a folder, which can be read inside this context.

    Raises:
        SubmissionError: if it is missing, is neither, or holds more files than a class can have handed in.
    """
    if path.is_dir():
        yield _bounded(path, _of_folder(path))
    elif not path.exists():
        raise SubmissionError(path, "not found")
    elif not zipfile.is_zipfile(path):
        raise SubmissionError(path, "is neither a folder nor a zip")
    else:
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, LookupError) as fault:
            raise SubmissionError(path, f"is a damaged zip: {fault}") from None
        with archive:
            yield _bounded(path, _of_zip(archive))


def _bounded(path: Path, entries: Iterator[ArchiveEntry]) -> list[ArchiveEntry]:
    listed = []
    for entry in entries:
        listed.append(entry)
        if len(listed) > MAX_ENTRIES:
            raise SubmissionError(path, f"holds more than {MAX_ENTRIES} files")
    return listed


def _is_junk(name: str) -> bool:
    return name in JUNK or name.startswith(RESOURCE_FORK)


def _of_folder(path: Path) -> Iterator[ArchiveEntry]:
    for folder, names, files in os.walk(path, followlinks=False):
        names[:] = sorted(name for name in names if not _is_junk(name))
        here = Path(folder).relative_to(path).parts
        for name in sorted([*files, *(name for name in names if Path(folder, name).is_symlink())]):
            if not _is_junk(name):
                parts = tuple(unicodedata.normalize("NFC", part) for part in (*here, name))
                yield ArchiveEntry(parts, _fault_of_kind(name), _reader_of(Path(folder, name)))


def _reader_of(path: Path) -> Callable[[], bytes]:
    return lambda: _small(path.name, read_bounded(path, _largest(path.name)))


def _of_zip(archive: zipfile.ZipFile) -> Iterator[ArchiveEntry]:
    for info in archive.infolist():
        if not info.filename or info.is_dir():
            continue
        parts, refused = _parts(_name(info))
        if not any(map(_is_junk, parts)):
            yield ArchiveEntry(parts, refused or _fault_of_entry(info, parts[-1]), _reader_in(archive, info))


def _reader_in(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(info) as file:
                data = file.read(_largest(info.filename) + 1)  # the size in the header is not to be trusted
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            NotImplementedError,
            EOFError,
            RuntimeError,
            ValueError,
        ) as error:
            raise SubmissionError(info.filename, f"is damaged: {error}") from None
        return _small(info.filename, data)

    return read


def _largest(name: str) -> int:
    return MAX_NOTEBOOK if stem_of(PurePosixPath(name).name) is None else MAX_WITH_OUTPUTS


def _small(name: str, data: bytes) -> bytes:
    """The file, or if a notebook is large because of its outputs, the part that is graded.

    Raises:
        SubmissionError: if it is still too large.
    """
    if MAX_NOTEBOOK < len(data) <= _largest(name):
        data = slim(data)
    if len(data) > MAX_NOTEBOOK:
        raise SubmissionError(name, f"is larger than {MAX_NOTEBOOK // 10**6} MB")
    return data


def _name(info: zipfile.ZipInfo) -> str:
    """The name in UTF-8, even if a program forgot to say so."""
    name = info.filename
    if not info.flag_bits & UTF8_NAMES:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _parts(name: str) -> tuple[tuple[str, ...], str]:
    path = PurePosixPath(name.replace("\\", "/"))
    parts = tuple(part for part in path.parts if part not in ("/", "."))
    if path.is_absolute() or ".." in parts or any(":" in part for part in parts[:1]) or not parts:
        return parts or (name,), "leads outside the download"
    return parts, ""


def _fault_of_entry(info: zipfile.ZipInfo, name: str) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "is a symbolic link"
    if kind not in (0, stat.S_IFREG):
        return "is not a file"
    return "is encrypted" if info.flag_bits & 1 else _fault_of_kind(name)


def _fault_of_kind(name: str) -> str:
    packed = name.lower().endswith((".zip", ".7z", ".rar", ".tar", ".gz", ".tgz"))
    return "is an archive inside the download: unpack it and hand in the notebook itself" if packed else ""
