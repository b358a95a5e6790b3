"""Every error that the kit raises on purpose. Each keeps its data as attributes, and its text names the culprit.

AutograderError
 ├── CourseError        one of the course's own files is invalid (course.yml, a source, a reference, a hidden test)
 │    └── LeakError     a release holds a line of a solution or of a hidden test
 ├── SubmissionError    what a student handed in cannot be graded
 ├── WorkspaceError     the workspace cannot be read or written
 ├── GradebookError     nbgrader's database refuses, or belongs to another course
 ├── WallError          a required wall around the student's process cannot be built
 └── WireError          bytes on the socket that are not a message of the protocol
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any


def line_at_fault(fault: BaseException, path: Path) -> int | None:
    """The line of this file at which an exception was raised while importing it, if any."""
    if isinstance(fault, SyntaxError) and fault.filename == str(path):
        return fault.lineno
    lines = [step.lineno for step in traceback.extract_tb(fault.__traceback__) if step.filename == str(path)]
    return lines[-1] if lines else None


class AutograderError(Exception):
    """Any error that the kit can explain to the person at the keyboard."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross from a worker's process to the command with their data."""
        return _restore, (type(self), self.args, self.__dict__)


def _restore(kind: type[AutograderError], args: tuple[Any, ...], data: dict[str, Any]) -> AutograderError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(data)
    return error


class CourseError(AutograderError):
    """Something wrong in a file that an instructor wrote.

    >>> str(CourseError("course.yml", "unknown key 'titel'", line=3))
    "course.yml:3: unknown key 'titel'"
    """

    def __init__(self, path: Path | str, fault: str, *, line: int | None = None) -> None:
        self.path, self.fault, self.line = Path(path), fault, line
        where = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{where}: {fault}")


class LeakError(CourseError):
    """A students' release that contains a line only instructors may see."""


class SubmissionError(AutograderError):
    """A submission that cannot be graded; the batch continues without it."""

    def __init__(self, path: Path | str, fault: str) -> None:
        self.path, self.fault = Path(path), fault
        super().__init__(f"{path}: {fault}")


class WorkspaceError(AutograderError):
    """A file or folder of the workspace that cannot be read or written as it should."""

    def __init__(self, path: Path | str, fault: str) -> None:
        self.path, self.fault = Path(path), fault
        super().__init__(f"{path}: {fault}")


class GradebookError(AutograderError):
    """nbgrader's database cannot be used."""

    def __init__(self, url: str, fault: str) -> None:
        self.url, self.fault = url, fault
        super().__init__(f"gradebook {url}: {fault}")


class NoGradebookError(GradebookError):
    """There is no gradebook yet, or it is empty: nothing has been built."""


class ClusterError(AutograderError):
    """A Dask scheduler or its workers that cannot grade. Nothing is graded locally instead unless asked to."""

    def __init__(self, scheduler: str, reason: str, *, remedy: str = "") -> None:
        self.scheduler, self.reason, self.remedy = scheduler, reason, remedy
        super().__init__(f"{scheduler}: {reason}" + (f"; {remedy}" if remedy else ""))


class WallError(AutograderError):
    """A required wall that this machine cannot build. Grading stops."""

    def __init__(self, wall: str, reason: str, *, remedy: str = "") -> None:
        self.wall, self.reason, self.remedy = wall, reason, remedy
        super().__init__(f"the wall '{wall}' cannot be built: {reason}" + (f". {remedy}" if remedy else ""))


class InterpreterGone(AutograderError):
    """The warmed interpreter ended or does not answer: our own fault, never a student's."""


class WireError(AutograderError):
    """Bytes that are not a message of the protocol, or a message that is too large."""
