"""From a wrong answer to the misconception behind it: the known mistake that answers each call as the student did."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from autograder.sandbox.common import messages
from autograder.sandbox.common.object_table import action_on
from autograder.sandbox.common.observe import Observation, copy, observe
from autograder.sandbox.host.replies import ObjectHandle
from autograder.testing.calls import RecordedCall, bare
from autograder.testing.compare import close, difference
from autograder.testing.mistakes import Mistake

AN_OBJECT = "an object"
NOT_WRITTEN = "NotImplementedError"
NUMBERS = (np.ndarray, np.generic, int, float, complex)


def diagnose(calls: Sequence[RecordedCall], mistakes: Iterable[Mistake], reference: ModuleType) -> Mistake | None:
    """The mistake that gives the student's answers on all of these calls of one exercise, if there is one.

    A mistake has to agree in all that was observed: answers, exceptions, changed inputs, shared memory, warnings.
    When none does, one that agrees in the answers' values alone is taken, so that a misconception is known in
    float32 too. A mistake whose answers are right on all these calls explains nothing and is left out.
    """
    told = [call for call in calls if isinstance(call.reply, Observation | messages.Raised | messages.NotSent)]
    if not told or all(isinstance(c.reply, messages.Raised) and c.reply.type_name == NOT_WRITTEN for c in told):
        return None
    known = [m for m in mistakes if m.exercise == told[0].exercise]
    right = getattr(reference, told[0].exercise)
    for alike in (_alike, _alike_in_value):
        if all(alike(call, right) for call in told):
            continue
        for mistake in known:
            if all(alike(call, mistake.function) for call in told):
                return mistake
    return None


def _replay(call: RecordedCall, function: Callable[..., Any]) -> Observation | messages.Raised | messages.NotSent:
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # some mistakes print
            seen = _again(call, function)
    except Exception as fault:
        return messages.Raised(0, type(fault).__name__, (), "", ())
    try:
        value = messages.unpack(messages.Packer().pack(seen.value))
    except messages.Unsendable as fault:
        if call.step is None:
            return messages.NotSent(0, fault.what)
        value = AN_OBJECT
    return Observation(value, seen.changed, seen.shared, seen.warnings)


def _again(call: RecordedCall, function: Callable[..., Any]) -> Observation:
    """The call on another function or class; an object goes through the same steps first."""
    args = [_given(value) for value in call.args]
    kwargs = {key: _given(value) for key, value in call.kwargs.items()}
    if not call.before or call.step is None:
        return observe(function, args, kwargs, drain=call.step is None)
    target = _again(call.before[0], function).value
    for earlier in call.before[1:]:
        assert earlier.step is not None
        with contextlib.suppress(Exception):  # a test may well have gone on after an error
            action = action_on(target, earlier.step.verb, earlier.step.name)
            observe(action, [_given(v) for v in earlier.args], {k: _given(v) for k, v in earlier.kwargs.items()})
    return observe(action_on(target, call.step.verb, call.step.name), args, kwargs)


def _given(value: Any) -> Any:
    return copy(bare(value))


def _told(value: Any) -> Any:
    """What is compared of a student's answer: of an object, that it is one."""
    return AN_OBJECT if isinstance(value, ObjectHandle) else value


def _alike(call: RecordedCall, function: Callable[..., Any]) -> bool:
    theirs, ours = call.reply, _replay(call, function)
    if isinstance(theirs, Observation) and isinstance(ours, Observation):
        beside = (theirs.changed, theirs.shared, bool(theirs.warnings)) == (
            ours.changed,
            ours.shared,
            bool(ours.warnings),
        )
        got = _told(theirs.value)
        return beside and _same_kind(got, ours.value) and difference(got, ours.value) is None
    if isinstance(theirs, messages.Raised) and isinstance(ours, messages.Raised):
        return theirs.type_name == ours.type_name
    return isinstance(theirs, messages.NotSent) and isinstance(ours, messages.NotSent)


def _same_kind(a: Any, b: Any) -> bool:
    if isinstance(a, list | tuple):
        return isinstance(b, list | tuple)
    if isinstance(a, NUMBERS) and isinstance(b, NUMBERS):
        return np.ndim(a) == np.ndim(b)
    return type(a) is type(b)


def _alike_in_value(call: RecordedCall, function: Callable[..., Any]) -> bool:
    theirs, ours = call.reply, _replay(call, function)
    if not isinstance(theirs, Observation) or not isinstance(ours, Observation):
        return type(theirs) is type(ours)
    if isinstance(theirs.value, ObjectHandle):
        return ours.value is AN_OBJECT
    try:
        a, b = np.asarray(theirs.value, dtype=float), np.asarray(ours.value, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return False
    return a.shape == b.shape and bool(close(a.astype(np.float32), b.astype(np.float32)).all())
