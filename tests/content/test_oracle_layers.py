"""The reference of the layers against outside oracles: scikit-learn's networks and scaler, and SciPy's statistics."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

from solutions.layers import (
    count_parameters,
    dense_forward,
    flatten,
    init_layer,
    layer_forward,
    output_activation,
    standardize,
)

DIGITS = load_digits()
HIDDEN = [16, 12]


def fitted(network, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return network.fit(DIGITS.data[:200], y[:200])


@pytest.fixture(scope="module")
def regressor():
    return fitted(MLPRegressor(hidden_layer_sizes=HIDDEN, activation="tanh", max_iter=3, random_state=0), DIGITS.target)


def test_flatten_gives_the_rows_that_scikit_learn_delivers():
    np.testing.assert_array_equal(flatten(DIGITS.images), DIGITS.data)


def test_the_weights_follow_a_normal_distribution():
    W, b = init_layer(200, 100, np.random.default_rng(7), 0.3)
    assert stats.kstest(W.ravel(), "norm", args=(0, 0.3)).pvalue > 1e-3
    assert stats.kstest(W.ravel(), "norm", args=(0, 0.33)).pvalue < 1e-6  # the test would tell another scale
    assert not b.any()


def test_layer_after_layer_is_the_answer_of_scikit_learns_network(regressor):
    A = DIGITS.data
    for W, b in zip(regressor.coefs_[:-1], regressor.intercepts_[:-1], strict=True):
        A, Z = layer_forward(A, W, b, np.tanh)
        np.testing.assert_allclose(np.arctanh(A[np.abs(A) < 0.9]), Z[np.abs(A) < 0.9])
    answer = dense_forward(A, regressor.coefs_[-1], regressor.intercepts_[-1])
    np.testing.assert_allclose(answer.ravel(), regressor.predict(DIGITS.data))


def test_parameters_are_what_scikit_learn_has_fitted(regressor):
    fitted_numbers = sum(array.size for array in [*regressor.coefs_, *regressor.intercepts_])
    assert count_parameters([64, *HIDDEN, 1]) == fitted_numbers


def test_standardize_agrees_with_the_standard_scaler_on_constant_pixels_too():
    X_train, X_test = DIGITS.data[:100], DIGITS.data[100:]
    assert (X_train.std(axis=0) == 0).any()
    scaler = StandardScaler().fit(X_train)
    train, test = standardize(X_train, X_test)
    np.testing.assert_allclose(train, scaler.transform(X_train), atol=1e-12)
    np.testing.assert_allclose(test, scaler.transform(X_test), atol=1e-12)


def test_standardize_knows_a_constant_column_whose_mean_is_rounded():
    column = np.full((3, 1), 0.1)
    assert column.mean() != 0.1
    np.testing.assert_allclose(standardize(column, column + 1)[1], [[1.0]] * 3)


def test_the_last_activation_is_the_one_that_scikit_learn_takes(regressor):
    multiclass = fitted(MLPClassifier(hidden_layer_sizes=[4], max_iter=2, random_state=0), DIGITS.target)
    binary = fitted(MLPClassifier(hidden_layer_sizes=[4], max_iter=2, random_state=0), DIGITS.target > 4)
    assert output_activation("regression") == regressor.out_activation_
    assert output_activation("binary") == binary.out_activation_.replace("logistic", "sigmoid")
    assert output_activation("multiclass") == multiclass.out_activation_
