"""Worker processes that can be given up at any moment, whatever they had not read yet or were just writing."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import Any

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.grading.forkserver import warm_start
from autograder.grading.grade import Graded, blank
from autograder.grading.material import load_material
from autograder.grading.worker import TRIES, Job, Worker
from autograder.results import Status

PIECE = 1 << 16


class Pool(ProcessPoolExecutor):
    """An executor whose end waits for nothing that a dead worker owes.

    A worker that dies leaves pipes half read or half written. Python closes the first since 3.11.5 only, and waits for
    ever at both: for somebody to read a large submission (cpython issue 94777), or for the rest of a result, as it
    could write it itself.
    """

    def __init__(
        self, size: int, context: BaseContext, initializer: Callable[..., object], initargs: tuple[Any, ...]
    ) -> None:
        super().__init__(size, context, initializer, initargs)
        self._unread: int | None = os.dup(self._call_queue._reader.fileno())  # type: ignore[attr-defined]

    @property
    def lost_a_worker(self) -> bool:
        """Whether one has died. The executor may not notice one that dies while it writes."""
        return any(not process.is_alive() for process in self._workers())

    def give_up(self) -> None:
        """Kills the workers and waits for their end.

        The executor would ask them to end, but not one that just starts, and only after what its queue holds.
        """
        for process in self._workers():
            process.kill()
        if self._unread is not None:
            unread = os.dup(self._unread)
            threading.Thread(target=_read_away, args=(unread,), daemon=True, name="read away").start()
            self._result_queue._writer.close()  # type: ignore[attr-defined]
        self.shutdown(cancel_futures=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As the executor's own."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        if self._unread is not None:
            os.close(self._unread)
            self._unread = None

    def _workers(self) -> list[Any]:
        return list((self._processes or {}).values())


def _read_away(pipe: int) -> None:
    """Takes what no worker will read, until the executor closes its end."""
    with open(pipe, "rb", buffering=0) as unread:
        while unread.read(PIECE):
            pass


QUEUED_FOR_EACH_WORKER = 2
LOOK_SECONDS = 5.0
"""So long nothing is done before the workers are looked at: whether one has died unnoticed."""

WARM_SECONDS = 0.05
"""So long a warm worker holds on to its word, so that another one says it for itself."""


class WorkerPool:
    """Worker processes that last: they take what their warmed interpreters have learnt to the next assignment.

    Args:
        size: how many submissions are graded at the same time.
        deaf: whether the workers leave Ctrl-C to whoever hired them.
    """

    def __init__(self, size: int, *, ignore_sigint: bool = False) -> None:
        self.size, self._ignore_sigint = size, ignore_sigint
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
            self._pool = Pool(self.size, warm_start(), _start_worker, (course, assignment, self._ignore_sigint))
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

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()


def grade_all(course: Course, assignment: str, jobs: Iterable[Job], workers: int | WorkerPool) -> Iterator[Graded]:
    """Grades submissions in ``workers`` processes and yields each as it is done. Memory does not grow with them.

    Raises:
        CourseError: when a file of the course is at fault.
        WallError: when a required wall cannot be built.
    """
    if isinstance(workers, int):
        with WorkerPool(workers) as pool:
            yield from grade_all(course, assignment, jobs, pool)
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
    """What a worker pool does of one assignment."""

    def __init__(self, course: Course, assignment: str, pool: WorkerPool) -> None:
        self._course, self._assignment, self._pool_of_workers = course, assignment, pool
        self.running: dict[Future[Graded], Job] = {}
        self.worked = False

    def grade(self, source: Iterator[Job], waiting: deque[Job]) -> Iterator[Graded]:
        """Keeps the workers busy with a bounded queue, and yields what is done."""
        more = True
        while more or self.running or waiting:
            while len(self.running) < self._pool_of_workers.size * QUEUED_FOR_EACH_WORKER and (waiting or more):
                job = waiting.popleft() if waiting else next(source, None)
                if job is None:
                    more = False
                    break
                try:
                    self.running[self._pool_of_workers.submit(self._course, self._assignment, job)] = job
                except BrokenProcessPool:
                    waiting.appendleft(job)
                    raise
            done, _ = wait(self.running, LOOK_SECONDS, FIRST_COMPLETED)
            if not done and self._pool_of_workers.lost_a_worker:
                raise BrokenProcessPool
            for future in done:
                graded = future.result()
                del self.running[future]
                self.worked = True
                yield graded


_worker: Worker | AutograderError


def _start_worker(course: Course, assignment: str, ignore_sigint: bool) -> None:
    """Runs once in each worker. A fault is kept and told at the first submission, where it can be passed on whole."""
    if ignore_sigint:
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
