"""Grades a small course and ends at its n-th write, as in a power cut: `python tests/support/crash.py COURSE N`.

Ends with 9 when it crashed, and with 0 when there are fewer things to write. A file or a line of the log is half
written by then.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from small_course import NAME

from autograder.course import load_course
from autograder.runs.batch import grade_assignment
from autograder.workspace import files
from autograder.workspace.lock import locked
from autograder.workspace.log import AuditLog

left = int(sys.argv[2])


def crashes() -> bool:
    """Whether this is the moment."""
    global left
    left -= 1
    return left == 0


def main() -> None:
    """Puts a moment to crash into each way of writing, then grades."""
    write_new, put, replace = files._write_new, AuditLog._put, os.replace

    def half_a_file(name: str, data: bytes, parent: int, **more: Any) -> None:
        if crashes():
            write_new(name, data[: len(data) // 2], parent, **more)
            os._exit(9)
        write_new(name, data, parent, **more)

    def half_a_line(log: AuditLog, data: bytes) -> None:
        if crashes():
            put(log, data[: len(data) // 2])
            os._exit(9)
        put(log, data)

    def before(*names: Any, **more: Any) -> None:
        if crashes():
            os._exit(9)
        replace(*names, **more)

    def commit(connection: sa.Connection) -> None:
        if crashes():
            os._exit(9)

    files._write_new, AuditLog._put, os.replace = half_a_file, half_a_line, before  # type: ignore[assignment, method-assign]
    sa.event.listen(sa.Engine, "commit", commit)
    course = load_course(Path(sys.argv[1]))
    with locked(course):
        grade_assignment(course, NAME, workers=1)


if __name__ == "__main__":
    main()
