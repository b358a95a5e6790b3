"""The grader's side of one submission: runs its notebook and asks its functions, with a time limit on every step.

After a time-out or a crash the process is killed and the next question goes to a fresh one, in which the notebook's
cells have run again without the one at fault.
"""

from __future__ import annotations

import contextlib
import secrets
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.sandbox import wire
from autograder.sandbox.interpreter import Interpreter, InterpreterGone
from autograder.sandbox.observe import Observation
from autograder.sandbox.zygote import Reaped

LEAST_PATIENCE = 8
START_SECONDS = 20.0
MAX_CALLBACKS = 20_000
OUTPUT_BYTES = 40 * 2**20  # of all cells together
ANSWERS_KEPT = 4  # times the limit of one answer, for all answers together: the hidden tests remember them
ITEM_BYTES = 64  # roughly what one part of a value takes in memory


@dataclass(frozen=True)
class Clock:
    """Limits of wall-clock time in seconds, and of an answer in bytes."""

    cell: float = 10.0
    call: float = 2.0
    submission: float = 120.0
    answer_bytes: int = 16 * 2**20


@dataclass(frozen=True)
class TimedOut:
    """No answer within the limit."""

    seconds: float


@dataclass(frozen=True)
class Died:
    """The process ended before it answered."""

    reason: str


@dataclass(frozen=True)
class Garbled:
    """What came back is no answer of the protocol."""

    reason: str


@dataclass(frozen=True)
class NotThere:
    """There is no such function; ``found`` says what is there instead, or ''."""

    found: str


Reply = Observation | wire.Raised | wire.NotSent | NotThere | TimedOut | Died | Garbled


@dataclass(frozen=True)
class CellRun:
    """What became of one cell: its outputs, and why it did not end well (time, crash), if it did not."""

    index: int
    outputs: tuple[wire.Stream | wire.Display | wire.Failure, ...] = ()
    fault: TimedOut | Died | Garbled | None = None


class _Deadline(Exception):
    """The time for this step is over."""


class _Closed(Exception):
    """The other end of the socket is closed."""


@dataclass
class Session:
    """One submission in the student's process.

    Args:
        interpreter: forks the processes; it serves one session at a time.
        cells: the sources of the code cells to run, by their index in the notebook.
        files: small files for the process's folder.
    """

    interpreter: Interpreter
    cells: Sequence[tuple[int, str]]
    files: tuple[tuple[str, bytes], ...] = ()
    clock: Clock = Clock()
    runs: dict[int, CellRun] = field(default_factory=dict)
    peak: int = 0
    _socket: socket.socket | None = None
    _end: float = 0.0
    _size: int = 0
    _kept: int = 0
    _outputs: int = 0
    _overdue: Counter[str] = field(default_factory=Counter)

    def run_notebook(self) -> tuple[CellRun, ...]:
        """Executes the cells from top to bottom, each within its limit; a cell at fault is left out afterwards."""
        self._end = time.monotonic() + self.clock.submission
        while not self._prepare():
            pass
        return tuple(self.runs[index] for index, _ in self.cells if index in self.runs)

    def call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Reply:
        """Calls the student's function of that name with values; functions among them stay here and are called back."""
        while self._socket is None:
            if time.monotonic() >= self._end:
                return TimedOut(self.clock.submission)
            self._prepare()
        functions: dict[int, Callable[..., Any]] = {}

        def register(function: Callable[..., Any]) -> int:
            handle = secrets.randbits(62)
            functions[handle] = function
            return handle

        packer = wire.Packer(register)
        number = secrets.randbits(62)
        packed = tuple(packer.pack(a) for a in args)
        named = tuple((key, packer.pack(value)) for key, value in kwargs.items())
        limit = self._limit(name)
        deadline = min(time.monotonic() + limit, self._end)
        try:
            self._send(wire.Call(number, name, packed, named), deadline)
            return self._reply(self._answer(number, functions, deadline))
        except _Deadline:
            self._reap()
            self._overdue[name] += 1
            return TimedOut(limit)
        except _Closed:
            return Died(_why(self._reap()))
        except WireError as fault:
            self._reap()
            return Garbled(str(fault))

    def _limit(self, name: str) -> float:
        """Seconds for the next call of that function: half as many after each time that it ran over its limit."""
        return self.clock.call / float(min(2 ** self._overdue[name], LEAST_PATIENCE))

    def close(self) -> None:
        """Ends the student's process."""
        if self._socket is not None:
            self._reap()

    def _answer(self, number: int, functions: Mapping[int, Callable[..., Any]], deadline: float) -> wire.FromStudent:
        for _ in range(MAX_CALLBACKS):
            message = self._receive(deadline)
            if isinstance(message, wire.Callback):
                self._send(self._call_back(message, functions), deadline)
            elif isinstance(message, wire.Executed | wire.Locked) or message.number != number:
                raise WireError("an answer to no question")
            else:
                return message
        raise WireError(f"more than {MAX_CALLBACKS} calls of a function that was given as an argument")

    def _reply(self, message: wire.FromStudent) -> Reply:
        if isinstance(message, wire.Answer):
            (value,) = self._values(message.value)
            return Observation(value, message.changed, message.shared, message.warnings)
        if isinstance(message, wire.Missing):
            return NotThere(message.found)
        if isinstance(message, wire.Raised | wire.NotSent):
            return message
        raise WireError("an answer to no question")

    def _values(self, *packed: wire.Packed) -> tuple[Any, ...]:
        """Unpacks what came with the last message, within the bound for all answers together."""
        unpacker = wire.Unpacker()
        values = tuple(unpacker.unpack(value) for value in packed)
        cost = self._size + ITEM_BYTES * unpacker.items
        if self._kept + cost > ANSWERS_KEPT * self.clock.answer_bytes:
            raise WireError("more than the grader keeps of all answers together")
        self._kept += cost
        return values

    def _call_back(self, message: wire.Callback, functions: Mapping[int, Callable[..., Any]]) -> wire.ToStudent:
        function = functions.get(message.handle)
        if function is None:
            return wire.Refused("this function was valid only during the call that it was given to")
        values = self._values(*message.args, *(value for _, value in message.kwargs))
        if _broadcasts_beyond(values, self.clock.answer_bytes):
            return wire.Refused("this function is not for arrays of that size")
        args, kwargs = values[: len(message.args)], values[len(message.args) :]
        try:
            named = {key: value for (key, _), value in zip(message.kwargs, kwargs, strict=True)}
            return wire.Returned(wire.Packer().pack(function(*args, **named)))
        except Exception as fault:  # the student's arguments may be of any kind; what they cause is told to the student
            return wire.Refused(f"{type(fault).__name__}: {fault}"[:500])

    def _prepare(self) -> bool:
        """Makes a fresh process and runs the cells in it. False when a cell was at fault: it must be made anew."""
        self._start()
        for index, source in self.cells:
            earlier = self.runs.get(index)
            if earlier is not None and earlier.fault is not None:
                continue
            run = self._run_cell(index, source, repeated=earlier is not None)
            if earlier is None or run.fault is not None:
                self.runs[index] = run
            if run.fault is not None:
                return False
        return True

    def _start(self) -> None:
        """Has a process made and waits until its walls stand; a failure here is our own."""
        self._socket = self.interpreter.spawn()
        try:
            ready = self._receive(time.monotonic() + START_SECONDS)
        except (_Deadline, _Closed, WireError) as fault:
            self._reap()
            raise InterpreterGone(
                f"a locked-down process could not be made ({type(fault).__name__}): {self.interpreter.said()}"
            ) from None
        if not isinstance(ready, wire.Locked):
            raise InterpreterGone("a locked-down process did not say so")
        if self.files:
            with contextlib.suppress(_Deadline, _Closed):  # the first cell then tells that the process is gone
                self._send(wire.Files(self.files), time.monotonic() + START_SECONDS)

    def _run_cell(self, index: int, source: str, *, repeated: bool) -> CellRun:
        limit = min(self.clock.cell, max(0.0, self._end - time.monotonic()))
        if limit <= 0:
            self._reap()
            return CellRun(index, fault=TimedOut(self.clock.submission))
        deadline = time.monotonic() + limit
        try:
            self._send(wire.Execute(index, source, repeated), deadline)
            message = self._receive(deadline)
        except _Deadline:
            self._reap()
            return CellRun(index, fault=TimedOut(limit))
        except _Closed:
            return CellRun(index, fault=Died(_why(self._reap())))
        except WireError as fault:
            self._reap()
            return CellRun(index, fault=Garbled(str(fault)))
        if not isinstance(message, wire.Executed) or message.index != index:
            self._reap()
            return CellRun(index, fault=Garbled("an answer to no question"))
        self._outputs += self._size
        if self._outputs > OUTPUT_BYTES:
            return CellRun(index, (wire.Stream("stderr", "[the outputs were left out: too much]\n"),))
        return CellRun(index, message.outputs)

    def _reap(self) -> Reaped:
        """Ends the process; the next call makes a fresh one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        gone = self.interpreter.reap()
        self.peak = max(self.peak, gone.peak)
        return gone

    def _send(self, message: wire.ToStudent, deadline: float) -> None:
        assert self._socket is not None
        self._socket.settimeout(_left(deadline))
        try:
            self._socket.sendall(wire.frame(message))
        except TimeoutError:
            raise _Deadline from None
        except OSError:
            raise _Closed from None

    def _receive(self, deadline: float) -> wire.FromStudent:
        self._size = wire.length(self._read(wire.HEADER, deadline), self.clock.answer_bytes)
        return wire.from_student(self._read(self._size, deadline))

    def _read(self, count: int, deadline: float) -> bytes:
        assert self._socket is not None
        data = bytearray()
        while len(data) < count:
            self._socket.settimeout(_left(deadline))
            try:
                piece = self._socket.recv(min(count - len(data), 1 << 20))
            except TimeoutError:
                raise _Deadline from None
            except OSError:
                raise _Closed from None
            if not piece:
                raise _Closed
            data += piece
        return bytes(data)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _Deadline
    return left


def _broadcasts_beyond(args: tuple[Any, ...], limit: int) -> bool:
    """Whether arrays of these shapes would make one of more than ``limit`` bytes when they are combined."""
    shapes = [value.shape for value in args if isinstance(value, np.ndarray)]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        return False  # they do not fit together
    return 8 * int(np.prod(shape, dtype=object)) > limit


def _why(gone: Reaped) -> str:
    if gone.signal in (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT):
        return f"the process crashed ({signal.Signals(gone.signal).name})"
    if gone.signal == signal.SIGXCPU:
        return "the process used up its processor time"
    if gone.signal:
        return f"the process was ended by signal {gone.signal}"
    return "the process ended itself"
