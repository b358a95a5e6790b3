"""Keeps what an import does not put into submitted/: older attempts, drafts, and a submission that it replaces.

Each is in its own folder, attempts/<student>/<assignment>/<time>-<hash>/, whose files can be copied back. The hash
covers the contents of the files, so that the same attempt in another download adds nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from autograder.course import Course
from autograder.deadlines import timestamp_text
from autograder.errors import SubmissionError
from autograder.files import read_bounded, write_atomically
from autograder.integrations.lms.file_names import ImportedFile
from autograder.workspace.submissions import MAX_NOTEBOOK, SECRET, TIMESTAMP, Submission, folder_of, submission_of

OURS = frozenset({TIMESTAMP, SECRET})
UNDATED = "undated"


def keep_others(course: Course, assignment: str, student: str, files: Iterable[ImportedFile]) -> int:
    """Writes one student's files that are not imported, grouped by attempt; returns how many attempts."""
    attempts: dict[tuple[float, int], list[ImportedFile]] = defaultdict(list)
    for file in files:
        attempts[file.attempt, file.order].append(file)
    for together in attempts.values():
        named: dict[str, bytes] = {}
        for file in together:
            named[_free(file.name, file.entry.data, named)] = file.entry.data
        _keep(course, assignment, student, named, together[0].moment)
    return len(attempts)


def keep_replaced(course: Course, assignment: str, student: str, replacing: Mapping[str, bytes]) -> bool:
    """Keeps what is in submitted/ now unless it is the same; returns whether there was something to keep."""
    folder = folder_of(course.submitted_dir, student) / assignment
    present: dict[str, bytes] = {}
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            with suppress(SubmissionError):  # a link or a device is not a student's work
                present[path.name] = read_bounded(path, MAX_NOTEBOOK)
    if not present or all(replacing.get(name) == data for name, data in present.items() if name not in OURS):
        return False
    found = submission_of(course, assignment, student)
    _keep(course, assignment, student, present, found.timestamp if isinstance(found, Submission) else None)
    return True


def _keep(course: Course, assignment: str, student: str, files: Mapping[str, bytes], moment: datetime | None) -> None:
    digest = hashlib.sha256()
    for one in sorted(hashlib.sha256(data).digest() for name, data in files.items() if name not in OURS):
        digest.update(one)
    time = f"{moment:%Y-%m-%dT%H%M%S}" if moment else UNDATED
    folder = attempts_dir(course, student, assignment) / f"{time}-{digest.hexdigest()[:12]}"
    for name, data in files.items():
        write_atomically(folder / name, data, root=course.workspace)
    if moment and TIMESTAMP not in files:
        write_atomically(folder / TIMESTAMP, timestamp_text(moment), root=course.workspace)


def attempts_dir(course: Course, student: str, assignment: str) -> Path:
    """Where one student's other attempts at an assignment are."""
    return course.workspace / "attempts" / student / assignment


def may_be_a_name(name: str) -> bool:
    """Whether a student's file name is safe to use here."""
    plain = name.isprintable() and "/" not in name and name[:1] not in (".", "") and len(name.encode()) < 200
    return plain and name not in OURS


def _free(name: str, data: bytes, taken: Mapping[str, bytes]) -> str:
    """The file's own name if it is safe and not taken."""
    if may_be_a_name(name) and taken.get(name, data) == data:
        return name
    ending = ".ipynb" if name.endswith(".ipynb") else ""
    return f"file-{hashlib.sha256(data).hexdigest()[:12]}{ending}"
