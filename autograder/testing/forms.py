"""Puts an answer into the form of the right one, so that its values can be judged apart from its form."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.testing.compare import TOLERANCE_32, close, is_number, largest
from autograder.testing.numbers import array_of_numbers

NUMBERS = "biuf"


def reformed(got: Any, want: Any) -> tuple[Any, bool]:
    """The answer in the form of the right one, and whether that changed it.

    Form is what a conversion can fix without touching a value: whole numbers or truth values for floats, floats that
    are whole for whole numbers, another width of float, a list or tuple for an array, an array for a list or tuple, an
    axis of length 1 too many or too few, an array of one for a number. Anything else stays as it is.
    """
    if is_number(want):
        return _number(got, want)
    if isinstance(want, np.ndarray):
        return _array(got, want)
    if isinstance(want, list | tuple):
        return _sequence(got, want)
    if isinstance(want, dict) and isinstance(got, dict) and set(got) == set(want):
        parts = {key: reformed(got[key], want[key]) for key in got}
        return {key: value for key, (value, _) in parts.items()}, any(changed for _, changed in parts.values())
    return got, False


def form_of(value: Any) -> str:
    """The form of an answer in a few words: 'an array of float64, shape (3,)', 'a list of 3', 'a truth value'."""
    if isinstance(value, np.ndarray) and (value.ndim or value.dtype.kind not in "iufc"):
        return f"an array of {value.dtype}, shape {value.shape}"
    if isinstance(value, bool | np.bool_):
        return "a truth value"
    if is_number(value):
        return "a whole number" if np.asarray(value).dtype.kind in "iu" else "a number"
    if isinstance(value, list | tuple):
        inside = list(dict.fromkeys(form_of(part) for part in value))
        return f"a {type(value).__name__} of {len(value)}" + (f" ({', '.join(inside[:3])})" if inside else "")
    return "a dictionary" if isinstance(value, dict) else type(value).__name__


def first_departure(got: Any, want: Any) -> tuple[str, str]:
    """What was asked for and what came, at the first place where the form of the answer differs."""
    if isinstance(want, list | tuple) and isinstance(got, list | tuple) and len(got) == len(want):
        for place, (a, b) in enumerate(zip(got, want, strict=True)):
            if reformed(a, b)[1]:
                return tuple(f"{words} at [{place}]" for words in first_departure(a, b))  # type: ignore[return-value]
    return form_of(want), form_of(got)


def _number(got: Any, want: Any) -> tuple[Any, bool]:
    if is_number(got):
        return got, False
    array = _numbers(got)
    if array is None or array.size != 1:
        return got, False
    return array.astype(np.float64).ravel()[0], True


def _array(got: Any, want: np.ndarray) -> tuple[Any, bool]:
    array = got if isinstance(got, np.ndarray) else _numbers(got)
    if array is None or array.dtype.kind not in NUMBERS or want.dtype.kind not in NUMBERS:
        return got, False
    array = _in_shape(array, want.shape)
    if array is None:
        return got, False
    widths = array.dtype.kind in "iu" and want.dtype.kind in "iu"
    same = isinstance(got, np.ndarray) and got.shape == want.shape and (widths or got.dtype == want.dtype)
    if same:
        return got, False
    if widths:
        return array, True
    if want.dtype.kind in "biu" and not np.array_equal(array, _cast(array, want)):
        return got, False  # a fraction, or a number that is no truth value: that is a value
    return _cast(_exact(array, want), want), True


def _in_shape(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """The array in that shape if only axes of length 1 are missing or superfluous."""
    if array.shape == shape:
        return array
    if array.ndim == len(shape) or [n for n in array.shape if n != 1] != [n for n in shape if n != 1]:
        return None  # as many axes: transposed, not another form
    return array.reshape(shape)


def _exact(array: np.ndarray, want: np.ndarray) -> np.ndarray:
    """Narrow floats as the wide ones they stand for, as well as their precision allows."""
    if array.dtype.kind != "f" or array.dtype.itemsize >= want.dtype.itemsize or want.dtype.kind != "f":
        return array
    near = close(array, want.astype(np.float32), largest(want) or TOLERANCE_32)
    return np.where(near, want, array)


def _cast(array: np.ndarray, want: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return array.astype(want.dtype)


def _sequence(got: Any, want: list[Any] | tuple[Any, ...]) -> tuple[Any, bool]:
    stacked = isinstance(got, np.ndarray) and got.ndim > 0
    if not (stacked or isinstance(got, list | tuple)) or len(got) != len(want):
        return got, False
    parts = [reformed(a, b) for a, b in zip(got, want, strict=True)]
    values, changed = [value for value, _ in parts], any(of_part for _, of_part in parts)
    return (type(want)(values) if stacked or changed else got), stacked or changed


def _numbers(value: Any) -> np.ndarray | None:
    """A number, truth value, or nested list of them as an array; None for anything else."""
    array = array_of_numbers(value)
    return array if array is not None and array.dtype.kind in NUMBERS else None
