"""A worker pool that is handed submissions one at a time; what a dying worker loses is tried again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Hashable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from autograder.course import Course
from autograder.errors import AutograderError, CourseError
from autograder.grading.grade import Graded
from autograder.grading.pool import QUEUED_FOR_EACH_WORKER, WorkerPool
from autograder.grading.worker import TRIES, Job

HOPELESS = "the grading processes end before they grade anything"


class Request(Protocol):
    """Whoever asks for a grading: ``key`` tells one student's work on one assignment from all others."""

    @property
    def key(self) -> Hashable:
        """What is tried again, and given up in the end."""
        ...

    @property
    def assignment(self) -> str:
        """The assignment's name."""
        ...


R = TypeVar("R", bound=Request)


@dataclass(frozen=True)
class Ticket(Generic[R]):
    """A submission that is being graded; ``number`` counts in the order of the turns."""

    number: int
    request: R
    job: Job


@dataclass
class Finished(Generic[R]):
    """What became of turns: graded; lost with a worker, to be tried ``again``; lost too often; a course at fault."""

    graded: list[tuple[Ticket[R], Graded]] = field(default_factory=list)
    again: list[Ticket[R]] = field(default_factory=list)
    given_up: list[Ticket[R]] = field(default_factory=list)
    fault: tuple[str, CourseError] | None = None


class Dispatcher(Generic[R]):
    """Workers, and what they are grading.

    Args:
        size: how many submissions are graded at the same time.
    """

    def __init__(self, size: int) -> None:
        self.pool = WorkerPool(size, ignore_sigint=True)
        self._running: dict[Future[Graded], Ticket[R]] = {}
        self._tried: Counter[Hashable] = Counter()
        self._fruitless = 0

    def __len__(self) -> int:
        """How many are being graded, or wait in a worker's hands."""
        return len(self._running)

    @property
    def busy(self) -> set[Hashable]:
        """Whose submissions are being graded."""
        return {turn.request.key for turn in self._running.values()}

    @property
    def room(self) -> bool:
        """Whether there is room for one more. After a worker has died one goes alone, so that no other is suspected."""
        return len(self) < (1 if self._tried else self.pool.size * QUEUED_FOR_EACH_WORKER)

    def hand(self, course: Course, turn: Ticket[R]) -> list[Ticket[R]]:
        """Has a submission graded. Returns those that are to be handed once more, as a worker was found dead.

        Raises:
            AutograderError: when workers die without end.
        """
        try:
            self._running[self.pool.submit(course, turn.request.assignment, turn.job)] = turn
            return []
        except BrokenProcessPool:
            lost: Finished[R] = Finished()
            self._recover([], lost)
            return [turn, *lost.again, *lost.given_up]

    def forget(self, key: Hashable) -> None:
        """Nothing is left to be graded of this."""
        self._tried.pop(key, None)

    def wait(self, seconds: float) -> Finished[R]:
        """What is done, waited for so long at the most.

        Raises:
            WallError: when a wall cannot be built.
            AutograderError: when workers die without end.
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
            turn = self._running.pop(future, None)
            if turn is None:
                continue  # lost with another's worker
            try:
                graded = future.result()
            except BrokenProcessPool:
                self._recover([turn], found)
            except CourseError as fault:
                found.fault = (turn.request.assignment, fault)
                found.again += [turn, *self.drop()]
            else:
                self._fruitless = 0
                self.forget(turn.request.key)
                found.graded.append((turn, graded))
        return found

    def drop(self) -> list[Ticket[R]]:
        """Ends the workers at once; the next submission starts others. Returns what they were grading."""
        lost = list(self._running.values())
        self._running.clear()
        if lost:
            self.pool.abandon()
        else:
            self.pool.close()
        return lost

    def end(self) -> None:
        """Ends the workers for good; whatever they grade, nobody waits for it."""
        self._running.clear()
        self.pool.abandon()

    def _recover(self, lost: list[Ticket[R]], into: Finished[R]) -> None:
        lost = [*lost, *self._running.values()]
        self._running.clear()
        self.pool.abandon()
        self._fruitless += 1
        if self._fruitless > TRIES * max(1, len(lost)):
            raise AutograderError(HOPELESS)
        for turn in lost:
            self._tried[turn.request.key] += 1
            if self._tried[turn.request.key] < TRIES:
                into.again.append(turn)
            else:
                self.forget(turn.request.key)
                into.given_up.append(turn)
