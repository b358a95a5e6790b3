"""Numbers among the values that students return: checked before NumPy makes an array of them."""

from __future__ import annotations

from typing import Any

import numpy as np

MAX_PARTS = 200_000


def as_floats(value: Any) -> np.ndarray | None:
    """The value as an array of floats, or None if it holds anything but numbers.

    A number, an array, or lists of them at any depth will do. NumPy would make an array of texts from a list with one
    long text in it, each entry as wide as the longest, so nothing but numbers reaches it.
    """
    array = array_of_numbers(value)
    return array.astype(float) if array is not None and array.dtype.kind in "biuf" else None


def array_of_numbers(value: Any) -> np.ndarray | None:
    """The value as an array of truth values, whole, real or complex numbers; None if it holds anything else."""
    if not _holds_numbers_only(value):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):  # a list of lists of different lengths
        return None
    return array if array.dtype.kind in "biufc" else None


def _holds_numbers_only(value: Any) -> bool:
    waiting, parts = [value], 0
    while waiting:
        part = waiting.pop()
        parts += 1
        if isinstance(part, list | tuple):
            waiting += part
        elif isinstance(part, np.ndarray | np.generic):
            if part.dtype.kind not in "biufc":
                return False
        elif not isinstance(part, int | float | complex):
            return False
        if parts > MAX_PARTS:
            return False
    return True
