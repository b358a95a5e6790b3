"""The grader's side of one submission: runs its notebook and asks its functions, with a time limit on every step.

After a time-out or a crash the process is killed and the next question goes to a fresh one, in which the notebook's
cells have run again without the one at fault.
"""

from __future__ import annotations

import secrets
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import WireError
from autograder.sandbox import wire
from autograder.sandbox.interpreter import Interpreter, InterpreterGone
from autograder.sandbox.observe import Observation
from autograder.sandbox.zygote import Reaped

MAX_RESTARTS = 25
PATIENCE = 2
START_SECONDS = 20.0
MAX_CALLBACKS = 20_000


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
    _restarts: int = 0
    _end: float = 0.0
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
            if self._restarts > MAX_RESTARTS or time.monotonic() >= self._end:
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
        """Seconds for the next call of that function; one that ran over its limit twice is not waited for as long."""
        return self.clock.call / (4 if self._overdue[name] >= PATIENCE else 1)

    def close(self) -> None:
        """Ends the student's process."""
        if self._socket is not None:
            self._reap()

    def _answer(self, number: int, functions: Mapping[int, Callable[..., Any]], deadline: float) -> wire.FromStudent:
        for _ in range(MAX_CALLBACKS):
            message = self._receive(deadline)
            if isinstance(message, wire.Callback):
                self._send(_call_back(message, functions), deadline)
            elif isinstance(message, wire.Executed | wire.Locked) or message.number != number:
                raise WireError("an answer to no question")
            else:
                return message
        raise WireError(f"more than {MAX_CALLBACKS} calls of a function that was given as an argument")

    @staticmethod
    def _reply(message: wire.FromStudent) -> Reply:
        if isinstance(message, wire.Answer):
            changed, shared = message.changed[:100], message.shared[:100]
            return Observation(wire.unpack(message.value), changed, shared, message.warnings[:10])
        if isinstance(message, wire.Missing):
            return NotThere(message.found)
        if isinstance(message, wire.Raised | wire.NotSent):
            return message
        raise WireError("an answer to no question")

    def _prepare(self) -> bool:
        """Makes a fresh process and runs the cells in it. False when a cell was at fault: it must be made anew."""
        self._start()
        if self.files:
            self._send(wire.Files(self.files), time.monotonic() + self.clock.cell)
        for index, source in self.cells:
            earlier = self.runs.get(index)
            if earlier is not None and earlier.fault is not None:
                continue
            run = self._run_cell(index, source)
            if earlier is None or run.fault is not None:
                self.runs[index] = run
            if run.fault is not None:
                self._restarts += 1
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

    def _run_cell(self, index: int, source: str) -> CellRun:
        limit = min(self.clock.cell, max(0.0, self._end - time.monotonic()))
        if self._restarts > MAX_RESTARTS or limit <= 0:
            self._reap()
            return CellRun(index, fault=TimedOut(self.clock.submission))
        deadline = time.monotonic() + limit
        try:
            self._send(wire.Execute(index, source), deadline)
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
        return CellRun(index, message.outputs)

    def _reap(self) -> Reaped:
        """Ends the process; the next call makes a fresh one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._restarts += 1
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
        size = wire.length(self._read(wire.HEADER, deadline), self.clock.answer_bytes)
        return wire.from_student(self._read(size, deadline))

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


def _call_back(message: wire.Callback, functions: Mapping[int, Callable[..., Any]]) -> wire.Returned | wire.Refused:
    function = functions.get(message.handle)
    if function is None:
        return wire.Refused("this function was valid only during the call that it was given to")
    args = wire.unpack_all(message.args)
    kwargs = {key: wire.unpack(value) for key, value in message.kwargs}
    try:
        return wire.Returned(wire.Packer().pack(function(*args, **kwargs)))
    except Exception as fault:  # the student's arguments may be of any kind; what they cause is told to the student
        return wire.Refused(f"{type(fault).__name__}: {fault}"[:500])


def _why(gone: Reaped) -> str:
    if gone.signal in (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT):
        return f"the process crashed ({signal.Signals(gone.signal).name})"
    if gone.signal == signal.SIGXCPU:
        return "the process used up its processor time"
    if gone.signal:
        return f"the process was ended by signal {gone.signal}"
    return "the process ended itself"
