"""How well two readers agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEP = 0.5
"""Scores are compared in steps of half a point."""


@dataclass(frozen=True)
class Agreement:
    """Answers that two people read, how many got the same score, and Cohen's kappa with quadratic weights.

    ``kappa`` is None if it means nothing because all scores are equal.
    """

    answers: int
    equal: int
    kappa: float | None


def agreement(pairs: Sequence[tuple[float, float]], most: float) -> Agreement | None:
    """The agreement of pairs of scores between 0 and ``most``; None without a pair."""
    if not pairs:
        return None
    from sklearn.metrics import cohen_kappa_score  # takes a second to load

    steps = [(round(a / STEP), round(b / STEP)) for a, b in pairs]
    labels = list(range(math.ceil(most / STEP) + 1))
    first, second = zip(*steps, strict=True)
    one_score = len({*first, *second}) == 1
    kappa = None if one_score else float(cohen_kappa_score(first, second, labels=labels, weights="quadratic"))
    return Agreement(len(pairs), sum(a == b for a, b in pairs), kappa)
