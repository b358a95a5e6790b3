"""The desk's access to the gradebook: reads it when it has changed, writes news to it, and waits while it is down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong

from autograder.course import Course
from autograder.errors import AutograderError, GradebookError
from autograder.gradebook.book import Book
from autograder.gradebook.by_hand import Entry, HandRow, Place
from autograder.gradebook.connection import touched
from autograder.workspace.lateness import apply_lateness

SOON = 0.5
"""How many seconds a page waits for the gradebook; if it takes longer, it is written in the background."""

RETRY = 2.0


class Gradebook:
    """Reads rows through one open book, and remembers what it read last for while the database is away."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.trouble = ""
        """Why the gradebook could not be read or written the last time, in a sentence."""
        self._book: Book | None = None
        self._rows: dict[tuple[str, Place], tuple[object, dict[str, HandRow]]] = {}
        self._lock = threading.RLock()

    def rows(self, assignment: str, place: Place) -> Mapping[str, HandRow]:
        """By student, what is there now; or was there when the database last answered."""
        with self._lock:
            mark = touched(self.course.gradebook)
            known = self._rows.get((assignment, place))
            if known is not None and mark is not None and known[0] == mark:
                return known[1]
            try:
                found = self._opened().rows_by_hand(assignment, place)
            except GradebookError as fault:
                self.failed(fault)
                return known[1] if known else {}
            self.trouble = ""
            self._rows[assignment, place] = (mark, found)
            return found

    def enter(self, assignment: str, place: Place, entries: list[Entry]) -> dict[str, HandRow | None]:
        """Enters scores, comments and the late penalties they affect; returns conflicting entries.

        Raises:
            GradebookError: when the database is locked or away.
        """
        with self._lock:
            book = self._opened()
            refused = book.enter(assignment, place, entries)
            for entry in entries:
                if entry.student not in refused:
                    apply_lateness(self.course, assignment, book, student=entry.student)
            self.trouble = ""
            return refused

    def failed(self, fault: AutograderError) -> None:
        """Remembers why, and reopens the database the next time."""
        self.trouble = str(fault)
        self.close()

    def close(self) -> None:
        with self._lock:
            if self._book is not None:
                self._book.close()
                self._book = None

    def _opened(self) -> Book:
        if self._book is None:
            self._book = Book(self.course.gradebook, self.course.course_id)
        return self._book


class BackgroundTask:
    """Runs ``task`` in the background, one run after the other, and retries what fails."""

    def __init__(self, task: Callable[[], bool]) -> None:
        self._task = task
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="gradebook")
        self._timer: threading.Timer | None = None
        self._closed = self._left = False

    def run(self, seconds: float = SOON) -> None:
        """Runs it now, and waits this long."""
        if self._closed:
            return
        done: Future[None] = self._pool.submit(self._once)
        try:
            done.result(timeout=seconds)
        except TookTooLong:
            return

    def _once(self) -> None:
        self._left = not self._task()
        if self._left and not self._closed:
            self._timer = threading.Timer(RETRY, self.run, [0.0])
            self._timer.daemon = True
            self._timer.start()

    def close(self) -> None:
        """Ends it once the current task is done; what is left is tried a last time."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._pool.shutdown(wait=True)
        if self._left:
            self._task()
