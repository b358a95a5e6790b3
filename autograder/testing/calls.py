"""The calls that a hidden test makes to the student's code, recorded and ready to show."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any, Protocol

import numpy as np
from msgspec import UNSET

from autograder.results import Argument, Counterexample, Plot
from autograder.sandbox.common.messages import NotSent, Raised
from autograder.sandbox.common.object_table import CALL
from autograder.sandbox.common.observe import Observation, copy
from autograder.sandbox.host.replies import Died, Garbled, NotThere, Reply, Step, TimedOut
from autograder.testing.compare import FEW_DIGITS, Difference, digits_apart
from autograder.testing.display import show, text
from autograder.testing.plots import Earlier, sketch

SHOWN_STEPS = 5
LONGEST = 100
"""A longer argument is left out of the call and shown below it."""


class Spy:
    """A function to pass as an argument, which records how the student's code calls it.

    ``calls`` is a list with a tuple of arguments for each call. The function itself runs in the grader's process.

    Example::

        spy = Spy(reference.relu)
        student.neuron(x, w, b, spy)
        assert len(spy.calls) == 1
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.calls: list[tuple[Any, ...]] = []
        self.__name__ = getattr(function, "__name__", "activation")

    def __call__(self, *args: Any) -> Any:
        """Remembers the arguments, and answers as the function does."""
        self.calls.append(tuple(copy(value) for value in args))
        return self.function(*args)


def bare(value: Any) -> Any:
    """The function behind a spy; any other value unchanged."""
    return value.function if isinstance(value, Spy) else value


@dataclass(frozen=True)
class RecordedCall:
    """A call of the student's function with its original arguments and its outcome.

    If the exercise is a class, ``step`` says what was done. ``before`` begins with the call that created the object,
    and continues with the calls and settings since; it is empty for that call itself and for functions.
    """

    exercise: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    reply: Reply
    step: Step | None = None
    before: tuple[RecordedCall, ...] = ()

    @property
    def size(self) -> int:
        """How much there is to look at: the number of entries of all arguments."""
        return sum(_size(value) for value in (*self.args, *self.kwargs.values()))

    @property
    def called(self) -> str:
        """What was called, for messages: 'weighted_sum', 'Dense', 'Dense.forward'."""
        return f"{self.exercise}.{self.step.name}" if self.step and self.step.verb != "make" else self.exercise


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
    """Answers calls of the student's functions, as a sandbox session does."""

    def call(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Reply:
        """Calls the function of that name."""
        ...

    def use(self, step: Step, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Reply:
        """Creates an object, or uses one."""
        ...


class Judge(Protocol):
    """What looks at an answer before the hidden test does."""

    def __call__(self, call: RecordedCall, right: Callable[[], Any] | None = None) -> RecordedCall:
        """The call as the hidden test should see it; ``right`` gives the right answer if it is already known."""
        ...


@dataclass
class TestRun:
    """Everything that one run of one hidden test works with; the fixtures hand out its parts."""

    __test__ = False  # not a test class, whatever its name says to pytest

    caller: Caller
    module: ModuleType
    calls: list[RecordedCall] = field(default_factory=list)
    judge: Judge | None = None
    """Puts answers into the form of the right ones if they are judged on their values."""

    def ask(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        step: Step | None = None,
        before: tuple[RecordedCall, ...] = (),
    ) -> RecordedCall:
        """Calls the student's function, or takes a step with an object, and remembers the call."""
        kept = tuple(copy(value) for value in args)
        named = {key: copy(value) for key, value in kwargs.items()}
        reply = self.caller.use(step, args, kwargs) if step else self.caller.call(name, args, kwargs)
        call = RecordedCall(name, kept, named, reply, step, before)
        if self.judge and step is None:
            call = self.judge(call)
        self.calls.append(call)
        return call

    def counterexample(self, call: RecordedCall, *, want: Any = ..., found: Difference | None = None) -> Counterexample:
        """A call ready to show, with the answer beside the expected one."""
        got = call.reply.value if isinstance(call.reply, Observation) else ...
        where, parts = (found.where, found.parts) if found is not None else (None, None)
        left, right = parts or (got, want)
        digits = digits_apart(left, right, where) if found is not None else FEW_DIGITS
        arguments = [(name, bare(value)) for name, value in self.bind(call)]
        drawn = found is not None and found.what in ("values", "length") and got is not ... and want is not ...
        return Counterexample(
            call=typed(call),
            arguments=tuple(Argument(name=name, value=show(value)) for name, value in arguments),
            got=None if got is ... else show(left, where, digits),
            want=None if want is ... else show(right, where, digits),
            differs=found.what if found is not None else "",
            part=(found.path if found is not None else "") or UNSET,
            picture=self._picture(call, arguments, want, parts) if drawn else None,
        )

    def _picture(
        self, call: RecordedCall, arguments: list[tuple[str, Any]], want: Any, parts: tuple[Any, Any] | None
    ) -> Plot | None:
        """What can be drawn of the answer beside the expected one; calls of objects have no others beside them."""
        assert isinstance(call.reply, Observation)
        got = call.reply.value
        if call.step:
            return sketch(arguments, got, want, parts=parts)

        def right(named: Sequence[tuple[str, Any]]) -> Any:
            return getattr(self.module, call.exercise)(**{name: copy(value) for name, value in named})

        return sketch(arguments, got, want, self._earlier(call), parts, right)

    def _earlier(self, call: RecordedCall) -> list[Earlier]:
        """The test's earlier calls of the same function, with their answers, and how to compute the right ones."""
        return [
            ([(name, bare(value)) for name, value in self.bind(other)], other.reply.value, self._right(other))
            for other in self.calls
            if other is not call and other.called == call.called and isinstance(other.reply, Observation)
        ]

    def _right(self, call: RecordedCall) -> Callable[[], Any]:
        return lambda: getattr(self.module, call.exercise)(
            *(copy(bare(value)) for value in call.args), **{k: copy(bare(v)) for k, v in call.kwargs.items()}
        )

    def bind(self, call: RecordedCall) -> list[tuple[str, Any]]:
        """The call's arguments with their names in the reference."""
        try:
            function, first = self._signature_of(call)
            bound = _signature(function).bind(*first, *call.args, **call.kwargs)
            return list(bound.arguments.items())[len(first) :]
        except (TypeError, ValueError, AttributeError):
            return [(f"argument {i + 1}", value) for i, value in enumerate(call.args)] + list(call.kwargs.items())

    def _signature_of(self, call: RecordedCall) -> tuple[Any, tuple[Any, ...]]:
        """The reference's function of the same name, and what stands for `self`."""
        function = getattr(self.module, call.exercise)
        if call.step is None or call.step.verb == "make":
            return function, ()
        if call.step.verb == "set":
            return _set, ()
        method = inspect.getattr_static(function, call.step.name)
        if isinstance(method, FunctionType):
            return method, (None,)
        return getattr(function, call.step.name), ()


@functools.lru_cache(maxsize=256)
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)


def _set(value: Any) -> None:
    """The signature of setting an attribute."""


def typed(call: RecordedCall) -> str:
    """The call as you would type it: `f(2.0)`, `Dense(3, 2).forward(X)`, `dense = Dense(3, 2); dense.W = ...`."""
    statements, last = _typed(call)
    if len(statements) > SHOWN_STEPS:
        statements = [statements[0], "...", *statements[1 - SHOWN_STEPS :]]
    return "; ".join([*statements, last])


def _typed(call: RecordedCall) -> tuple[list[str], str]:
    if not call.before:
        return [], f"{call.exercise}({_arguments(call)})"
    statements, target = _typed(call.before[0])
    since = call.before[1:]
    if since:
        name = call.exercise.lower()
        statements = [*statements, f"{name} = {target}", *(_done_to(name, step) for step in since)]
        target = name
    return statements, _done_to(target, call)


def _done_to(target: str, call: RecordedCall) -> str:
    assert call.step is not None
    if call.step.verb == "call":
        return f"{target}{'' if call.step.name == CALL else '.' + call.step.name}({_arguments(call)})"
    read = f"{target}.{call.step.name}"
    return f"{read} = {_short(call.args[0])}" if call.step.verb == "set" else read


def _arguments(call: RecordedCall) -> str:
    named = (f"{key}={_short(value)}" for key, value in call.kwargs.items())
    return ", ".join([*map(_short, call.args), *named])


def _short(value: Any) -> str:
    words = text(bare(value))
    return words if len(words) <= LONGEST else "..."


def explain(call: RecordedCall) -> str:
    """Why there is no answer, as a sentence for the student."""
    name, reply = call.called, call.reply
    match reply:
        case Raised(left_over=True):
            at = reply.frames[-1].partition(", in ")[0] if reply.frames else ""
            where = f" ({at})" if at else ""
            left = f"the line `raise NotImplementedError()` is still in it{where}"
            return f"{name} is written, but {left}: delete that line."
        case Raised(type_name="NotImplementedError"):
            return f"{name} is not written yet."
        case Raised():
            return f"{name} raised {reply.type_name}{': ' + reply.message if reply.message else ''}."
        case NotSent():
            return f"{name} returned {reply.what}, which is not a number, array, text, list or dictionary of those."
        case NotThere():
            return _missing(call, reply.found)
        case TimedOut():
            allowed = f"{reply.seconds:g} second{'s' * (reply.seconds != 1)}"
            return f"{name} gave no answer in time: {reply.what} may take {allowed}."
        case Died():
            return f"{name} gave no answer: {reply.reason}."
        case Garbled():
            return f"What came back from {name} was not an answer: {reply.reason}."
    raise ValueError(f"{name} did answer")


def _missing(call: RecordedCall, found: str) -> str:
    if call.step is None or call.step.verb == "make":
        kind = "class" if call.step else "function"
        if found:
            return f"{call.exercise} is {found}, not a {kind}."
        return f"There is no {kind} {call.exercise} after the notebook has run from top to bottom."
    if found:
        return f"{call.called} is {found}, not a method."
    return f"{call.exercise} has no {'method' if call.step.verb == 'call' else 'attribute'} {call.step.name}."
