"""Explanations without an entry: relations to the right answer, mutants of the reference, other arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from recorded_calls import calls

from autograder.grading.diagnosis.diagnose import Subject, diagnose
from autograder.grading.diagnosis.mutants import inherited, variants
from autograder.sandbox.common.observe import observe
from autograder.testing.mistakes import Mistake

RNG = np.random.default_rng(5)


def mean_error(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """The mean error times each feature.

    Parameters
    ----------
    X : array (I, D)
        Examples.
    y : array (I,)
        Targets.
    w : array (D,)
        Weights.

    Returns
    -------
    array (D,)
        The slopes.
    """
    return X.T @ (X @ w - y) / len(y)


def slopes(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, float]:
    """Two slopes.

    Parameters
    ----------
    X : array (I, D)
        Examples.
    y : array (I,)
        Targets.
    w : array (D,)
        Weights.

    Returns
    -------
    dw : array (D,)
        The slopes of the weights.
    db : float
        The slope of the bias.
    """
    return mean_error(X, y, w), float(np.mean(X @ w - y))


ARGUMENTS = [(RNG.normal(size=(i, d)), RNG.normal(size=i), RNG.normal(size=d)) for i, d in ((2, 3), (4, 2), (5, 3))]
REFERENCE = ModuleType("reference")
vars(REFERENCE).update(np=np, mean_error=mean_error, slopes=slopes)


def found(answer: Callable[..., Any], right: Callable[..., Any], *others: Callable[..., Any]) -> str | None:
    subject = Subject(
        right, (), {f.__name__: f for f in others}, functools.partial(variants, REFERENCE, right.__name__)
    )
    diagnosis = diagnose(calls(answer, *ARGUMENTS, exercise=right.__name__), subject)
    return diagnosis.misconception if diagnosis else None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r, X, y, w: 2 * r, "is doubled"),
        (lambda r, X, y, w: -r, "has the opposite sign"),
        (lambda r, X, y, w: r * np.log(2), "is multiplied by ln 2"),
        (lambda r, X, y, w: r * len(y), "is multiplied by I, the number of rows of X"),
        (lambda r, X, y, w: r / len(w), "is divided by D, the number of columns of X"),
        (lambda r, X, y, w: r * len(y) / len(w), "is divided by D"),
        (lambda r, X, y, w: r + 0.25, "is 0.25 too large"),
        (lambda r, X, y, w: r[::-1], "runs backwards"),
        (lambda r, X, y, w: np.tanh(r), "goes through a tanh once more"),
        (lambda r, X, y, w: np.round(r, 3), "is rounded to 3 places"),
        (lambda r, X, y, w: r.sum(), "is added up into one number"),
        (lambda r, X, y, w: mean_error(X, y, -w), "uses w with the opposite sign"),
        (lambda r, X, y, w: mean_error(X, y, w[::-1]), "runs through w backwards"),
        (lambda r, X, y, w: X.T @ (X @ w + y) / len(y), "y"),
        (lambda r, X, y, w: X.T @ (X @ w) / len(y), "leaves"),
        (lambda r, X, y, w: mean_error(X[:-1], y[:-1], w), "stops before the last entry along I"),
        (lambda r, X, y, w: mean_error(X[1:], y[1:], w), "leaves out the first entry along I"),
        (lambda r, X, y, w: X.T @ (X @ w / len(w) - y) / len(y), "takes the mean where the sum belongs"),
        (lambda r, X, y, w: X.T @ (X @ w - y), "is multiplied by I"),
    ],
)
def test_a_relation_to_the_right_answer_is_named(change: Callable[..., Any], words: str) -> None:
    said = found(lambda X, y, w: change(mean_error(X, y, w), X, y, w), mean_error)
    assert said is not None
    assert words in said


def test_each_part_of_an_answer_has_a_relation_of_its_own() -> None:
    said = found(lambda X, y, w: (slopes(X, y, w)[0], slopes(X, y, w)[1] * len(y)), slopes)
    assert said == "a solution whose db is multiplied by I, the number of rows of X"


def test_parts_in_another_order_and_a_part_alone_are_named() -> None:
    assert found(lambda *args: slopes(*args)[::-1], slopes) == (
        "a solution that returns its parts in another order: db, dw"
    )
    assert found(lambda *args: slopes(*args)[0], slopes) == "a solution that returns only dw"


def test_the_answer_to_another_exercise_is_named() -> None:
    def sum_error(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
        return np.exp(X.T @ (X @ w - y))

    assert found(sum_error, mean_error, sum_error) == "sum_error, which is another exercise"


def test_an_answer_that_nothing_explains_is_not_named() -> None:
    assert found(lambda X, y, w: np.sin(X.sum(axis=0) * w), mean_error) is None


def test_a_relation_that_a_further_question_refutes_is_not_named() -> None:
    def doubles_small(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
        known = any(np.array_equal(X, seen) for seen, _, _ in ARGUMENTS)
        return mean_error(X, y, w) * (2.0 if known else 3.0)

    recorded = calls(doubles_small, *ARGUMENTS, exercise="mean_error")
    assert diagnose(recorded, Subject(mean_error, ())) is not None
    asked = diagnose(
        recorded, Subject(mean_error, ()), ask=lambda name, args, kwargs: observe(doubles_small, args, kwargs)
    )
    assert asked is None


@pytest.mark.parametrize("answer", [lambda x: bool(x.sum() <= 0), lambda x: int((x > 0).sum()) + 1])
def test_truth_values_and_small_numbers_say_too_little(answer: Callable[..., Any]) -> None:
    def right(x: np.ndarray) -> Any:
        return bool(x.sum() > 0) if isinstance(answer(x), bool) else int((x > 0).sum())

    inputs = [np.array([1.0, -2.0]), np.array([3.0])]
    assert diagnose(calls(answer, *inputs, exercise="right"), Subject(right, ())) is None


def endless(n: int, step: int) -> int:
    total = 0.125
    while n > 0:
        n = n - step
        total = total + n * 1.37
    return total  # type: ignore[return-value]


def huge(n: int) -> Any:
    return np.ones(10 ** (n - 1))[:2] * 1.7 + n


@pytest.mark.parametrize(("right", "given"), [(endless, (7, 2)), (huge, (7,))])
def test_a_mutant_that_never_ends_or_takes_all_memory_is_given_up(right: Callable[..., Any], given: Any) -> None:
    module = ModuleType("reference")
    vars(module).update({"np": np, right.__name__: right})
    subject = Subject(right, (), {}, functools.partial(variants, module, right.__name__))
    recorded = calls(lambda *args: 0.7182818 + np.asarray(right(*args)) ** 3, given, exercise=right.__name__)
    assert diagnose(recorded, subject) is None


def test_a_reference_that_draws_is_compared_in_the_same_state() -> None:
    def draws(rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.normal(size=n)

    given = [(np.random.default_rng(seed), 4) for seed in (1, 2)]
    diagnosis = diagnose(calls(lambda rng, n: draws(rng, n) / 2, *given, exercise="draws"), Subject(draws, ()))
    assert diagnosis is not None
    assert diagnosis.misconception == "a solution whose result is halved"


def sign_of(z: np.ndarray) -> np.ndarray:
    """1 where z is not negative, else 0."""
    return (z >= 0) * 1.0


def test_an_answer_that_is_the_same_everywhere_is_not_explained_by_chance() -> None:
    inputs = [RNG.normal(size=n) for n in (6, 9, 12)]
    recorded = calls(lambda z: np.zeros(z.shape), *inputs, exercise="sign_of")
    assert diagnose(recorded, Subject(sign_of, ())) is None


def test_zeros_and_ones_in_many_places_are_evidence() -> None:
    inputs = [RNG.normal(size=n) for n in (12, 15, 19)]
    diagnosis = diagnose(calls(lambda z: (z < 0) * 1.0, *inputs, exercise="sign_of"), Subject(sign_of, ()))
    assert diagnosis is not None
    assert diagnosis.misconception == "a solution whose result is replaced by 1 minus itself"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda z: np.append(2.0 * z[:-1], 0.0), "is left at 0 in the last place"),
        (lambda z: np.append(0.0, 2.0 * z[1:]), "is left at 0 in the first place"),
        (lambda z: np.maximum(2.0 * z, 0.0), "goes through a ReLU once more"),
    ],
)
def test_zeros_among_right_numbers_are_evidence(answer: Callable[[np.ndarray], np.ndarray], words: str) -> None:
    inputs = [RNG.normal(size=n) for n in (4, 7, 3, 6, 5, 8)]
    diagnosis = diagnose(calls(answer, *inputs, exercise="twice"), Subject(lambda z: 2.0 * z, ()))
    assert diagnosis is not None
    assert diagnosis.misconception == f"a solution whose result {words}"


def scaled(x: np.ndarray, unit: str) -> np.ndarray:
    """x in another unit."""
    return x * {"cm": 100.0, "mm": 1000.0, "inch": 39.37}[unit]


def test_an_argument_that_always_counts_as_the_same_text_is_named() -> None:
    inputs = [(RNG.normal(size=3), unit) for unit in ("cm", "mm", "inch")]
    recorded = calls(lambda x, unit: scaled(x, "cm"), *inputs, exercise="scaled")
    diagnosis = diagnose(recorded, Subject(scaled, ()))
    assert diagnosis is not None
    assert diagnosis.misconception == "a solution that answers as if unit were always 'cm'"


def test_a_function_that_is_never_used_is_named_before_what_is_done_to_the_answer() -> None:
    def apply(x: np.ndarray, act: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        return act(x + 1.0)

    inputs = [(RNG.normal(size=9), act) for act in (np.tanh, np.arctan, np.sin)]
    recorded = calls(lambda x, act: np.maximum(x + 1.0, 0.0), *inputs, exercise="apply")
    diagnosis = diagnose(recorded, Subject(apply, ()))
    assert diagnosis is not None
    assert diagnosis.misconception == "a solution that uses the ReLU, whatever act is"


def squared_error(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """An earlier exercise's mistake: the errors are squared."""
    return X.T @ (X @ w - y) ** 2


SQUARED = Mistake("mean_error", "No square.", "slopes of squares", squared_error)


def test_a_mistake_of_an_exercise_that_the_right_answer_calls_is_named() -> None:
    subject = Subject(slopes, (), {}, lambda: inherited(REFERENCE, "slopes", (SQUARED,)))
    recorded = calls(lambda X, y, w: (squared_error(X, y, w), slopes(X, y, w)[1]), *ARGUMENTS, exercise="slopes")
    diagnosis = diagnose(recorded, subject)
    assert diagnosis is not None
    assert diagnosis.misconception == "a solution with a mistake of mean_error: slopes of squares"


@pytest.mark.parametrize(
    ("factor", "words"), [(-1.0, "has the opposite sign"), (2.0, "is doubled"), (0.5, "is halved")]
)
def test_a_known_mistake_and_a_factor_are_named_together(factor: float, words: str) -> None:
    recorded = calls(lambda X, y, w: factor * (X.T @ (X @ w - y) ** 2), *ARGUMENTS, exercise="mean_error")
    diagnosis = diagnose(recorded, Subject(mean_error, (SQUARED,)))
    assert diagnosis is not None
    assert diagnosis.misconception == f"slopes of squares, and whose result {words}"
