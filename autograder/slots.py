"""A crew that is handed submissions one by one, each a turn of its own; what a dying worker loses comes back."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from autograder.arrivals import Arrival, Key
from autograder.course import Course
from autograder.engine import QUEUED_FOR_EACH_WORKER, Crew
from autograder.errors import AutograderError, CourseError
from autograder.grading import Graded
from autograder.worker import TRIES, Job

HOPELESS = "the grading processes end before they grade anything"


@dataclass(frozen=True)
class Turn:
    """A submission that is being graded; ``number`` counts in the order of the turns."""

    number: int
    arrival: Arrival
    job: Job


@dataclass
class Done:
    """What became of turns: graded; lost with a worker, to be tried ``again``; lost too often; a course at fault."""

    graded: list[tuple[Turn, Graded]] = field(default_factory=list)
    again: list[Turn] = field(default_factory=list)
    given_up: list[Turn] = field(default_factory=list)
    fault: tuple[str, CourseError] | None = None


class Slots:
    """Workers, and what they are grading.

    Args:
        size: how many submissions are graded at the same time.
    """

    def __init__(self, size: int) -> None:
        self.crew = Crew(size, deaf=True)
        self._running: dict[Future[Graded], Turn] = {}
        self._tried: Counter[Key] = Counter()
        self._fruitless = 0

    def __len__(self) -> int:
        """How many are being graded, or wait in a worker's hands."""
        return len(self._running)

    @property
    def busy(self) -> set[Key]:
        """Whose submissions are being graded."""
        return {turn.arrival.key for turn in self._running.values()}

    @property
    def room(self) -> bool:
        """Whether there is room for one more. After a worker has died one goes alone, so that no other is suspected."""
        return len(self) < (1 if self._tried else self.crew.size * QUEUED_FOR_EACH_WORKER)

    def hand(self, course: Course, turn: Turn) -> list[Turn]:
        """Has a submission graded. Returns those that are to be handed once more, as a worker was found dead.

        Raises:
            AutograderError: when workers die without end.
        """
        try:
            self._running[self.crew.submit(course, turn.arrival.assignment, turn.job)] = turn
            return []
        except BrokenProcessPool:
            lost = Done()
            self._recover([], lost)
            return [turn, *lost.again, *lost.given_up]

    def forget(self, key: Key) -> None:
        """Nothing is left to be graded of this."""
        self._tried.pop(key, None)

    def wait(self, seconds: float) -> Done:
        """What is done, waited for so long at the most.

        Raises:
            WallError: when a wall cannot be built.
            AutograderError: when workers die without end.
        """
        found = Done()
        if not self._running:
            time.sleep(seconds)
            return found
        done, _ = wait(self._running, seconds, FIRST_COMPLETED)
        if not done and self.crew.lost_a_worker:
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
                found.fault = (turn.arrival.assignment, fault)
                found.again += [turn, *self.drop()]
            else:
                self._fruitless = 0
                self.forget(turn.arrival.key)
                found.graded.append((turn, graded))
        return found

    def drop(self) -> list[Turn]:
        """Ends the workers at once; the next submission starts others. Returns what they were grading."""
        lost = list(self._running.values())
        self._running.clear()
        if lost:
            self.crew.abandon()
        else:
            self.crew.close()
        return lost

    def end(self) -> None:
        """Ends the workers for good; whatever they grade, nobody waits for it."""
        self._running.clear()
        self.crew.abandon()

    def _recover(self, lost: list[Turn], into: Done) -> None:
        lost = [*lost, *self._running.values()]
        self._running.clear()
        self.crew.abandon()
        self._fruitless += 1
        if self._fruitless > TRIES * max(1, len(lost)):
            raise AutograderError(HOPELESS)
        for turn in lost:
            self._tried[turn.arrival.key] += 1
            if self._tried[turn.arrival.key] < TRIES:
                into.again.append(turn)
            else:
                self.forget(turn.arrival.key)
                into.given_up.append(turn)
