"""How a wrong answer behaves, as one hash: two answers with the same hash gave the same answers to the same questions.

The questions are calls of the hidden tests with one seed for everybody, so they say nothing about anybody's own hidden
inputs. They are asked after all verdicts are there and earn nothing. Only inputs go to the student's process.
"""

from __future__ import annotations

import hashlib
import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from autograder.errors import InterpreterGone
from autograder.grading.diagnosis.bounds import TooLong, counted
from autograder.grading.diagnosis.cases import Outcome, outcome_of
from autograder.grading.follow_through import Following
from autograder.results import Outcome as Verdicted
from autograder.sandbox.common.observe import Observation, copy, drained
from autograder.sandbox.host.replies import Died, Garbled, NotThere, ObjectHandle, Reply, Step, TimedOut
from autograder.sandbox.host.supervisor import Session
from autograder.testing.calls import Caller, RecordedCall, bare
from autograder.testing.suite import Suite
from autograder.testing.verdicts import Verdict

SEED = 20_260_901
"""Of the questions, for everybody alike."""

MOST_PROBES, MOST_OF_A_TEST, MOST_STEPS = 16, 2, 12
MOST_ENTRIES, MOST_LINES = 500, 3_000
MOST_ANSWERED = 100_000
"""Larger answers are compared by their first entries and their shape."""

LENGTH = 16
GENERIC = 1.000000381966
"""Numbers are scaled by it before they are rounded, so that none that people choose lies where rounding changes."""

Probe = tuple[RecordedCall, ...]
"""One question: a call, or what is done with one object step by step."""


def probes_of(suite: Suite) -> Mapping[str, tuple[Probe, ...]]:
    """The questions to each exercise: small calls of each of its hidden tests, which the reference answers quickly."""
    verdicts = suite.run_on_reference(SEED)
    return {name: tuple(_chosen(suite, name, verdicts)) for name in suite.points}


def _chosen(suite: Suite, exercise: str, verdicts: Sequence[Verdict]) -> Iterator[Probe]:
    own = [verdict for verdict in verdicts if verdict.test.exercise == exercise]
    target = getattr(suite.module, exercise)
    if isinstance(target, type):
        steps = [tuple(c for c in v.calls if c.exercise == exercise and c.step)[:MOST_STEPS] for v in own]
        yield from [each for each in steps if each][:MOST_PROBES]
        return
    asked: set[str] = set()
    for nth in range(MOST_OF_A_TEST):
        for verdict in own:
            calls = sorted((c for c in verdict.calls if c.exercise == exercise and _is_fit(c)), key=lambda c: c.size)
            if nth < len(calls) and len(asked) < MOST_PROBES and _is_quick(target, calls[nth]):
                told = repr((calls[nth].args, sorted(calls[nth].kwargs.items())))
                if told not in asked:
                    asked.add(told)
                    yield (calls[nth],)


def _is_fit(call: RecordedCall) -> bool:
    """Whether everybody's right answer to a call is the same in all its digits: in single precision it is not."""
    return call.size <= MOST_ENTRIES and not any(_is_single(value) for value in (*call.args, *call.kwargs.values()))


def _is_single(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_is_single, value))
    return isinstance(value, np.ndarray) and value.dtype in (np.float32, np.float16)


def _is_quick(target: Callable[..., Any], call: RecordedCall) -> bool:
    """Whether the reference runs through few lines; seconds would depend on how busy the machine is."""
    args = [copy(bare(value)) for value in call.args]
    kwargs = {key: copy(bare(value)) for key, value in call.kwargs.items()}
    try:
        counted(lambda: drained(target(*args, **kwargs)), (), {}, MOST_LINES)
    except TooLong:
        return False
    except Exception:
        return True  # it is meant to raise
    return True


def behaviours(
    verdicts: Sequence[Verdict],
    wrong: Iterable[str],
    suite: Suite,
    session: Session,
    probes: Mapping[str, Sequence[Probe]],
) -> dict[str, str]:
    """The hash of each wrong exercise whose function answers in time; nothing where the student's process is gone.

    Other wrong exercises are replaced by the reference meanwhile, so that each hash is of one exercise alone.
    """
    names = list(wrong)
    found: dict[str, str] = {}
    try:
        for name in names:
            own = [verdict for verdict in verdicts if verdict.test.exercise == name]
            if any(v.outcome in (Verdicted.timeout, Verdicted.killed, Verdicted.internal) for v in own):
                continue
            if all(v.outcome is Verdicted.missing for v in own):
                found[name] = "missing"
                continue
            others = {other: getattr(suite.module, other) for other in names if other != name}
            lent = {other: function for other, function in others.items() if inspect.isfunction(function)}
            told = behaviour(Following(session, lent) if lent else session, probes[name])
            if told is not None:
                found[name] = told
    except InterpreterGone:  # all verdicts are there: nothing that counts is missing
        return found
    return found


def behaviour(caller: Caller, probes: Sequence[Probe]) -> str | None:
    """The hash of what this function or class answers; None where it does not answer in time, or nothing is asked."""
    if not probes:
        return None
    answers = []
    for probe in probes:
        told = _answers(caller, probe)
        if told is None:
            return None
        answers.append(told)
    if _answers(caller, probes[0]) != answers[0]:
        answers = [["another answer each time"]]
    return hashlib.sha256(msgspec.json.encode(answers)).hexdigest()[:LENGTH]


def _answers(caller: Caller, probe: Probe) -> list[Any] | None:
    """What came of each call of a question; None as soon as one is not answered."""
    handles: dict[int, ObjectHandle] = {}
    told: list[Any] = []
    for call in probe:
        on = call.step.on if call.step else None
        if on is not None and on.number not in handles:
            told.append("no object")
            continue
        reply = _asked(caller, call, handles)
        if isinstance(reply, TimedOut | Died | Garbled):
            return None
        made, should = _object(reply), _object(call.reply)
        if made and should:
            handles[should.number] = made
        told.append("missing" if isinstance(reply, NotThere) else _told(outcome_of(_with(call, reply))))
    return told


def _asked(caller: Caller, call: RecordedCall, handles: Mapping[int, ObjectHandle]) -> Reply:
    args = tuple(copy(bare(value)) for value in call.args)
    kwargs = {key: copy(bare(value)) for key, value in call.kwargs.items()}
    if call.step is None:
        return caller.call(call.exercise, args, kwargs)
    on = handles[call.step.on.number] if call.step.on else None
    return caller.use(Step(call.step.verb, call.step.name, on), args, kwargs)


def _object(reply: Reply) -> ObjectHandle | None:
    return reply.value if isinstance(reply, Observation) and isinstance(reply.value, ObjectHandle) else None


def _with(call: RecordedCall, reply: Reply) -> RecordedCall:
    return RecordedCall(call.exercise, call.args, call.kwargs, reply, call.step, call.before)


def _told(seen: Outcome | None) -> list[Any]:
    if seen is None:
        return ["no answer"]
    return [seen.error] if seen.error else [_canonical(seen.value), list(seen.changed), seen.warned]


def _canonical(value: Any) -> Any:
    """A value as JSON, the same for all that differ by no more than what rounding does."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        form = [value.dtype.kind, value.dtype.itemsize, list(value.shape)] if value.ndim else [value.dtype.kind]
        return ["array" if value.ndim else "number", form, _digits(value)]
    if isinstance(value, bool | np.bool_):
        return ["number", ["b"], [bool(value)]]
    if isinstance(value, int | float | complex | np.number):
        array = np.asarray(value)
        return ["number", [array.dtype.kind], _digits(array)] if array.dtype.kind in "iufc" else ["number", str(value)]
    if isinstance(value, dict):
        return ["dict", [[repr(key), _canonical(item)] for key, item in sorted(value.items(), key=repr)]]
    if isinstance(value, list | tuple):
        return [type(value).__name__, [_canonical(item) for item in value[:MOST_ANSWERED]], len(value)]
    return [type(value).__name__, "" if isinstance(value, np.random.Generator) else repr(value)[:MOST_ANSWERED]]


def _digits(array: np.ndarray) -> list[Any]:
    """The entries up to rounding: by the largest one, in steps of a hundred-thousandth of it."""
    flat = array.ravel()[:MOST_ANSWERED]
    if array.dtype.kind in "bi" or array.dtype.kind == "u":
        return [int(entry) for entry in flat.tolist()]
    if array.dtype.kind == "c":
        return [*_digits(flat.real), *_digits(flat.imag)]
    single = array.dtype.itemsize < np.dtype(np.float64).itemsize
    wide = flat.astype(np.float64)
    finite = np.isfinite(wide)
    scale = float(np.abs(wide[finite]).max(initial=0.0))
    if scale < 1e-9:
        scale = 0.0
    steps = 1e3 if single else 1e5
    with np.errstate(all="ignore"):
        rounded = np.floor(np.where(finite, wide, 0.0) / (scale or math.inf) * steps + 0.381966)
    odd = {i: repr(float(wide[i])) for i in np.flatnonzero(~finite).tolist()}
    size = f"{scale * GENERIC:.{2 if single else 5}e}"
    return [size, *(odd.get(i, int(entry)) for i, entry in enumerate(rounded.tolist()))]
