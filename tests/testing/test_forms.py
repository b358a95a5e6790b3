"""What differs in form alone, and what is a matter of values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.testing.compare import difference
from autograder.testing.forms import first_departure, form_of, reformed

FLOATS = np.array([0.0, 1.0, 1.0])
COUNTS = np.array([[2, 0], [1, 3]])


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (np.array([0, 1, 1]), FLOATS),
        (np.array([False, True, True]), FLOATS),
        (FLOATS.astype(np.float32), FLOATS),
        ([0.0, 1.0, 1.0], FLOATS),
        ((0, True, 1), FLOATS),
        (FLOATS[:, np.newaxis], FLOATS),
        (FLOATS[np.newaxis], FLOATS),
        ([[0.0], [1.0], [1.0]], FLOATS),
        (FLOATS, FLOATS[:, np.newaxis]),
        (np.array([2.5]), 2.5),
        ([[2.5]], 2.5),
        (True, 1.0),
        (COUNTS.astype(float), COUNTS),
        (COUNTS.tolist(), COUNTS),
        (np.array([1 / 3], np.float32), np.array([1 / 3])),
        (FLOATS, FLOATS.astype(np.float32)),
        (FLOATS, [0.0, 1.0, 1.0]),
        (([0.0, 1.0, 1.0], np.array([2.5])), (FLOATS, 2.5)),
        ({"a": [0, 1, 1]}, {"a": FLOATS}),
        ([], np.zeros(0)),
    ],
)
def test_another_form_of_the_right_values_is_right_once_it_is_reformed(got: Any, want: Any) -> None:
    value, changed = reformed(got, want)
    assert changed
    assert difference(value, want) is None


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (FLOATS, FLOATS),
        (3, 3.0),
        (np.float32(3.0), 3.0),
        (COUNTS.astype(np.int32), COUNTS),
        ((FLOATS, 1.0), [FLOATS, 1.0]),
    ],
)
def test_what_is_as_good_as_asked_for_is_left_alone(got: Any, want: Any) -> None:
    value, changed = reformed(got, want)
    assert not changed
    assert value is got


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (COUNTS + 0.5, COUNTS),  # a fraction is a value
        (np.array([2, 0]), np.array([True, False])),
        (np.zeros((3, 1)), np.zeros((1, 3))),  # transposed
        (np.zeros((3, 2)), np.zeros((2, 3))),
        (np.zeros(2), np.zeros(3)),
        (np.zeros(3), 1.0),
        (None, 1.0),
        ("1.0", 1.0),
        (np.array(["1.0"]), FLOATS),
        ([[1.0], [1.0, 2.0]], FLOATS),
        ([FLOATS], (FLOATS, 1.0)),
        (1j * FLOATS, FLOATS),
        (1.0, "relu"),
    ],
)
def test_values_are_never_touched(got: Any, want: Any) -> None:
    value, changed = reformed(got, want)
    assert not changed
    assert value is got
    assert difference(value, want) is not None


def test_wrong_values_stay_wrong_in_the_right_form() -> None:
    value, changed = reformed([0, 1, 2], FLOATS)
    assert changed
    assert value.tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (FLOATS, "an array of float64, shape (3,)"),
        ([0.0, 1.0], "a list of 2 (a number)"),
        (2, "a whole number"),
        (np.array(2.5), "a number"),
        (np.True_, "a truth value"),
    ],
)
def test_forms_have_words(value: Any, words: str) -> None:
    assert form_of(value) == words


def test_the_place_is_told_in_an_answer_of_several_parts() -> None:
    asked, came = first_departure((FLOATS, np.array([1.0])), (FLOATS, 1.0))
    assert (asked, came) == ("a number at [1]", "an array of float64, shape (1,) at [1]")
