"""Beside the student, inside the walls: executes the notebook's cells in IPython, then answers the grader's calls."""

from __future__ import annotations

import gc
import linecache
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from types import CodeType
from typing import Any

import numpy as np
from traitlets.config import Config

from autograder.sandbox.common import messages
from autograder.sandbox.common.object_table import Absent, ObjectTable, is_made, is_worth_keeping
from autograder.sandbox.common.observe import Observation, observe
from autograder.sandbox.guest.definitions import Definitions, is_left_over_at
from autograder.sandbox.guest.shell import Compiler, Hook, Outputs, Publisher, Shell, StreamTo, kind_name, safe_text


@dataclass
class Pictures:
    """What the runner and the renderer of figures share. ``seconds`` counts from the start of the cell."""

    wanted: bool = True
    seconds: float = 0.0


MAX_FRAMES = 10
PIECE = 1 << 16
MANY_OPEN = 32


class Runner:
    """One student's interpreter. It is made before the fork, warmed by `warming.warm_up`, and serves after the fork."""

    def __init__(self) -> None:
        self.outputs = Outputs()
        Publisher.outputs = Hook.outputs = Shell.outputs = self.outputs
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        self.shell: Any = Shell.instance(config=config)  # its type hints are in parts only
        self.pictures = Pictures()
        self._stand_ins: dict[int, tuple[int, Callable[..., Any]]] = {}
        self._own: list[Callable[..., Any]] = []
        self._keeper = ObjectTable()
        self._definitions = Definitions(self.shell.user_ns, self.shell.transform_cell)
        self._sources: dict[int, str] = {}
        self._made_from: dict[int, str] = {}
        self._lock = threading.RLock()
        self._rest = b""

    def serve(self, fd: int) -> None:
        """Obeys the grader until its socket closes."""
        self.fd = fd
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - it stays open as long as the process lives
        self._send(messages.Locked())
        while True:
            message = self._receive()
            if isinstance(message, messages.Execute):
                self.pictures.wanted, self.pictures.seconds = message.figures, 0.0
                self._sources[message.index] = message.source
                with self._definitions.cell(message.index, message.exercise, message.source):
                    outputs = tuple(self.execute(message.index, message.source))
                self._send(messages.Executed(message.index, outputs, self.pictures.seconds))
            elif isinstance(message, messages.Call):
                self._send(self._answer(message))
            elif isinstance(message, messages.Use):
                self._send(self._use(message))
            elif isinstance(message, messages.Settle):
                self._send(messages.Settled(self._definitions.settle()))
            elif isinstance(message, messages.Exercises):
                self._definitions.exercises = message.names
            elif isinstance(message, messages.Files):
                self._lay_out(message)

    def execute(self, index: int, source: str) -> list[messages.Stream | messages.Display | messages.Failure]:
        """Executes one cell as Jupyter would, and returns its outputs."""
        self.outputs.start()
        Compiler.cell = index
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = StreamTo("stdout", self.outputs), StreamTo("stderr", self.outputs)
        try:
            self.shell.run_cell(source, store_history=True)
        finally:
            sys.stdout, sys.stderr = streams
        return self.outputs.items

    @staticmethod
    def _lay_out(message: messages.Files) -> None:
        for name, data in message.items:
            with open(os.path.basename(name), "wb") as file:
                file.write(data)

    def _answer(self, call: messages.Call) -> messages.FromStudent:
        self._definitions.settle()
        function = self.shell.user_ns.get(call.name)
        with self._bound(call.name, call.bound):
            return self._answer_with(function, call)

    def _bound(self, exercise: str, functions: tuple[messages.Function, ...]) -> AbstractContextManager[None]:
        """Binds names of the notebook to the grader's functions during a call of this exercise."""
        return self._definitions.seen_by(exercise, {f.name: self._stand_in(f) for f in functions})

    def _answer_with(self, function: Any, call: messages.Call) -> messages.FromStudent:
        if not callable(function):
            return messages.Missing(
                call.number, "" if function is None else safe_text(lambda: messages.describe(function))
            )
        _close_what_is_lost()
        try:
            seen = self._observed(function, call)
        except BaseException as fault:  # whatever a student's function raises is its answer
            return self._raised(call.number, fault)
        return self._packed(call.number, seen)

    def _observed(
        self, function: Callable[..., Any], call: messages.Call | messages.Use, *, drain: bool = True
    ) -> Observation:
        unpacker = messages.Unpacker(self._stand_in)
        args = [unpacker.unpack(value) for value in call.args]
        kwargs = {key: unpacker.unpack(value) for key, value in call.kwargs}
        return observe(function, args, kwargs, drain=drain)

    @staticmethod
    def _packed(number: int, seen: Observation) -> messages.Answer | messages.NotSent:
        try:
            value = messages.Packer().pack(seen.value)
        except messages.Unsendable as fault:
            return messages.NotSent(number, fault.what)
        except BaseException as fault:
            return messages.NotSent(number, f"an object that cannot be read ({kind_name(type(fault))})")
        return messages.Answer(number, value, seen.changed, seen.shared, seen.warnings)

    def _use(self, use: messages.Use) -> messages.FromStudent:
        """Makes an object or uses one. Whatever does not fit the wire stays here, and its number is the answer."""
        try:
            exercise = use.name if use.verb == "make" else self._made_from.get(use.object, "")
            with self._bound(exercise, use.bound):
                action = self._keeper.action(use.verb, use.object, use.name, self.shell.user_ns)
                seen = self._observed(action, use, drain=use.verb != "make")
            if use.verb == "make" and is_made(seen.value):
                return self._kept(use.number, seen, exercise)
            answer = self._packed(use.number, seen)
            return self._kept(use.number, seen, exercise) if _stays(answer, seen) else answer
        except Absent as fault:
            return messages.Missing(use.number, fault.found)
        except BaseException as fault:
            return self._raised(use.number, fault)

    def _kept(self, number: int, seen: Observation, exercise: str) -> messages.Made:
        kind = kind_name(type(seen.value))
        kept = self._keeper.keep(seen.value)
        self._made_from[kept] = exercise
        return messages.Made(number, kept, kind, seen.changed, seen.shared, seen.warnings)

    def _stand_in(self, function: messages.Function) -> Callable[..., Any]:
        def call_back(*args: Any, **kwargs: Any) -> Any:
            packer = messages.Packer(self._register)
            packed = tuple(packer.pack(a) for a in args)
            named = tuple((key, packer.pack(value)) for key, value in kwargs.items())
            with self._lock:
                self._send(messages.Callback(function.handle, packed, named))
                reply = self._receive()
                while isinstance(reply, messages.Invoke):
                    self._send(self._invoked(reply))
                    reply = self._receive()
            if isinstance(reply, messages.Refused):
                raise messages.ERRORS.get(reply.kind, RuntimeError)(reply.reason)
            if not isinstance(reply, messages.Returned):
                raise RuntimeError("no answer")
            for place, value in reply.written:
                _write([*args, *kwargs.values()][place], messages.unpack(value))
            return messages.unpack(reply.value)

        call_back.__name__ = call_back.__qualname__ = function.name
        self._stand_ins[id(call_back)] = (function.handle, call_back)
        return call_back

    def _register(self, function: Callable[..., Any]) -> int:
        """The grader's number of a stand-in that goes back to it, or a number of our own for a student's function."""
        handle, stand_in = self._stand_ins.get(id(function), (0, None))
        if stand_in is function:
            return handle
        self._own.append(function)
        return -len(self._own)

    def _invoked(self, message: messages.Invoke) -> messages.Invoked:
        try:
            function = self._own[-message.handle - 1]
            value = function(*(messages.unpack(value, self._stand_in) for value in message.args))
            return messages.Invoked(messages.Packer().pack(value))
        except BaseException as fault:
            return messages.Invoked(None, f"{kind_name(type(fault))}: {safe_text(fault.__str__)}"[:900])

    def _raised(self, number: int, fault: BaseException) -> messages.Raised:
        bases = tuple(cls.__name__ for cls in type(fault).__mro__ if cls.__module__ == "builtins")
        frames, said = self._own_frames(fault), safe_text(lambda: str(fault))
        left_over = isinstance(fault, NotImplementedError) and self._is_left_over(fault)
        return messages.Raised(number, kind_name(type(fault)), bases, said, frames, left_over)

    def _is_left_over(self, fault: BaseException) -> bool:
        """Whether a stub's own line raised this, with the student's lines above or below it."""
        places = [(code.co_filename, line) for code, line in _steps(fault) if code.co_filename in Compiler.names]
        if not places:
            return False
        file, line = places[-1]
        return is_left_over_at(self.shell.transform_cell(self._sources.get(Compiler.names[file], "")), line)

    def _own_frames(self, fault: BaseException) -> tuple[str, ...]:
        """The traceback's lines in the notebook's own cells."""
        frames: list[str] = []
        for code, number in islice(_steps(fault), 100_000):
            if code.co_filename in Compiler.names and len(frames) < 2 * MAX_FRAMES:
                line = linecache.getline(code.co_filename, number).strip()
                cell = Compiler.names[code.co_filename] + 1
                frames.append(f"cell {cell}, line {number}, in {code.co_name}: {line}")
        return tuple(frame[:300] for frame in frames[-MAX_FRAMES:])

    def _receive(self) -> messages.ToStudent:
        size = messages.length(self._read(messages.HEADER), 2**32)
        return messages.to_student(self._read(size))

    def _read(self, count: int) -> bytes:
        """Reads this many bytes.

        A message usually comes in one piece: what follows its head is kept until it is read.
        """
        data = bytearray(self._rest)
        while len(data) < count:
            piece = os.read(self.fd, PIECE)
            if not piece:
                os._exit(0)
            data += piece
        self._rest = bytes(data[count:])
        del data[count:]
        return bytes(data)

    def _send(self, message: messages.FromStudent) -> None:
        view = memoryview(messages.frame(message))
        while view:
            view = view[os.write(self.fd, view) :]


def _steps(fault: BaseException) -> Iterator[tuple[CodeType, int]]:
    """The code and line of each step of an exception's traceback, the outermost first."""
    step = fault.__traceback__
    while step is not None:
        yield step.tb_frame.f_code, step.tb_lineno
        step = step.tb_next


def _close_what_is_lost() -> None:
    """Collects garbage once half of all descriptors are open: an event loop for each call, say, that nobody closed."""
    try:
        lowest_free = os.dup(0)
        os.close(lowest_free)
    except OSError:
        lowest_free = MANY_OPEN
    if lowest_free >= MANY_OPEN:
        gc.collect()


def _stays(answer: messages.Answer | messages.NotSent, seen: Observation) -> bool:
    return isinstance(answer, messages.NotSent) and is_worth_keeping(seen.value)


def _write(target: Any, value: Any) -> None:
    """Carries back what a function of the grader's wrote into its copy of an argument."""
    if isinstance(target, np.ndarray) and target.shape == value.shape:
        target[...] = value
    elif isinstance(target, np.random.Generator):
        target.bit_generator.state = value.bit_generator.state
