"""What the notebooks' prose says in figures is what the reference gives."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits

from solutions import first_network, layers, losses, training

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"


def prose(assignment: str) -> str:
    return " ".join((ASSIGNMENTS / f"{assignment}.md").read_text(encoding="utf-8").split())


@pytest.fixture
def digits():
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = first_network.split(X, y, 0.25, np.random.default_rng(0))
    return *layers.standardize(X_train, X_test), y_train, y_test


def score(data, sizes: list[int], lr: float = 0.2, epochs: int = 40) -> float:
    X_train, X_test, y_train, y_test = data
    params, _ = first_network.fit(X_train, y_train, sizes, lr, epochs, np.random.default_rng(2))
    return 100 * first_network.accuracy(y_test, first_network.predict(X_test, params))


def test_the_table_of_waiting_holds_what_training_gives() -> None:
    cancer = load_breast_cancer()
    raw, labels = cancer.data[:, :1], 1 - cancer.target
    features = {"as it stands": raw, "standardised": (raw - raw.mean()) / raw.std()}
    row = r"radius (as it stands|standardised), learning rate ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|"
    rows = re.findall(row, prose("training"))
    assert len(rows) == 4
    for ruler, lr, *losses_after in rows:
        _, _, history = training.fit_neuron(features[ruler], labels, float(lr), 3001)
        assert list(map(float, losses_after)) == [round(history[k], 2) for k in (40, 500, 3000)]


def test_a_squared_error_on_the_same_radii_grows_about_tenfold_a_step() -> None:
    cancer = load_breast_cancer()
    X, y, w, b, history = cancer.data[:, :1], 1.0 - cancer.target, np.zeros(1), 0.0, []
    for _ in range(6):
        history.append(losses.mean_squared_error(y, X @ w + b))
        dw, db = training.linear_mse_grad(X, y, w, b)
        w, b = w - 0.01 * dw, b - 0.01 * db
    assert np.all(np.abs(np.diff(np.log10(history[1:])) - 1) < 0.05)
    assert "every step multiplies the loss by about ten" in prose("training")


def test_both_networks_of_eight_neurons_have_25_parameters() -> None:
    assert "**25 parameters for each**" in prose("networks")
    assert layers.count_parameters([1, 8, 1]) == layers.count_parameters([1, 2, 2, 2, 2, 1]) == 25


def test_the_deep_network_and_the_linear_one_score_the_same_on_the_split_of_the_notebook(digits) -> None:
    text = prose("first_network")
    assert "where a right one scores 96.0 %" in text
    assert "On this split they score the same" in text
    assert f"{score(digits, [64, 64, 10]):.1f}" == f"{score(digits, [64, 10]):.1f}" == "96.0"


def test_in_the_order_of_the_file_there_are_twice_as_many_errors(digits) -> None:
    X, y = load_digits(return_X_y=True)
    in_order = (*layers.standardize(X[:1348], X[1348:]), y[:1348], y[1348:])
    errors, errors_in_order = 100 - score(digits, [64, 64, 10]), 100 - score(in_order, [64, 64, 10])
    assert "Twice as many errors" in prose("first_network")
    assert 1.8 < errors_in_order / errors < 2.2


def test_whether_a_sum_is_odd_takes_hidden_layers_and_the_deeper_network_has_fewer_parameters(digits) -> None:
    X_train, X_test, y_train, y_test = digits

    def pairs(X, y, count: int, seed: int):
        first, second = np.random.default_rng(seed).integers(0, len(X), (2, count))
        return np.hstack([X[first], X[second]]), (y[first] + y[second]) % 2

    (X, y), (X_new, y_new) = pairs(X_train, y_train, 4000, 5), pairs(X_test, y_test, 1000, 6)
    shapes = ([128, 2], [128, 128, 2], [128, 64, 32, 2])
    linear, shallow, deep = (score((X, X_new, y, y_new), sizes, epochs=10) for sizes in shapes)
    assert linear < 55
    assert 78 < shallow < 88 < deep
    assert layers.count_parameters(shapes[2]) < layers.count_parameters(shapes[1])


def test_a_fresh_network_starts_at_ln_10_or_a_little_above(digits) -> None:
    X, _, y, _ = digits
    for seed in range(5):
        params, _ = first_network.fit(X, y, [64, 64, 10], 0.2, 0, np.random.default_rng(seed))
        loss, _ = first_network.mlp_loss_and_grads(X, y, params)
        assert np.log(10) < loss < 3.5
