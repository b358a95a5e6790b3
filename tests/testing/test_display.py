"""Values made ready to be looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.testing.display import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, show, text


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (2.0, "2.0"),
        (np.float64(0.1), "0.1"),
        (1e-9, "1e-09"),
        (np.int64(3), "3"),
        (True, "True"),
        (None, "None"),
        ((1.0,), "(1.0,)"),
        ([np.float32(0.5), 2], "[0.5, 2]"),
        ({"a": np.ones(2)}, "{'a': [1., 1.]}"),
        (np.random.default_rng(1), "a random generator"),
        (np.tanh, "np.tanh"),
        (abs, "abs"),
        (lambda z: z, "a function"),
    ],
)
def test_a_value_reads_as_one_would_type_it(value: Any, told: str) -> None:
    assert text(value) == told


def test_a_function_is_told_by_the_first_line_of_its_docstring() -> None:
    def bend(z: float) -> float:
        """np.arctan(z), which is never level.

        More for authors.
        """
        return float(np.arctan(z))

    assert show(bend).text == "bend: np.arctan(z), which is never level."
    assert text(bend) == "bend"
    assert show(np.exp).text == "np.exp"


def test_a_small_array_is_a_table_whose_wrong_entries_are_marked() -> None:
    shown = show(np.array([[1.0, 2.5], [3.0, 4.0]]), np.array([[False, True], [False, False]]))
    assert shown.rows == (("1.0", "2.5"), ("3.0", "4.0"))
    assert shown.marked == ((0, 1),)
    assert (shown.dtype, shown.shape) == ("float64", (2, 2))


def test_an_array_of_one_axis_is_a_table_of_one_row() -> None:
    shown = show(np.array([1.0, 2.0]), np.array([False, True]))
    assert (shown.rows, shown.marked) == ((("1.0", "2.0"),), ((0, 1),))


def test_a_large_array_is_no_table() -> None:
    assert show(np.ones((MAX_ROWS, MAX_COLUMNS))).rows is not None
    assert show(np.ones((MAX_ROWS + 1, 1))).rows is None
    assert show(np.ones((2, 2, 2))).rows is None


def test_a_mark_of_another_shape_is_left_out() -> None:
    assert show(np.ones(3), np.ones((3, 3), bool)).marked == ()


@given(hnp.arrays(st.sampled_from(["f8", "f4", "i8", "?", "c16"]), hnp.array_shapes(max_dims=4, max_side=60)))
def test_no_array_takes_much_room(array: np.ndarray) -> None:
    assert len(show(array).text) <= MAX_TEXT + len(" ...")


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_no_value_takes_much_room(value: Any) -> None:
    assert len(show(value).text) <= MAX_TEXT + len(" ...")


def test_a_list_that_holds_itself_is_shown_in_an_end() -> None:
    endless: list[Any] = [1]
    endless.append(endless)
    assert len(show(endless).text) <= MAX_TEXT + len(" ...")
