"""Systematic changes of a reference."""

from __future__ import annotations

import ast

import pytest

from autograder.grading.mutation import edits, mutants


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


@pytest.mark.parametrize(
    ("body", "words", "changed"),
    [
        ("return (X - b) ** 2", "that takes the absolute value where the square belongs", "abs(X - b) ** 1"),
        ("return (X - b) ** 2", "that uses another power", "(X - b) ** 3"),
        ("return X[1]", "that takes another entry or another row", "X[2]"),
        ("return X / np.sum(X)", "that does not divide by the sum", "X / 1"),
        ("return X * w[0]", "that leaves out the factor with w", "X * 1"),
        ("return X.sum(axis=n) / b", "that leaves out the sum", "1 / b"),
        ("return [X for _ in range(n)]", "that goes round a loop once too often", "range(n + 1)"),
        ("return np.maximum(X, 0.0)", "that uses the tanh where the ReLU belongs", "np.tanh(X)"),
        ("return np.mean(X)", "that takes the median where the mean belongs", "np.median(X)"),
        ("return X @ w", "that takes the mean where the sum belongs at X and w", "X @ w / X.shape[-1]"),
    ],
)
def test_a_change_is_said_in_words(body: str, words: str, changed: str) -> None:
    tree = ast.parse(f"def f(X, w, b, n=1):\n    {body}")
    made = {}
    for edit in edits(tree):
        with edit.made():
            made.setdefault(edit.words, []).append(ast.unparse(ast.fix_missing_locations(tree)))
    assert any(changed in source for source in made[words])
