"""A pool of processes ends at once when it is given up, whatever its workers owe."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest
from pool_tasks import SECONDS, die, die_while_answering, length, sleep
from serving_process import until

from autograder.grading.forkserver import warm_start
from autograder.grading.pool import Pool

LARGE = bytes(1 << 20)  # more than a pipe holds


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool(1, warm_start(), length, (b"",))
    assert pool.submit(length, b"warm").result(SECONDS) == 4
    yield pool
    ends(pool.kill)


def ends(step: Callable[[], None]) -> None:
    thread = threading.Thread(target=step, daemon=True)
    thread.start()
    thread.join(SECONDS / 2)
    assert not thread.is_alive()


def test_it_is_given_up_while_a_large_submission_waits_in_the_pipe(pool: Pool) -> None:
    waiting = [pool.submit(sleep, b""), pool.submit(length, LARGE)]
    time.sleep(0.5)  # as much of it as fits is in the pipe
    ends(pool.kill)
    assert all(future.done() for future in waiting)


def test_it_is_given_up_when_a_worker_has_died_before_it_read_a_large_submission(pool: Pool) -> None:
    waiting: list[Future[None] | Future[int]] = [pool.submit(die, b""), pool.submit(length, LARGE)]
    for future in waiting:
        with pytest.raises(BrokenProcessPool):
            future.result(SECONDS)
    ends(pool.kill)


def test_a_worker_that_dies_while_it_answers_is_missed(pool: Pool) -> None:
    assert not pool.lost_a_worker
    future = pool.submit(die_while_answering, b"")
    until(lambda: pool.lost_a_worker)
    ends(pool.kill)
    with pytest.raises(BrokenProcessPool):
        future.result(SECONDS)


def test_its_files_are_closed(pool: Pool) -> None:
    def files() -> int:
        return len(os.listdir("/proc/self/fd"))

    before = files()
    for end in (Pool.shutdown, Pool.kill):
        other = Pool(1, warm_start(), length, (b"",))
        assert other.submit(length, LARGE).result(SECONDS) == len(LARGE)
        end(other)
        del other
        until(lambda: files() <= before)
