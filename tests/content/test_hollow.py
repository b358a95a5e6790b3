"""Answers without content earn nothing, in any assignment: whoever writes hidden tests forgets that they may come."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from local_suite import Local
from small_course import PROJECT

from autograder.course import load_course
from autograder.grading.material import load_suite
from autograder.results import Outcome
from autograder.testing.suite import Suite

ASSIGNMENTS = tuple(load_course(PROJECT).assignments)


def refuses(*args: Any, **kwargs: Any) -> Any:
    raise ValueError


def calls_what_it_is_given_with_nothing(*args: Any, **kwargs: Any) -> float:
    for given in filter(callable, args):
        given(np.zeros(0))
    return np.nan


HOLLOW: dict[str, Callable[..., Any]] = {
    "None": lambda *args, **kwargs: None,
    "an empty text": lambda *args, **kwargs: "",
    "an empty list": lambda *args, **kwargs: [],
    "two empty arrays": lambda *args, **kwargs: (np.zeros(0), np.zeros(0)),
    "four empty arrays": lambda *args, **kwargs: (*[np.zeros((0, 2))] * 2, *[np.zeros(0)] * 2),
    "nan": lambda *args, **kwargs: np.nan,
    "always ValueError": refuses,
    "an activation of nothing": calls_what_it_is_given_with_nothing,
}
ONCE = {"test_neuron_calls_its_activation_once"}  # it does


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def suite(request: pytest.FixtureRequest) -> Any:
    made = load_suite(load_course(PROJECT), request.param)
    yield made
    made.close()


def passed(suite: Suite, exercise: str, answer: Callable[..., Any]) -> set[str]:
    right = {name: getattr(suite.module, name) for name in suite.points}
    only = {test.name for test in suite.tests if test.exercise == exercise}
    verdicts = suite.run(Local(**right | {exercise: answer}), 5, only=only)
    assert len(verdicts) == len(only)
    return {verdict.test.name for verdict in verdicts if verdict.outcome is Outcome.passed}


@pytest.mark.parametrize("answer", HOLLOW)
def test_an_answer_without_content_earns_nothing(suite: Suite, answer: str) -> None:
    for exercise in suite.points:
        assert passed(suite, exercise, HOLLOW[answer]) <= ONCE


def in_shape(answer: Any, number: float) -> Any:
    """An answer with this number in place of all that are in arrays."""
    if isinstance(answer, list | tuple):
        return type(answer)(in_shape(part, number) for part in answer)
    return np.full(answer.shape, number) if isinstance(answer, np.ndarray) else answer


@pytest.mark.parametrize(
    ("assignment", "exercise", "earned"),
    [
        ("layers", "init_layer", set()),
        ("networks", "init_mlp", {"test_init_mlp_leaves_its_sizes_alone"}),
        ("first_network", "split", {"test_split_has_the_right_sizes", "test_split_rounds"}),
        ("first_network", "train_epoch", set()),
        ("first_network", "fit", set()),
    ],
)
def test_numbers_that_are_none_earn_no_more_than_their_shapes(assignment: str, exercise: str, earned: set[str]) -> None:
    suite = load_suite(load_course(PROJECT), assignment)
    right: ModuleType = suite.module
    answer = lambda *args, **how: in_shape(getattr(right, exercise)(*args, **how), np.nan)  # noqa: E731
    try:
        assert passed(suite, exercise, answer) == earned
    finally:
        suite.close()


def test_a_network_that_has_nothing_to_learn_is_no_answer() -> None:
    suite = load_suite(load_course(PROJECT), "first_network")
    of_shape = suite.module.fit

    def knows_its_one_example(X: Any, y: Any, sizes: list[int], lr: float, epochs: int, rng: Any, **how: Any) -> Any:
        params, _ = of_shape(X, y, sizes, lr, 0, rng, **how)
        *hidden, (W, b) = in_shape(params, 0.0)
        return [*hidden, (W, b + 1e3 * np.eye(sizes[-1])[y[0]])], [0.0] * epochs

    try:
        assert passed(suite, "fit", knows_its_one_example) == {"test_fit_leaves_its_inputs_alone"}
    finally:
        suite.close()


def test_falling_losses_must_be_those_of_the_neuron() -> None:
    suite = load_suite(load_course(PROJECT), "training")
    answer = lambda X, y, lr, steps: (np.zeros(X.shape[1]), 0.0, [100.0 - step for step in range(steps)])  # noqa: E731
    try:
        assert passed(suite, "fit_neuron", answer) == {"test_fit_neuron_takes_no_step"}
    finally:
        suite.close()
