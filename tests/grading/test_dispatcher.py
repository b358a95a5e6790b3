"""Handing submissions to workers one at a time: what a dying worker loses is tried again, a bounded number of times."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import small_course
from dying import DEADLY, workers
from serving_process import until
from small_course import NAME, job

from autograder.course import Course
from autograder.grading.dispatcher import Dispatcher, Finished, Ticket
from autograder.grading.worker import TRIES
from autograder.runs.serve.arrivals import Arrival

LONG_ENOUGH = 60


@pytest.fixture
def slots() -> Iterator[Dispatcher]:
    slots = Dispatcher(1)
    yield slots
    slots.end()


def turn(course: Course, number: int) -> Ticket:
    student = f"student-{number}"
    return Ticket(number, Arrival(number, student, NAME, 0.0), job(course, student))


def something(slots: Dispatcher) -> Finished:
    """What is done next."""
    for _ in range(LONG_ENOUGH):
        done = slots.wait(1.0)
        if done.graded or done.again or done.given_up or done.fault:
            return done
    raise TimeoutError("nothing was done")


def test_what_is_handed_in_is_graded(small: Course, slots: Dispatcher) -> None:
    assert slots.hand(small, turn(small, 1)) == []
    assert slots.busy == {("student-1", NAME)}
    ((one, graded),) = something(slots).graded
    assert (one.number, graded.result.student, graded.result.score) == (1, "student-1", 3.5)
    assert (len(slots), slots.busy) == (0, set())


@pytest.mark.parametrize("how", DEADLY)
def test_what_kills_its_worker_comes_back_until_it_is_given_up(small: Course, slots: Dispatcher, how: str) -> None:
    small_course.write(small.root, hidden=small_course.deadly(how))
    next_turn = turn(small, 1)
    for _ in range(1, TRIES):
        assert slots.hand(small, next_turn) == []
        (next_turn,) = something(slots).again
        assert (len(slots), slots.room) == (0, True)
    slots.hand(small, next_turn)
    assert something(slots).given_up == [next_turn]
    assert slots.room


def test_all_that_a_dead_worker_held_comes_back_and_is_graded_one_by_one(small: Course, slots: Dispatcher) -> None:
    turns = [turn(small, number) for number in (1, 2)]
    assert [slots.hand(small, one) for one in turns] == [[], []]
    until(workers)
    workers()[0].kill()
    assert something(slots).again == turns
    for one in turns:
        slots.hand(small, one)
        assert not slots.room  # it is alone, so that no other is suspected
        assert [of for of, _ in something(slots).graded] == [one]
