"""The course while it is served: which submissions are accepted, from whom, and whether its files have changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import CONFIG_NAME, Course
from autograder.errors import CourseError
from autograder.runs.serve.arrivals import SubmittedWatcher
from autograder.workspace.fingerprint import imported_files
from autograder.workspace.roster import load_roster

Mark = tuple[object, ...]


def mark_of(paths: Iterable[Path]) -> Mark:
    """Differs when one of the files was written, replaced, made or removed."""
    found: list[object] = []
    for path in paths:
        try:
            status = os.stat(path)
            found.append((str(path), status.st_ino, status.st_size, status.st_mtime_ns))
        except OSError:
            found.append((str(path), None))
    return tuple(found)


def mark_of_course(course: Course) -> Mark:
    """Differs when course.yml or the roster changed."""
    return mark_of([course.root / CONFIG_NAME, *([course.roster] if course.roster else [])])


class Watched:
    """The material of one assignment as it is now, and what students may see of the verdicts."""

    def __init__(self, course: Course, assignment: str) -> None:
        self._course, self._assignment = course, assignment
        own = [course.hidden_path(assignment), course.reference_path(assignment), course.mistakes_path(assignment)]
        found = {course.release_notebook(assignment), *own}
        for path in own:
            with suppress(OSError, SyntaxError, ValueError):  # loading it will say why
                found.update(imported_files(path, course.root))
        self._paths = sorted(found)
        self._mark = self._now()

    @property
    def changed(self) -> bool:
        """Whether it is unchanged."""
        return self._mark != self._now()

    def _now(self) -> Mark:
        now = datetime.now(UTC)
        revealed = self._course.revealed(self._assignment, now)
        return (revealed.hint, revealed.counterexample, *mark_of(self._paths))


CHECK_SECONDS = 0.25


class CourseWatch:
    """The course as last read.

    Args:
        load: reads course.yml; called again when the file has changed.
        assignment: the only one that is served; None for all that course.yml lists.

    Raises:
        CourseError: if course.yml or the roster is invalid, or no such assignment is listed.
    """

    def __init__(self, load: Callable[[], Course], assignment: str | None = None) -> None:
        self._load, self._assignment = load, assignment
        self._watched: dict[str, Watched] = {}
        self._take(load())
        self._mark = mark_of_course(self.course)
        self._next_check = 0.0

    def _take(self, course: Course) -> None:
        names = tuple(course.assignments)
        if self._assignment is not None:
            course.assignment(self._assignment)
            names = (self._assignment,)
        roster = load_roster(course)
        path = roster.path.name if roster.path else ""
        self.course, self.names = course, names
        self.watcher = SubmittedWatcher(
            course.submitted_dir,
            names,
            tuple(course.assignments),
            lambda student: f"{path} does not list this student." if roster.misses(student) else "",
        )
        self._changed = {name for name in self._watched if name in names}
        self._watched = {}
        self._blocked: set[str] = set()
        self._closed = self._course_changed = False

    def likeliest(self) -> str:
        """The assignment that students are working on: of those that are built, the next one due.

        Raises:
            CourseError: if none is built.
        """
        course, now = self.course, datetime.now(UTC)
        built = [n for n in self.names if course.release_notebook(n).is_file()]
        if not built:
            name = self.names[0]
            raise CourseError(course.release_notebook(name), "not found: run `autograder build` first")
        found = next((name for name in built if not course.is_due(name, now)), built[-1])
        self.watch(found)
        return found

    def watch(self, name: str) -> None:
        """Watches this assignment's material for changes from now on."""
        if name not in self._watched:
            self._watched[name] = Watched(self.course, name)

    def check(self, now: float) -> None:
        """Checks whether anything has changed, no more often than needed."""
        if now < self._next_check:
            return
        self._next_check = now + CHECK_SECONDS
        self._course_changed = mark_of_course(self.course) != self._mark
        self._changed |= {name for name, watched in self._watched.items() if watched.changed}

    def suspect(self, name: str) -> None:
        """Notes that the workers' material is outdated."""
        self._changed.add(name)

    @property
    def stale(self) -> bool:
        """Whether something has changed that must be read before anything else is graded."""
        return self._course_changed or bool(self._changed)

    def open(self, name: str) -> bool:
        """Whether submissions of this assignment can be graded."""
        return not self._closed and name not in self._blocked

    def block(self, name: str) -> None:
        """Nothing of this assignment is graded until its files change."""
        self._blocked.add(name)

    def renew(self) -> Iterator[str]:
        """Reads course.yml again if it has changed. Yields what to report about it."""
        if not self._course_changed:
            return
        mark, before = mark_of_course(self.course), self.course
        self._course_changed = False
        try:
            self._take(self._load())
        except CourseError as fault:
            self._mark, self._closed = mark, True
            yield f"Nothing is graded until this is fixed: {fault}"
            return
        self._mark = mark if self.course.roster == before.roster else mark_of_course(self.course)
        yield "course.yml or the roster has changed and applies from now on."

    def renewed(self) -> tuple[str, ...]:
        """The assignments whose material has changed; their submissions arrive again, since what failed may work."""
        names, self._changed = tuple(sorted(self._changed)), set()
        for name in names:
            self._watched[name] = Watched(self.course, name)
            self._blocked.discard(name)
            self.watcher.forget(name)
        return names
