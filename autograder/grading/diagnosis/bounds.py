"""Bounds for functions that may run forever: a reference with one thing changed, or called with our arguments."""

from __future__ import annotations

import dis
import functools
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType, FunctionType
from typing import Any


class TooLong(Exception):
    """A function ran more lines than allowed."""


def within(lines: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, stopped after this many lines; the function itself if it has no loop that could run forever.

    Lines are counted, not seconds: a diagnosis must not depend on how busy the machine is.
    """
    if not has_loops(function):
        return function

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return counted(function, args, kwargs, lines)[0]

    return call


def counted(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], most: int) -> tuple[Any, int]:
    """What the function returns, and how many lines it ran.

    Raises:
        TooLong: after ``most`` lines.
    """
    lines = 0

    def watch(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal lines
        lines += 1
        if lines > most:
            raise TooLong
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        return function(*args, **kwargs), lines
    finally:
        sys.settrace(before)


@functools.lru_cache(maxsize=8192)
def has_loops(function: Callable[..., Any], depth: int = 3) -> bool:
    """Whether a function, or one of its own module that it calls, has a loop or may call itself."""
    if not isinstance(function, FunctionType) or depth == 0:
        return True
    codes = list(_codes(function.__code__))
    if any("BACKWARD" in step.opname for code in codes for step in dis.get_instructions(code)):
        return True
    named = {name for code in codes for name in code.co_names}
    called = (function.__globals__.get(name) for name in named)
    return any(has_loops(other, depth - 1) for other in called if isinstance(other, FunctionType))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)
