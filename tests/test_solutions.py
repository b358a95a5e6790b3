"""The reference answers and the known mistakes, examined without the engine."""

from __future__ import annotations

import doctest
import importlib
import math
import pkgutil
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import solutions
from solutions import mistakes as known
from solutions import neuron as reference
from solutions.mistakes import Mistake, mistake, mistakes_of

ASSIGNMENTS = [found.name for found in pkgutil.iter_modules(solutions.__path__) if not found.ispkg]
MISTAKES = [
    pytest.param(wrong, assignment, id=f"{wrong.exercise}-{wrong.function.__name__}")
    for assignment in ASSIGNMENTS
    for wrong in mistakes_of(importlib.import_module(f"{known.__name__}.{assignment}"))
]

X = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, 1.5], [-2.5, 1.0, 4.0], [1.0, 1.0, 1.0]])
X_SQUARE = np.array([[1.5, -2.0], [0.5, 3.0]])
W, B = np.array([0.5, -1.5, 2.5]), -2.25

# Arguments for each exercise on which at least one right answer and each known mistake part ways.
CALLS: dict[str, list[tuple[Any, ...]]] = {
    "weighted_sum": [(x, W) for x in X] + [(np.zeros(0), np.zeros(0))],
    "preactivation": [(x, W, B) for x in X],
    "step": [(np.array([[-2.0, -0.0, 0.0], [0.5, 3.0, -0.1]]),), (1.5,), (np.array([-2, 0, 2]),)],
    "neuron": [(x, W, B, np.arctan) for x in X],
    "neuron_batch": [(X, W, B, np.arctan), (X_SQUARE, W[:2], B, np.arctan), (X[:1], W, B, np.arctan)],
    "logic_gate": [("AND",), ("OR",), ("NAND",), ("XOR",)],
    "decision_line": [(W[1:], B, 2.0), (np.array([0.0, 2.0]), B, 2.0), (np.array([2.0, 0.0]), B, 2.0)],
}


def answer_of(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """What the function returns, or the type of what it raises; each argument is a copy."""
    copies = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a mistake may well divide by zero
        try:
            return function(*copies)
        except Exception as problem:
            return type(problem)


def are_alike(one: Any, other: Any) -> bool:
    """Equal in kind, shape, dtype and values."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(are_alike, one, other))
    if isinstance(one, type) or isinstance(other, type):
        return one is other
    if isinstance(one, list) != isinstance(other, list):
        return False
    first, second = np.asarray(one), np.asarray(other)
    return first.shape == second.shape and first.dtype == second.dtype and np.array_equal(first, second)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_docstring_examples_hold(assignment: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"solutions.{assignment}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("name", CALLS)
def test_every_exercise_shows_two_to_four_examples(name: str) -> None:
    examples = doctest.DocTestParser().get_examples(getattr(reference, name).__doc__)
    assert 2 <= len([example for example in examples if example.want]) <= 4


@pytest.mark.parametrize(("wrong", "assignment"), MISTAKES)
def test_a_mistake_differs_from_the_reference(wrong: Mistake, assignment: str) -> None:
    right = getattr(importlib.import_module(f"solutions.{assignment}"), wrong.exercise)
    assert any(
        not are_alike(answer_of(wrong.function, arguments), answer_of(right, arguments))
        for arguments in CALLS[wrong.exercise]
    )


@pytest.mark.parametrize(("wrong", "assignment"), MISTAKES)
def test_a_mistake_can_be_reported(wrong: Mistake, assignment: str) -> None:
    assert wrong.hint[0].isupper()
    assert wrong.hint[-1] in "?."
    assert wrong.misconception[-1].isalpha() or wrong.misconception[-1].isdigit() or wrong.misconception[-1] == ")"


def test_every_exercise_has_three_mistakes() -> None:
    exercises = [wrong.exercise for wrong in mistakes_of(importlib.import_module("solutions.mistakes.neuron"))]
    assert all(exercises.count(name) >= 3 for name in CALLS)
    assert set(exercises) == set(CALLS)


def test_a_mistake_without_a_misconception_is_refused() -> None:
    with pytest.raises(ValueError, match="nameless"):

        @mistake("weighted_sum", hint="Why?")
        def nameless(x: Any, w: Any) -> None:
            pass


def test_weighted_sum_is_the_sum_of_products() -> None:
    for x in X:
        assert reference.weighted_sum(x, W) == pytest.approx(math.fsum(a * b for a, b in zip(x, W, strict=True)))
    assert reference.weighted_sum(np.zeros(0), np.zeros(0)) == 0.0
    assert isinstance(reference.weighted_sum(np.array([1, 2]), np.array([3, 4])), float)


def test_preactivation_adds_the_bias_once() -> None:
    assert reference.preactivation(X[0], W, B) == pytest.approx(2.0 * 0.5 + 1.0 * 1.5 + 0.5 * 2.5 - 2.25)
    assert reference.preactivation(np.zeros(0), np.zeros(0), B) == B


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_step_keeps_shape_and_precision(dtype: Any) -> None:
    z = np.array([[-3, -1, 0], [0, 1, 7]], dtype=dtype)
    fired = reference.step(z)
    assert isinstance(fired, np.ndarray)
    assert fired.tolist() == [[0.0, 0.0, 1.0], [1.0, 1.0, 1.0]]
    assert fired.dtype == (np.float32 if dtype is np.float32 else np.float64)


def test_step_fires_at_both_zeros() -> None:
    assert [float(reference.step(z)) for z in (0.0, -0.0)] == [1.0, 1.0]


def test_neuron_is_the_activation_of_its_preactivation() -> None:
    assert reference.neuron(X[1], W, B, math.exp) == pytest.approx(math.exp(-4.5 + 3.75 - 2.25))


def test_neuron_batch_answers_each_row_like_neuron() -> None:
    one_by_one = [reference.neuron(x, W, B, np.tanh) for x in X]
    assert reference.neuron_batch(X, W, B, np.tanh) == pytest.approx(one_by_one)
    assert reference.neuron_batch(X[:0], W, B, np.tanh).shape == (0,)


@pytest.mark.parametrize(("name", "truth"), [("AND", min), ("OR", max), ("NAND", lambda pair: 1 - min(pair))])
def test_logic_gate_has_its_truth_table_with_a_margin(name: str, truth: Callable[[tuple[int, int]], int]) -> None:
    w, b = reference.logic_gate(name)
    for corner in ((0, 0), (0, 1), (1, 0), (1, 1)):
        z = w[0] * corner[0] + w[1] * corner[1] + b
        assert z >= 0.25 if truth(corner) else z <= -0.25


def test_decision_line_is_where_the_preactivation_is_zero() -> None:
    w = np.array([1.5, -0.5])
    for x1 in (-2.0, 0.0, 3.5):
        x2 = float(reference.decision_line(w, B, x1))
        assert reference.preactivation(np.array([x1, x2]), w, B) == pytest.approx(0.0)
    with pytest.raises(ValueError, match="upright"):
        reference.decision_line(np.array([1.0, 0.0]), B, 0.0)
