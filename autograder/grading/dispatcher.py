"""Gives submissions to a worker pool. What a dying worker loses is tried again, alone, and finally given up."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from autograder.course import Course
from autograder.errors import AutograderError, CourseError
from autograder.grading.grade import Graded, blank
from autograder.grading.material import load_material
from autograder.grading.pool import QUEUED_FOR_EACH_WORKER, WorkerPool
from autograder.grading.worker import TRIES, Job
from autograder.results import Status

LOOK_SECONDS = 5.0
"""After this long without a result, checks whether a worker has died unnoticed."""

HOPELESS = "the grading processes end before they have graded anything"


class Request(Protocol):
    """Something to grade: ``key`` identifies one student's work on one assignment."""

    @property
    def key(self) -> Hashable:
        """What may be tried again, and is finally given up."""
        ...

    @property
    def assignment(self) -> str: ...


R = TypeVar("R", bound=Request)


@dataclass(frozen=True)
class Ticket(Generic[R]):
    """A submission that is being graded; ``number`` gives the order in which they were submitted."""

    number: int
    request: R
    job: Job


@dataclass
class Finished(Generic[R]):
    """Outcomes of tickets: graded; lost with a worker, to be tried ``again``; lost too often; an invalid course."""

    graded: list[tuple[Ticket[R], Graded]] = field(default_factory=list)
    again: list[Ticket[R]] = field(default_factory=list)
    given_up: list[Ticket[R]] = field(default_factory=list)
    fault: tuple[str, CourseError] | None = None


class Dispatcher(Generic[R]):
    """Workers, and what they are grading."""

    def __init__(self, pool: WorkerPool) -> None:
        self.pool = pool
        self._running: dict[Future[Graded], Ticket[R]] = {}
        self._tried: Counter[Hashable] = Counter()
        self._fruitless = 0

    def __len__(self) -> int:
        """How many are being graded or queued for a worker."""
        return len(self._running)

    @property
    def busy(self) -> set[Hashable]:
        """The keys of the submissions being graded."""
        return {ticket.request.key for ticket in self._running.values()}

    @property
    def room(self) -> bool:
        """Whether there is room for one more. After a worker has died, one runs alone to find the culprit."""
        return len(self) < (1 if self._tried else self.pool.size * QUEUED_FOR_EACH_WORKER)

    def submit(self, course: Course, ticket: Ticket[R]) -> list[Ticket[R]]:
        """Submits one for grading. Returns those to submit again because a worker was found dead.

        Raises:
            AutograderError: if workers keep dying.
        """
        try:
            self._running[self.pool.submit(course, ticket.request.assignment, ticket.job)] = ticket
            return []
        except BrokenProcessPool:
            lost: Finished[R] = Finished()
            self._recover([], lost)
            return [ticket, *lost.again, *lost.given_up]

    def forget(self, key: Hashable) -> None:
        """Forgets a submission that needs no more grading."""
        self._tried.pop(key, None)

    def wait(self, seconds: float) -> Finished[R]:
        """Waits at most this long and returns what is done.

        Raises:
            WallError: if a wall cannot be built.
            AutograderError: if workers keep dying.
        """
        found: Finished[R] = Finished()
        if not self._running:
            time.sleep(seconds)
            return found
        done, _ = wait(self._running, seconds, FIRST_COMPLETED)
        if not done and self.pool.lost_a_worker:
            self._recover([], found)
            return found
        for future in sorted(done, key=lambda future: self._running[future].number):
            ticket = self._running.pop(future, None)
            if ticket is None:
                continue  # lost with another's worker
            try:
                graded = future.result()
            except BrokenProcessPool:
                self._recover([ticket], found)
            except CourseError as fault:
                found.fault = (ticket.request.assignment, fault)
                found.again += [ticket, *self.drop()]
            else:
                self._fruitless = 0
                self.forget(ticket.request.key)
                found.graded.append((ticket, graded))
        return found

    def drop(self) -> list[Ticket[R]]:
        """Ends the workers at once; the next submission starts new ones. Returns what they were grading."""
        lost = list(self._running.values())
        self._running.clear()
        if lost:
            self.pool.kill()
        else:
            self.pool.close()
        return lost

    def end(self) -> None:
        """Ends the workers for good, whatever they are grading."""
        self._running.clear()
        self.pool.kill()

    def _recover(self, lost: list[Ticket[R]], into: Finished[R]) -> None:
        lost = [*lost, *self._running.values()]
        self._running.clear()
        self.pool.kill()
        self._fruitless += 1
        if self._fruitless > TRIES * max(1, len(lost)):
            raise AutograderError(HOPELESS)
        for ticket in lost:
            self._tried[ticket.request.key] += 1
            if self._tried[ticket.request.key] < TRIES:
                into.again.append(ticket)
            else:
                self.forget(ticket.request.key)
                into.given_up.append(ticket)


def grade_all(course: Course, assignment: str, jobs: Iterable[Job], workers: int | WorkerPool) -> Iterator[Graded]:
    """Grades submissions in ``workers`` processes and yields each as it is done. Memory does not grow with them.

    Raises:
        CourseError: if a file of the course is invalid.
        WallError: if a required wall cannot be built.
        AutograderError: if workers keep dying.
    """
    if isinstance(workers, int):
        with WorkerPool(workers) as pool:
            yield from grade_all(course, assignment, jobs, pool)
        return
    dispatcher: Dispatcher[Job] = Dispatcher(workers)
    source = (Ticket(number, job, job) for number, job in enumerate(jobs))
    waiting: deque[Ticket[Job]] = deque()
    more = True
    try:
        while more or waiting or len(dispatcher):
            while dispatcher.room and (waiting or more):
                ticket = waiting.popleft() if waiting else next(source, None)
                if ticket is None:
                    more = False
                    break
                waiting.extendleft(reversed(dispatcher.submit(course, ticket)))
            if not len(dispatcher):
                continue
            done = dispatcher.wait(LOOK_SECONDS)
            if done.fault is not None:
                raise done.fault[1]
            waiting.extendleft(reversed(done.again))
            yield from (graded for _, graded in done.graded)
            yield from given_up(course, assignment, [ticket.job for ticket in done.given_up])
    except BaseException:
        workers.kill()  # nobody waits for what they are still grading
        raise


def given_up(course: Course, assignment: str, jobs: list[Job]) -> Iterator[Graded]:
    """The result for a submission that ended worker after worker: our own fault, never a zero."""
    if jobs:
        material = load_material(course, assignment)
        for job in jobs:
            reason = f"The grading process ended {TRIES} times while grading this submission."
            yield Graded(blank(job.submission, material, job.seed, Status.ungraded, reason))
        material.suite.close()
