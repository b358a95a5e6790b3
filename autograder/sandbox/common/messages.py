"""What may cross the socket between the two processes: bounded frames of MessagePack that contain values, never code.

A frame is four bytes of length, big-endian, and one tagged message. Both sides decode into the types below and nothing
else; whatever does not fit raises `WireError`. The values inside are packed by `Packer` and unpacked by `unpack`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from autograder.errors import WireError
from autograder.sandbox.common.decode import Unpacker as Unpacker
from autograder.sandbox.common.decode import unpack as unpack
from autograder.sandbox.common.encode import Packer as Packer
from autograder.sandbox.common.encode import Unsendable as Unsendable
from autograder.sandbox.common.encode import describe as describe
from autograder.sandbox.common.values import Function as Function
from autograder.sandbox.common.values import Node
from autograder.sandbox.common.values import Packed as Packed

_LENGTH = struct.Struct(">I")
HEADER = _LENGTH.size

Name: TypeAlias = Annotated[str, Meta(max_length=1_000)]
Text: TypeAlias = Annotated[str, Meta(max_length=20_000)]
Verb: TypeAlias = Literal["make", "call", "get", "set"]
LOCKED = "-"
"""Stands for the exercise of a cell with the release's text; it is not a possible Python name."""

Positions: TypeAlias = Annotated[tuple[int, ...], Meta(max_length=200)]


class Files(Node, frozen=True, array_like=True):
    """To the student's process: small files to put into its folder."""

    items: tuple[tuple[str, bytes], ...]


class Exercises(Node, frozen=True, array_like=True):
    """To the student's process: the names of the functions and classes that will be asked for."""

    names: tuple[str, ...]


class Execute(Node, frozen=True, array_like=True):
    """To the student's process: execute this cell, with its ``figures`` or without, where nobody looks at them.

    ``exercise`` is the one that belongs in this cell, `LOCKED` if its text is the release's, or ''.
    """

    index: int
    source: str
    figures: bool = True
    exercise: str = ""


class Settle(Node, frozen=True, array_like=True):
    """To the student's process: say which definition of each exercise counts."""


class Call(Node, frozen=True, array_like=True):
    """To the student's process: call the function of that name. ``number`` is drawn at random and comes back.

    While the call lasts, the names in ``bound`` stand for functions of the grader's.
    """

    number: int
    name: str
    args: tuple[Packed, ...]
    kwargs: tuple[tuple[str, Packed], ...]
    bound: tuple[Function, ...] = ()


class Use(Node, frozen=True, array_like=True):
    """To the student's process: create an object and keep it, or use one: call its method, read or set its attribute.

    ``name`` is the class's, the method's or the attribute's; ``object`` the number that the process gave, 0 for 'make'.
    """

    number: int
    verb: Verb
    object: int
    name: str
    args: tuple[Packed, ...]
    kwargs: tuple[tuple[str, Packed], ...]
    bound: tuple[Function, ...] = ()


class Returned(Node, frozen=True, array_like=True):
    """To the student's process: what the grader's function answered, and what it wrote into its arguments."""

    value: Packed
    written: tuple[tuple[int, Packed], ...] = ()


class Invoke(Node, frozen=True, array_like=True):
    """To the student's process, during a callback: call the student's own function of that number."""

    handle: int
    args: tuple[Packed, ...]


ERRORS: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (AssertionError, IndexError, KeyError, OverflowError, TypeError, ValueError, ZeroDivisionError)
}
"""What a function of the grader's may raise in the student's process too: an answer may pass it on, or catch it."""


class Refused(Node, frozen=True, array_like=True):
    """To the student's process: the grader's function raised, or must not be called now.

    ``kind`` names the error to raise there, if it is one of `ERRORS`; otherwise it is a RuntimeError.
    """

    reason: str
    kind: str = ""


class Stream(Node, frozen=True, array_like=True):
    """Text that a cell wrote to standard output or standard error."""

    name: Name
    text: str


class Display(Node, frozen=True, array_like=True):
    """A picture or other rich output. ``count`` is set for the value of a cell's last line."""

    data: Annotated[dict[str, str], Meta(max_length=100)]
    count: int | None


class Failure(Node, frozen=True, array_like=True):
    """An exception that ended a cell, at this ``line`` of it, counted from 1; 0 where that is not known."""

    ename: Name
    evalue: Text
    traceback: Annotated[tuple[str, ...], Meta(max_length=300)]
    line: Annotated[int, Meta(ge=0, lt=2**31)] = 0


class Locked(Node, frozen=True, array_like=True):
    """From the student's process, once: its walls stand, and it has read nothing of the notebook yet."""


class Unlocked(Node, frozen=True, array_like=True):
    """From the student's process, in place of `Locked`: a wall could not be built, or does not hold."""

    wall: Name
    reason: Name
    remedy: Name


class Executed(Node, frozen=True, array_like=True):
    """From the student's process: the cell has run; and how many seconds it claims to have drawn figures."""

    index: int
    outputs: Annotated[tuple[Stream | Display | Failure, ...], Meta(max_length=200)]
    drawing: Annotated[float, Meta(ge=0, le=3600)] = 0.0


class Choice(Node, frozen=True, array_like=True):
    """Which cell's definition of an exercise counts, by its index; -1 for none.

    ``passed_over`` are later cells that use the name for something else, with what that is.
    """

    exercise: Name
    cell: int
    passed_over: Annotated[tuple[tuple[int, Name], ...], Meta(max_length=10)] = ()


class Settled(Node, frozen=True, array_like=True):
    """From the student's process: the answer to `Settle`."""

    choices: Annotated[tuple[Choice, ...], Meta(max_length=1_000)]


class Answer(Node, frozen=True, array_like=True):
    """From the student's process: the call's answer, and what else was observed."""

    number: int
    value: Packed
    changed: Positions
    shared: Positions
    warnings: Annotated[tuple[Name, ...], Meta(max_length=20)]


class Made(Node, frozen=True, array_like=True):
    """From the student's process: the answer is an object that stays there, under this number. Answers a `Use` only."""

    number: int
    object: int
    kind: Name
    changed: Positions
    shared: Positions
    warnings: Annotated[tuple[Name, ...], Meta(max_length=20)]


class Raised(Node, frozen=True, array_like=True):
    """From the student's process: the call raised. ``bases`` are the built-in classes of the exception.

    ``left_over`` says that the stub's `raise NotImplementedError()` raised it, in a function that has other lines as
    well.
    """

    number: int
    type_name: Name
    bases: Annotated[tuple[Name, ...], Meta(max_length=100)]
    message: Text
    frames: Annotated[tuple[Name, ...], Meta(max_length=100)]
    left_over: bool = False


class Missing(Node, frozen=True, array_like=True):
    """From the student's process: there is no such function; ``found`` says what is there instead, or ''."""

    number: int
    found: Name


class NotSent(Node, frozen=True, array_like=True):
    """From the student's process: the answer is of a type that cannot cross the socket."""

    number: int
    what: Name


class Callback(Node, frozen=True, array_like=True):
    """From the student's process: call the grader's function with that handle."""

    handle: int
    args: Annotated[tuple[Packed, ...], Meta(max_length=100)]
    kwargs: Annotated[tuple[tuple[Name, Packed], ...], Meta(max_length=100)]


class Invoked(Node, frozen=True, array_like=True):
    """From the student's process: what its own function answered, or the ``fault`` why it did not."""

    value: Packed
    fault: Name = ""


ToStudent: TypeAlias = Files | Exercises | Execute | Settle | Call | Use | Returned | Refused | Invoke
FromStudent: TypeAlias = (
    Locked | Unlocked | Executed | Settled | Answer | Made | Raised | Missing | NotSent | Callback | Invoked
)

_encoder = msgspec.msgpack.Encoder()
_to_student = msgspec.msgpack.Decoder(ToStudent)
_from_student = msgspec.msgpack.Decoder(FromStudent)


def frame(message: ToStudent | FromStudent) -> bytes:
    """The message's bytes as sent over the socket."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


def length(header: bytes, limit: int) -> int:
    """The length of the body that follows a header.

    Raises:
        WireError: if it claims more than ``limit`` bytes.
    """
    (size,) = _LENGTH.unpack(header)
    if size > limit:
        raise WireError(f"an answer of {size} bytes, over the limit of {limit}")
    return int(size)


def to_student(body: bytes) -> ToStudent:
    """Decodes a message from the grader. Raises WireError."""
    message: ToStudent = _decode(_to_student.decode, body)
    return message


def from_student(body: bytes) -> FromStudent:
    """Decodes a message from the student's process. Raises WireError."""
    message: FromStudent = _decode(_from_student.decode, body)
    return message


def _decode(decode: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError) as fault:
        raise WireError(f"no message of the protocol: {str(fault)[:200]}") from None
