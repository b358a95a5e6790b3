"""Whether the files that grading reads may have changed, at the price of looking at them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import CONFIG_NAME, Course
from autograder.parts import imported_files

Mark = tuple[object, ...]


def mark_of(paths: Iterable[Path]) -> Mark:
    """Differs when one of the files was written, replaced, made or removed."""
    found: list[object] = []
    for path in paths:
        try:
            told = os.stat(path)
            found.append((str(path), told.st_ino, told.st_size, told.st_mtime_ns))
        except OSError:
            found.append((str(path), None))
    return tuple(found)


def mark_of_course(course: Course) -> Mark:
    """Differs when course.yml or the roster changed."""
    return mark_of([course.root / CONFIG_NAME, *([course.roster] if course.roster else [])])


class Watched:
    """The material of one assignment, as it is at this moment, and what students may see of the verdicts now."""

    def __init__(self, course: Course, assignment: str) -> None:
        self._course, self._assignment = course, assignment
        own = [course.hidden_path(assignment), course.reference_path(assignment), course.mistakes_path(assignment)]
        found = {course.release_dir(assignment) / f"{assignment}.ipynb", *own}
        for path in own:
            with suppress(OSError, SyntaxError, ValueError):  # loading it will tell
                found.update(imported_files(path, course.root))
        self._paths = sorted(found)
        self._mark = self._now()

    @property
    def changed(self) -> bool:
        """Whether it is as it was."""
        return self._mark != self._now()

    def _now(self) -> Mark:
        now = datetime.now(UTC)
        shown = [self._course.reveals(what, self._assignment, now) for what in ("hint", "counterexample")]
        return (*shown, *mark_of(self._paths))
