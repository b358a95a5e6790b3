"""Finds what was handed in, reads it within bounds, and says what is wrong with each bad folder or file."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path

from autograder.course import Course, moments
from autograder.errors import SubmissionError, WorkspaceError
from autograder.notebooks.candidates import Chosen, choose, instead, may_hold_one, slim, stem_of
from autograder.notebooks.release import Release
from autograder.text import decoded
from autograder.workspace.files import read_bounded

MAX_NOTEBOOK = 20_000_000
MAX_WITH_OUTPUTS = 100_000_000
MAX_NOTEBOOKS = 10
MAX_DEPTH = 3  # folders inside a submission's own
MAX_ENTRIES = 1000
MAX_FILES = 20
MAX_FILES_BYTES = 5_000_000
MAX_STUDENT = 128  # characters; the width of the gradebook's column

WITHDRAWN = "The submission was removed."
"""The reason given if a submission was removed."""

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"
"""Two files that nbgrader's exchange puts beside a submission. They are not the student's."""

_SYSTEMS = frozenset({"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"})
"""Files that systems add by themselves, as they do with names that begin with a dot."""

_NEVER_TAKEN = frozenset({TIMESTAMP, SECRET, "conftest.py", "sitecustomize.py", "usercustomize.py"})


@dataclass(frozen=True)
class Submission:
    """One student's notebook and the small files beside it. ``notes`` say what was left out."""

    assignment: str
    student: str
    path: Path
    notebook: bytes
    files: tuple[tuple[str, bytes], ...] = ()
    timestamp: datetime | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The hash that tells submissions apart, over the notebook and each file with its name.

        Lengths are part of it, so that bytes cannot move from one file to the next unnoticed. The student, the time and
        the notebook's own name are not part of it: the same work has the same hash wherever it is.
        """
        digest = hashlib.sha256()
        for name, data in (("", self.notebook), *self.files):
            encoded = name.encode()
            digest.update(len(encoded).to_bytes(8) + encoded + len(data).to_bytes(8) + data)
        return digest.hexdigest()


@dataclass(frozen=True)
class Rejected:
    """A submission that cannot be read; ``reason`` is a sentence with the file and what is wrong."""

    assignment: str
    student: str
    path: Path
    reason: str


def find(
    submitted: Path,
    assignment: str,
    *,
    student: str | None = None,
    zone: tzinfo = UTC,
    expected: Release | None = None,
) -> Iterator[Submission | Rejected]:
    """Everything handed in for an assignment, in the order of the students' ids, one at a time to save memory.

    ``submitted`` is the workspace's folder of that name; with ``student``, only that student's submission is read. A
    bad submission never raises: it becomes a `Rejected`.
    """
    for name in (student,) if student is not None else students(submitted, assignment):
        yield load(submitted, assignment, name, zone, expected)


def students(submitted: Path, assignment: str) -> tuple[str, ...]:
    """The ids of those who handed in something for this assignment, in order, including bad ids.

    Raises:
        WorkspaceError: if the folder cannot be listed. One that does not exist yet is empty.
    """
    try:
        with os.scandir(submitted) as entries:
            return tuple(sorted({nfc(entry.name) for entry in entries if _handed_in(entry, assignment)}))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise WorkspaceError(submitted, f"cannot be listed: {error.strerror}") from error


def all_students(submitted: Path) -> tuple[str, ...]:
    """The ids of all who have a folder here, in order, whatever is in it."""
    try:
        with os.scandir(submitted) as entries:
            return tuple(sorted({nfc(e.name) for e in entries if e.is_dir() and not e.name.startswith(".")}))
    except OSError:
        return ()


def withdrawn(course: Course, assignment: str, known: Iterable[str]) -> list[str]:
    """Those of ``known`` whose submissions were removed; nobody if there are no submissions at all."""
    if not course.submitted_dir.is_dir():
        return []
    there = set(students(course.submitted_dir, assignment))
    return [student for student in known if student not in there]


def load(
    submitted: Path, assignment: str, student: str, zone: tzinfo = UTC, expected: Release | None = None
) -> Submission | Rejected:
    """One student's submission, or why it cannot be read; a time without a zone is in ``zone``.

    ``expected`` decides which of several notebooks are solved.
    """
    student = nfc(student)
    spelt = _spellings(submitted, student, assignment)
    folder = submitted / (spelt[0] if spelt else student) / assignment
    fault = fault_of_id(student)
    if fault:
        return Rejected(assignment, student if student.isprintable() else ascii(student)[1:-1], folder, fault)
    if len(spelt) > 1:
        fault = f"There are two folders of {student}, {spelt[0]!a} and {spelt[1]!a}: keep one of them."
        return Rejected(assignment, student, folder, fault)
    path = folder / f"{assignment}.ipynb"
    try:
        _require_folder(folder.parent)
        _require_folder(folder)
        chosen, others = _notebook(folder, assignment, expected)
        notebook = _bounded(path, chosen.data)
        files, notes = _files_beside((folder / chosen.name).parent, others)
        timestamp, faults = _timestamp(folder / TIMESTAMP, zone)
    except SubmissionError as error:
        return Rejected(assignment, student, error.path, _sentence(error, submitted))
    notes = (*chosen.notes, *notes, *faults)
    return Submission(assignment, student, path, notebook, files, timestamp, notes)


def nfc(student: str) -> str:
    """A student's id in one spelling: macOS writes accents as separate characters, others do not."""
    return student if student.isascii() else unicodedata.normalize("NFC", student)


def folder_of(submitted: Path, student: str) -> Path:
    """A student's folder in ``submitted/``, however its accents are encoded; NFC if there is none."""
    spelt = _spellings(submitted, nfc(student))
    return submitted / (spelt[0] if spelt else nfc(student))


def _spellings(submitted: Path, student: str, assignment: str = "") -> list[str]:
    """The names of all folders that belong to this student and contain something for the assignment."""
    if student.isascii():
        return [student]
    try:
        names = sorted(name for name in os.listdir(submitted) if nfc(name) == student)
    except OSError:
        return []
    return [name for name in names if not assignment or os.path.lexists(submitted / name / assignment)]


def read_notebook_file(path: Path) -> bytes:
    """A notebook's bytes, without its outputs if these make it large.

    Raises:
        SubmissionError: if it cannot be read, or is too large even without outputs.
    """
    return _bounded(path, read_bounded(path, MAX_WITH_OUTPUTS))


def _bounded(path: Path, data: bytes) -> bytes:
    if len(data) <= MAX_NOTEBOOK:
        return data
    small = slim(data)
    if small is data:
        raise SubmissionError(path, f"is larger than {MAX_NOTEBOOK // 10**6} MB and cannot be read as a notebook")
    if len(small) > MAX_NOTEBOOK:
        raise SubmissionError(
            path,
            f"has {len(small) / 10**6:.0f} MB without its outputs, more than the {MAX_NOTEBOOK // 10**6} MB that are "
            "read: take large pictures or pasted data out of its cells",
        )
    return small


def _notebook(folder: Path, assignment: str, expected: Release | None) -> tuple[Chosen, frozenset[Path]]:
    """The notebook that counts, and all notebooks, which are not helper files beside it."""
    wanted = folder / f"{assignment}.ipynb"
    found = {path.relative_to(folder).as_posix(): path for path in _below(folder)}
    named = {name: path for name, path in found.items() if stem_of(name) is not None}
    if os.path.lexists(wanted):
        named[wanted.name] = wanted  # whatever it is: a link or folder with this name is refused by name
    if not named:
        plain = [name for name in found if may_hold_one(name, _beginning(found[name]))]
        named = {name: found[name] for name in plain}
    if not named:
        names = sorted(name for name in found if name not in _NEVER_TAKEN)
        raise SubmissionError(wanted, instead(names, wanted.name))
    if len(named) > MAX_NOTEBOOKS:
        raise SubmissionError(wanted, f"is one of {len(named)} notebooks. Hand in the one that counts")
    if list(named) == [wanted.name]:
        return Chosen(wanted.name, read_bounded(wanted, MAX_WITH_OUTPUTS)), frozenset({wanted})
    read: dict[str, bytes] = {}
    for name, path in named.items():
        try:
            read[name] = slim(read_bounded(path, MAX_WITH_OUTPUTS))
        except SubmissionError:
            if path == wanted or len(named) == 1:
                raise
    try:
        return choose(read, assignment, expected), frozenset(named.values())
    except SubmissionError as error:
        raise SubmissionError(wanted, error.fault) from error


def _below(folder: Path) -> Iterator[Path]:
    """The plain files in a submission's folder and its subfolders, without those that systems add by themselves."""
    count = 0
    for here, folders, files in os.walk(folder, followlinks=False):
        depth = len(Path(here).relative_to(folder).parts)
        folders[:] = sorted(n for n in folders if depth < MAX_DEPTH and not n.startswith(".") and n not in _SYSTEMS)
        for name in sorted(files):
            count += 1
            if count > MAX_ENTRIES:
                return
            if name.startswith(".") or not name.isprintable():
                continue
            path = Path(here, name)
            with suppress(OSError):
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path


def _beginning(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_FILES_BYTES)
    except SubmissionError:
        return b""


def submission_of(
    course: Course, assignment: str, student: str, expected: Release | None = None
) -> Submission | Rejected:
    """One student's submission in the course's workspace, or why it cannot be read."""
    return load(course.submitted_dir, assignment, student, course.timezone or UTC, expected)


def _handed_in(entry: os.DirEntry[str], assignment: str) -> bool:
    """A link in place of a student's folder is reported; a stray file, or a folder without this assignment, is not."""
    return entry.is_symlink() or (entry.is_dir() and os.path.lexists(Path(entry.path, assignment)))


def fault_of_id(student: str) -> str:
    """Why this id is refused, or nothing. Beginning with =, +, - or @ would make it a formula in a spreadsheet."""
    if not student or len(student) > MAX_STUDENT:
        return f"The student's id has {len(student)} characters; it must have 1 to {MAX_STUDENT}."
    bad = sorted({char for char in student if not _allowed(char)})
    if bad:
        return f"The student's id {student!a} contains {''.join(bad)!a}; only letters, digits and ._-+@ are allowed."
    if not (student[0].isalnum() or student[0] == "_"):
        return f"The student's id {student!a} begins with '{student[0]}'; it must begin with a letter or a digit."
    return ""


def _allowed(char: str) -> bool:
    return char.isalnum() or char in "._-+@" or unicodedata.category(char).startswith("M")


def _require_folder(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        raise SubmissionError(path, "is missing") from None
    except OSError as error:
        raise SubmissionError(path, f"cannot be opened: {error.strerror}") from error
    if stat.S_ISLNK(mode):
        raise SubmissionError(path, "is a symbolic link, not a folder")
    if not stat.S_ISDIR(mode):
        raise SubmissionError(path, "is not a folder")


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError as error:
        raise SubmissionError(folder, f"cannot be opened: {error.strerror}") from error


def _files_beside(folder: Path, notebooks: frozenset[Path]) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    """The student's own small files (helper modules, data), and a note for each that was left out."""
    taken: list[tuple[str, bytes]] = []
    notes: list[str] = []
    room = MAX_FILES_BYTES
    for name in sorted(_names(folder)):
        ours = name.startswith(".") or name in _NEVER_TAKEN or name in _SYSTEMS
        if ours or stem_of(name) is not None or folder / name in notebooks:
            continue
        try:
            if not name.isprintable():
                raise SubmissionError(folder / name, "has a name that is not plain text")
            if len(taken) == MAX_FILES:
                raise SubmissionError(folder / name, f"is one of more than {MAX_FILES} files")
            data = read_bounded(folder / name, MAX_FILES_BYTES)
            if len(data) > room:
                raise SubmissionError(folder / name, f"would bring the files to more than {MAX_FILES_BYTES} bytes")
        except SubmissionError as error:
            if len(notes) < MAX_FILES:
                notes.append(f"The file {name!a} was left out: it {error.fault}.")
            continue
        taken.append((name, data))
        room -= len(data)
    return tuple(taken), tuple(notes)


def _timestamp(path: Path, zone: tzinfo) -> tuple[datetime | None, tuple[str, ...]]:
    """The time in nbgrader's timestamp.txt, None without one, and a note if it is incomplete or invalid."""
    if not os.path.lexists(path):
        return None, ()
    try:
        text = decoded(read_bounded(path, 400))[0].strip()
        moment = moments.read(text, zone) if text else None
    except SubmissionError as error:
        return None, (f"{TIMESTAMP} {error.fault}; the submission counts as having no time.",)
    except UnicodeDecodeError:
        return None, (f"{TIMESTAMP} is not text; the submission counts as having no time.",)
    except moments.Doubtful as error:
        return None, (f"{TIMESTAMP} holds {text[:60]!a}, which {error}; the submission counts as having no time.",)
    if moment is not None and not moments.has_time(text):
        return moment.astimezone(UTC), (f"{TIMESTAMP} names only a day, {text!a}; it counts as the end of that day.",)
    return moment and moment.astimezone(UTC), ()


def _sentence(error: SubmissionError, submitted: Path) -> str:
    shown = error.path.relative_to(submitted) if error.path.is_relative_to(submitted) else error.path
    return f"{shown} {error.fault}."
