"""What a student's process can answer: a value, an exception, or one of the ways to give no answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograder.sandbox.common import messages
from autograder.sandbox.common.observe import Observation


@dataclass(frozen=True)
class TimedOut:
    """No answer within the limit; ``starved`` if the process got little processor time.

    ``seconds`` is what ``what`` may take in all, though a call gets less after one that ran over: a busy machine does
    not change what students read.
    """

    seconds: float
    starved: bool = False
    what: str = "a call"


@dataclass(frozen=True)
class Died:
    """The process ended before it answered; ``struck`` by SIGKILL, which may be somebody else's doing."""

    reason: str
    struck: bool = False


@dataclass(frozen=True)
class Garbled:
    """What came back is not an answer of the protocol."""

    reason: str


@dataclass(frozen=True)
class NotThere:
    """There is no such function; ``found`` says what is there instead, or ''."""

    found: str


@dataclass(frozen=True)
class ObjectHandle:
    """An object that stays in the student's process: its number and its class's name there, and which process it is.

    ``lent`` are the functions that were given to the object, which may call them whenever it is used.
    """

    number: int
    kind: str
    process: int = 0
    lent: dict[int, Callable[..., Any]] = field(default_factory=dict, compare=False, repr=False)

    def __repr__(self) -> str:
        return f"an object of type {self.kind}"


@dataclass(frozen=True)
class Step:
    """Something done with an object: made from the class of that name, or a method or attribute of it used."""

    verb: messages.Verb
    name: str
    on: ObjectHandle | None = None


Reply = Observation | messages.Raised | messages.NotSent | NotThere | TimedOut | Died | Garbled


@dataclass(frozen=True)
class Waits:
    """A cell did not run, since these exercises, which it calls, may never end."""

    exercises: tuple[str, ...]


@dataclass(frozen=True)
class CellRun:
    """The outcome of one cell: its outputs, and why it did not finish (time, crash) if it did not."""

    index: int
    outputs: tuple[messages.Stream | messages.Display | messages.Failure, ...] = ()
    fault: TimedOut | Died | Garbled | Waits | None = None
