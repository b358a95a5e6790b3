"""Calls of an answer, recorded as a hidden test records them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.sandbox.common.messages import Raised
from autograder.sandbox.common.observe import copy, observe
from autograder.sandbox.host.replies import Reply
from autograder.testing.calls import RecordedCall


def reply_of(answer: Callable[..., Any], args: tuple[Any, ...]) -> Reply:
    """What the student's process would have replied."""
    try:
        return observe(answer, args, {})
    except Exception as fault:
        return Raised(0, type(fault).__name__, (), "", ())


def calls(answer: Callable[..., Any], *inputs: Any, exercise: str = "half") -> list[RecordedCall]:
    """A call with each input, or with each tuple of arguments."""
    given = [args if isinstance(args, tuple) else (args,) for args in inputs]
    return [RecordedCall(exercise, copy(args), {}, reply_of(answer, copy(args))) for args in given]
