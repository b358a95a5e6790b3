"""An early mistake costs once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import small_course
from demo_class import lay_out

from autograder.authoring.answers import fill
from autograder.authoring.build import build_from_course
from autograder.course import Course
from autograder.grading.worker import Job, Worker
from autograder.results import Result
from autograder.sandbox.host.replies import Died
from autograder.sandbox.host.supervisor import Session
from autograder.workspace.submissions import Submission

WRONG_SUM = "def weighted_sum(x, w):\n    return float(np.sum(x) * np.sum(w))"
CALLS_IT = "def preactivation(x, w, b):\n    return weighted_sum(x, w) + b"
CALLS_BOTH = "def neuron(x, w, b, activation):\n    return activation(preactivation(x, w, b))"
NO_BIAS = "def preactivation(x, w, b):\n    return weighted_sum(x, w)"
NEVER_REFUSES = "def activation_grad(z, name):\n    return np.ones(np.shape(z))"
LEAVES_IT_TO_THE_SLOPE = """
def saturated_fraction(z, name, tol):
    if z.size == 0:
        raise ValueError("nothing to look at")
    return float(np.mean(activation_grad(z, name) < tol))
"""
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
    name = worker.material.assignment
    source = (worker.course.source_dir(name) / f"{name}.ipynb").read_bytes()
    notebook = fill(source, answers)
    return worker.grade(Job(Submission(name, "s", Path(f"{name}.ipynb"), notebook), 5)).result


def lost(result: Result) -> set[str]:
    return {exercise.name for exercise in result.exercises if exercise.score < exercise.max_score}


def test_only_the_wrong_exercise_loses_points(worker: Worker) -> None:
    result = graded(worker, weighted_sum=WRONG_SUM, preactivation=CALLS_IT, neuron=CALLS_BOTH)
    assert lost(result) == {"weighted_sum"}
    followed = {exercise.name: exercise.follow_through for exercise in result.exercises if exercise.follow_through}
    assert followed == {"preactivation": ("weighted_sum",), "neuron": ("weighted_sum",)}


@pytest.fixture(scope="module")
def on_activations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    course = lay_out(tmp_path_factory.mktemp("activations") / "course")
    with small_course.own_solutions():
        build_from_course(course, "activations")
    made = Worker(course, "activations")
    yield made
    made.close()


def test_an_answer_may_leave_its_error_to_an_earlier_exercise(on_activations: Worker) -> None:
    """The wrong slope raises nothing for a name that it does not know; the reference does, in its place."""
    result = graded(on_activations, activation_grad=NEVER_REFUSES, saturated_fraction=LEAVES_IT_TO_THE_SLOPE)
    assert lost(result) == {"activation_grad"}


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


def test_the_process_that_gets_the_reference_knows_no_earlier_question(small: Course) -> None:
    """It could ask the reference what the wrong exercise was asked, and leave itself the answers."""
    notebook = small_course.notebook(
        small.root,
        double="asked = []\ndef double(x):\n    asked.append(x)\n    return x * 3.0",
        mean="def mean(x):\n    return float(np.mean(double(x))) / 2.0 + len(asked)",
    )
    with closing(Worker(small, small_course.NAME)) as worker:
        result = worker.grade(small_course.job(small, "ada", notebook)).result
    assert lost(result) == {"double"}


def test_verdicts_stay_when_the_process_kills_itself(worker: Worker) -> None:
    """What a notebook asked before it died does not come up again, but for the test in which it died."""
    dies = "import os, signal\ntold = []\ndef step(z):\n    os.kill(os.getpid(), signal.SIGKILL)"
    result = graded(worker, step=dies)
    assert lost(result) == {"step"}
    step = next(exercise for exercise in result.exercises if exercise.name == "step")
    assert {str(test.outcome) for test in step.tests} == {"killed"}


def test_a_test_during_which_somebody_killed_the_process_is_tried_again(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel does so when memory is short."""
    call, killed = Session.call, []

    def call_after_a_kill(self: Session, name: str, *rest: Any) -> Any:
        if name == "step" and not killed:
            killed.append(name)
            return Died("the process was ended by signal 9", struck=True)
        return call(self, name, *rest)

    monkeypatch.setattr(Session, "call", call_after_a_kill)
    assert lost(graded(worker)) == set()
    assert killed == ["step"]
