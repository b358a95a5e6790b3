"""The reference of the training against outside oracles: SciPy's derivatives, and scikit-learn's losses and models."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize, rosen, rosen_der
from scipy.special import expit, softmax
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.preprocessing import StandardScaler

from solutions.training import (
    dense_backward,
    fit_neuron,
    gd_step,
    linear_mse_grad,
    logistic_grad,
    minibatches,
    numerical_grad,
    softmax_ce_grad,
)

CANCER = load_breast_cancer()
FEATURES, MALIGNANT = StandardScaler().fit_transform(CANCER.data[:, :3]), 1 - CANCER.target
WEIGHTS, BIAS = np.array([0.75, -0.5, 0.25]), -0.375


def test_numerical_grad_finds_the_slopes_of_the_banana_valley():
    for place in ([1.5, -0.5], [0.0, 2.0, 1.0], [1.0, 1.0, 1.0, 1.0]):
        theta = np.array(place)
        assert numerical_grad(rosen, theta) == pytest.approx(rosen_der(theta), rel=1e-6, abs=1e-5)


def test_numerical_grad_is_better_than_forward_differences():
    theta = np.array([1.5, -0.5, 2.0])
    forward = np.abs(approx_fprime(theta, rosen, 1e-5) - rosen_der(theta))
    central = np.abs(numerical_grad(rosen, theta) - rosen_der(theta))
    assert (central < forward / 100).all()


def test_linear_mse_grad_is_the_slope_of_scikit_learns_loss():
    def loss(theta):
        return mean_squared_error(MALIGNANT, FEATURES @ theta[:3] + theta[3])

    dw, db = linear_mse_grad(FEATURES, MALIGNANT, WEIGHTS, BIAS)
    assert np.append(dw, db) == pytest.approx(approx_fprime(np.append(WEIGHTS, BIAS), loss, 1e-7), abs=1e-5)


def test_linear_mse_grad_vanishes_at_the_best_line():
    X, y = load_diabetes(return_X_y=True)
    best = LinearRegression().fit(X, y)
    dw, db = linear_mse_grad(X, y, best.coef_, best.intercept_)
    assert np.append(dw, db) == pytest.approx(np.zeros(11), abs=1e-9)


def test_logistic_grad_is_the_slope_of_scikit_learns_loss():
    def loss(theta):
        return log_loss(MALIGNANT, expit(FEATURES @ theta[:3] + theta[3]))

    dw, db = logistic_grad(FEATURES, MALIGNANT, WEIGHTS, BIAS)
    assert np.append(dw, db) == pytest.approx(approx_fprime(np.append(WEIGHTS, BIAS), loss, 1e-7), abs=1e-5)


def test_logistic_grad_is_exact_for_large_scores():
    z = np.array([-1000.0, -30.0, 30.0, 1000.0])
    dw, db = logistic_grad(np.eye(4), np.array([1, 0, 1, 0]), z, 0.0)
    assert dw == pytest.approx((expit(z) - [1, 0, 1, 0]) / 4, abs=1e-15)
    assert db == pytest.approx(np.sum(dw))


def test_dense_backward_finds_the_slopes_of_any_loss_behind_the_layer():
    rng = np.random.default_rng(4)
    X, W, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    dX, dW, db = dense_backward(1 / np.cosh(X @ W + b) ** 2, X, W)
    for got, start, loss in (
        (dX, X, lambda t: np.tanh(t.reshape(5, 3) @ W + b).sum()),
        (dW, W, lambda t: np.tanh(X @ t.reshape(3, 2) + b).sum()),
        (db, b, lambda t: np.tanh(X @ W + t).sum()),
    ):
        assert got.ravel() == pytest.approx(approx_fprime(start.ravel(), loss, 1e-7), abs=1e-5)


def test_softmax_ce_grad_is_the_slope_of_scikit_learns_loss():
    Z, y = np.random.default_rng(2).normal(size=(6, 4)), np.array([3, 0, 1, 1, 2, 3])

    def loss(scores):
        return log_loss(y, softmax(scores.reshape(6, 4), axis=1), labels=range(4))

    assert softmax_ce_grad(Z, y).ravel() == pytest.approx(approx_fprime(Z.ravel(), loss, 1e-7), abs=1e-5)


def test_softmax_ce_grad_is_exact_for_large_scores():
    Z, y = np.array([[1000.0, 0.0, -1000.0], [-1000.0, -1001.0, -999.0]]), np.array([2, 0])
    assert softmax_ce_grad(Z, y) == pytest.approx((softmax(Z, axis=1) - np.eye(3)[y]) / 2)


def test_gd_step_descends_to_the_minimum_that_scipy_finds():
    def bowl(theta):
        return (theta[0] - 3) ** 2 + 0.5 * (theta[1] + theta[0]) ** 2

    params = [(np.zeros((1, 1)), np.zeros(1))]
    for _ in range(300):
        W, b = params[0]
        slopes = numerical_grad(bowl, np.array([W[0, 0], b[0]]))
        params = gd_step(params, [(slopes[:1].reshape(1, 1), slopes[1:])], 0.25)
    assert np.append(*params[0]) == pytest.approx(minimize(bowl, np.zeros(2)).x, abs=1e-4)


def test_minibatches_are_uniform_permutations():
    X, y, rng = np.arange(3.0).reshape(3, 1), np.arange(3), np.random.default_rng(5)
    seen = Counter(tuple(np.concatenate([yb for _, yb in minibatches(X, y, 2, rng)])) for _ in range(3000))
    assert len(seen) == 6
    assert min(seen.values()) > 380  # of 500 on average, with a standard deviation of 20


def test_fit_neuron_finds_the_neuron_that_scikit_learn_finds():
    w, b, history = fit_neuron(FEATURES[:, :2], MALIGNANT, 2.0, 1500)
    best = LogisticRegression(C=1e9, tol=1e-8).fit(FEATURES[:, :2], MALIGNANT)
    assert np.append(w, b) == pytest.approx(np.append(best.coef_, best.intercept_), abs=1e-3)
    assert history[0] == pytest.approx(np.log(2))
    assert history[-1] == pytest.approx(log_loss(MALIGNANT, best.predict_proba(FEATURES[:, :2])), abs=1e-6)
