"""What a student's function did on a call, what the right one does, and how the two differ."""

from __future__ import annotations

import contextlib
import functools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.sandbox.common import messages
from autograder.sandbox.common.object_table import action_on
from autograder.sandbox.common.observe import Observation, copy, drained, noted, observe
from autograder.sandbox.host.replies import ObjectHandle
from autograder.testing.calls import RecordedCall, bare
from autograder.testing.numbers import array_of_numbers

AN_OBJECT = "an object"
NOT_SENT = "something that cannot be sent"
RELATIVE, RELATIVE_32 = 1e-6, 1e-4
PATTERN = 50
RIGHT = "right"
ENTRIES = 8
"""How many entries of one answer count as evidence; more would come from the same cause."""

EXTREME = 100.0
ABSOLUTE = 1e-9
MOST_BITS = 20.0
"""What a number with many digits is worth as evidence, since chance does not produce it."""


@dataclass(frozen=True)
class Outcome:
    """What became of a call: a value or the type of an error, and what else was seen."""

    value: Any = None
    error: str = ""
    changed: tuple[int, ...] = ()
    shared: tuple[int, ...] = ()
    warned: bool = False


@dataclass(frozen=True)
class Case:
    """A call of the student's function: its arguments by name, its outcome, and the right one."""

    call: RecordedCall
    arguments: Mapping[str, Any]
    student: Outcome
    find_right: Callable[[], Outcome]

    @functools.cached_property
    def right(self) -> Outcome:
        """What the reference does; computed when needed, since some references train for a second."""
        return self.find_right()

    @property
    def is_right(self) -> bool:
        """Whether the student's function did what the reference does, in every way."""
        return not self.wrong and not self.oddities and bool(self.student.error) == bool(self.right.error)

    @functools.cached_property
    def wrong(self) -> bool:
        """Whether the student's value is wrong, whatever its form; an error does not count as a value."""
        if self.student.error or self.right.error:
            return False
        return not same(self.student.value, self.right.value)

    @functools.cached_property
    def features(self) -> frozenset[str]:
        """What is special about the arguments: none at all, plain or whole numbers, extremes, a certain text."""
        return frozenset(_features(self.arguments))

    @functools.cached_property
    def oddities(self) -> frozenset[str]:
        """Every other way in which the student's outcome is wrong."""
        return oddities(self.student, self.right)


def _features(arguments: Mapping[str, Any]) -> Iterator[str]:
    for name, value in arguments.items():
        if callable(value) and _writes_into_its_input(value):
            yield "a function that writes into its input"
        if isinstance(value, str):
            yield f"{name} {value!r}"
        array = numbers(value)
        if array is None:
            if any(part.size and np.abs(part).max() >= EXTREME for part in _arrays(value)):
                yield "extreme numbers"
            continue
        if array.size == 0:
            yield "empty arguments"
        elif array.ndim == 0 and not isinstance(value, np.ndarray) and name in ("z", "x", "x1", "theta"):
            yield "plain numbers"
        elif array.ndim and array.dtype.kind in "iu":
            yield f"whole numbers in {name}"
        elif array.dtype == np.float32:
            yield "single precision"
        if array.size and array.dtype.kind == "f" and np.abs(array).max() >= EXTREME:
            yield "extreme numbers"
        if array.size and array.dtype.kind == "f" and not array.all():
            yield f"zeros in {name}"
        if array.ndim == 1:
            yield f"{name} with one axis"
        if array.ndim > 2:
            yield f"{name} with many axes"


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _arrays(item)


def _writes_into_its_input(function: Callable[..., Any]) -> bool:
    given = np.array([-0.7, 0.3])
    with contextlib.suppress(Exception), np.errstate(all="ignore"):
        function(given)
    return bool((given != [-0.7, 0.3]).any())


def outcome_of(call: RecordedCall) -> Outcome | None:
    """What the student's function did; None if there was no answer at all."""
    match call.reply:
        case Observation() as seen:
            value = AN_OBJECT if isinstance(seen.value, ObjectHandle) else seen.value
            return Outcome(value, "", seen.changed, seen.shared, bool(seen.warnings))
        case messages.Raised(type_name=name):
            return Outcome(error=name)
        case messages.NotSent():
            return Outcome(error=NOT_SENT)
    return None


def replay(call: RecordedCall, function: Callable[..., Any]) -> Outcome:
    """What another function or class does with the same call."""
    try:
        seen = _again(call, function) if call.step else _once(call, function)
    except Exception as fault:
        return Outcome(error=type(fault).__name__)
    value = seen.value
    if not isinstance(value, np.ndarray | float | int):
        try:
            value = messages.unpack(messages.Packer().pack(value))
        except messages.Unsendable:
            if call.step is None:
                return Outcome(error=NOT_SENT)
            value = AN_OBJECT
    return Outcome(value, "", seen.changed, seen.shared, bool(seen.warnings))


def _once(call: RecordedCall, function: Callable[..., Any]) -> Observation:
    """Like `observe`, but faster: NumPy reports to a function here, not through Python's warnings."""
    args = [_given(value) for value in call.args]
    kwargs = {key: _given(value) for key, value in call.kwargs.items()}
    inputs = [*args, *kwargs.values()]
    before = [copy(value) for value in inputs]
    warned: list[str] = []
    with np.errstate(all="call", under="ignore", call=lambda kind, flag: warned.append(kind)):
        value = drained(function(*args, **kwargs))
    return noted(value, inputs, before, tuple(warned))


def value_of(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Only the function's value for copies of the arguments."""
    with np.errstate(all="ignore"):
        return drained(function(**{name: copy(value) for name, value in arguments.items()}))


def _again(call: RecordedCall, function: Callable[..., Any]) -> Observation:
    """The call on another function or class; an object goes through the same steps first."""
    args = [_given(value) for value in call.args]
    kwargs = {key: _given(value) for key, value in call.kwargs.items()}
    if not call.before or call.step is None:
        return observe(function, args, kwargs, drain=call.step is None)
    target = _again(call.before[0], function).value
    for earlier in call.before[1:]:
        assert earlier.step is not None
        with contextlib.suppress(Exception):  # a test may have continued after an error
            action = action_on(target, earlier.step.verb, earlier.step.name)
            observe(action, [_given(v) for v in earlier.args], {k: _given(v) for k, v in earlier.kwargs.items()})
    return observe(action_on(target, call.step.verb, call.step.name), args, kwargs)


def _given(value: Any) -> Any:
    return copy(bare(value))


def numbers(value: Any) -> np.ndarray | None:
    """The numbers of an answer as one array, from an array, a list or a number; None if it holds anything else."""
    if type(value) is np.ndarray and value.dtype.kind in "biufc":
        return value  # as for nearly all: thousands of answers are compared
    return None if isinstance(value, list | tuple) and not value else array_of_numbers(value)


def same(a: Any, b: Any, relative: float = RELATIVE) -> bool:
    """Whether two answers hold the same values, form aside: lists or arrays, integers or floats, axes of length 1."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple) and not (_flat(a) and _flat(b)):
        return len(a) == len(b) and all(same(x, y, relative) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return set(a) == set(b) and all(same(a[key], b[key], relative) for key in a)
    x, y = numbers(a), numbers(b)
    if x is None or y is None:
        return type(a) is type(b) and not isinstance(a, np.ndarray) and a == b
    if x.shape != y.shape:
        if _without_ones(x.shape) != _without_ones(y.shape):
            return False
        x, y = x.reshape(-1), y.reshape(-1)
    return near(x, y, relative)


def _flat(value: list[Any] | tuple[Any, ...]) -> bool:
    return all(isinstance(item, int | float | np.number) for item in value)


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)


def near(x: np.ndarray, y: np.ndarray, relative: float = RELATIVE) -> bool:
    """Whether two arrays of one shape agree, up to rounding of their largest entry."""
    if x.size == 0:
        return True
    single = np.float32 in (x.dtype, y.dtype) or np.float16 in (x.dtype, y.dtype)
    kind = np.complex128 if "c" in (x.dtype.kind, y.dtype.kind) else np.float64
    x, y = x.astype(kind), y.astype(kind)
    finite = np.isfinite(x) & np.isfinite(y)
    if finite.all():
        size = float(np.abs(y).max())
        return float(np.abs(x - y).max()) <= (max(RELATIVE_32, relative) if single else relative) * size + ABSOLUTE
    if not ((x == y) | (np.isnan(x) & np.isnan(y)) | finite).all():
        return False
    return near(x[finite], y[finite], relative)


def alike(a: Outcome, b: Outcome) -> bool:
    """Whether two outcomes are the same in every respect but form."""
    return (a.error, a.changed, a.warned) == (b.error, b.changed, b.warned) and (
        bool(a.error) or same(a.value, b.value)
    )


def oddities(seen: Outcome, right: Outcome) -> frozenset[str]:
    """How two outcomes differ besides the values: inputs that were changed, warnings, and the answer's form."""
    found = set()
    if seen.error or right.error:
        return frozenset()
    if seen.changed != right.changed:
        found.add("changed")
    if seen.shared != right.shared:
        found.add("shared")
    if seen.warned != right.warned:
        found.add("warned")
    return frozenset({*found, *_forms(seen.value, right.value)})


def _forms(value: Any, right: Any) -> Iterator[str]:
    if isinstance(right, list | tuple):
        if isinstance(value, list | tuple) and len(value) == len(right):
            for a, b in zip(value, right, strict=True):
                yield from _forms(a, b)
        elif not isinstance(value, list | tuple):
            yield "container"
        return
    x, y = numbers(value), numbers(right)
    if x is None or y is None:
        return
    if isinstance(right, np.ndarray) != isinstance(value, np.ndarray) and not (x.ndim == 0 and y.ndim == 0):
        yield "container"
    if x.shape != y.shape and x.size == y.size:
        yield "shape"
    if x.dtype.kind != y.dtype.kind and (isinstance(right, np.ndarray) or x.dtype.kind == "b"):
        yield {"b": "booleans", "i": "integers", "u": "integers", "f": "floats"}.get(x.dtype.kind, "complex")
    elif x.dtype != y.dtype and isinstance(right, np.ndarray):
        yield "width"


def wrong_numbers(value: Any, right: Any) -> set[float | complex]:
    """The wrong numbers in an answer, each once, and only a few of them."""
    if isinstance(value, list | tuple) and isinstance(right, list | tuple) and len(value) == len(right):
        return set().union(*(wrong_numbers(a, b) for a, b in zip(value, right, strict=True)))
    x, y = numbers(value), numbers(right)
    if x is None:
        return set()
    if y is not None and x.shape == y.shape:
        with np.errstate(all="ignore"):
            x = x[np.abs(x.astype(complex) - y.astype(complex)) > RELATIVE * np.abs(y) + ABSOLUTE]
    return set(list(dict.fromkeys(x.ravel().tolist()[:100]))[:ENTRIES])


def pattern(value: Any, right: Any) -> Iterator[tuple[float, bool]]:
    """Each entry of an answer and whether it is wrong; nothing of truth values, and not all of a large answer."""
    if isinstance(value, list | tuple) and isinstance(right, list | tuple) and len(value) == len(right):
        for a, b in zip(value, right, strict=True):
            yield from pattern(a, b)
        return
    x, y = numbers(value), numbers(right)
    if x is None or y is None or x.dtype.kind not in "iuf":
        return
    fine = np.isclose(x, y, RELATIVE, ABSOLUTE, equal_nan=True) if x.shape == y.shape else np.zeros(x.shape, bool)
    yield from zip(x.ravel()[:PATTERN].tolist(), (~fine).ravel()[:PATTERN].tolist(), strict=True)


def pattern_bits(seen: Counter[tuple[float, bool]]) -> float:
    """How strong the evidence is if an explanation predicts which entries are wrong, and how.

    An answer that is the same everywhere says nothing, wherever it is wrong; nor do right entries, whatever they are.
    """
    values, labels = Counter[float](), Counter[float | str]()
    for (number, wrong), times in seen.items():
        values[number] += times
        labels[number if wrong else RIGHT] += times
    return min(_entropy(values), _entropy(labels))


def _entropy(seen: Counter[Any]) -> float:
    count = seen.total()
    return sum(n * math.log2(count / n) for n in seen.values())


def bits(found: Iterable[float | complex]) -> float:
    """How strong the evidence is if an explanation predicts these wrong numbers: many digits are no coincidence."""
    return sum(map(_digits, found))


def _digits(entry: Any) -> float:
    if isinstance(entry, complex) or not math.isfinite(entry):
        return 2.0
    for decimals in range(4):
        shifted = abs(entry) * 10**decimals
        if abs(shifted - round(shifted)) < 1e-9 * max(1.0, shifted):
            return min(MOST_BITS, 1.0 + math.log2(1.0 + shifted))
    return MOST_BITS
