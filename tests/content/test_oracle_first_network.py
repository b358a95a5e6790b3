"""The reference of the first network against outside oracles: scikit-learn, SciPy and numerical gradients."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import log_softmax
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss
from sklearn.neural_network import MLPClassifier

from solutions import first_network as reference

Params = list[tuple[np.ndarray, np.ndarray]]


def network(sizes: list[int], seed: int = 3) -> Params:
    rng = np.random.default_rng(seed)
    return [(rng.normal(size=(m, n)), rng.normal(size=n)) for m, n in pairwise(sizes)]


def examples(rows: int, sizes: list[int], seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, sizes[0])), rng.integers(0, sizes[-1], rows)


@pytest.mark.parametrize("sizes", [[4, 3], [3, 5, 4], [4, 4, 4, 4], [2, 6, 5, 4, 3]])
def test_every_gradient_is_the_numerical_one(sizes: list[int]) -> None:
    (X, y), params, h = examples(7, sizes), network(sizes), 1e-6
    _, grads = reference.mlp_loss_and_grads(X, y, params)
    for pair, slopes in zip(params, grads, strict=True):
        for theta, slope in zip(pair, slopes, strict=True):
            assert theta.shape == slope.shape
            for place in np.ndindex(theta.shape):
                kept = theta[place]
                theta[place] = kept + h
                above, _ = reference.mlp_loss_and_grads(X, y, params)
                theta[place] = kept - h
                below, _ = reference.mlp_loss_and_grads(X, y, params)
                theta[place] = kept
                assert slope[place] == pytest.approx((above - below) / (2 * h), abs=1e-7)


@pytest.fixture(scope="module")
def classifier() -> Any:
    digits = load_digits()
    model = MLPClassifier([20, 15], solver="sgd", random_state=0, learning_rate_init=0.01)
    for _ in range(3):
        model.partial_fit(digits.data[:400] / 16, digits.target[:400], classes=np.arange(10))
    return model


def params_of(model: Any) -> Params:
    return list(zip(model.coefs_, model.intercepts_, strict=True))


def test_loss_and_labels_are_those_of_scikit_learns_network(classifier: Any) -> None:
    digits = load_digits()
    X, y = digits.data[400:600] / 16, digits.target[400:600]
    loss, _ = reference.mlp_loss_and_grads(X, y, params_of(classifier))
    assert loss == pytest.approx(log_loss(y, classifier.predict_proba(X), labels=np.arange(10)))
    np.testing.assert_array_equal(reference.predict(X, params_of(classifier)), classifier.predict(X))


def test_huge_scores_are_scipys() -> None:
    scores = np.array([[1000.0, -1000.0, 0.0], [-5.0, 995.0, 1000.0]])
    loss, grads = reference.mlp_loss_and_grads(scores, np.array([1, 1]), [(np.eye(3), np.zeros(3))])
    assert loss == pytest.approx(-log_softmax(scores, axis=1)[[0, 1], [1, 1]].mean())
    assert np.isfinite(grads[0][0]).all()


def test_an_epoch_is_the_one_of_scikit_learns_gradient_descent() -> None:
    """scikit-learn without momentum, regularisation and shuffling, with all examples in one minibatch."""
    X, y = examples(12, [4, 3])
    y[:3] = 0, 1, 2
    plain: dict[str, Any] = {"solver": "sgd", "alpha": 0.0, "momentum": 0.0, "shuffle": False, "batch_size": 12}
    model = MLPClassifier([5], learning_rate_init=0.3, random_state=1, **plain)
    model.partial_fit(X, y, classes=np.arange(3))
    before = [(W.copy(), b.copy()) for W, b in params_of(model)]
    model.partial_fit(X, y)
    after, loss = reference.train_epoch(before, X, y, 0.3, 12, np.random.default_rng(0))
    assert loss == pytest.approx(model.loss_)
    for ours, theirs in zip(after, params_of(model), strict=True):
        np.testing.assert_allclose(ours[0], theirs[0])
        np.testing.assert_allclose(ours[1], theirs[1])


def test_first_weights_are_normal_with_variance_two_over_the_inputs() -> None:
    X, y = examples(2, [200, 100, 50])
    params, history = reference.fit(X, y, [200, 100, 50], 0.1, 0, np.random.default_rng(7))
    for W, b in params:
        assert stats.kstest(W.ravel(), "norm", args=(0, np.sqrt(2 / len(W)))).pvalue > 1e-3
        assert not b.any()
    assert history == []


def test_split_deals_each_example_once() -> None:
    X, y = np.arange(21)[:, None], np.arange(21)
    X_train, X_test, y_train, y_test = reference.split(X, y, 0.3, np.random.default_rng(5))
    assert (len(X_train), len(X_test)) == (15, 6)
    np.testing.assert_array_equal(np.sort(np.concatenate([y_train, y_test])), y)
    np.testing.assert_array_equal(X_train[:, 0], y_train)
    np.testing.assert_array_equal(X_test[:, 0], y_test)


def test_fit_reads_digits() -> None:
    digits = load_digits()
    X_train, X_test, y_train, y_test = reference.split(digits.data, digits.target, 0.25, np.random.default_rng(0))
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std[std == 0] = 1
    rng = np.random.default_rng(1)
    params, history = reference.fit((X_train - mean) / std, y_train, [64, 64, 10], 0.2, 40, rng)
    assert len(history) == 40
    assert history[-1] < 0.01 < history[0]
    assert reference.accuracy(y_test, reference.predict((X_test - mean) / std, params)) >= 0.95


def test_measures_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(6)
    y, yhat = rng.integers(0, 9, 200), rng.integers(0, 9, 200)
    assert reference.accuracy(y, yhat) == pytest.approx(accuracy_score(y, yhat))
    counts = reference.confusion_matrix(y, yhat, 10)
    np.testing.assert_array_equal(counts, confusion_matrix(y, yhat, labels=np.arange(10)))


@pytest.mark.parametrize("shapes", [((4,), (4, 1)), ((4, 1), (4,)), ((4, 1), (4, 1))])
def test_accuracy_refuses_columns(shapes: Any) -> None:
    with pytest.raises(ValueError, match="shapes"):
        reference.accuracy(*map(np.zeros, shapes))
