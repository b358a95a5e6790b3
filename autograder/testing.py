"""What hidden tests import: pytest tests that ask for `student`, `reference`, `agree`, `draw` or `rng`.

    @points("preactivation", 0.5)
    def test_preactivation_of_no_signal(agree, draw):
        \"""With all signals zero, the neuron returns its bias.\"""
        agree.preactivation(np.zeros(3), draw(3), draw())

The student's functions run in another process; whatever they return arrives here as a plain value.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NoReturn, Protocol

import numpy as np
import pytest

from autograder.compare import Difference, difference
from autograder.results import Argument, Counterexample
from autograder.sandbox.observe import Observation, copy
from autograder.sandbox.supervisor import Died, Garbled, NotThere, Reply, TimedOut
from autograder.sandbox.wire import NotSent, Raised
from autograder.show import show, text

__all__ = ["Spy", "fail", "leaves_inputs_alone", "must_raise", "points", "same", "warns_nothing"]


def points(exercise: str, value: float, *, seconds: float | None = None) -> pytest.MarkDecorator:
    """Marks a hidden test with its exercise and the points that it is worth.

    ``seconds`` allows each call of this test that long, where the course's ``call_seconds`` would be too short.
    """
    return pytest.mark.points(exercise, value, seconds=seconds)


class Spy:
    """A function given as an argument that remembers its calls. It stays in the grader's process.

    ``calls`` holds a tuple of arguments for each call that the student's code made.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.calls: list[tuple[Any, ...]] = []
        self.__name__ = getattr(function, "__name__", "activation")

    def __call__(self, *args: Any) -> Any:
        """Remembers the arguments, and answers as the function does."""
        self.calls.append(tuple(copy(value) for value in args))
        return self.function(*args)


@dataclass(frozen=True)
class RecordedCall:
    """A call of the student's function with its arguments as they were, and what came of it."""

    exercise: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    reply: Reply

    @property
    def size(self) -> int:
        """How much there is to look at: the number of entries of all arguments."""
        return sum(_size(value) for value in (*self.args, *self.kwargs.values()))


def _size(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return int(value.size) + value.ndim
    if isinstance(value, list | tuple):
        return 1 + sum(map(_size, value))
    return 1


class Failed(AssertionError):
    """A hidden test's finding, with the call and values that show it."""

    def __init__(
        self, message: str, *, call: RecordedCall | None = None, counterexample: Counterexample | None = None
    ) -> None:
        self.message, self.call, self.counterexample = message, call, counterexample
        super().__init__(message)


class Unanswered(Exception):
    """The student's function gave no answer: it raised, is missing, took too long, or its process ended."""

    def __init__(self, call: RecordedCall) -> None:
        self.call = call
        super().__init__(type(call.reply).__name__)


class Caller(Protocol):
    """Whoever answers calls of the student's functions: a session of the sandbox."""

    def call(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Reply:
        """Calls the function of that name."""
        ...


@dataclass
class World:
    """All that one run of one hidden test works with; the fixtures hand out its parts."""

    caller: Caller
    module: ModuleType
    calls: list[RecordedCall] = field(default_factory=list)

    def ask(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> RecordedCall:
        """Calls the student's function and remembers the call."""
        kept = tuple(copy(value) for value in args)
        named = {key: copy(value) for key, value in kwargs.items()}
        call = RecordedCall(name, kept, named, self.caller.call(name, args, kwargs))
        self.calls.append(call)
        return call

    def counterexample(self, call: RecordedCall, *, want: Any = ..., found: Difference | None = None) -> Counterexample:
        """A call made ready to be shown, with the answer beside the wanted one."""
        got = call.reply.value if isinstance(call.reply, Observation) else ...
        where = found.where if found is not None and not found.path else None
        return Counterexample(
            call=_typed(call),
            arguments=tuple(Argument(name=n, value=show(_bare(v))) for n, v in self._bind(call)),
            got=None if got is ... else show(got, where),
            want=None if want is ... else show(want, where),
            differs=found.what if found is not None else "",
        )

    def _bind(self, call: RecordedCall) -> list[tuple[str, Any]]:
        function = getattr(self.module, call.exercise)
        try:
            return list(inspect.signature(function).bind(*call.args, **call.kwargs).arguments.items())
        except TypeError:
            return [(f"argument {i + 1}", value) for i, value in enumerate(call.args)] + list(call.kwargs.items())


def _typed(call: RecordedCall) -> str:
    """The call as one would type it."""
    named = (f"{key}={_short(value)}" for key, value in call.kwargs.items())
    return f"{call.exercise}({', '.join([*map(_short, call.args), *named])})"


def _bare(value: Any) -> Any:
    return value.function if isinstance(value, Spy) else value


def _short(value: Any) -> str:
    words = text(_bare(value))
    return words if len(words) <= 48 else "..."


class StudentFunction:
    """One function of the student's, which runs in the student's process."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.name = world, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The answer as a plain value; without one, the test ends with the fitting verdict."""
        return self.observe(*args, **kwargs)[1].value

    def ask(self, *args: Any, **kwargs: Any) -> RecordedCall:
        """The call with whatever came of it."""
        return self.world.ask(self.name, args, kwargs)

    def observe(self, *args: Any, **kwargs: Any) -> tuple[RecordedCall, Observation]:
        """The call and what was observed of it; without an answer, the test ends with the fitting verdict."""
        call = self.ask(*args, **kwargs)
        if not isinstance(call.reply, Observation):
            raise Unanswered(call)
        return call, call.reply


class Student:
    """The student's functions by name."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getattr__(self, name: str) -> StudentFunction:
        return StudentFunction(self._world, name)


class Agree:
    """Functions that call the student's and the reference with the same input, and compare the answers."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def both(*args: Any, **kwargs: Any) -> Any:
            world = self._world
            call, seen = StudentFunction(world, name).observe(*args, **kwargs)
            ours = [copy(_bare(value)) for value in call.args]
            want = getattr(world.module, name)(*ours, **{k: copy(_bare(v)) for k, v in call.kwargs.items()})
            found = difference(seen.value, want)
            if found is not None:
                shown = world.counterexample(call, want=want, found=found)
                raise Failed(_sentence(found.message), call=call, counterexample=shown)
            return seen.value

        return both


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?", "!", ")")) else ".")


def same(got: Any, want: Any, call: RecordedCall | None = None) -> None:
    """Compares two values as `agree` does."""
    found = difference(got, want)
    if found is not None:
        where = found.where if not found.path else None
        shown = Counterexample(call="", got=show(got, where), want=show(want, where), differs=found.what)
        raise Failed(_sentence(found.message), call=call, counterexample=shown)


_NOTHING: Any = object()


def fail(message: str, *, got: Any = _NOTHING, want: Any = _NOTHING) -> NoReturn:
    """Ends the test with a sentence for the student; the last call of the test is shown with it."""
    if got is _NOTHING and want is _NOTHING:
        raise Failed(message)
    left = None if got is _NOTHING else show(got)
    right = None if want is _NOTHING else show(want)
    raise Failed(message, counterexample=Counterexample(call="", got=left, want=right, differs="values"))


def must_raise(kind: type[BaseException], function: StudentFunction, *args: Any, **kwargs: Any) -> None:
    """The student's function must raise ``kind``, or a subclass of it, for these arguments."""
    call = function.ask(*args, **kwargs)
    if isinstance(call.reply, Raised):
        if kind.__name__ in call.reply.bases:
            return
        if call.reply.type_name == "NotImplementedError":
            raise Unanswered(call)
        message = f"It raised {call.reply.type_name}, expected {kind.__name__}."
        raise Failed(message, call=call, counterexample=function.world.counterexample(call))
    if not isinstance(call.reply, Observation):
        raise Unanswered(call)
    message = f"It returned a value, expected a {kind.__name__}."
    raise Failed(message, call=call, counterexample=function.world.counterexample(call))


def leaves_inputs_alone(function: StudentFunction, *args: Any, **kwargs: Any) -> Any:
    """No argument may be changed by the call, and the result may share no memory with one. Returns the answer."""
    call, seen = function.observe(*args, **kwargs)
    names = [name for name, _ in function.world._bind(call)]
    shown = function.world.counterexample(call)
    for position in seen.changed:
        if position < len(names):
            raise Failed(f"The call changed its input {names[position]}.", call=call, counterexample=shown)
    for position in seen.shared:
        if position < len(names):
            message = f"The result shares its memory with the input {names[position]}: changing one changes the other."
            raise Failed(message, call=call, counterexample=shown)
    return seen.value


def warns_nothing(function: StudentFunction, *args: Any, **kwargs: Any) -> Any:
    """No floating-point warning (overflow, invalid, divide) may come up during the call. Returns the answer."""
    call, seen = function.observe(*args, **kwargs)
    if seen.warnings:
        message = f"NumPy warned: {seen.warnings[0]}."
        raise Failed(message, call=call, counterexample=function.world.counterexample(call))
    return seen.value


class Draw:
    """Numbers that are easy to read, drawn for this run and this test; never zero."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def __call__(self, *shape: int, low: float = -3.0, high: float = 3.0, decimals: int = 1) -> Any:
        """float64 numbers of that shape with few decimals, or a Python float when no shape is given."""
        step = 10.0**-decimals
        numbers = np.round(self._rng.uniform(low, high, shape), decimals)
        tiny = 0.0 if low > 0 or high < 0 else step
        numbers = np.where(numbers == 0, tiny, numbers) + 0.0
        return numbers if shape else float(numbers)

    def integers(self, *shape: int, low: int = -5, high: int = 5) -> Any:
        """int64 numbers from low to high, both included, without zero."""
        numbers = self._rng.integers(low, high, shape, endpoint=True)
        numbers = np.where(numbers == 0, max(low, min(high, 1)), numbers)
        return numbers if shape else int(numbers)

    def strided(self, *shape: int) -> np.ndarray:
        """Numbers as every other row of a larger array: not contiguous in memory."""
        return np.asarray(self(2 * shape[0], *shape[1:])[::2])

    def fortran(self, *shape: int) -> np.ndarray:
        """Numbers in Fortran order."""
        return np.asfortranarray(self(*shape))


def explain(reply: Raised | NotSent | NotThere | TimedOut | Died | Garbled, name: str) -> str:
    """Why there is no answer, as a sentence for the student."""
    match reply:
        case Raised(type_name="NotImplementedError"):
            return f"{name} is not written yet."
        case Raised():
            return f"{name} raised {reply.type_name}{': ' + reply.message if reply.message else ''}."
        case NotSent():
            return f"{name} returned {reply.what}, which is no number, array, text, list or dictionary of those."
        case NotThere(found=""):
            return f"There is no function {name} when the notebook has run from top to bottom."
        case NotThere():
            return f"{name} is {reply.found}, not a function."
        case TimedOut():
            return f"{name} gave no answer within {reply.seconds:g} seconds."
        case Died():
            return f"{name} gave no answer: {reply.reason}."
        case Garbled():
            return f"What came back from {name} was no answer: {reply.reason}."
