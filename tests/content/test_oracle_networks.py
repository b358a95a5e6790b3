"""The reference of the networks against outside oracles: scikit-learn's networks, SciPy, measured slopes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import stats
from scipy.special import softmax
from sklearn.datasets import load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from solutions.networks import (
    collapse_linear,
    count_regions_1d,
    depth_report,
    init_mlp,
    mlp_forward,
    shallow_1d,
    xor_network,
)

WINE = load_wine()
X = (WINE.data - WINE.data.mean(axis=0)) / WINE.data.std(axis=0)
HIDDEN = [7, 6, 5]


def relu(z):
    return np.maximum(z, 0.0)


def identity(z):
    return z


def fitted(kind, activation, hidden=HIDDEN, inputs=X):
    network = kind(hidden_layer_sizes=hidden, activation=activation, max_iter=5, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(inputs, WINE.target)
    return network, list(zip(network.coefs_, network.intercepts_, strict=True))


@pytest.mark.parametrize(("activation", "function"), [("relu", relu), ("tanh", np.tanh), ("identity", identity)])
def test_mlp_forward_answers_as_scikit_learns_regressor(activation, function):
    network, params = fitted(MLPRegressor, activation)
    Y, cache = mlp_forward(X, params, function, identity)
    np.testing.assert_allclose(Y.ravel(), network.predict(X))
    assert [(A.shape[1], Z.shape[1]) for A, Z in cache] == [(13, 7), (7, 6), (6, 5), (5, 1)]


def test_mlp_forward_answers_as_scikit_learns_classifier():
    network, params = fitted(MLPClassifier, "relu")
    Y, _ = mlp_forward(X, params, relu, lambda Z: softmax(Z, axis=1))
    np.testing.assert_allclose(Y, network.predict_proba(X))


def test_shallow_1d_answers_as_scikit_learns_network_with_one_input():
    x = X[:, 0]
    network, ((W1, b1), (W2, b2)) = fitted(MLPRegressor, "relu", [9], x[:, np.newaxis])
    y, pre, act = shallow_1d(x, np.column_stack([b1, W1[0]]), np.append(b2, W2))
    np.testing.assert_allclose(y, network.predict(x[:, np.newaxis]))
    np.testing.assert_allclose(act, relu(pre))


def test_the_collapsed_layer_answers_as_scikit_learns_linear_network():
    network, params = fitted(MLPRegressor, "identity")
    W, b = collapse_linear(params)
    np.testing.assert_allclose((X @ W + b).ravel(), network.predict(X))


def test_the_network_computes_python_s_own_xor():
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    Y, _ = mlp_forward(corners.astype(float), xor_network(), relu, identity)
    np.testing.assert_allclose(Y[:, 0], corners[:, 0] ^ corners[:, 1], atol=0.25)


def test_the_weights_of_each_layer_follow_the_normal_distribution_of_he():
    for W, b in init_mlp([200, 100, 50], np.random.default_rng(7)):
        D_in, D_out = W.shape
        assert stats.kstest(W.ravel(), "norm", args=(0, np.sqrt(2 / D_in))).pvalue > 1e-3
        assert stats.kstest(W.ravel(), "norm", args=(0, np.sqrt(2 / D_out))).pvalue < 1e-6  # another scale would show
        assert not b.any()


@pytest.mark.parametrize("hidden", [1, 2, 5, 9])
def test_the_regions_are_the_stretches_of_one_slope(hidden):
    rng = np.random.default_rng(hidden)
    joints, slopes = 2 * rng.choice(10, hidden, replace=False) + 0.5, rng.choice([-2.0, -1.0, 0.5, 1.0], hidden)
    theta = np.column_stack([-joints * slopes, slopes])
    theta = np.vstack([theta, 2 * theta[:1], [[1.5, 0.0]]])  # a joint again, and a flat unit
    x = np.arange(-1.0, 22.0)
    y, _, _ = shallow_1d(x, theta, rng.normal(size=hidden + 3))
    unbroken = ~np.isin(x[:-1] + 0.5, joints)  # steps of length 1 without a joint; every region holds at least one
    changes = ~np.isclose(np.diff(np.diff(y)[unbroken]), 0)
    assert count_regions_1d(theta) == 1 + np.count_nonzero(changes)


@pytest.mark.parametrize(("hidden", "kind"), [([], "linear"), ([4], "shallow"), ([4, 4], "deep"), (HIDDEN, "deep")])
def test_the_report_counts_the_layers_as_scikit_learn_does(hidden, kind):
    network, params = fitted(MLPRegressor, "relu", hidden)
    report = depth_report([13, *hidden, 1])
    assert report == {"hidden_layers": network.n_layers_ - 2, "weight_layers": len(params), "kind": kind}
