"""Collects from nbgrader's exchange and from downloads safely.

From the exchange come whole submissions, and nothing that a link in them points to.

nbgrader copies what a link points to, with the instructor's rights, so a student could get a copy of a hidden test or
of another student's work. Here links are left behind and named.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.plugins import FileNameCollectorPlugin
from nbgrader.utils import ignore_patterns

from autograder.errors import SubmissionError
from autograder.integrations.nbgrader.settings import CourseConfigurable
from autograder.notebooks.candidates import stem_of
from autograder.workspace.files import read_bounded, write_atomically
from autograder.workspace.owners import NOTEBOOK, owner_depth, owner_of
from autograder.workspace.roster import Roster, load_roster
from autograder.workspace.submissions import fault_of_id, students

COLLECTING = ".collecting"
MAX_DEPTH = 8
MAX_FILES = 10_000


class SafeCollect:
    """A mix-in for classes of nbgrader's that collect from folders."""

    log: logging.Logger
    coursedir: CourseDirectory
    inbound_path: str
    src_records: list[dict[str, Any]]

    def takes(self, filename: str) -> bool:
        """Whether a submission in the exchange is collected: any that is not a link."""
        if not Path(self.inbound_path, filename).is_symlink():
            return True
        self.log.warning("%s was left out: it is a symbolic link", Path(self.inbound_path, filename))
        return False

    def _sort_by_timestamp(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Only what is accepted; if nothing is, nbgrader takes the first of the rest, which is sorted out below."""
        kept = [record for record in records if self.takes(record["filename"])]
        return super()._sort_by_timestamp(kept or records)  # type: ignore[misc,no-any-return]

    def init_src(self) -> None:
        """Each student's latest accepted submission, in the order of handing in."""
        super().init_src()  # type: ignore[misc]
        kept = [record for record in self.src_records if self.takes(record["filename"])]
        self.src_records = sorted(kept, key=lambda record: record["timestamp"])

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copies to a temporary place first, and then moves it into place in one step."""
        coursedir = self.coursedir
        aside = Path(coursedir.root, COLLECTING)
        shutil.rmtree(aside, ignore_errors=True)
        ignore = ignore_patterns(coursedir.ignore, coursedir.include, coursedir.max_file_size, self.log)
        _copy(Path(src), aside, ignore, 1000 * coursedir.max_dir_size, self.log)
        if coursedir.groupshared:
            for folder, _, names in os.walk(aside):
                for path in (Path(folder), *(Path(folder, name) for name in names)):
                    path.chmod(path.stat().st_mode | (0o2770 if path.is_dir() else 0o660))
        os.rename(aside, dest)


class Collect(SafeCollect, ExchangeCollect):  # type: ignore[misc]
    """A safe `nbgrader collect`."""


class Collector(CourseConfigurable, FileNameCollectorPlugin):  # type: ignore[misc]
    """Says to `nbgrader zip_collect` whose each unpacked notebook is.

    nbgrader's own plugin knows a name of one file only, so the folder inside one student's archive could be another
    student; and it stops everything where one student has two notebooks of one name.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._given: set[tuple[str, str]] = set()

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """The student and the notebook's name without its ending; None for what is not collected, with a warning."""
        if stem_of(Path(submitted_file).name) is None:
            return None
        parts = Path(submitted_file).relative_to(self._unpacked).parts
        name, found = owner_of(parts, self._depth, self._roster, self._assignment) or ("", ())
        if len(found) != 1 or fault_of_id(found[0].id):
            self.log.warning("%s: no student is called '%s'", submitted_file, name)
            return None
        inside = parts[self._depth + 1 :]
        stem = self._assignment if not inside else "_".join([*inside[:-1], str(stem_of(inside[-1]))])
        return {"student_id": found[0].id, "file_id": f"{self._free(found[0].id, stem)}{NOTEBOOK}"}

    @property
    def _app(self) -> Any:
        return self.parent

    @property
    def _assignment(self) -> str:
        return str(self._app.coursedir.assignment_id)

    @property
    def _unpacked(self) -> Path:
        return Path(self._app._format_collect_path(self._app.extracted_directory))

    @cached_property
    def _roster(self) -> Roster:
        return load_roster(self.course)

    @cached_property
    def _depth(self) -> int:
        """How many folders are around the students' own; the command ends if that is not clear."""
        paths = [path.relative_to(self._unpacked).parts for path in self._unpacked.rglob("*") if path.is_file()]
        known = students(self.course.submitted_dir, self._assignment)
        try:
            return owner_depth(paths, self._roster, self._assignment, known)
        except SubmissionError as fault:
            self._app.fail(str(fault))
            raise

    def _free(self, student: str, stem: str) -> str:
        """The name, with a number if this student has another notebook of that name."""
        number = 0
        while (student, name := f"{stem} ({number})" if number else stem) in self._given:
            number += 1
        self._given.add((student, name))
        return name


def _copy(source: Path, target: Path, ignore: Callable[..., list[str]], limit: int, log: logging.Logger) -> None:
    """Copies plain files and folders with their times, never through a link, even if the owner swaps one in."""
    room, files = limit, MAX_FILES
    for folder, folders, names, descriptor in os.fwalk(source, follow_symlinks=False):
        inside = Path(folder).relative_to(source)
        left_out = set(ignore(folder, [*folders, *names]))
        if len(inside.parts) >= MAX_DEPTH:
            folders.clear()
        folders[:] = [name for name in folders if name not in left_out]
        (target / inside).mkdir(parents=True, exist_ok=True)
        for name in names:
            if name in left_out:
                continue
            if not files:
                log.warning("%s has more than %s files: the others were left out", source, MAX_FILES)
                return
            files -= 1
            try:
                data = read_bounded(Path(f"/proc/self/fd/{descriptor}/{name}"), room)
                status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            except (SubmissionError, OSError) as fault:
                why = fault.fault if isinstance(fault, SubmissionError) else fault.strerror
                log.warning("%s was left out: it %s", Path(folder, name), why)
                continue
            room -= len(data)
            write_atomically(target / inside / name, data, root=target)
            os.utime(target / inside / name, ns=(status.st_atime_ns, status.st_mtime_ns))
