"""From comment to report: watches the gradebook, and rewrites a student's report when it says something new."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.gradebook.book import Book
from autograder.gradebook.connection import touched
from autograder.reports.write import write_feedback
from autograder.workspace.lock import locked
from autograder.workspace.store import Store

POLL_SECONDS = 0.5

Said = dict[str, object]
"""By student, everything that a teacher and the grader entered."""


class Watcher:
    """Remembers what the gradebook said about each student, and rewrites reports when that changes."""

    def __init__(self, course: Course, assignments: Sequence[str]) -> None:
        """Remembers the gradebook as it is now."""
        self.course, self.assignments = course, tuple(assignments)
        self._mark = touched(self.course.gradebook)
        self._known = {name: self._read(name) for name in self.assignments}

    def look(self) -> Iterator[tuple[str, str, bool]]:
        """Rewrites the reports of those who have changed: (assignment, student, whether the report differs)."""
        mark = touched(self.course.gradebook)
        if mark is not None and mark == self._mark:
            return
        for name in self.assignments:
            now, before = self._read(name), self._known[name]
            graded = set(Store(self.course, name).students())
            for student in sorted(now.keys() | before.keys()):
                if now.get(student) == before.get(student) or student not in graded:
                    continue
                with locked(self.course):
                    written = write_feedback(self.course, name, student=student)
                before[student] = now.get(student)
                yield name, student, bool(written.changed)
            self._known[name] = now
        self._mark = mark

    def _read(self, assignment: str) -> Said:
        with Book(self.course.gradebook, self.course.course_id) as book:
            comments, marks = book.comments(assignment), book.marks(assignment)
        return {student: (comments.get(student), marks.get(student)) for student in comments.keys() | marks.keys()}


def watch(
    watcher: Watcher,
    wrote: Callable[[str, str, bool], None],
    waiting: Callable[[str], None],
    going: Callable[[], bool] = lambda: True,
) -> None:
    """Keeps looking until interrupted; waits if the gradebook or workspace is in use."""
    last = ""
    while going():
        try:
            for name, student, changed in watcher.look():
                wrote(name, student, changed)
            last = ""
        except AutograderError as fault:
            if str(fault) != last:
                waiting(str(fault))
            last = str(fault)
        time.sleep(POLL_SECONDS)
