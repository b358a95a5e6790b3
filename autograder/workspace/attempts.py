"""Other attempts of a student: kept beside `submitted/`, and put back where the best one counts.

Each has a folder of its own, attempts/<student>/<assignment>/<time>-<hash>/, whose files can be copied back. The
hash is of what the files hold, so that the same attempt adds nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from autograder.course import Course
from autograder.course.deadlines import timestamp_text
from autograder.errors import SubmissionError
from autograder.workspace.files import read_bounded, remove_others, write_atomically
from autograder.workspace.submissions import MAX_NOTEBOOK, SECRET, TIMESTAMP, folder_of

OURS = frozenset({TIMESTAMP, SECRET})
UNDATED = "undated"


def attempts_dir(course: Course, student: str, assignment: str) -> Path:
    """Where one student's other attempts at an assignment are."""
    return course.workspace / "attempts" / student / assignment


def present(course: Course, student: str, assignment: str) -> dict[str, bytes]:
    """The files that lie in submitted/ now; a link or a device is nobody's work."""
    return _files(folder_of(course.submitted_dir, student) / assignment)


def keep_attempt(
    course: Course, assignment: str, student: str, files: Mapping[str, bytes], moment: datetime | None, sha256: str = ""
) -> Path:
    """Writes the files of one attempt; returns its folder. ``sha256`` finds it again where the work has such a hash.

    Raises:
        WorkspaceError: if they cannot be written.
    """
    folder = attempts_dir(course, student, assignment) / _name(sha256 or _hash_of(files), moment)
    for name, data in files.items():
        write_atomically(folder / name, data, root=course.workspace)
    if moment and TIMESTAMP not in files:
        write_atomically(folder / TIMESTAMP, timestamp_text(moment), root=course.workspace)
    return folder


def put_back(course: Course, assignment: str, student: str, sha256: str, moment: datetime | None) -> bool:
    """Lays a kept attempt into submitted/, in the place of what is there; false where it is not kept any more.

    Raises:
        WorkspaceError: if it cannot be written.
    """
    files = _files(attempts_dir(course, student, assignment) / _name(sha256, moment))
    if not files:
        return False
    folder = folder_of(course.submitted_dir, student) / assignment
    for name, data in files.items():
        write_atomically(folder / name, data, root=course.workspace)
    remove_others(folder, frozenset(files), root=course.workspace)
    return True


def _files(folder: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            with suppress(SubmissionError):
                found[path.name] = read_bounded(path, MAX_NOTEBOOK)
    return found


def _hash_of(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for one in sorted(hashlib.sha256(data).digest() for name, data in files.items() if name not in OURS):
        digest.update(one)
    return digest.hexdigest()


def _name(sha256: str, moment: datetime | None) -> str:
    return f"{f'{moment:%Y-%m-%dT%H%M%S}' if moment else UNDATED}-{sha256[:12]}"
