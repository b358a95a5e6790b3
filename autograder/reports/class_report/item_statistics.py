"""The statistics of the class report: means, quantiles, and Pearson's correlation with its confidence interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, fsum, sqrt, tanh
from statistics import NormalDist, correlation, fmean, quantiles, stdev

CONFIDENCE = 0.95
EQUAL = 1e-9
"""Points that differ by no more than this are equal, because sums of tenths are not exact."""


@dataclass(frozen=True)
class Correlation:
    """Pearson's correlation of ``n`` pairs, and its confidence interval, (None, None) if n is below 4."""

    r: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Spread:
    """How numbers are spread: mean, standard deviation (of a sample, so None of one number), and quartiles."""

    n: int
    mean: float
    deviation: float | None
    least: float
    lower: float
    median: float
    upper: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    """Describes at least one number."""
    lower, median, upper = quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    deviation = stdev(values) if len(values) > 1 else None
    return Spread(len(values), fmean(values), deviation, min(values), lower, median, upper, max(values))


def percentile(values: Sequence[float], percent: int) -> float:
    """The percentile of at least one number, interpolated linearly between the two nearest (also NumPy's default).

    >>> percentile([0.0, 10.0, 20.0], 25)
    5.0
    """
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def correlate(x: Sequence[float], y: Sequence[float]) -> Correlation | None:
    """Pearson's correlation; None if it is not defined: for fewer than two pairs, or if one side never varies.

    The interval is Fisher's: atanh(r) is nearly normal with standard error 1/sqrt(n - 3) (R. A. Fisher, On the
    "probable error" of a coefficient of correlation deduced from a small sample, Metron 1, 1921).
    """
    n = len(x)
    if n < 2 or max(x) - min(x) <= EQUAL or max(y) - min(y) <= EQUAL:
        return None
    r = max(-1.0, min(1.0, correlation(x, y)))
    if n < 4:
        return Correlation(r, None, None, n)
    if abs(r) == 1.0:
        return Correlation(r, r, r, n)
    half = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) / sqrt(n - 3)
    return Correlation(r, tanh(atanh(r) - half), tanh(atanh(r) + half), n)


def item_rest(items: Sequence[Sequence[float]], position: int) -> Correlation | None:
    """The discrimination of one item: the correlation of its scores with each student's score on all other items.

    ``items`` has a sequence of scores for each item, with the students in the same order. The rest and not the total,
    so that an item is not correlated with itself.
    """
    rest = [fsum(scores[:position] + scores[position + 1 :]) for scores in zip(*items, strict=True)]
    return correlate(items[position], rest)
