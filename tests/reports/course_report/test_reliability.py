"""Alpha, standard errors and curves are those of an independent computation with NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.reports.course_report.reliability import ENOUGH, item_curve, reliability


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 80), st.integers(2, 9), st.integers(0, 2**32))
def test_alpha_and_its_error(n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = np.round(rng.normal(size=(n, 1)) + rng.normal(size=(n, k)) * rng.uniform(0.1, 3), 2)
    found = reliability(table.tolist())
    covariance = np.cov(table, rowvar=False)
    whole = covariance.sum()
    alpha = k / (k - 1) * (1 - np.trace(covariance) / whole)
    assert found is not None
    assert found.alpha == pytest.approx(alpha, abs=1e-9, rel=1e-9)
    error = np.sqrt(whole * max(0.0, 1 - alpha))
    assert found.error == pytest.approx(error, abs=1e-9, rel=1e-9)


@pytest.mark.parametrize("rows", [[], [[1.0, 2.0]], [[1.0], [2.0]], [[1.0, 2.0], [2.0, 1.0]]])
def test_where_it_is_not_defined_there_is_none(rows: list[list[float]]) -> None:
    assert reliability(rows) is None


def test_a_curve_is_the_mean_of_each_fifth_by_the_rest() -> None:
    rng = np.random.default_rng(1)
    table = rng.integers(0, 5, size=(73, 4)) / 4
    found = item_curve(table.tolist(), 2)
    rest = np.delete(table, 2, axis=1).sum(axis=1)
    order = np.argsort(rest, kind="stable")
    groups = [order[round(73 * part / 5) : round(73 * (part + 1) / 5)] for part in range(5)]
    assert found is not None
    assert found.shares == pytest.approx([table[group, 2].mean() for group in groups], abs=1e-9)
    assert item_curve(table[: ENOUGH - 1].tolist(), 2) is None
