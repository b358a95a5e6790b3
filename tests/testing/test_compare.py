"""The comparator: what counts as the right answer, and what is said first of a wrong one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.testing.compare import describe, difference

FLOATS = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(allow_nan=True))
SMALL = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-10, 10))
NAN, INF = float("nan"), float("inf")


@settings(deadline=None)
@given(FLOATS)
def test_a_right_array_is_right(array: np.ndarray) -> None:
    assert difference(array.copy(), array) is None


@settings(deadline=None)
@given(SMALL.filter(lambda a: bool(a.size)), st.data())
def test_the_entry_that_differs_is_marked_and_no_other(array: np.ndarray, data: st.DataObject) -> None:
    place = tuple(data.draw(st.integers(0, n - 1)) for n in array.shape)
    array[place] = 1.0
    wrong = array.copy()
    wrong[place] = 1.1
    found = difference(wrong, array)
    assert found is not None
    assert found.what == "values"
    assert found.where is not None
    assert [tuple(map(int, at)) for at in np.argwhere(found.where)] == [place]


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (2, 2.0),
        (np.float32(2.0), 2.0),
        (np.array(2.0), 2),
        (1.0 + 1e-8, 1.0),
        (1e6 + 0.5, 1e6),
        (9e-7, 0.0),
        (0.0, 4e-17),  # what is left where numbers cancel
        (np.array([1e-3, 1000.0]), np.array([0.0, 1000.0])),
        (np.ones(2, np.int32), np.ones(2, np.int64)),
        ((np.array([1e-3]), 1000.0), (np.array([0.0]), 1000.0)),
        (3.0, 3),
        (NAN, NAN),
        (-INF, -INF),
        (np.float64(3.0), np.array(3.0)),
        (np.array([1.00005], np.float32), np.array([1.0], np.float32)),
        ([1.0, (2.0,)], (1.0, [2.0])),
        ({"a": 1.0}, {"a": 1}),
        ("x", "x"),
        (None, None),
        (True, True),
    ],
)
def test_what_counts_as_right(got: Any, want: Any) -> None:
    assert difference(got, want) is None


@pytest.mark.parametrize(
    ("got", "want", "what", "message"),
    [
        (None, 2.0, "kind", "the answer is None, expected a number (does the function return its result?)"),
        (True, 1.0, "kind", "the answer is a truth value, expected a number"),
        (np.array([2.0]), 2.0, "kind", "the answer is an array of shape (1,), expected a number"),
        ("2.0", 2.0, "kind", "the answer is a text, expected a number"),
        (1.0 + 1e-5, 1.0, "values", "the answer is 1.00001, expected 1"),
        (INF, 1e308, "values", "the answer is inf, expected 1e+308"),
        (NAN, 0.0, "values", "the answer is nan, expected 0"),
        (1.1e-6, 0.0, "values", "the answer is 1.1e-06, expected 0"),
        (1.1e-9, 1e-9, "values", "the answer is 1.1e-09, expected 1e-09"),
        (2.866027, 2.866031, "values", "the answer is 2.866027, expected 2.866031"),
        (1000001.0, 1000000, "values", "the answer is 1000001, expected 1000000"),
        ([1.0], np.ones(1), "kind", "the answer is a list of 1, expected an array of shape (1,)"),
        (np.ones((1, 2)), np.ones(2), "shape", "the answer has shape (1, 2), expected (2,)"),
        (np.ones(2, np.float32), np.ones(2), "dtype", "the answer has dtype float32, expected float64"),
        (np.ones(2, bool), np.ones(2), "dtype", "the answer has dtype bool, expected float64"),
        (np.array([1.0, 5.0]), np.ones(2), "values", "1 of 2 entries differ"),
        (np.array([5.0]), np.ones(1), "values", "the value differs"),
        ((1.0,), (1.0, 2.0), "length", "the answer has 1 parts, expected 2"),
        ((1.0, 3.0), (1.0, 2.0), "values", "the answer[1] is 3, expected 2"),
        ({"a": 1}, {"b": 1}, "keys", "the answer has the keys ['a']"),
        ({"a": np.ones(2)}, {"a": np.ones(3)}, "shape", "the answer['a'] has shape (2,), expected (3,)"),
        ("x", "y", "values", "the answer is 'x', expected 'y'"),
    ],
)
def test_what_is_said_of_a_wrong_answer(got: Any, want: Any, what: str, message: str) -> None:
    found = difference(got, want)
    assert found is not None
    assert (found.what, found.message) == (what, message)


def test_shape_comes_before_dtype_and_dtype_before_values() -> None:
    want = np.zeros((2, 3))
    answers = (np.ones((3, 2), int), np.ones((2, 3), int), np.ones((2, 3)))
    assert [getattr(difference(got, want), "what", None) for got in answers] == ["shape", "dtype", "values"]


def test_integers_have_no_tolerance() -> None:
    big = np.array([10**15])
    assert difference(big + 1, big) is not None


@pytest.mark.parametrize(
    ("value", "told"),
    [(1.5, "a number"), (np.ones((2, 3)), "an array of shape (2, 3)"), ((), "a tuple of 0"), ({}, "a dictionary")],
)
def test_kinds_have_names_for_people(value: Any, told: str) -> None:
    assert describe(value) == told
