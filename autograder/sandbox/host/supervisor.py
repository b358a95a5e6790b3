"""The grader's side of one submission: runs its notebook and asks its functions, with a time limit on every step.

After a timeout or a crash the process is killed, and the next question goes to a fresh one, in which the notebook's
cells have run again without the one that caused it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from autograder.errors import InterpreterGone, WallError, WireError
from autograder.sandbox.common import messages
from autograder.sandbox.common.control import Reaped
from autograder.sandbox.common.observe import Observation
from autograder.sandbox.host.call import AnswerBudget, PendingCall
from autograder.sandbox.host.channel import Channel, Closed, DeadlinePassed
from autograder.sandbox.host.interpreter import Interpreter
from autograder.sandbox.host.patience import STARVED, Patience, named
from autograder.sandbox.host.replies import (
    CellRun,
    Died,
    Garbled,
    NotThere,
    ObjectHandle,
    Reply,
    Step,
    TimedOut,
    Waits,
)

LEAST_CELL_PATIENCE = 16
START_SECONDS = 20.0
OUTPUT_BYTES = 40 * 2**20  # of all cells together
ANSWERS_KEPT = 4  # times the limit of one answer, for all answers together: the hidden tests remember them


@dataclass(frozen=True)
class Clock:
    """Limits of wall-clock time in seconds, and of an answer in bytes."""

    cell: float = 10.0
    call: float = 2.0
    submission: float = 120.0
    answer_bytes: int = 16 * 2**20


@dataclass
class Session:
    """One submission in the student's process.

    Args:
        interpreter: forks the processes; it serves one session at a time.
        cells: the sources of the code cells to run, by their index in the notebook.
        files: small files for the process's folder.
        figures: whether to put them into the executed notebook; ``drawing`` counts the seconds that they took.
        exercises: the names of the functions and classes that will be asked for.
        answers: which exercise belongs in which cell, by the cell's index; `LOCKED` for the release's text.
        released: the indices of cells with the release's own text.
        lending: whether references have been lent: from then on, nothing is tried a second time.
    """

    interpreter: Interpreter
    cells: Sequence[tuple[int, str]]
    files: tuple[tuple[str, bytes], ...] = ()
    clock: Clock = Clock()
    figures: bool = True
    drawing: float = 0.0
    runs: dict[int, CellRun] = field(default_factory=dict)
    peak: int = 0
    exercises: tuple[str, ...] = ()
    answers: Mapping[int, str] = field(default_factory=dict)
    released: frozenset[int] = frozenset()
    lending: bool = False
    patience: Patience = field(default_factory=Patience)
    _channel: Channel | None = None
    _process: int = 0
    _end: float = 0.0
    _outputs: int = 0
    _spared: set[int] = field(default_factory=set)
    _hurried: bool = True
    _idle: tuple[float, float] | None = None
    _enough: float | None = None

    def __post_init__(self) -> None:
        self._purse = AnswerBudget(ANSWERS_KEPT * self.clock.answer_bytes)

    def run_notebook(self) -> tuple[CellRun, ...]:
        """Runs the cells from top to bottom, each within its limit; later runs skip cells that crash or hang.

        A cell with the release's own text that calls exercises gets no more time than a call of one. Those that ran
        over, and what else calls the same exercises, wait until `run_waiting_cells`.
        """
        self._end = time.monotonic() + self.clock.submission
        while not self._prepare():
            pass
        return self.outcomes()

    def run_waiting_cells(self) -> None:
        """Runs those with all the time of a cell if what they call ends, which is known once all exercises were called.

        Whatever stands below them runs again too.
        """
        self._hurried = False
        slow = self.patience.slow
        waiting = [
            index
            for index, source in self.cells
            if self._called_in(index, source)
            and isinstance(self.runs[index].fault, TimedOut | Waits)
            and not named(source, slow)
        ]
        if not waiting or time.monotonic() >= self._end:
            return
        for index in [n for n, run in self.runs.items() if n in waiting or (n > waiting[0] and run.fault is None)]:
            del self.runs[index]
        self.close()
        while not self._prepare():
            pass

    def outcomes(self) -> tuple[CellRun, ...]:
        """What became of each cell, in their order."""
        return tuple(self.runs[index] for index, _ in self.cells if index in self.runs)

    def choices(self) -> tuple[messages.Choice, ...]:
        """Which definition of each exercise counts; nothing if the student's process does not say."""
        if self._channel is None or not self.exercises:
            return ()
        deadline = min(time.monotonic() + self.clock.call, self._end)
        try:
            self._channel.send(messages.Settle(), deadline)
            message = self._channel.receive(deadline)
        except Closed:
            self._reap()
            return ()
        except (DeadlinePassed, WireError):
            self._reap()
            return ()
        if not isinstance(message, messages.Settled):
            self._reap()
            return ()
        return tuple(choice for choice in message.choices if choice.exercise in self.exercises)

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        bound: Mapping[str, Callable[..., Any]] | None = None,
        seconds: float | None = None,
    ) -> Reply:
        """Calls the student's function of that name with values; functions among them stay here and are called back.

        While the call lasts, the notebook's names in ``bound`` stand for those functions, which stay here too.
        ``seconds`` is the call's limit if the usual one is too short.
        """

        def ask(exchange: PendingCall) -> Reply:
            return self._reply(exchange.ask(name, args, kwargs, bound or {}), exchange, {})

        return self._exchanged(name, ask, seconds, {})

    def use(
        self,
        step: Step,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        bound: Mapping[str, Callable[..., Any]] | None = None,
        seconds: float | None = None,
    ) -> Reply:
        """Creates or uses an object in the student's process, as `call` calls a function; may return an `ObjectHandle`.

        An object disappears with its process: after a timeout or a crash there is no more answer.
        """
        on = step.on
        if on is not None and (self._channel is None or on.process != self._process):
            return Died("the object is gone, because its process has ended")
        lent = on.lent if on else {}

        def ask(exchange: PendingCall) -> Reply:
            message = exchange.use(step.verb, on.number if on else 0, step.name, args, kwargs, bound or {})
            lent.update(exchange.given)
            return self._reply(message, exchange, lent)

        return self._exchanged(step.name, ask, seconds, lent)

    def _exchanged(
        self,
        name: str,
        ask: Callable[[PendingCall], Reply],
        seconds: float | None,
        lent: Mapping[int, Callable[..., Any]],
    ) -> Reply:
        """The outcome of an exchange with the student's process within its time limit."""
        while self._channel is None:
            if time.monotonic() >= self._end:
                return TimedOut(self.clock.submission, what="the whole notebook")
            self._prepare()
        usual = seconds or self.clock.call
        limit = self.patience.limit(name, usual, self._source_of(name))
        deadline = min(time.monotonic() + limit, self._end)
        self._idle, self._enough = None, limit / self.patience.factor
        try:
            reply = ask(PendingCall(self._channel, deadline, self._purse, self.clock.answer_bytes, lent))
            self.patience.answered(name)
            return reply
        except DeadlinePassed:
            starved = self._was_starved() or self.patience.is_doubtful(name)
            self._reap()
            self.patience.ran_over(name, starved=starved)
            return TimedOut(usual, starved=starved)
        except Closed:
            return _died(self._reap())
        except WireError as fault:
            self._reap()
            return Garbled(str(fault))

    def _source_of(self, exercise: str) -> str:
        """The source of the cell in which an exercise belongs."""
        return next((source for index, source in self.cells if self.answers.get(index) == exercise), "")

    def _still_waiting(self) -> None:
        """Notes the processor time of a process that lets the grader wait.

        Raises:
            DeadlinePassed: if it has had more than its limit since, which a busy machine does not change.
        """
        spent = self.interpreter.spent()
        if self._idle is None:
            self._idle = time.monotonic(), spent
        elif self._enough is not None and spent - self._idle[1] > self._enough:
            raise DeadlinePassed

    def _was_starved(self) -> bool:
        """Whether the process got little processor time since the grader first waited for it."""
        if self._idle is None:
            return False
        since, spent = self._idle
        return self.interpreter.spent() - spent < STARVED * (time.monotonic() - since)

    def forget(self, interpreter_too: bool = False) -> None:
        """Continues in a fresh process that has been asked nothing yet, forked by a new interpreter if wanted."""
        self.lending = True
        self.patience.ease()
        if interpreter_too:
            if self._channel is not None:
                self._channel.close()
            self._channel = None
            self.interpreter.restart()
        self.close()

    def close(self) -> None:
        if self._channel is not None:
            self._reap()

    def _reply(
        self, message: messages.FromStudent, exchange: PendingCall, lent: Mapping[int, Callable[..., Any]]
    ) -> Reply:
        if isinstance(message, messages.Made):
            exchange.values()
            kept = ObjectHandle(message.object, message.kind[:80], self._process, dict(lent))
            return Observation(kept, message.changed, message.shared, message.warnings)
        if isinstance(message, messages.Answer):
            (value,) = exchange.values(message.value)
            return Observation(value, message.changed, message.shared, message.warnings)
        if isinstance(message, messages.Missing):
            return NotThere(message.found)
        if isinstance(message, messages.Raised | messages.NotSent):
            return message
        raise WireError("an answer to no question")

    def _prepare(self) -> bool:
        """Starts a fresh process and runs the cells in it.

        False if a cell crashed or hung, so that it must start again.

        A cell interrupted by a SIGKILL is tried once more, because the signal may have come from outside.
        """
        self.start()
        for index, source in self.cells:
            earlier = self.runs.get(index)
            if earlier is not None and earlier.fault is not None:
                continue
            awaited = self._awaited(index, source)
            if awaited:
                self.runs[index] = CellRun(index, fault=Waits(awaited))
                continue
            run = self._run_cell(index, source, repeated=earlier is not None)
            if isinstance(run.fault, Died) and run.fault.struck and index not in self._spared and not self.lending:
                self._spared.add(index)
                return False
            if earlier is None or run.fault is not None:
                self.runs[index] = run
            if run.fault is not None:
                return False
        return True

    def start(self) -> None:
        """Starts a process unless there is one, and waits until its walls are up; a failure here is our own.

        Raises:
            WallError: if a wall could not be built or did not hold when tried.
            InterpreterGone: if it could not be started for another reason.
        """
        if self._channel is not None:
            return
        try_supervision()
        self._process += 1
        channel = self._channel = Channel(self.interpreter.spawn(), self.clock.answer_bytes, self._still_waiting)
        try:
            ready = channel.receive(time.monotonic() + START_SECONDS)
        except (DeadlinePassed, Closed, WireError) as fault:
            self._reap()
            raise InterpreterGone(
                f"a locked-down process could not be started ({type(fault).__name__}): {self.interpreter.said()}"
            ) from None
        if isinstance(ready, messages.Unlocked):
            self._reap()
            raise WallError(ready.wall, ready.reason, remedy=ready.remedy)
        if not isinstance(ready, messages.Locked):
            raise InterpreterGone("a locked-down process did not say so")
        for message in (messages.Files(self.files), messages.Exercises(self.exercises)):
            with contextlib.suppress(DeadlinePassed, Closed):  # the first cell then shows that the process is gone
                channel.send(message, time.monotonic() + START_SECONDS)

    def _called_in(self, index: int, source: str) -> tuple[str, ...]:
        """The exercises that a cell with the release's own text names, of those that belong above it."""
        if index not in self.released:
            return ()
        return named(source, (exercise for above, exercise in self.answers.items() if above < index))

    def _awaited(self, index: int, source: str) -> tuple[str, ...]:
        """The exercises that this cell calls, as did one that ran over before: whether they end is not known yet."""
        if not self._hurried:
            return ()
        over = {n for n, run in self.runs.items() if isinstance(run.fault, TimedOut)}
        suspects = {name for n, text in self.cells if n in over for name in self._called_in(n, text)}
        return tuple(name for name in self._called_in(index, source) if name in suspects)

    def _cell_limit(self, index: int, source: str) -> float:
        """Seconds for a cell: a quarter after each one that ran over its limit, unless it was hurried."""
        if self._hurried and self._called_in(index, source):
            return min(self.clock.cell, self.clock.call)
        overdue = sum(
            isinstance(self.runs[n].fault, TimedOut) and not self._called_in(n, text)
            for n, text in self.cells
            if n in self.runs
        )
        return self.clock.cell / float(min(4**overdue, LEAST_CELL_PATIENCE))

    def _run_cell(self, index: int, source: str, *, repeated: bool) -> CellRun:
        limit = min(self._cell_limit(index, source), max(0.0, self._end - time.monotonic()))
        if limit <= 0:
            self._reap()
            return CellRun(index, fault=TimedOut(self.clock.submission))
        self._enough = None
        deadline = time.monotonic() + limit
        channel = self._channel
        assert channel is not None
        try:
            exercise = self.answers.get(index, "")
            channel.send(messages.Execute(index, source, self.figures and not repeated, exercise), deadline)
            message = channel.receive(deadline)
        except DeadlinePassed:
            self._reap()
            return CellRun(index, fault=TimedOut(limit))
        except Closed:
            return CellRun(index, fault=_died(self._reap()))
        except WireError as fault:
            self._reap()
            return CellRun(index, fault=Garbled(str(fault)))
        if not isinstance(message, messages.Executed) or message.index != index:
            self._reap()
            return CellRun(index, fault=Garbled("an answer to no question"))
        self._outputs += channel.size
        self.drawing += message.drawing
        if self._outputs > OUTPUT_BYTES:
            return CellRun(index, (messages.Stream("stderr", "[the outputs were left out: too much]\n"),))
        return CellRun(index, message.outputs)

    def _reap(self) -> Reaped:
        """Ends the process; the next call starts a fresh one."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        gone = self.interpreter.reap()
        self.peak = max(self.peak, gone.peak)
        return gone


def _died(gone: Reaped) -> Died:
    return Died(_why(gone), struck=gone.signal == signal.SIGKILL)


def _why(gone: Reaped) -> str:
    if gone.signal in (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT):
        return f"the process crashed ({signal.Signals(gone.signal).name})"
    if gone.signal == signal.SIGXCPU:
        return "the process used up its processor time"
    if gone.signal:
        return f"the process was ended by signal {gone.signal}"
    return "the process ended itself"


REMEDY = "the kernel, or what surrounds this process, must allow poll and kill"


@cache
def try_supervision() -> None:
    """Tries both once. They are the only protection against an endless loop.

    Raises:
        WallError: if a deadline does not fire, or a process cannot be ended.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.001)
        try:
            ours.recv(1)
        except TimeoutError:
            pass
        except OSError as fault:
            raise WallError("supervisor", f"no deadline can be waited for ({fault})", remedy=REMEDY) from None
    try:
        os.kill(os.getpid(), 0)
    except OSError as fault:
        raise WallError("supervisor", f"no process can be ended ({fault})", remedy=REMEDY) from None
