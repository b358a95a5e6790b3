"""One call of a student's function: the question, the callbacks while it lasts, and the answer.

Functions given as arguments stay in the grader; the student's process gets stand-ins that call back. A student's own
function that is passed along with such a callback stays there, and is called through a stand-in here. All of them are
valid only while the call lasts; functions that are given to an object last as long as calls of that object.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.sandbox.common import messages
from autograder.sandbox.common.observe import copy
from autograder.sandbox.host.bounded import bounded
from autograder.sandbox.host.channel import Channel, Closed, DeadlinePassed

MAX_CALLBACKS = 20_000
ITEM_BYTES = 64  # roughly what one part of a value takes in memory


class AnswerBudget:
    """How many more bytes of answers the grader keeps: the hidden tests remember them all."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._spent = 0

    def spend(self, cost: int) -> None:
        """Takes from the budget.

        Raises:
            WireError: if there is not enough left.
        """
        if self._spent + cost > self.limit:
            raise WireError("more than the grader keeps of all answers together")
        self._spent += cost


class PendingCall:
    """One call. Every method may raise Deadline, Closed or WireError."""

    def __init__(
        self,
        channel: Channel,
        deadline: float,
        budget: AnswerBudget,
        largest: int,
        lent: Mapping[int, Callable[..., Any]] | None = None,
    ) -> None:
        self._channel, self._deadline, self._budget, self._largest = channel, deadline, budget, largest
        self._functions: dict[int, Callable[..., Any]] = dict(lent or {})
        self.given: dict[int, Callable[..., Any]] = {}
        self._bound: set[int] = set()
        self._callbacks = 0

    def ask(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        bound: Mapping[str, Callable[..., Any]],
    ) -> messages.FromStudent:
        """Calls the student's function, with the names in ``bound`` bound to the grader's functions."""
        message = self._answered(messages.Call(secrets.randbits(62), name, *self._packed(args, kwargs, bound)))
        if isinstance(message, messages.Made):
            raise WireError("an object where only values are allowed")
        return message

    def use(
        self,
        verb: messages.Verb,
        number: int,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        bound: Mapping[str, Callable[..., Any]],
    ) -> messages.FromStudent:
        """Creates an object in the student's process, or uses the one with that number; otherwise like `ask`."""
        packed = self._packed(args, kwargs, bound)
        return self._answered(messages.Use(secrets.randbits(62), verb, number, name, *packed))

    def _packed(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], bound: Mapping[str, Callable[..., Any]]
    ) -> tuple[tuple[messages.Packed, ...], tuple[tuple[str, messages.Packed], ...], tuple[messages.Function, ...]]:
        packer = messages.Packer(self._give)
        packed = tuple(packer.pack(value) for value in args)
        named = tuple((key, packer.pack(value)) for key, value in kwargs.items())
        handles = {alias: self._register(function) for alias, function in bound.items()}
        self._bound.update(handles.values())
        return packed, named, tuple(messages.Function(handle, alias) for alias, handle in handles.items())

    def _answered(
        self, question: messages.Call | messages.Use
    ) -> messages.Answer | messages.Made | messages.Raised | messages.Missing | messages.NotSent:
        self._channel.send(question, self._deadline)
        message = self._next()
        kinds = messages.Answer | messages.Made | messages.Raised | messages.Missing | messages.NotSent
        if not isinstance(message, kinds) or message.number != question.number:
            raise WireError("an answer to no question")
        return message

    def values(
        self, *packed: messages.Packed, function: Callable[[messages.Function], Any] | None = None, kept: bool = True
    ) -> tuple[Any, ...]:
        """Unpacks what came with the last message; what is not ``kept`` takes nothing from the budget."""
        unpacker = messages.Unpacker(function)
        values = tuple(unpacker.unpack(value) for value in packed)
        if kept:
            self._budget.spend(self._channel.size + ITEM_BYTES * unpacker.items)
        return values

    def _give(self, function: Callable[..., Any]) -> int:
        """Registers an argument of the question; what is bound to a name is not among ``given``."""
        handle = self._register(function)
        self.given[handle] = function
        return handle

    def _register(self, function: Callable[..., Any]) -> int:
        handle = secrets.randbits(62)
        self._functions[handle] = function
        return handle

    def _next(self) -> messages.FromStudent:
        """The next message that is not a callback; callbacks are answered on the way."""
        while True:
            message = self._channel.receive(self._deadline)
            if not isinstance(message, messages.Callback):
                return message
            self._callbacks += 1
            if self._callbacks > MAX_CALLBACKS:
                raise WireError(f"more than {MAX_CALLBACKS} calls of a function that was given as an argument")
            self._channel.send(self._call_back(message), self._deadline)

    def _call_back(self, message: messages.Callback) -> messages.ToStudent:
        function = self._functions.get(message.handle)
        if function is None:
            return messages.Refused("this function was valid only during the call that it was given to")
        packed = (*message.args, *(value for _, value in message.kwargs))
        kept = message.handle not in self._bound  # a reference that stands for a name remembers nothing
        values = self.values(*packed, function=self._resolve, kept=kept)
        if _broadcasts_beyond(values, self._largest):
            return messages.Refused("this function is not for arrays of that size")
        before = [copy(value) for value in values]
        args, kwargs = values[: len(message.args)], values[len(message.args) :]
        try:
            named = {key: value for (key, _), value in zip(message.kwargs, kwargs, strict=True)}
            answer = messages.Packer().pack(bounded(function)(*args, **named))
        except (DeadlinePassed, Closed, WireError):
            raise
        except Exception as fault:  # the student's arguments may be of any kind; the student is told what they cause
            return _refused(fault)
        return messages.Returned(answer, _written(before, values))

    def _resolve(self, function: messages.Function) -> Callable[..., Any]:
        """The function behind a stand-in that comes back, or a stand-in for one of the student's own."""
        ours = self._functions.get(function.handle)
        return ours if ours is not None else lambda *args: self._invoke(function.handle, args)

    def _invoke(self, handle: int, args: Sequence[Any]) -> Any:
        packer = messages.Packer()
        self._channel.send(messages.Invoke(handle, tuple(packer.pack(value) for value in args)), self._deadline)
        message = self._next()
        if not isinstance(message, messages.Invoked):
            raise WireError("an answer to no question")
        if message.fault:
            raise RuntimeError(message.fault)
        return self.values(message.value)[0]


def _refused(fault: Exception) -> messages.Refused:
    """What an error of the grader's function says to the student's process, and as which error it arrives there."""
    kinds = (base.__name__ for base in type(fault).__mro__ if base in messages.ERRORS.values())
    kind = next(kinds, "")
    if kind:
        return messages.Refused(str(fault)[:500], kind)
    return messages.Refused(f"{type(fault).__name__}: {fault}"[:500])


def _written(before: Sequence[Any], after: Sequence[Any]) -> tuple[tuple[int, messages.Packed], ...]:
    """What the grader's function changed in its arguments: arrays written to, generators drawn from."""
    packer = messages.Packer()
    return tuple(
        (i, packer.pack(new)) for i, (old, new) in enumerate(zip(before, after, strict=True)) if _changed(old, new)
    )


def _changed(old: Any, new: Any) -> bool:
    if isinstance(new, np.ndarray):
        return bool(old.tobytes() != new.tobytes())
    if isinstance(new, np.random.Generator):
        return repr(old.bit_generator.state) != repr(new.bit_generator.state)
    return False


def _broadcasts_beyond(args: tuple[Any, ...], limit: int) -> bool:
    """Whether arrays of these shapes would make one of more than ``limit`` bytes when they are combined."""
    shapes = [value.shape for value in args if isinstance(value, np.ndarray)]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        return False  # they do not fit together
    return 8 * int(np.prod(shape, dtype=object)) > limit
