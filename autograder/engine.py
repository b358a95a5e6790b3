"""Many submissions through one pool of processes; each worker keeps its hidden tests and interpreter.

A worker that dies takes no submission with it: those it held are tried again, and one that kills workers again and
again is given up as our own fault, never as a zero.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.grading import Graded, blank
from autograder.material import load_material
from autograder.pool import Pool
from autograder.results import Status
from autograder.warmup import warm_start
from autograder.worker import TRIES, Job, Worker

QUEUED_FOR_EACH_WORKER = 2
LOOK_SECONDS = 5.0
"""So long nothing is done before the workers are looked at: whether one has died unnoticed."""

WARM_SECONDS = 0.05
"""So long a warm worker holds on to its word, so that another one says it for itself."""


class Crew:
    """Worker processes that last: they take what their warmed interpreters have learnt to the next assignment.

    Args:
        size: how many submissions are graded at the same time.
        deaf: whether the workers leave Ctrl-C to whoever hired them.
    """

    def __init__(self, size: int, *, deaf: bool = False) -> None:
        self.size, self._deaf = size, deaf
        self._pool: Pool | None = None

    def submit(self, course: Course, assignment: str, job: Job) -> Future[Graded]:
        """Hands a submission to the workers, which start with the first one.

        Raises:
            BrokenProcessPool: when a worker died; `close` then makes room for new ones.
        """
        return self._started(course, assignment).submit(_grade, course, assignment, job)

    def warm(self, course: Course, assignment: str) -> list[Future[int]]:
        """Starts all workers, so that no submission has to wait for one. Each future tells one that is warm.

        Raises:
            AutograderError: from a future, when the course or a wall is at fault.
        """
        pool = self._started(course, assignment)
        return [pool.submit(_warm) for _ in range(self.size)]

    def _started(self, course: Course, assignment: str) -> Pool:
        if self._pool is None:
            self._pool = Pool(self.size, warm_start(), _start_worker, (course, assignment, self._deaf))
        return self._pool

    @property
    def lost_a_worker(self) -> bool:
        """Whether a worker has died, which the futures may not tell."""
        return self._pool is not None and self._pool.lost_a_worker

    def close(self) -> None:
        """Ends the workers."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def abandon(self) -> None:
        """Kills the workers, for when one has died or nobody waits for them."""
        if self._pool is not None:
            self._pool.give_up()
            self._pool = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()


def grade_all(course: Course, assignment: str, jobs: Iterable[Job], workers: int | Crew) -> Iterator[Graded]:
    """Grades submissions in ``workers`` processes and yields each as it is done. Memory does not grow with them.

    Raises:
        CourseError: when a file of the course is at fault.
        WallError: when a required wall cannot be built.
    """
    if isinstance(workers, int):
        with Crew(workers) as crew:
            yield from grade_all(course, assignment, jobs, crew)
        return
    waiting = deque[Job]()
    source = iter(jobs)
    tried: Counter[str] = Counter()
    fruitless = 0
    while True:
        batch = _Batch(course, assignment, workers)
        try:
            yield from batch.grade(source, waiting)
            return
        except BrokenProcessPool:
            workers.abandon()
            fruitless = 0 if batch.worked or batch.running else fruitless + 1
            if fruitless == TRIES:
                raise AutograderError("the grading processes end before they grade anything") from None
            lost = [*batch.running.values()]
            tried.update(job.submission.student for job in lost)
            waiting.extendleft(job for job in lost if tried[job.submission.student] < TRIES)
            hopeless = [job for job in lost if tried[job.submission.student] >= TRIES]
        except BaseException:
            workers.abandon()  # whatever they still grade, nobody waits for it
            raise
        yield from given_up(course, assignment, hopeless)


def given_up(course: Course, assignment: str, jobs: list[Job]) -> Iterator[Graded]:
    """What is said of submissions that ended worker after worker: our own fault, never a zero."""
    if jobs:
        material = load_material(course, assignment)
        for job in jobs:
            reason = f"The grading process ended {TRIES} times while this was graded."
            yield Graded(blank(job.submission, material, job.seed, Status.ungraded, reason))
        material.suite.close()


class _Batch:
    """What a crew does of one assignment."""

    def __init__(self, course: Course, assignment: str, crew: Crew) -> None:
        self._course, self._assignment, self._crew = course, assignment, crew
        self.running: dict[Future[Graded], Job] = {}
        self.worked = False

    def grade(self, source: Iterator[Job], waiting: deque[Job]) -> Iterator[Graded]:
        """Keeps the workers busy with a bounded queue, and yields what is done."""
        more = True
        while more or self.running or waiting:
            while len(self.running) < self._crew.size * QUEUED_FOR_EACH_WORKER and (waiting or more):
                job = waiting.popleft() if waiting else next(source, None)
                if job is None:
                    more = False
                    break
                try:
                    self.running[self._crew.submit(self._course, self._assignment, job)] = job
                except BrokenProcessPool:
                    waiting.appendleft(job)
                    raise
            done, _ = wait(self.running, LOOK_SECONDS, FIRST_COMPLETED)
            if not done and self._crew.lost_a_worker:
                raise BrokenProcessPool
            for future in done:
                graded = future.result()
                del self.running[future]
                self.worked = True
                yield graded


_worker: Worker | AutograderError


def _start_worker(course: Course, assignment: str, deaf: bool) -> None:
    """Runs once in each worker. A fault is kept and told at the first submission, where it can be passed on whole."""
    if deaf:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True, name="end with the command").start()
    _make_worker(course, assignment)


def _make_worker(course: Course, assignment: str) -> None:
    global _worker
    try:
        _worker = Worker(course, assignment)
    except AutograderError as fault:
        _worker = fault
        return
    atexit.register(_worker.close)


def _end_with_parent() -> None:
    """A command that is killed cannot end its workers; they notice, and end themselves and their interpreters."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _warm() -> int:
    if isinstance(_worker, AutograderError):
        raise _worker
    time.sleep(WARM_SECONDS)
    return os.getpid()


def _grade(course: Course, assignment: str, job: Job) -> Graded:
    if isinstance(_worker, AutograderError):
        raise _worker
    if not _worker.serves(course, assignment):
        _worker.turn_to(course, assignment)
    return _worker.grade(job)
