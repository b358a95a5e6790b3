"""Calls a function and notes all that a hidden test may ask about: the answer, changed inputs, shared memory, warnings.

The same code observes the student's function in its process and known mistakes in the grader's, so that the two can be
compared.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

MAX_WORK: Any = 100_000  # of the exact overlap question; NumPy's type hints know only 0 and -1
MAX_DRAWN = 10_000
FLOATING_POINT = ("overflow", "invalid value", "divide by zero", "division by zero")


@dataclass(frozen=True)
class Observation:
    """What a call did. ``changed`` and ``shared`` are positions of arguments; keyword arguments follow the others."""

    value: Any
    changed: tuple[int, ...] = ()
    shared: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


def observe(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], *, drain: bool = True
) -> Observation:
    """Calls ``function`` and observes it.

    Exceptions of the function pass through. An iterator is drained unless the call creates an object, which may be one.
    """
    inputs = [*args, *kwargs.values()]
    before = [copy(value) for value in inputs]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = function(*args, **kwargs)
        if drain:
            value = drained(value)
    warned = tuple(str(w.message)[:200] for w in caught if _is_floating_point(w))[:10]
    return noted(value, inputs, before, warned)


def noted(value: Any, inputs: Sequence[Any], before: Sequence[Any], warned: tuple[str, ...]) -> Observation:
    """The observation of a call that returned ``value``: what happened to its inputs, which were ``before``."""
    return Observation(
        value,
        changed=tuple(i for i, (now, then) in enumerate(zip(inputs, before, strict=True)) if not _identical(now, then)),
        shared=tuple(i for i, given in enumerate(inputs) if _shares_memory(value, given)),
        warnings=warned,
    )


def drained(value: Any) -> Any:
    """An iterator's items as a list, so that a generator is a fine answer; any other value unchanged.

    Raises:
        Endless: if there are too many.
    """
    if not isinstance(value, Iterator):
        return value
    items = list(islice(value, MAX_DRAWN + 1))
    if len(items) > MAX_DRAWN:
        raise Endless
    return items


class Endless(Exception):
    """An iterator that yields more than the bound."""

    def __init__(self) -> None:
        super().__init__(f"the iterator yields more than {MAX_DRAWN} values")


def copy(value: Any) -> Any:
    """A copy of lists, dicts and arrays all the way down, memory layout included; anything else is passed through."""
    if isinstance(value, np.ndarray):
        return _copy_array(value)
    if isinstance(value, list | tuple):
        return type(value)(copy(item) for item in value)
    if isinstance(value, dict):
        return {key: copy(item) for key, item in value.items()}
    if isinstance(value, np.random.Generator):
        return _copy_generator(value)
    return value


def _copy_generator(generator: np.random.Generator) -> np.random.Generator:
    """A generator in the same state, ten times as fast as `deepcopy`."""
    bits: Any = type(generator.bit_generator)(0)
    bits.state = generator.bit_generator.state
    return np.random.Generator(bits)


def _copy_array(array: np.ndarray) -> np.ndarray:
    if array.flags.c_contiguous or array.flags.f_contiguous:
        return array.copy(order="K")
    spans = [(n - 1) * s for n, s in zip(array.shape, array.strides, strict=True)]
    low, high = sum(s for s in spans if s < 0), sum(s for s in spans if s > 0)
    if array.size == 0 or 0 in array.strides:
        return array.copy()
    memory = np.zeros(high - low + array.itemsize, np.uint8)
    twin = np.ndarray(array.shape, array.dtype, memory, offset=-low, strides=array.strides)
    twin[...] = array
    return twin


def _identical(now: Any, then: Any) -> bool:
    if isinstance(then, np.ndarray):
        return (
            isinstance(now, np.ndarray)
            and now.shape == then.shape
            and now.dtype == then.dtype
            and now.tobytes() == then.tobytes()
        )
    if isinstance(then, list | tuple):
        same_kind = type(now) is type(then) and len(now) == len(then)
        return same_kind and all(_identical(a, b) for a, b in zip(now, then, strict=True))
    if isinstance(then, dict):
        same_keys = isinstance(now, dict) and list(now) == list(then)
        return same_keys and all(_identical(now[key], then[key]) for key in then)
    if isinstance(then, int | float | str | bytes | None):
        return type(now) is type(then) and (now == then or now != now)
    return True


def _shares_memory(value: Any, given: Any) -> bool:
    return any(np.may_share_memory(a, b) and _overlap(a, b) for a in _arrays(value) for b in _arrays(given))


def _overlap(a: np.ndarray, b: np.ndarray) -> bool:
    try:
        return bool(np.shares_memory(a, b, max_work=MAX_WORK))
    except np.exceptions.TooHardError:
        return True  # their bounds do overlap; the exact question would take exponential time


def _arrays(value: Any, depth: int = 0) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple | dict) and depth < 4:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _arrays(item, depth + 1)


def _is_floating_point(caught: warnings.WarningMessage) -> bool:
    text = str(caught.message)
    return issubclass(caught.category, RuntimeWarning) and any(word in text for word in FLOATING_POINT)
