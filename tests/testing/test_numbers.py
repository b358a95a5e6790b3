"""Numbers among the values that students return."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from autograder.testing import as_floats


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (1, ()),
        (True, ()),
        (np.float32(2.5), ()),
        ([1, 2.5], (2,)),
        ([[1, 2], (3, 4)], (2, 2)),
        ([np.ones(3), [1, 2, 3]], (2, 3)),
        (np.ones((2, 0)), (2, 0)),
        ([], (0,)),
    ],
)
def test_numbers_at_any_depth_become_floats(value: Any, shape: tuple[int, ...]) -> None:
    floats = as_floats(value)
    assert floats is not None
    assert (floats.shape, floats.dtype) == (shape, np.float64)


@pytest.mark.parametrize(
    "value",
    ["1", b"1", None, 1j, {"a": 1}, ["1", 2], [[1, 2], [3]], [np.ones(2), np.ones(3)], 10**30, [1] * 300_000],
)
def test_what_is_no_array_of_numbers_is_none(value: Any) -> None:
    assert as_floats(value) is None


def test_one_long_text_among_many_short_ones_takes_no_memory() -> None:
    """NumPy would make each of them as wide as the longest: here, 10 GB."""
    value = ["x" * 50_000] + ["y"] * 50_000
    tracemalloc.start()
    try:
        assert as_floats(value) is None
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
