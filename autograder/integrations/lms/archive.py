"""The files of a download, a zip or a folder, within bounds. Nothing is unpacked: names never become paths."""

from __future__ import annotations

import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionError
from autograder.files import read_bounded
from autograder.notebooks.candidates import slim, stem_of
from autograder.workspace.submissions import MAX_NOTEBOOK, MAX_WITH_OUTPUTS

MAX_ENTRIES = 100_000
MAX_TOTAL = 1_000_000_000  # bytes, unpacked
UTF8_NAMES = 0x800
JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", ".ipynb_checkpoints")


@dataclass(frozen=True)
class ArchiveEntry:
    """One file of the download; ``parts`` are its folders and its name. ``fault`` says why it is left out."""

    parts: tuple[str, ...]
    data: bytes = b""
    fault: str = ""

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.parts[-1]

    @property
    def shown(self) -> str:
        """The whole name for a message."""
        return ascii("/".join(self.parts))


def entries(path: Path) -> Iterator[ArchiveEntry]:
    """The files of a zip or a folder; those that must not be read come with their fault.

    Raises:
        SubmissionError: when there is nothing, it is neither, or it holds more than a class can have handed in.
    """
    if path.is_dir():
        yield from _of_folder(path)
    elif not path.exists():
        raise SubmissionError(path, "not found")
    elif not zipfile.is_zipfile(path):
        raise SubmissionError(path, "is neither a folder nor a zip")
    else:
        yield from _of_zip(path)


def _of_folder(path: Path) -> Iterator[ArchiveEntry]:
    for folder, names, files in os.walk(path, followlinks=False):
        names[:] = sorted(name for name in names if name not in JUNK)
        here = Path(folder).relative_to(path).parts
        for name in [*files, *(name for name in names if Path(folder, name).is_symlink())]:
            parts = tuple(unicodedata.normalize("NFC", part) for part in (*here, name))
            if name in JUNK:
                continue
            try:
                yield _entry(parts, read_bounded(Path(folder, name), _largest(name)), _fault_of_kind(name))
            except SubmissionError as fault:
                yield ArchiveEntry(parts, fault=fault.fault)


def _of_zip(path: Path) -> Iterator[ArchiveEntry]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, LookupError) as fault:
        raise SubmissionError(path, f"is a damaged zip: {fault}") from None
    with archive:
        infos = [info for info in archive.infolist() if info.filename and not info.is_dir()]
        if len(infos) > MAX_ENTRIES:
            raise SubmissionError(path, f"holds {len(infos)} files, more than the {MAX_ENTRIES} that are read")
        total = 0
        for info in infos:
            parts, refused = _parts(_name(info))
            if any(part in JUNK for part in parts):
                continue
            entry = ArchiveEntry(parts, fault=refused) if refused else _read(archive, info, parts)
            total += len(entry.data)
            if total > MAX_TOTAL:
                raise SubmissionError(path, f"holds more than {MAX_TOTAL // 10**9} GB when it is unpacked")
            yield entry


def _name(info: zipfile.ZipInfo) -> str:
    """The name in UTF-8, also where a program forgot to say that it is."""
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


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, parts: tuple[str, ...]) -> ArchiveEntry:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return ArchiveEntry(parts, fault="is a symbolic link")
    if kind not in (0, stat.S_IFREG):
        return ArchiveEntry(parts, fault="is not a file")
    if info.flag_bits & 1:
        return ArchiveEntry(parts, fault="is encrypted")
    fault = _fault_of_kind(parts[-1])
    if fault:
        return ArchiveEntry(parts, fault=fault)
    try:
        with archive.open(info) as file:
            data = file.read(_largest(parts[-1]) + 1)  # what the header says of the size is not believed
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError, RuntimeError, ValueError) as error:
        return ArchiveEntry(parts, fault=f"is damaged: {error}")
    return _entry(parts, data)


def _entry(parts: tuple[str, ...], data: bytes, fault: str = "") -> ArchiveEntry:
    """The file; of a notebook that is large by its outputs, what is graded."""
    if len(data) > MAX_NOTEBOOK and len(data) <= _largest(parts[-1]):
        data = slim(data)
    if len(data) > MAX_NOTEBOOK:
        return ArchiveEntry(parts, fault=f"is larger than {MAX_NOTEBOOK // 10**6} MB")
    return ArchiveEntry(parts, data, fault)


def _largest(name: str) -> int:
    return MAX_NOTEBOOK if stem_of(name) is None else MAX_WITH_OUTPUTS


def _fault_of_kind(name: str) -> str:
    packed = name.lower().endswith((".zip", ".7z", ".rar", ".tar", ".gz", ".tgz"))
    return "is an archive inside the download: unpack it and hand in the notebook itself" if packed else ""
