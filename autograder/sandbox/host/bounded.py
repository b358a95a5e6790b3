"""Bounds what the grader does with a student's values: their size and kind, and the time and memory it takes.

A single call in C cannot be interrupted, so values that could keep one busy are refused beforehand.
"""

from __future__ import annotations

import functools
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np

from autograder.sandbox.common.control import held_bytes

SECONDS = 2.0  # a function of the grader's, called with a student's arguments, may take no longer
LINES = 2_000_000
MEMORY = 128 * 2**20  # and take no more than this: labels, say, and a number of classes make a matrix
ENTRIES = 250_000  # of all arguments together: all training digits, and products of whole numbers in half a second
LARGEST_INT = 10**6  # powers of larger ones, and ranges up to them, are one long call in C
CHARACTERS = 10_000


class TooMuch(Exception):
    """A function of the grader's was called with arguments that would keep the grader busy for too long."""


def bounded(function: Callable[..., Any], seconds: float = SECONDS) -> Callable[..., Any]:
    """The function, stopped if it runs too long or takes too much memory: the student chooses its arguments.

    It raises `TooMuch` for the first, and for arguments that are too large; `MemoryError` for the second. Time is this
    thread's own: a busy machine changes nothing.
    """

    def call(*args: Any, **kwargs: Any) -> Any:
        check_size((*args, *kwargs.values()))
        lines, end = 0, time.thread_time() + seconds

        def watch(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal lines
            lines += 1
            if lines > LINES or time.thread_time() > end:
                raise TooMuch("it takes too long with these arguments")
            return watch

        before = sys.gettrace()
        with bounded_memory(MEMORY):
            sys.settrace(watch)
            try:
                return function(*args, **kwargs)
            finally:
                sys.settrace(before)

    return call


def check_size(values: Iterable[Any]) -> None:
    """Refuses arguments with which one call of NumPy's, or of Python's whole numbers, could take very long.

    Raises:
        TooMuch: for too many entries or characters, and for whole numbers beyond a million.
    """
    entries, characters, waiting = 0, 0, list(values)
    while waiting:
        value = waiting.pop()
        entries += value.size if isinstance(value, np.ndarray) else 1
        if isinstance(value, str | bytes):
            characters += len(value)
        elif isinstance(value, int) and abs(value) > LARGEST_INT:
            raise TooMuch(f"whole numbers are taken up to {LARGEST_INT:,} here; give a larger one as a float")
        elif isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        if entries > ENTRIES or characters > CHARACTERS:
            raise TooMuch(f"all arguments together may have {ENTRIES:,} entries and {CHARACTERS:,} characters here")


@contextmanager
def bounded_memory(beyond: int) -> Iterator[None]:
    """Inside this context, this process can use only this much more memory than it already has."""
    _prepare_products()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = held_bytes() + beyond
    resource.setrlimit(resource.RLIMIT_AS, (bound if soft == resource.RLIM_INFINITY else min(soft, bound), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@functools.cache
def _prepare_products() -> None:
    """Makes NumPy's OpenBLAS allocate a buffer per thread, which it keeps: without them it aborts the process."""
    square = np.zeros((1024, 1024))
    np.dot(square, square)
