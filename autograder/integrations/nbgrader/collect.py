"""Collects from nbgrader's exchange safely: whole submissions, and nothing that a link in them points to.

nbgrader copies what a link points to, with the instructor's rights, so a student could get a copy of a hidden test or
of another student's work. Here links are left behind and named.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import ignore_patterns

from autograder.errors import SubmissionError
from autograder.workspace.files import read_bounded, write_atomically

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
