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
from autograder.grading.pool import WorkerPool
from autograder.grading.worker import TRIES
from autograder.runs.serve.arrivals import Arrival

LONG_ENOUGH = 60


@pytest.fixture
def dispatcher() -> Iterator[Dispatcher]:
    dispatcher = Dispatcher(WorkerPool(1, ignore_sigint=True))
    yield dispatcher
    dispatcher.end()


def ticket(course: Course, number: int) -> Ticket:
    student = f"student-{number}"
    return Ticket(number, Arrival(number, student, NAME, 0.0), job(course, student))


def something(dispatcher: Dispatcher) -> Finished:
    """What is done next."""
    for _ in range(LONG_ENOUGH):
        done = dispatcher.wait(1.0)
        if done.graded or done.again or done.given_up or done.fault:
            return done
    raise TimeoutError("nothing was done")


def test_what_is_handed_in_is_graded(small: Course, dispatcher: Dispatcher) -> None:
    assert dispatcher.submit(small, ticket(small, 1)) == []
    assert dispatcher.busy == {("student-1", NAME)}
    ((one, graded),) = something(dispatcher).graded
    assert (one.number, graded.result.student, graded.result.score) == (1, "student-1", 3.5)
    assert (len(dispatcher), dispatcher.busy) == (0, set())


@pytest.mark.parametrize("how", DEADLY)
def test_what_kills_its_worker_comes_back_until_it_is_given_up(small: Course, dispatcher: Dispatcher, how: str) -> None:
    small_course.write(small.root, hidden=small_course.deadly(how))
    next_ticket = ticket(small, 1)
    for _ in range(1, TRIES):
        assert dispatcher.submit(small, next_ticket) == []
        (next_ticket,) = something(dispatcher).again
        assert (len(dispatcher), dispatcher.room) == (0, True)
    dispatcher.submit(small, next_ticket)
    assert something(dispatcher).given_up == [next_ticket]
    assert dispatcher.room


def test_all_that_a_dead_worker_held_comes_back_and_is_graded_one_by_one(small: Course, dispatcher: Dispatcher) -> None:
    tickets = [ticket(small, number) for number in (1, 2)]
    assert [dispatcher.submit(small, one) for one in tickets] == [[], []]
    until(workers)
    workers()[0].kill()
    assert something(dispatcher).again == tickets
    for one in tickets:
        dispatcher.submit(small, one)
        assert not dispatcher.room  # it is alone, so that no other is suspected
        assert [of for of, _ in something(dispatcher).graded] == [one]
