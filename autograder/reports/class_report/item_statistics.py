"""The statistics of the class report: means, quantiles, and Pearson's correlation with its confidence interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, fsum, sqrt, tanh
from statistics import NormalDist

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


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    return fsum(values) / len(values)


def spread(values: Sequence[float]) -> Spread:
    """Describes at least one number."""
    ordered, middle = sorted(values), mean(values)
    squares = fsum((value - middle) ** 2 for value in values)
    return Spread(
        n=len(values),
        mean=middle,
        deviation=sqrt(squares / (len(values) - 1)) if len(values) > 1 else None,
        least=ordered[0],
        lower=quantile(ordered, 0.25),
        median=quantile(ordered, 0.5),
        upper=quantile(ordered, 0.75),
        most=ordered[-1],
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The quantile of sorted numbers, interpolated linearly between the two nearest (also NumPy's default).

    >>> quantile([0.0, 10.0, 20.0], 0.25)
    5.0
    """
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def correlate(x: Sequence[float], y: Sequence[float]) -> Correlation | None:
    """Pearson's correlation; None if it is not defined: for fewer than two pairs, or if one side never varies.

    The interval is Fisher's: atanh(r) is nearly normal with standard error 1/sqrt(n - 3) (R. A. Fisher, On the
    "probable error" of a coefficient of correlation deduced from a small sample, Metron 1, 1921).
    """
    n = len(x)
    if n < 2 or max(x) - min(x) <= EQUAL or max(y) - min(y) <= EQUAL:
        return None
    x_mean, y_mean = mean(x), mean(y)
    dx, dy = [value - x_mean for value in x], [value - y_mean for value in y]
    # each side is scaled to length 1 before the product, so that squares of tiny or huge numbers are not lost
    x_length, y_length = sqrt(fsum(d * d for d in dx)), sqrt(fsum(d * d for d in dy))
    r = fsum((a / x_length) * (b / y_length) for a, b in zip(dx, dy, strict=True))
    r = max(-1.0, min(1.0, r))
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
