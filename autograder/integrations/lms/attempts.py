"""Keeps what an import does not put into submitted/: older attempts, drafts, and a submission that it replaces."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from autograder.course import Course
from autograder.integrations.lms.file_names import ImportedFile
from autograder.workspace.attempts import OURS, keep_attempt, present
from autograder.workspace.submissions import Submission, submission_of


def keep_others(course: Course, assignment: str, student: str, files: Iterable[ImportedFile]) -> int:
    """Writes one student's files that are not imported, grouped by attempt; returns how many attempts."""
    attempts: dict[tuple[float, int], list[ImportedFile]] = defaultdict(list)
    for file in files:
        attempts[file.attempt, file.order].append(file)
    for together in attempts.values():
        named: dict[str, bytes] = {}
        for file in together:
            named[_free(file.name, file.entry.data, named)] = file.entry.data
        keep_attempt(course, assignment, student, named, together[0].moment)
    return len(attempts)


def keep_replaced(course: Course, assignment: str, student: str, replacing: Mapping[str, bytes]) -> bool:
    """Keeps what is in submitted/ now unless it is the same; returns whether there was something to keep."""
    here = present(course, student, assignment)
    if not here or all(replacing.get(name) == data for name, data in here.items() if name not in OURS):
        return False
    found = submission_of(course, assignment, student)
    keep_attempt(course, assignment, student, here, found.timestamp if isinstance(found, Submission) else None)
    return True


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
