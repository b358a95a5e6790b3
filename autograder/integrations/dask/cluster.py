"""Many machines: a pool of Dask workers, each with its own hidden tests, warmed interpreter and walls.

What a worker needs of the course travels to it once, a submission as bytes with each task, and the result comes back
as JSON. Only the command reads submissions and writes results, executed notebooks and the gradebook.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import distributed
import msgspec

from autograder.course import Course
from autograder.errors import ClusterError
from autograder.grading.dispatcher import given_up
from autograder.grading.grade import Graded
from autograder.grading.pool import WorkerPool
from autograder.grading.worker import Job
from autograder.integrations.dask.worker import Grading, WorkerInfo, grade_there, kit, mismatch, pack

CONNECT_SECONDS = 10.0
COUNT_SECONDS = 5.0
LOCALLY = "or grade here, without --engine and --scheduler"


class Cluster(WorkerPool):
    """The workers of a Dask scheduler, instead of processes on this machine.

    Args:
        scheduler: its address, such as ``tcp://127.0.0.1:8786``.

    Raises:
        ClusterError: if it cannot be reached, has no workers, or they are unfit to grade; with the reason.
    """

    def __init__(self, scheduler: str) -> None:
        self.scheduler = scheduler
        client: Any = distributed.Client  # its type hints are incomplete
        try:
            self._client: Any = client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as fault:
            remedy = f"start one with `dask scheduler`, {LOCALLY}"
            raise ClusterError(scheduler, f"the scheduler cannot be reached ({fault})", remedy=remedy) from None
        try:
            super().__init__(self._examine())
        except BaseException:
            self._client.close()
            raise
        self._parcel = ""
        self._course: Course | None = None
        self._counted = time.monotonic()

    def _examine(self) -> int:
        """Asks every worker what it runs. Returns how many there are, once all of them match this command."""
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            found: Mapping[str, WorkerInfo | BaseException] = self._client.run(kit, on_error="return")
        except TimeoutError:
            remedy = f"start some with `dask worker {self.scheduler} --nthreads 1`, {LOCALLY}"
            raise ClusterError(self.scheduler, "has no workers", remedy=remedy) from None
        own = kit()
        faults = [f"{worker}: {why}" for worker, other in found.items() if (why := mismatch(other, own))]
        if faults:
            raise ClusterError(self.scheduler, "; ".join(faults), remedy=f"fix them, {LOCALLY}")
        return len(found)

    def submit(self, course: Course, assignment: str, job: Job) -> Future[Graded]:
        """Sends a submission to a worker. If that worker is lost, Dask gives it to another one."""
        if course != self._course:
            self._hand_out(course)
        self._count()
        task = self._client.submit(grade_there, self._parcel, assignment, job, pure=False)
        graded: Future[Graded] = Future()
        graded.set_running_or_notify_cancel()

        def take(done: Any) -> None:
            try:
                graded.set_result(_result(done, course, assignment, job))
            except BaseException as fault:
                graded.set_exception(fault)

        task.add_done_callback(take)
        return graded

    def _count(self) -> None:
        """Keeps track of workers that join, since a batch system starts them one by one, and of those that leave."""
        if time.monotonic() >= self._counted + COUNT_SECONDS:
            with self._explained():
                self.size = max(1, len(self._client.nthreads()))
            self._counted = time.monotonic()

    def _hand_out(self, course: Course) -> None:
        """Gives the course to all workers, replacing the one they have from this command."""
        bundle = pack(course)
        with self._explained():
            if self._parcel:
                self._client.unregister_worker_plugin(self._parcel)
            self._client.register_plugin(Grading(bundle), name=bundle.name)
        self._parcel, self._course = bundle.name, course

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise ClusterError(
                self.scheduler, f"was lost ({fault})", remedy="start it again, and this command"
            ) from None

    def close(self) -> None:
        """Removes the course from the workers, and leaves them and the scheduler running for others."""
        if self._client.status == "running":
            if self._parcel:
                self._client.unregister_worker_plugin(self._parcel)
            self._client.close()


def _result(done: Any, course: Course, assignment: str, job: Job) -> Graded:
    """Decodes what came back. A submission that ends worker after worker is given up, but never as a zero."""
    try:
        return msgspec.json.decode(done.result(), type=Graded)
    except distributed.KilledWorker:
        (graded,) = given_up(course, assignment, [job])
        return graded
