"""What the grader does with a student's values takes bounded time and memory."""

from __future__ import annotations

import resource
from typing import Any

import numpy as np
import pytest

from autograder.sandbox.host.bounded import LARGEST_INT, TooMuch, bounded


def test_a_function_cannot_be_kept_busy() -> None:
    def counts(n: int) -> int:
        total = 0
        while total < 10**12 * n:
            total += 1
        return total

    assert bounded(counts)(0) == 0
    with pytest.raises(TooMuch):
        bounded(counts)(1)


def test_a_function_cannot_fill_the_memory() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    assert bounded(np.ones)((1000, 1000)).shape == (1000, 1000)
    with pytest.raises(MemoryError):
        bounded(lambda rows, w: rows @ w)(np.ones((8000, 2)), np.ones((2, 8000)))
    assert resource.getrlimit(resource.RLIMIT_AS) == before


@pytest.mark.parametrize(
    "value",
    [
        np.ones((2000, 2000), np.int8),  # a product of two of these is one call in C, of many seconds
        [np.ones(200_000), (np.ones(100_000),)],
        {"x": ["y" * 11_000]},
        LARGEST_INT + 1,
        [[-(10**300)]],
    ],
)
def test_arguments_that_could_keep_one_call_busy_are_refused(value: Any) -> None:
    with pytest.raises(TooMuch):
        bounded(lambda x: x)(value)


def test_arguments_of_an_honest_size_are_taken() -> None:
    digits = np.ones((1348, 64))
    assert bounded(lambda X, params, K: X)(digits, [(np.ones((64, 64)), np.ones(64))], K=10) is digits
