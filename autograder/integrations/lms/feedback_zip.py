"""The students' reports as a zip that a learning management system accepts, under its own file names.

Canvas and Moodle recognize a file by the numbers in the names of the downloaded submissions, so the zip needs that
download.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.errors import CourseError, SubmissionError
from autograder.integrations.lms.archive import opened
from autograder.integrations.lms.file_names import CANVAS, MOODLE, READERS, ImportedFile, first_match
from autograder.workspace.files import read_bounded, write_named
from autograder.workspace.roster import load_roster

SYSTEMS = ("canvas", "moodle", "folder")
MAX_REPORT = 2_000_000
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Every file's time in the zip, so that the same reports give the same bytes."""


@dataclass(frozen=True)
class Zipped:
    """What went into the zip, and who has a report but was not in the download."""

    path: Path
    reports: int
    left_out: tuple[str, ...]


def write_zip(course: Course, system: str, assignment: str, target: Path, download: Path | None = None) -> Zipped:
    """Zips the reports that are in the workspace.

    Raises:
        CourseError: if the system's download or the roster is needed but missing.
        SubmissionError: if the download cannot be read.
        WorkspaceError: if the zip cannot be written.
    """
    reports = _reports(course, assignment)
    if system == "folder":
        names = {student: f"{student}/{assignment}.html" for student in reports}
    elif download is None:
        what = f"{system} takes feedback under the names of its own download only: name it with --download FILE"
        raise CourseError(target.name, what)
    else:
        names = _names(course, system, assignment, download)
    kept = {names[student]: page for student, page in reports.items() if student in names}
    write_named(target, _packed(kept))
    return Zipped(target, len(kept), tuple(student for student in reports if student not in names))


def _reports(course: Course, assignment: str) -> dict[str, bytes]:
    found = {}
    for path in sorted(course.workspace.glob(f"feedback/*/{assignment}/{assignment}.html")):
        try:
            found[path.parts[-3]] = read_bounded(path, MAX_REPORT)
        except SubmissionError:
            continue
    return found


def _names(course: Course, system: str, assignment: str, download: Path) -> dict[str, str]:
    """By student, the name of the report in the zip: that of the student's newest file, with a different ending."""
    newest: dict[str, ImportedFile] = {}
    with opened(download) as entries:
        for handed in READERS[system](entries, load_roster(course), assignment):
            if len(handed.found) == 1:
                student = handed.found[0].id
                if student not in newest or newest[student].order <= handed.order:
                    newest[student] = handed
    return {student: _name(system, handed, f"{assignment}.html") for student, handed in newest.items()}


def _name(system: str, handed: ImportedFile, report: str) -> str:
    if system == "canvas":
        match = first_match(CANVAS, handed.entry)
        assert match is not None  # else the reader had found nobody
        return match.string[: match.start("rest")] + report
    for depth, part in enumerate(handed.entry.parts):
        match = MOODLE.fullmatch(part)
        if match is not None and depth < len(handed.entry.parts) - 1:
            return f"{part}/{report}"
        if match is not None:
            return part[: match.start("rest")].rstrip("_") + "_" + report
    raise AssertionError(handed.entry.shown)  # the reader matched one of the parts


def _packed(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, data)
    return packed.getvalue()
