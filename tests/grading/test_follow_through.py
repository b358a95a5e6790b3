"""An early mistake costs once."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.authoring.answers import fill
from autograder.course import Course
from autograder.grading.follow_through import TooMuch, limited
from autograder.grading.worker import Job, Worker
from autograder.results import Result
from autograder.workspace.submissions import Submission

WRONG_SUM = "def weighted_sum(x, w):\n    return float(np.sum(x) * np.sum(w))"
CALLS_IT = "def preactivation(x, w, b):\n    return weighted_sum(x, w) + b"
CALLS_BOTH = "def neuron(x, w, b, activation):\n    return activation(preactivation(x, w, b))"
NO_BIAS = "def preactivation(x, w, b):\n    return weighted_sum(x, w)"
STASHES = """
loot = []
def preactivation(x, w, b):
    loot.append(weighted_sum)
    return weighted_sum(x, w) + b
def step(z):
    return loot[0](z, z)
"""


@pytest.fixture(scope="module")
def worker(built_course: Course) -> Iterator[Worker]:
    made = Worker(built_course, "neuron")
    yield made
    made.close()


def graded(worker: Worker, **answers: str) -> Result:
    source = (worker.course.source_dir("neuron") / "neuron.ipynb").read_bytes()
    notebook = fill(source, answers)
    return worker.grade(Job(Submission("neuron", "s", Path("neuron.ipynb"), notebook), 5)).result


def lost(result: Result) -> set[str]:
    return {exercise.name for exercise in result.exercises if exercise.score < exercise.max_score}


def test_only_the_wrong_exercise_loses_points(worker: Worker) -> None:
    result = graded(worker, weighted_sum=WRONG_SUM, preactivation=CALLS_IT, neuron=CALLS_BOTH)
    assert lost(result) == {"weighted_sum"}
    followed = {exercise.name: exercise.follow_through for exercise in result.exercises if exercise.follow_through}
    assert followed == {"preactivation": ("weighted_sum",), "neuron": ("weighted_sum",)}


def test_a_mistake_of_its_own_is_still_one_and_has_its_name(worker: Worker) -> None:
    result = graded(worker, weighted_sum=WRONG_SUM, preactivation=NO_BIAS)
    assert lost(result) == {"weighted_sum", "preactivation"}
    named = next(exercise.misconception for exercise in result.exercises if exercise.name == "preactivation")
    assert named == "a neuron without its bias"


def test_right_answers_are_graded_alone(worker: Worker) -> None:
    result = graded(worker, preactivation=CALLS_IT, neuron=CALLS_BOTH)
    assert lost(result) == set()
    assert not any(test.follow_through for exercise in result.exercises for test in exercise.tests)


def test_a_stashed_reference_answers_no_other_exercise(worker: Worker) -> None:
    result = graded(worker, weighted_sum=WRONG_SUM, preactivation=STASHES, step="")
    step = next(exercise for exercise in result.exercises if exercise.name == "step")
    assert step.score == 0


def test_a_reference_cannot_be_kept_busy() -> None:
    def counts(n: int) -> int:
        total = 0
        while total < n:
            total += 1
        return total

    assert limited(counts)(10) == 10
    with pytest.raises(TooMuch):
        limited(counts)(10**12)


def test_a_reference_cannot_fill_the_memory() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    assert limited(np.ones)((1000, 1000)).shape == (1000, 1000)
    with pytest.raises(MemoryError):
        limited(lambda rows, w: rows @ w)(np.ones((8000, 2)), np.ones((2, 8000)))
    assert resource.getrlimit(resource.RLIMIT_AS) == before
