"""Two mistakes at once: a known mistake, whose answers a factor then changes as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.grading.diagnosis.cases import Case, Outcome, numbers, same
from autograder.grading.diagnosis.fitting import LOOSE, Explanation
from autograder.grading.diagnosis.names import Names, sizes

BASE, TWO = "base", "two"
"""Kinds of explanations: one that is tried only together with another, and such a pair."""

PLAIN = {-1.0: "has the opposite sign", 2.0: "is doubled", 0.5: "is halved"}
HINT = "There is more than one thing to find: compute one small case by hand, step by step."


def either(first: Explanation, telling: Case, names: Names) -> list[Explanation]:
    """The explanation if it predicts the telling call's value; if it does so up to a factor, both together."""
    try:
        ours = first.glimpse(telling) if first.glimpse else first.answer(telling).value
        if same(telling.student.value, ours, LOOSE):
            return [first] if first.kind != BASE else []
        return list(_times(first, ours, telling, names)) if first.kind == BASE else []
    except Exception:  # many changes do not fit such arguments, and some make lists that hold themselves
        return []


def _times(first: Explanation, ours: Any, telling: Case, names: Names) -> Iterator[Explanation]:
    got, want = _leaves(telling.student.value), _leaves(ours)
    if got is None or want is None or got.size != want.size or got.size == 0:
        return
    place = int(np.abs(want).argmax())
    if not np.isfinite(want).all() or want[place] == 0.0:
        return
    ratio = float(got[place] / want[place])
    for factor, words in PLAIN.items():
        if abs(ratio - factor) < LOOSE:
            yield _pair(first, words, lambda case, factor=factor: factor)
    for label, size in sizes(telling.arguments, names).items():
        for power, word in ((1, "multiplied"), (-1, "divided")):
            if size > 1 and abs(ratio * size**-power - 1) < LOOSE:
                yield _pair(first, f"is {word} by {label}", _size(label, power, names))


def _size(label: str, power: int, names: Names) -> Any:
    return lambda case: float(sizes(case.arguments, names).get(label) or 1) ** power


def _pair(first: Explanation, words: str, factor: Any) -> Explanation:
    def answer(case: Case) -> Outcome:
        ours = first.answer(case)
        return ours if ours.error else replace(ours, value=_scaled(ours.value, factor(case)))

    return Explanation(f"{first.misconception}, and whose result {words}", HINT, answer, kind=TWO)


def _leaves(value: Any) -> np.ndarray | None:
    """All numbers of an answer in one row."""
    if isinstance(value, tuple | list) and any(isinstance(part, np.ndarray | tuple | list) for part in value):
        parts = [_leaves(part) for part in value]
        return np.concatenate(parts) if parts and all(part is not None for part in parts) else None  # type: ignore[arg-type]
    found = numbers(value)
    return found.ravel().astype(float) if found is not None and found.dtype.kind in "iuf" else None


def _scaled(value: Any, factor: float) -> Any:
    if isinstance(value, tuple | list):
        return type(value)(_scaled(part, factor) for part in value)
    return value * factor
