"""Objects of a student's class, as hidden tests use them: they stay in the student's process; here are stand-ins.

layer = student.Dense(3, 2)      # made in the student's process
layer.W = W                      # set there
Z = layer.forward(X)             # called there; the answer is a plain value
agree.Dense(3, 2).forward(X)     # the same with the reference's class beside it, each answer compared
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from autograder.sandbox.common.messages import Packer, Unsendable, Verb
from autograder.sandbox.common.object_table import CALL
from autograder.sandbox.common.observe import Observation, copy
from autograder.sandbox.host.replies import ObjectHandle, Step
from autograder.testing.calls import Failed, RecordedCall, TestRun, Unanswered, bare
from autograder.testing.compare import describe, difference


class StudentFunction:
    """One function, class or method of the student's, which runs in the student's process.

    Args:
        step: what is done, when the exercise is a class.
        history: the calls that the object went through; this one joins them.
    """

    def __init__(
        self, world: TestRun, name: str, step: Step | None = None, history: list[RecordedCall] | None = None
    ) -> None:
        self.world, self.name = world, name
        self._step, self._history = step, history if history is not None else []

    @staticmethod
    def of(world: TestRun, name: str) -> StudentFunction:
        """The student's function of that name, or class if the reference's is one."""
        is_class = isinstance(getattr(world.module, name, None), type)
        return StudentFunction(world, name, Step("make", name) if is_class else None)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The answer as a plain value or a stand-in; without an answer, the test ends with the right verdict."""
        return self.answer(self.observe(*args, **kwargs)[0])

    def ask(self, *args: Any, **kwargs: Any) -> RecordedCall:
        """The call with its outcome."""
        for value in (*args, *kwargs.values()):
            if isinstance(value, Proxy):
                raise TypeError(f"a student's object cannot be an argument of {self.name}")
        call = self.world.ask(self.name, args, kwargs, self._step, tuple(self._history))
        if self._history and self._step and self._step.verb != "get":
            self._history.append(call)
        return call

    def observe(self, *args: Any, **kwargs: Any) -> tuple[RecordedCall, Observation]:
        """The call and what was observed; without an answer, the test ends with the right verdict."""
        call = self.ask(*args, **kwargs)
        if not isinstance(call.reply, Observation):
            raise Unanswered(call)
        if self._step and self._step.verb == "make" and not isinstance(call.reply.value, ObjectHandle):
            message = f"{self.name} gave {describe(call.reply.value)}, expected an object of the class {self.name}."
            raise Failed(message, call=call, counterexample=self.world.counterexample(call))
        return call, call.reply

    def answer(self, call: RecordedCall) -> Any:
        """The value of a call that was answered, or the stand-in for an object."""
        value = call.reply.value if isinstance(call.reply, Observation) else None
        return StudentObject(self.world, call, value) if isinstance(value, ObjectHandle) else value


class Proxy:
    """Base of the stand-ins for objects in the student's process. Names with two underscores are Python's own."""

    __slots__ = ()


class RemoteObject:
    """The student's object as seen from here: what can be done with it."""

    def __init__(self, world: TestRun, made: RecordedCall, kept: ObjectHandle) -> None:
        self.world, self.made, self.kept = world, made, kept
        self._history = [made]

    def function(self, verb: Verb, name: str) -> StudentFunction:
        """A method, or the reading or setting of an attribute, as a function."""
        return StudentFunction(self.world, self.made.exercise, Step(verb, name, self.kept), self._history)

    def has_method(self, name: str) -> bool:
        """Whether the reference's class says that this is a method; anything else is read at once."""
        makes = self.made.step is not None and self.made.step.verb == "make"
        right = getattr(self.world.module, self.made.exercise if makes else self.kept.kind, None)
        found = inspect.getattr_static(right, name, None) if isinstance(right, type) else None
        return inspect.isfunction(found) or isinstance(found, staticmethod | classmethod)


def _travels(name: str) -> None:
    if name.startswith("__"):
        raise AttributeError(name)


class StudentObject(Proxy):
    """One object of the student's. Its methods, attributes and calls are the student's, answered one by one."""

    __slots__ = ("_far",)
    _far: RemoteObject

    def __init__(self, world: TestRun, made: RecordedCall, kept: ObjectHandle) -> None:
        object.__setattr__(self, "_far", RemoteObject(world, made, kept))

    def __getattr__(self, name: str) -> Any:
        _travels(name)
        if self._far.has_method(name):
            return self._far.function("call", name)
        return self._far.function("get", name)()

    def __setattr__(self, name: str, value: Any) -> None:
        self._far.function("set", name)(value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the object itself."""
        return self._far.function("call", CALL)(*args, **kwargs)

    def __repr__(self) -> str:
        return repr(self._far.kept)


class BothObjects(Proxy):
    """The student's object and the reference's: whatever is done is done to both, and the answers are compared."""

    __slots__ = ("_far", "_right")
    _far: RemoteObject
    _right: Any

    def __init__(self, world: TestRun, made: RecordedCall, kept: ObjectHandle, right: Any) -> None:
        object.__setattr__(self, "_far", RemoteObject(world, made, kept))
        object.__setattr__(self, "_right", right)

    def __getattr__(self, name: str) -> Any:
        _travels(name)
        if self._far.has_method(name):
            return both(self._far.function("call", name), getattr(self._right, name))
        return both(self._far.function("get", name), lambda: getattr(self._right, name))()

    def __setattr__(self, name: str, value: Any) -> None:
        both(self._far.function("set", name), lambda value: setattr(self._right, name, value))(value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls both objects themselves."""
        return both(self._far.function("call", CALL), self._right)(*args, **kwargs)

    def __repr__(self) -> str:
        return repr(self._far.kept)


def both(function: StudentFunction, right: Callable[..., Any]) -> Callable[..., Any]:
    """A function that calls the student's and the reference's with the same input, and compares the answers."""

    def call_both(*args: Any, **kwargs: Any) -> Any:
        world = function.world
        call, seen = function.observe(*args, **kwargs)
        ours = [copy(bare(value)) for value in call.args]
        want = right(*ours, **{k: copy(bare(v)) for k, v in call.kwargs.items()})
        if isinstance(seen.value, ObjectHandle) and not _is_value(want):
            return BothObjects(world, call, seen.value, want)
        must_be_a_value(seen.value, want, call, world)
        if world.judge and call.step:
            call = world.judge(call, lambda: want)
        value = call.reply.value if isinstance(call.reply, Observation) else seen.value
        found = difference(value, want)
        if found is not None:
            shown = world.counterexample(call, want=want, found=found)
            raise Failed(sentence(found.message), call=call, counterexample=shown)
        return value

    return call_both


def must_be_a_value(got: Any, want: Any, call: RecordedCall | None, world: TestRun | None = None) -> None:
    """Refuses an object where a value is expected, whatever it claims to be."""
    if isinstance(got, ObjectHandle | Proxy):
        shown = world.counterexample(call, want=want) if world and call else None
        raise Failed(f"The answer is {got!r}, expected {describe(want)}.", call=call, counterexample=shown)


def _is_value(value: Any) -> bool:
    try:
        Packer().pack(value)
    except Unsendable:
        return False
    return True


def sentence(message: str) -> str:
    """A finding as a sentence."""
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?", "!", ")")) else ".")
