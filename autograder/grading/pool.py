"""Worker processes that can be abandoned at any moment, even in the middle of reading or writing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import util
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import Any

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.grading.forkserver import warm_start
from autograder.grading.grade import Graded
from autograder.grading.worker import Job, Worker

PIECE = 1 << 16


class Pool(ProcessPoolExecutor):
    """An executor that never waits for a dead worker when it ends.

    A worker that dies leaves pipes half read or half written. Python closes the first since 3.11.5 only, and waits
    forever at both: for somebody to read a large submission (cpython issue 94777), or for the rest of a result, as it
    could write it itself.
    """

    def __init__(
        self, size: int, context: BaseContext, initializer: Callable[..., object], initargs: tuple[Any, ...]
    ) -> None:
        super().__init__(size, context, initializer, initargs)
        self._unread: int | None = os.dup(self._call_queue._reader.fileno())  # type: ignore[attr-defined]

    @property
    def lost_a_worker(self) -> bool:
        """Whether a worker has died. The executor may not notice one that dies while writing."""
        return any(not process.is_alive() for process in self._workers())

    def kill(self) -> None:
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
        super().shutdown(wait, cancel_futures=cancel_futures)
        if self._unread is not None:
            os.close(self._unread)
            self._unread = None

    def _workers(self) -> list[Any]:
        return list((self._processes or {}).values())


def _read_away(pipe: int) -> None:
    """Reads what no worker will read, until the executor closes its end."""
    with open(pipe, "rb", buffering=0) as unread:
        while unread.read(PIECE):
            pass


QUEUED_FOR_EACH_WORKER = 2
WARM_SECONDS = 0.05
"""How long a worker that is warm keeps its task, so that each of the others takes one too."""


class WorkerPool:
    """Worker processes that last across assignments and keep their warmed interpreters.

    Args:
        size: how many submissions are graded at the same time.
        ignore_sigint: whether the workers leave Ctrl-C to the command that started them.
    """

    def __init__(self, size: int, *, ignore_sigint: bool = False) -> None:
        self.size, self._ignore_sigint = size, ignore_sigint
        self._pool: Pool | None = None

    def submit(self, course: Course, assignment: str, job: Job) -> Future[Graded]:
        """Hands a submission to the workers, which start with the first one.

        Raises:
            BrokenProcessPool: if a worker has died; after `close`, new ones can start.
        """
        return self._started(course, assignment).submit(_grade, course, assignment, job)

    def warm(self, course: Course, assignment: str) -> list[Future[int]]:
        """Starts all workers, so that no submission has to wait for one. Each future stands for one that is warm.

        Raises:
            AutograderError: from a future, if the course is invalid or a wall cannot be built.
        """
        pool = self._started(course, assignment)
        return [pool.submit(_warm) for _ in range(self.size)]

    def _started(self, course: Course, assignment: str) -> Pool:
        if self._pool is None:
            self._pool = Pool(self.size, warm_start(), _start_worker, (course, assignment, self._ignore_sigint))
        return self._pool

    @property
    def lost_a_worker(self) -> bool:
        """Whether a worker has died, which the futures may not show."""
        return self._pool is not None and self._pool.lost_a_worker

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def kill(self) -> None:
        """Kills the workers, for when one has died or nobody waits for them."""
        if self._pool is not None:
            self._pool.kill()
            self._pool = None

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.kill()


_worker: Worker | AutograderError


def _start_worker(course: Course, assignment: str, ignore_sigint: bool) -> None:
    """Runs once in each worker. An error is kept and raised at the first submission, where it can be passed on."""
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
    util.Finalize(None, _worker.close, exitpriority=1)  # such a process never runs what atexit has registered


def _end_with_parent() -> None:
    """A command that is killed cannot end its workers, so they notice and end themselves and their interpreters."""
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
