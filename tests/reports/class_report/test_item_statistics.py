"""The statistics of the class report, against SciPy, NumPy and hand calculation to 1e-12."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from autograder.reports.class_report.item_statistics import correlate, item_rest, percentile, spread

EXACT = 1e-12


def classes() -> list[np.ndarray]:
    """Students by items: points in halves as hidden tests give them, few students, many, and wide scales."""
    rng = np.random.default_rng(5)
    made = []
    for students, items in ((4, 2), (5, 3), (30, 7), (300, 48), (1000, 8)):
        ability = rng.normal(size=(students, 1))
        made.append(np.round(np.clip(ability + rng.normal(size=(students, items)), -2, 2) + 2) / 2)
        made.append(rng.normal(size=(students, items)) * 10.0 ** rng.integers(-6, 7, items))
    return made


@pytest.mark.parametrize("scores", classes(), ids=lambda scores: f"{scores.shape[0]}x{scores.shape[1]}")
def test_item_rest_correlation_and_interval_agree_with_scipy(scores: np.ndarray) -> None:
    items = scores.T.tolist()
    for position in range(len(items)):
        rest = np.delete(scores, position, axis=1).sum(axis=1)
        found = item_rest(items, position)
        if np.ptp(scores[:, position]) == 0 or np.ptp(rest) == 0:
            assert found is None
            continue
        if np.ptp(rest) < 1e-3 or np.ptp(scores[:, position]) < 1e-3:
            continue  # what is left of such a sum beside numbers a million times as large is rounding
        want = stats.pearsonr(scores[:, position], rest)
        interval = want.confidence_interval(0.95)
        assert found is not None
        assert abs(found.r - want.statistic) < EXACT
        assert abs(found.low - interval.low) < EXACT
        assert abs(found.high - interval.high) < EXACT


def test_point_biserial_correlation_agrees_with_scipy() -> None:
    rng = np.random.default_rng(3)
    passed, rest = rng.integers(0, 2, 40).astype(float), rng.normal(size=40)
    found = correlate(passed.tolist(), rest.tolist())
    assert found is not None
    assert abs(found.r - stats.pointbiserialr(passed, rest).statistic) < EXACT


def test_a_correlation_by_hand() -> None:
    """x = 1, 2, 3, 4, 5 and y = 2, 1, 4, 3, 5: Sxx = Syy = 10, Sxy = 8, so r = 0.8 and atanh(r) = ln(9) / 2."""
    found = correlate([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
    assert found is not None
    assert abs(found.r - 0.8) < EXACT
    half = 1.959963984540054 / math.sqrt(2)
    assert abs(found.low - math.tanh(math.log(9) / 2 - half)) < EXACT
    assert abs(found.high - math.tanh(math.log(9) / 2 + half)) < EXACT


@pytest.mark.parametrize(
    ("x", "y"), [([], []), ([1.0], [2.0]), ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]), ([0.1 + 0.2, 0.3], [1.0, 2.0])]
)
def test_where_nothing_varies_there_is_no_correlation(x: list[float], y: list[float]) -> None:
    if x:
        assert correlate(x, y) is None
    assert correlate(y, x) is None


def test_few_pairs_have_no_interval_and_a_perfect_correlation_has_no_width() -> None:
    few = correlate([1, 2, 3], [2, 1, 3])
    assert few is not None
    assert (few.low, few.high) == (None, None)
    perfect = correlate([0, 1, 2, 3], [0, 2, 4, 6])
    assert perfect is not None
    assert (perfect.r, perfect.low, perfect.high) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("n", [1, 2, 5, 24, 1001])
def test_the_spread_agrees_with_numpy(n: int) -> None:
    scores = np.round(np.random.default_rng(n).uniform(0, 20, n), 1)
    found = spread(scores.tolist())
    quartiles = np.quantile(scores, [0, 0.25, 0.5, 0.75, 1])
    assert np.allclose([found.least, found.lower, found.median, found.upper, found.most], quartiles, rtol=0, atol=EXACT)
    assert abs(found.mean - scores.mean()) < EXACT
    assert (found.deviation is None) if n == 1 else abs(found.deviation - scores.std(ddof=1)) < EXACT
    assert abs(percentile(scores.tolist(), 95) - np.quantile(scores, 0.95)) < EXACT
