"""The reference losses against scikit-learn, SciPy, closed forms and numerical minimisation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax, xlogy
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.metrics import log_loss
from sklearn.metrics import mean_squared_error as sklearn_mse
from sklearn.preprocessing import label_binarize

from solutions import losses


@pytest.fixture(params=range(5))
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    return np.random.default_rng(request.param)


def test_squared_errors_agree_with_scikit_learn(rng: np.random.Generator) -> None:
    y, f = rng.normal(size=(2, 30))
    assert losses.mean_squared_error(y, f) == pytest.approx(sklearn_mse(y, f), rel=1e-12)
    assert losses.sum_squared_error(y, f) == pytest.approx(30 * sklearn_mse(y, f), rel=1e-12)


def test_sum_squared_error_refuses_what_numpy_would_stretch() -> None:
    for shape in ((1,), (3, 1), (1, 3), (2,), (0,)):
        with pytest.raises(ValueError, match="shape"):
            losses.sum_squared_error(np.ones(3), np.ones(shape))


def test_best_constant_is_where_a_numerical_minimiser_ends(rng: np.random.Generator) -> None:
    y = rng.exponential(size=25)
    found = minimize_scalar(lambda c: losses.sum_squared_error(y, np.full(25, c)))
    assert losses.best_constant(y) == pytest.approx(found.x, abs=1e-6)


def test_loss_grid_is_the_loss_of_each_line(rng: np.random.Generator) -> None:
    x, y, phi0, phi1 = (rng.normal(size=size) for size in (9, 9, 4, 3))
    grid = losses.loss_grid(x, y, phi0, phi1)
    assert grid.shape == (4, 3)
    for a, b in np.ndindex(grid.shape):
        assert grid[a, b] == pytest.approx(sklearn_mse(y, phi0[a] + phi1[b] * x), rel=1e-12)


def test_loss_grid_is_lowest_at_the_least_squares_line() -> None:
    bmi, progression = load_diabetes().data[:, 2], load_diabetes().target
    fitted = LinearRegression().fit(bmi[:, None], progression)
    around = np.array([-1.0, 0.0, 1.0])
    grid = losses.loss_grid(bmi, progression, fitted.intercept_ + around, fitted.coef_[0] + around)
    assert np.unravel_index(grid.argmin(), grid.shape) == (1, 1)
    assert grid[1, 1] == pytest.approx(sklearn_mse(progression, fitted.predict(bmi[:, None])))


def test_binary_cross_entropy_agrees_with_scikit_learn(rng: np.random.Generator) -> None:
    y, p = rng.integers(0, 2, 40), rng.uniform(0.01, 0.99, 40)
    assert losses.binary_cross_entropy(y, p) == pytest.approx(log_loss(y, p, labels=[0, 1]), rel=1e-12)


@pytest.mark.parametrize("eps", [1e-12, 1e-6, 0.1])
def test_binary_cross_entropy_clips_at_eps(eps: float) -> None:
    zero, one, no, yes = np.array([0.0]), np.array([1.0]), np.array([0]), np.array([1])
    for y, p in ((yes, zero), (no, one)):
        assert losses.binary_cross_entropy(y, p, eps) == pytest.approx(-math.log(eps), rel=1e-5)
    for y, p in ((yes, one), (no, zero)):
        assert losses.binary_cross_entropy(y, p, eps) == pytest.approx(-math.log1p(-eps), rel=1e-3)


def test_one_hot_agrees_with_scikit_learn(rng: np.random.Generator) -> None:
    y = rng.integers(0, 4, 20)
    codes = losses.one_hot(y, 5)
    assert codes.dtype == np.float64
    assert np.array_equal(codes, label_binarize(y, classes=range(5)))
    assert losses.one_hot(y[:0], 5).shape == (0, 5)


@pytest.mark.parametrize("label", [-5, -1, 3, 4])
def test_one_hot_refuses_labels_that_are_no_class(label: int) -> None:
    with pytest.raises(ValueError, match="below 3"):
        losses.one_hot(np.array([0, label]), 3)


def test_cross_entropy_agrees_with_scikit_learn_and_scipy(rng: np.random.Generator) -> None:
    y, P = rng.integers(0, 4, 12), rng.dirichlet(np.ones(4), 12)
    cost = losses.cross_entropy(y, P)
    assert cost == pytest.approx(log_loss(y, P, labels=range(4)), rel=1e-12)
    assert cost == pytest.approx(-xlogy(np.eye(4)[y], P).sum() / 12, rel=1e-12)


def test_cross_entropy_of_two_classes_is_the_binary_one(rng: np.random.Generator) -> None:
    y, p = rng.integers(0, 2, 15), rng.uniform(0.01, 0.99, 15)
    two_columns = np.column_stack([1 - p, p])
    assert losses.cross_entropy(y, two_columns) == pytest.approx(losses.binary_cross_entropy(y, p), rel=1e-9)


def test_softmax_cross_entropy_agrees_with_scipy(rng: np.random.Generator) -> None:
    y, Z = rng.integers(0, 4, 12), 5 * rng.normal(size=(12, 4))
    cost = losses.softmax_cross_entropy(Z, y)
    assert cost == pytest.approx(-log_softmax(Z, axis=1)[np.arange(12), y].mean(), rel=1e-12)
    assert cost == pytest.approx(losses.cross_entropy(y, softmax(Z, axis=1)), rel=1e-9)


def test_softmax_cross_entropy_does_not_mind_a_shift_of_a_row(rng: np.random.Generator) -> None:
    y, Z, shift = rng.integers(0, 4, 6), rng.normal(size=(6, 4)), rng.uniform(-1000, 1000, (6, 1))
    assert losses.softmax_cross_entropy(Z + shift, y) == pytest.approx(losses.softmax_cross_entropy(Z, y), rel=1e-9)


@pytest.mark.parametrize("classes", [1, 2, 10])
def test_softmax_cross_entropy_of_equal_scores_is_the_logarithm_of_k(classes: int) -> None:
    assert losses.softmax_cross_entropy(np.zeros((3, classes)), np.zeros(3, dtype=int)) == pytest.approx(
        math.log(classes)
    )


@pytest.mark.filterwarnings("error")
def test_softmax_cross_entropy_of_huge_scores_is_their_distance() -> None:
    Z = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])
    assert losses.softmax_cross_entropy(Z, np.array([0, 1])) == 0.0
    assert losses.softmax_cross_entropy(Z, np.array([1, 0])) == 2000.0


def test_every_loss_refuses_to_average_over_nothing() -> None:
    none, labels = np.zeros(0), np.zeros(0, dtype=int)
    calls = (
        lambda: losses.sum_squared_error(none, none),
        lambda: losses.mean_squared_error(none, none),
        lambda: losses.best_constant(none),
        lambda: losses.loss_grid(none, none, np.ones(2), np.ones(3)),
        lambda: losses.binary_cross_entropy(labels, none),
        lambda: losses.cross_entropy(labels, np.zeros((0, 3))),
        lambda: losses.softmax_cross_entropy(np.zeros((0, 3)), labels),
    )
    for call in calls:
        with pytest.raises(ValueError, match="no examples"):
            call()
