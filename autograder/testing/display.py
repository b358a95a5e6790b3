"""Prepares values for display: bounded text, and small arrays as tables with marked entries."""

from __future__ import annotations

import functools
import inspect
from types import FunctionType
from typing import Any

import numpy as np

from autograder.results import DisplayValue
from autograder.testing.compare import FEW_DIGITS, digits_apart

MAX_TEXT = 600
MAX_ROWS, MAX_COLUMNS = 12, 12
SMALL = 64  # entries


def show(value: Any, where: np.ndarray | None = None, digits: int = FEW_DIGITS) -> DisplayValue:
    """A value for people; a function with the first line of its docstring, so that its call can be tried.

    ``where`` marks entries of an array, in the array's own shape. Numbers have this many significant ``digits``.
    """
    if isinstance(value, np.ndarray) and value.ndim > 0:
        return _array(value, where, digits)
    if isinstance(value, np.ndarray | np.generic):
        return DisplayValue(text=_entry(np.asarray(value)[()], digits), dtype=str(value.dtype), shape=())
    if isinstance(value, float):
        return DisplayValue(text=_entry(value, digits))
    if isinstance(value, FunctionType) and (told := inspect.getdoc(value)):
        return DisplayValue(text=_cut(f"{text(value)}: {told.splitlines()[0]}"))
    return DisplayValue(text=_cut(text(value)))


def beside(got: Any, want: Any, where: np.ndarray | None = None) -> tuple[DisplayValue, DisplayValue]:
    """An answer and the right one, with as many digits as it takes to see the difference."""
    digits = digits_apart(got, want, where)
    return show(got, where, digits), show(want, where, digits)


def text(value: Any, depth: int = 0) -> str:
    """A value as you would type it, without NumPy's prefixes, in a bounded number of characters."""
    if isinstance(value, np.ndarray):
        plain = value.dtype.kind in "biufc" and value.size <= SMALL
        return _numbers(value.tobytes(), value.dtype, value.shape) if plain else _written(value)
    if isinstance(value, list | tuple) and depth < 4:
        inside = ", ".join(text(item, depth + 1) for item in value[:12]) + (", ..." if len(value) > 12 else "")
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict) and depth < 4:
        pairs = list(value.items())[:12]
        return "{" + ", ".join(f"{text(k, depth + 1)}: {text(v, depth + 1)}" for k, v in pairs) + "}"
    if isinstance(value, float | complex | np.inexact | np.integer | np.bool_):
        return _entry(value)
    if isinstance(value, np.random.Generator):
        return "a random generator"
    if callable(value):
        name = str(getattr(value, "__name__", ""))
        return f"np.{name}" if isinstance(value, np.ufunc) else name if name.isidentifier() else "a function"
    return _cut(repr(value))


@functools.lru_cache(maxsize=64)
def _numbers(data: bytes, dtype: np.dtype[Any], shape: tuple[int, ...]) -> str:
    """An array as text, cached because the same one appears in a call and below it, and NumPy is slow to format it."""
    return _written(np.ndarray(shape, dtype, data))


def _written(value: np.ndarray, digits: int = FEW_DIGITS) -> str:
    few = digits <= FEW_DIGITS
    words = np.array2string(
        value,
        precision=4 if few else digits,
        suppress_small=few,
        threshold=40,
        edgeitems=2,
        max_line_width=10_000,
        separator=", ",
    )
    return _cut(" ".join(words.split()))


def _entry(value: Any, digits: int = FEW_DIGITS) -> str:
    if not isinstance(value, float | np.floating):
        return str(value)
    number = float(value)
    return f"{number:.1f}" if number.is_integer() and abs(number) < 1e6 else f"{number:.{digits}g}"


def _array(value: np.ndarray, where: np.ndarray | None, digits: int) -> DisplayValue:
    rows: tuple[tuple[str, ...], ...] | None = None
    marked: tuple[tuple[int, int], ...] = ()
    table = value[np.newaxis, :] if value.ndim == 1 else value
    if table.ndim == 2 and 0 < table.shape[0] <= MAX_ROWS and 0 < table.shape[1] <= MAX_COLUMNS:
        rows = tuple(tuple(_entry(entry, digits) for entry in row) for row in table)
        if where is not None and where.shape == value.shape:
            marks = where[np.newaxis, :] if where.ndim == 1 else where
            marked = tuple((int(r), int(c)) for r, c in np.argwhere(marks))
    words = text(value) if digits <= FEW_DIGITS else _written(value, digits)
    return DisplayValue(text=words, dtype=str(value.dtype), shape=value.shape, rows=rows, marked=marked)


def _cut(words: str) -> str:
    return words if len(words) <= MAX_TEXT else words[:MAX_TEXT] + " ..."
