"""The neuron's reference against formulas written another way."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from solutions import neuron as reference

X = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, 1.5], [-2.5, 1.0, 4.0], [1.0, 1.0, 1.0]])
W, B = np.array([0.5, -1.5, 2.5]), -2.25


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
