"""A worker that stays warm between the submissions that nbgrader grades one by one, and ends after a pause."""

from __future__ import annotations

import atexit
import threading

from autograder.course import Course
from autograder.grading.dispatcher import grade_all
from autograder.grading.grade import Graded
from autograder.grading.pool import WorkerPool
from autograder.grading.worker import Job
from autograder.workspace.context import read_context

IDLE_SECONDS = 60.0


class Standby:
    """Grades on request. A course that has changed gets a new worker: formgrader's server runs for weeks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[str, ...] = ()
        self._pool_of_workers: WorkerPool | None = None
        self._timer: threading.Timer | None = None
        atexit.register(self.close)

    def grade(self, course: Course, assignment: str, job: Job) -> Graded:
        """Grades one submission.

        Raises:
            AutograderError: if the course is invalid or a wall cannot be built; never for a submission.
        """
        key = (str(course.root), str(course.workspace), assignment, read_context(course, assignment).fingerprint)
        with self._lock:
            if key != self._key:
                self._end()
            self._key, self._pool_of_workers = key, self._pool_of_workers or WorkerPool(1)
            try:
                (graded,) = list(grade_all(course, assignment, [job], self._pool_of_workers))
                return graded
            finally:
                self._wait_for_the_next()

    def close(self) -> None:
        """Ends the worker, if there is one."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._pool_of_workers is not None:
            self._pool_of_workers.close()
            self._pool_of_workers = None

    def _wait_for_the_next(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(IDLE_SECONDS, self.close)
        self._timer.daemon = True
        self._timer.start()


STANDBY = Standby()
