"""How far a total can be trusted: Cronbach's alpha, its standard error, and item curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, sqrt
from statistics import fmean, variance

from autograder.reports.class_report.item_statistics import EQUAL

ENOUGH = 50
"""Below so many students an item's curve is noise."""
GROUPS = 5


@dataclass(frozen=True)
class Reliability:
    """Of a total of ``items`` items and ``n`` students: alpha, and the standard error of the total in its own unit."""

    items: int
    n: int
    alpha: float
    error: float


@dataclass(frozen=True)
class ItemCurve:
    """The mean share of an item in each fifth of the students, from the weakest in all other items to the strongest."""

    shares: tuple[float, ...]
    n: int


def reliability(rows: Sequence[Sequence[float]]) -> Reliability | None:
    """Cronbach's alpha of a table with a row a student and a column an item, and the standard error of a row's sum.

    alpha = k / (k - 1) * (1 - sum of the items' variances / variance of the sums), and the error is the sums' standard
    deviation times sqrt(1 - alpha) (L. J. Cronbach, Coefficient alpha and the internal structure of tests,
    Psychometrika 16, 1951). None below two items or two students, or where all sums are the same.
    """
    n, k = len(rows), len(rows[0]) if rows else 0
    if n < 2 or k < 2:
        return None
    sums = [fsum(row) for row in rows]
    if max(sums) - min(sums) <= EQUAL:
        return None
    whole = variance(sums)
    alpha = k / (k - 1) * (1 - fsum(variance(column) for column in zip(*rows, strict=True)) / whole)
    return Reliability(k, n, alpha, sqrt(whole * max(0.0, 1 - alpha)))


def item_curve(rows: Sequence[Sequence[float]], item: int) -> ItemCurve | None:
    """The curve of one item of a table of shares; None of fewer than `ENOUGH` students or of a single item."""
    if len(rows) < ENOUGH or len(rows[0]) < 2:
        return None
    ordered = sorted(rows, key=lambda row: fsum(row) - row[item])
    edges = [round(len(ordered) * part / GROUPS) for part in range(GROUPS + 1)]
    groups = (ordered[low:high] for low, high in pairwise(edges))
    return ItemCurve(tuple(fmean([row[item] for row in group]) for group in groups), len(rows))
