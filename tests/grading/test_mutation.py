"""Systematic changes of a reference."""

from __future__ import annotations

import pytest

from autograder.grading.mutation import mutants


def changes(body: str) -> set[str]:
    return {mutant.after for mutant in mutants(f"def f(X, w, b, n=1):\n    {body}", "f")}


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ("return X @ w", "return w @ X"),
        ("return X + b", "return X - b"),
        ("return -b", "return +b"),
        ("return X > 0", "return X >= 0"),
        ("return X.sum(axis=1)", "return X.sum(axis=0)"),
        ("return X.sum(axis=1)", "return X.sum()"),
        ("return np.maximum(X, 0)", "return np.minimum(X, 0)"),
        ("return X.T", "return X[...]"),
        ("return b if n else w", "return w if n else b"),
        ("return X[1:]", "return X[2:]"),
    ],
)
def test_one_small_thing_is_changed(body: str, changed: str) -> None:
    assert changed in changes(body)


def test_a_statement_is_dropped_and_a_condition_turned_round() -> None:
    found = changes("if n == 0:\n        raise ValueError('no')\n    return X")
    assert {"(nothing)", "if not n == 0:", "if n != 0:", "pass"} <= found


def test_words_of_an_error_and_annotations_stay() -> None:
    source = "def f(x: float) -> float:\n    raise ValueError('a' + str(1))"
    assert [mutant.change for mutant in mutants(source, "f")] == ["raise ValueError('a' + str(1)) -> pass"]


def test_a_default_is_changed() -> None:
    assert "def f(X, w, b, n=2):" in changes("return X")


def test_every_mutant_compiles_and_differs_from_the_others() -> None:
    found = mutants("def f(X):\n    Y = X * 2 + 1\n    return Y.T @ Y", "f")
    assert len({mutant.source for mutant in found}) == len(found) > 5
    for mutant in found:
        compile(mutant.source, "mutant", "exec")
