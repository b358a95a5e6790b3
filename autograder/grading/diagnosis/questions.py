"""Further questions to the student's process, to tell apart explanations that fit so far."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.grading.diagnosis.cases import Case, outcome_of, replay
from autograder.sandbox.common.observe import Observation, copy
from autograder.sandbox.host.replies import Reply
from autograder.testing.calls import RecordedCall

Ask = Callable[[str, tuple[Any, ...], Mapping[str, Any]], Reply]
MOST_QUESTIONS = 2


def asked(cases: Sequence[Case], right: Callable[..., Any], ask: Ask, *, uneven: bool = False) -> Iterator[Case]:
    """New calls like these with other numbers, and their outcomes; none after a missing answer.

    ``uneven`` makes the first rows a thousand times as large as the others, to see what each row is measured by.
    """
    for nth, case in enumerate(cases[:MOST_QUESTIONS]):
        args = tuple(_varied(value, nth, uneven) for value in case.call.args)
        kwargs = {name: _varied(value, nth, uneven) for name, value in case.call.kwargs.items()}
        given = tuple(copy(value) for value in args), {name: copy(value) for name, value in kwargs.items()}
        reply = ask(case.call.exercise, *given)
        call = RecordedCall(case.call.exercise, args, kwargs, reply)
        student = outcome_of(call)
        if not isinstance(reply, Observation) or student is None:
            return
        named = {**case.arguments, **dict(zip(case.arguments, args, strict=False)), **kwargs}
        yield Case(call, named, student, functools.partial(replay, call, right))


def _varied(value: Any, nth: int, uneven: bool) -> Any:
    """Other numbers of the same kind: floats with many digits, between 0 and 1 if they were; the rest stays."""
    if isinstance(value, bool | str) or value is None or callable(value):
        return value
    if isinstance(value, int) and value > 1:
        return value + 1 + nth
    if isinstance(value, float):
        return float(_moved(np.array(value), nth))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        moved = _moved(value, nth).astype(value.dtype)
        if uneven and value.ndim > 1:
            moved[:1] *= 1000
        return moved
    if isinstance(value, list | tuple):
        return type(value)(_varied(item, nth, uneven) for item in value)
    return value


def _moved(array: np.ndarray, nth: int) -> np.ndarray:
    steps = np.sin(np.arange(1, array.size + 1) * (2.0 + nth)).reshape(array.shape)
    if array.size and array.min() >= 0 and array.max() <= 1:
        return np.asarray(array ** (1.3 + 0.2 * steps))
    return np.asarray(array * (1.1 + 0.3 * steps))
