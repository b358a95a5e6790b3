"""The reference's activations against SciPy, numerical gradients and closed forms."""

from __future__ import annotations

import importlib
import math
import warnings
from typing import Any

import numpy as np
import pytest
import scipy.special

from autograder.testing.mistakes import mistakes_of
from solutions import activations as reference

CURVES: dict[str, Any] = {
    "sigmoid": scipy.special.expit,
    "tanh": np.tanh,
    "relu": lambda z: (z + np.abs(z)) / 2,
    "identity": lambda z: z,
}
ELEMENTWISE = [reference.relu, reference.sigmoid, reference.tanh_via_sigmoid, reference.leaky_relu]
GRADS = [lambda z, name=name: reference.activation_grad(z, name) for name in CURVES]
Z = np.concatenate([np.linspace(-40, 40, 1601), [-1000.0, -0.0, 1000.0]])


@pytest.fixture
def numbers() -> np.ndarray:
    return np.random.default_rng(7).normal(scale=4, size=(6, 5))


def test_relu_keeps_what_is_positive() -> None:
    assert reference.relu(np.array([-1.5, -0.0, 0.0, 2.5])).tolist() == [0.0, 0.0, 0.0, 2.5]
    np.testing.assert_array_equal(reference.relu(Z), (Z + np.abs(Z)) / 2)


def test_sigmoid_is_scipys_expit() -> None:
    np.testing.assert_allclose(reference.sigmoid(Z), scipy.special.expit(Z), rtol=1e-14, atol=0)


def test_sigmoid_undoes_the_logit() -> None:
    shares = np.linspace(0.001, 0.999, 999)
    np.testing.assert_allclose(reference.sigmoid(scipy.special.logit(shares)), shares, rtol=1e-13)


def test_tanh_via_sigmoid_is_tanh() -> None:
    np.testing.assert_allclose(reference.tanh_via_sigmoid(Z), np.tanh(Z), rtol=0, atol=1e-15)


@pytest.mark.parametrize("alpha", [0.0, 0.01, 0.5, 1.0, 2.0])
def test_leaky_relu_is_its_definition(alpha: float) -> None:
    want = [z if z >= 0 else alpha * z for z in Z.tolist()]
    np.testing.assert_array_equal(reference.leaky_relu(Z, alpha), want)


def test_leaky_relu_leaks_one_hundredth_unless_told_otherwise() -> None:
    assert reference.leaky_relu(-300.0) == -3.0


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("scale", [0.0, 1.0, 1000.0])
def test_softmax_is_scipys(numbers: np.ndarray, axis: int, scale: float) -> None:
    scores = scale * numbers
    np.testing.assert_allclose(reference.softmax(scores, axis), scipy.special.softmax(scores, axis=axis), rtol=1e-12)


def test_softmax_of_two_classes_is_a_sigmoid_of_their_difference() -> None:
    scores = np.column_stack([Z, np.ones_like(Z)])
    np.testing.assert_allclose(reference.softmax(scores)[:, 0], scipy.special.expit(Z - 1.0), rtol=1e-12)


def test_softmax_works_on_the_last_axis_and_on_no_examples(numbers: np.ndarray) -> None:
    cube = numbers.reshape(2, 3, 5)
    np.testing.assert_allclose(reference.softmax(cube).sum(axis=2), np.ones((2, 3)), rtol=1e-14)
    assert reference.softmax(np.zeros((0, 4))).shape == (0, 4)


@pytest.mark.parametrize("name", CURVES)
def test_activation_grad_is_the_numerical_gradient(name: str, numbers: np.ndarray) -> None:
    h = 1e-5  # no number comes this close to the ReLU's corner
    assert np.abs(numbers).min() > h
    numerical = (CURVES[name](numbers + h) - CURVES[name](numbers - h)) / (2 * h)
    np.testing.assert_allclose(reference.activation_grad(numbers, name), numerical, rtol=0, atol=1e-9)


def test_the_relus_slope_at_zero_is_zero() -> None:
    assert np.all(reference.activation_grad(np.array([0.0, -0.0]), "relu") == 0)


@pytest.mark.parametrize("name", ["softmax", "ReLU", ""])
def test_unknown_activations_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="choose sigmoid, tanh, relu or identity"):
        reference.activation_grad(Z, name)
    with pytest.raises(ValueError, match="choose sigmoid, tanh, relu or identity"):
        reference.saturated_fraction(Z, name, 0.1)


@pytest.mark.parametrize("tol", [0.01, 0.1, 0.2])
def test_saturated_fraction_is_what_lies_beyond_where_the_slope_is_tol(tol: float) -> None:
    # the sigmoid's slope is 1 / (4 cosh(z/2)^2), and tanh's is 1 / cosh(z)^2
    for name, edge in (("sigmoid", 2 * math.acosh(0.5 / math.sqrt(tol))), ("tanh", math.acosh(1 / math.sqrt(tol)))):
        assert reference.saturated_fraction(Z, name, tol) == pytest.approx(np.mean(np.abs(Z) > edge))


def test_saturated_fraction_of_relu_and_identity() -> None:
    z = np.array([[-3.0, -0.5, 2.0], [90.0, 4.0, -7.0]])
    assert reference.saturated_fraction(z, "relu", 0.01) == 0.5
    assert reference.saturated_fraction(z, "identity", 0.01) == 0.0


def test_there_is_no_share_of_nothing() -> None:
    with pytest.raises(ValueError, match="no entries"):
        reference.saturated_fraction(np.zeros((0, 3)), "relu", 0.01)


@pytest.mark.parametrize("activation", [*ELEMENTWISE, reference.softmax, *GRADS])
def test_precision_and_shape_are_kept_and_the_input_is_left_alone(activation: Any, numbers: np.ndarray) -> None:
    for given, wanted in ((np.float32, np.float32), (np.float64, np.float64), (np.int64, np.float64)):
        z = numbers.astype(given).T
        before = z.copy()
        answer = activation(z)
        assert (answer.dtype, answer.shape) == (wanted, z.shape)
        assert not np.shares_memory(answer, z)
        np.testing.assert_array_equal(z, before)


@pytest.mark.parametrize("activation", [*ELEMENTWISE, reference.softmax, *GRADS])
def test_huge_numbers_give_no_warning(activation: Any) -> None:
    with warnings.catch_warnings(), np.errstate(over="warn", invalid="warn", divide="warn"):
        warnings.simplefilter("error")
        assert np.isfinite(activation(np.array([-1e300, -1000.0, 0.0, 1000.0, 1e300]))).all()


@pytest.mark.parametrize("activation", [*ELEMENTWISE, *GRADS])
def test_numbers_and_empty_arrays_are_answered(activation: Any) -> None:
    assert np.ndim(activation(0.5)) == np.ndim(activation(np.array(0.5))) == 0
    assert activation(np.zeros((0, 3))).shape == (0, 3)


def test_every_exercise_has_ten_right_answers_and_three_mistakes() -> None:
    right = importlib.import_module("solutions.alternatives.activations").RIGHT_ANSWERS
    answered = [m.exercise for m in mistakes_of(importlib.import_module("solutions.mistakes.activations"))]
    assert set(right) == set(answered)
    assert all(len(right[name]) >= 10 and answered.count(name) >= 3 for name in right)
