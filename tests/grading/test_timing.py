"""Where time goes: parts add up, and what a student's process claims counts only as far as it can be true."""

from __future__ import annotations

import time

import pytest
import small_course
from small_course import NAME

from autograder.course import Course
from autograder.grading.timing import PARTS, Stopwatch
from autograder.runs.batch import grade_assignment


def test_parts_add_up_over_processes() -> None:
    watch = Stopwatch()
    for _ in range(2):
        with watch.part("files"):
            time.sleep(0.01)
    watch.add({"files": 1.0, "tests": 2.0})
    assert 1.02 <= watch.seconds["files"] < 1.5
    assert watch.seconds["tests"] == 2.0


@pytest.mark.parametrize(("claimed", "left"), [(0.5, 1.5), (9.0, 0.0), (-3.0, 2.0)])
def test_no_more_is_shifted_than_there_is(claimed: float, left: float) -> None:
    watch = Stopwatch()
    watch.add({"execution": 2.0})
    watch.shift(claimed, "execution", to="figures")
    assert watch.seconds == {"execution": left, "figures": 2.0 - left}


def test_a_run_tells_every_part(small: Course) -> None:
    small_course.hand_in(small.root, "ada")
    spent = grade_assignment(small, NAME, workers=1).spent
    assert set(spent) == set(PARTS)
    assert all(seconds > 0 for part, seconds in spent.items() if part != "figures")
