"""Beside the student, inside the walls: executes the notebook's cells in IPython, then answers the grader's calls."""

from __future__ import annotations

import inspect
import linecache
import os
import sys
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.sandbox import wire
from autograder.sandbox.objects import Absent, Keeper, is_made, is_worth_keeping
from autograder.sandbox.observe import Observation, observe
from autograder.sandbox.pictures import Pictures

MAX_OUTPUTS = 60
MAX_TEXT = 100_000
MAX_RICH = 3_000_000
MAX_CELL = 10_000_000
MAX_FRAMES = 10
MESSAGE = 2_000

# Draws what figures usually hold, so that fonts, formulas and layouts are ready before the fork.
FIGURE = """
import matplotlib.pyplot as plt
import numpy as np
figure, panels = plt.subplots(1, 2, figsize=(4, 3), sharey=True, layout="constrained")
for axes, size in zip(panels, (10, 11)):
    axes.plot([0, 1, 2], [0, 1, 0], "o-", label="line")
    axes.scatter([0, 1], [0, 1], label="points")
    axes.contourf(np.eye(3), levels=2)
    axes.set_title("title", fontsize=size, loc="left")
    axes.set_xlabel("$x_1^2$ 0.5", fontsize=size)
    axes.set_ylabel("text", fontsize=size)
    axes.tick_params(labelsize=size)
    axes.legend(fontsize=size)
figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center")
plt.show()
"""


class Outputs:
    """The outputs of the cell that runs now, in their order, within bounds."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Forgets the last cell's outputs."""
        self.items: list[wire.Stream | wire.Display | wire.Failure] = []
        self._text = self._rich = 0

    def text(self, name: str, text: str) -> None:
        """Adds to the stream of that name, and joins what belongs together."""
        if self._text >= MAX_TEXT:
            return
        if self._text + len(text) > MAX_TEXT:
            text = text[: MAX_TEXT - self._text] + "\n[more output was cut off here]\n"
        self._text += len(text)
        text = text.encode("utf-8", "backslashreplace").decode()
        last = self.items[-1] if self.items else None
        if isinstance(last, wire.Stream) and last.name == name:
            self.items[-1] = wire.Stream(name, last.text + text)
        else:
            self.add(wire.Stream(name, text))

    def add(self, item: wire.Stream | wire.Display | wire.Failure) -> None:
        """Adds an output, unless there are too many."""
        size = sum(map(len, item.data.values())) if isinstance(item, wire.Display) else 0
        if len(self.items) < MAX_OUTPUTS and self._rich + size <= MAX_CELL:
            self._rich += size
            self.items.append(item)


class StreamTo:
    """Stands for sys.stdout or sys.stderr."""

    encoding, errors, closed, newlines, line_buffering = "utf-8", "backslashreplace", False, None, False

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name, self._outputs = f"<{name}>", outputs
        self._stream = name

    def write(self, text: str) -> int:
        """Writes text; returns its length."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.text(self._stream, text)
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Writes each of several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing waits to be flushed."""

    def isatty(self) -> bool:
        """No terminal."""
        return False

    def writable(self) -> bool:
        """Text can be written."""
        return True

    def readable(self) -> bool:
        """Nothing can be read."""
        return False

    def fileno(self) -> int:
        """No file of the system stands behind this stream."""
        raise OSError("this stream has no file descriptor")


class Publisher(DisplayPublisher):
    """Keeps what a cell displays."""

    outputs: Outputs

    def publish(self, data: dict[str, Any], metadata: Any = None, *args: Any, **kwargs: Any) -> None:
        """Keeps one displayed bundle."""
        self.outputs.add(wire.Display(_texts(data), None))

    def clear_output(self, wait: bool = False) -> None:
        """Forgets what the cell showed so far."""
        self.outputs.start()


class Hook(DisplayHook):
    """Keeps the value of a cell's last line."""

    outputs: Outputs

    def write_output_prompt(self) -> None:
        """The executed notebook shows the number itself."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Keeps the value's formatted forms."""
        shell: Any = self.shell
        self.outputs.add(wire.Display(_texts(format_dict), shell.execution_count))

    def finish_displayhook(self) -> None:
        """Nothing waits to be flushed."""


def _texts(data: dict[str, Any]) -> dict[str, str]:
    texts = {}
    for mime, value in data.items():
        if isinstance(value, str):
            bound = MAX_TEXT if mime == "text/plain" else MAX_RICH
            texts[str(mime)] = value[:bound].encode("utf-8", "backslashreplace").decode()
    return texts


class Compiler(CachingCompiler):
    """Names each cell's code by the cell's place in the notebook, for tracebacks."""

    cell = 0
    names: ClassVar[dict[str, int]] = {}

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        """The file name that a traceback shows for this cell."""
        name = f"<cell {self.cell + 1}>"
        self.names[name] = self.cell
        return name


class Shell(InteractiveShell):
    """IPython without history, terminal or colours, whose outputs are kept."""

    outputs: Outputs
    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)
    compiler_class = Type(Compiler)

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        lines = tuple(str(line)[:MAX_TEXT] for line in stb)[:200]
        self.outputs.add(wire.Failure(_name(etype), _safe(lambda: str(evalue)), lines))

    def enable_gui(self, gui: Any = None) -> None:
        """No window opens here."""


class Runner:
    """One student's interpreter. It is made and warmed before the fork, and serves after it."""

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
        self._keeper = Keeper()
        self._lock = threading.RLock()

    def warm_up(self) -> None:
        """Runs once all that a notebook usually needs, and leaves the namespace as it was."""
        import matplotlib

        matplotlib.use("module://matplotlib_inline.backend_inline")
        import matplotlib.pyplot as plt
        from matplotlib_inline import backend_inline

        from autograder.sandbox import figures

        inline: Any = backend_inline

        sys.modules["otter"] = _otter()
        inline.configure_inline_support(self.shell, "module://matplotlib_inline.backend_inline")
        figures.use_for(self.shell, self.pictures)
        matplotlib.rcParams["figure.dpi"] = 72
        self.execute(0, "_ = 1 + 1\nprint(_)\n_")
        self.execute(0, FIGURE)
        plt.close("all")
        self._import("sklearn.datasets", "asyncio", "timeit")
        self.shell.reset(new_session=True)
        self.shell.execution_count = 1
        self.outputs.start()
        Compiler.names.clear()

    @staticmethod
    def _import(*names: str) -> None:
        for name in names:
            try:
                __import__(name)
            except ImportError:
                continue  # a notebook that needs it says so itself

    # --- after the fork -------------------------------------------------------------------------------------------

    def serve(self, fd: int) -> None:
        """Obeys the grader until its socket closes."""
        self.fd = fd
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - it stays open as long as the process lives
        self._send(wire.Locked())
        while True:
            message = self._receive()
            if isinstance(message, wire.Execute):
                self.pictures.wanted, self.pictures.seconds = message.figures, 0.0
                outputs = tuple(self.execute(message.index, message.source))
                self._send(wire.Executed(message.index, outputs, self.pictures.seconds))
            elif isinstance(message, wire.Call):
                self._send(self._answer(message))
            elif isinstance(message, wire.Use):
                self._send(self._use(message))
            elif isinstance(message, wire.Files):
                self._lay_out(message)

    def execute(self, index: int, source: str) -> list[wire.Stream | wire.Display | wire.Failure]:
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
    def _lay_out(message: wire.Files) -> None:
        for name, data in message.items:
            with open(os.path.basename(name), "wb") as file:
                file.write(data)

    def _answer(self, call: wire.Call) -> wire.FromStudent:
        function = self.shell.user_ns.get(call.name)
        with self._bound(call.bound):
            return self._answer_with(function, call)

    @contextmanager
    def _bound(self, functions: tuple[wire.Function, ...]) -> Iterator[None]:
        """Lets names of the notebook stand for functions of the grader's while a call lasts."""
        names = self.shell.user_ns
        own = {function.name: names[function.name] for function in functions if function.name in names}
        names.update({function.name: self._stand_in(function) for function in functions})
        try:
            yield
        finally:
            for function in functions:
                names.pop(function.name, None)
            names.update(own)

    def _answer_with(self, function: Any, call: wire.Call) -> wire.FromStudent:
        if not callable(function):
            return wire.Missing(call.number, "" if function is None else _safe(lambda: wire.describe(function)))
        try:
            seen = self._observed(function, call)
        except BaseException as fault:  # whatever a student's function raises is its answer
            return self._raised(call.number, fault)
        return self._packed(call.number, seen)

    def _observed(self, function: Callable[..., Any], call: wire.Call | wire.Use, *, drain: bool = True) -> Observation:
        unpacker = wire.Unpacker(self._stand_in)
        args = [unpacker.unpack(value) for value in call.args]
        kwargs = {key: unpacker.unpack(value) for key, value in call.kwargs}
        return observe(function, args, kwargs, drain=drain)

    @staticmethod
    def _packed(number: int, seen: Observation) -> wire.Answer | wire.NotSent:
        try:
            value = wire.Packer().pack(seen.value)
        except wire.Unsendable as fault:
            return wire.NotSent(number, fault.what)
        except BaseException as fault:
            return wire.NotSent(number, f"an object that cannot be read ({_name(type(fault))})")
        return wire.Answer(number, value, seen.changed, seen.shared, seen.warnings)

    def _use(self, use: wire.Use) -> wire.FromStudent:
        """Makes an object or uses one. Whatever does not fit the wire stays here, and its number is the answer."""
        try:
            with self._bound(use.bound):
                action = self._keeper.action(use.verb, use.object, use.name, self.shell.user_ns)
                seen = self._observed(action, use, drain=use.verb != "make")
            if use.verb == "make" and is_made(seen.value):
                return self._kept(use.number, seen)
            answer = self._packed(use.number, seen)
            return self._kept(use.number, seen) if _stays(answer, seen) else answer
        except Absent as fault:
            return wire.Missing(use.number, fault.found)
        except BaseException as fault:
            return self._raised(use.number, fault)

    def _kept(self, number: int, seen: Observation) -> wire.Made:
        kind = _name(type(seen.value))
        return wire.Made(number, self._keeper.keep(seen.value), kind, seen.changed, seen.shared, seen.warnings)

    def _stand_in(self, function: wire.Function) -> Callable[..., Any]:
        def call_back(*args: Any, **kwargs: Any) -> Any:
            packer = wire.Packer(self._register)
            packed = tuple(packer.pack(a) for a in args)
            named = tuple((key, packer.pack(value)) for key, value in kwargs.items())
            with self._lock:
                self._send(wire.Callback(function.handle, packed, named))
                reply = self._receive()
                while isinstance(reply, wire.Invoke):
                    self._send(self._invoked(reply))
                    reply = self._receive()
            if not isinstance(reply, wire.Returned):
                raise RuntimeError(reply.reason if isinstance(reply, wire.Refused) else "no answer")
            for place, value in reply.written:
                _write([*args, *kwargs.values()][place], wire.unpack(value))
            return wire.unpack(reply.value)

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

    def _invoked(self, message: wire.Invoke) -> wire.Invoked:
        try:
            function = self._own[-message.handle - 1]
            value = function(*(wire.unpack(value, self._stand_in) for value in message.args))
            return wire.Invoked(wire.Packer().pack(value))
        except BaseException as fault:
            return wire.Invoked(None, f"{_name(type(fault))}: {_safe(fault.__str__)}"[:900])

    def _raised(self, number: int, fault: BaseException) -> wire.Raised:
        bases = tuple(cls.__name__ for cls in type(fault).__mro__ if cls.__module__ == "builtins")
        return wire.Raised(number, _name(type(fault)), bases, _safe(lambda: str(fault)), self._own_frames(fault))

    def _own_frames(self, fault: BaseException) -> tuple[str, ...]:
        """The traceback's lines that stand in the notebook's own cells."""
        frames: list[str] = []
        step = fault.__traceback__
        while step is not None and len(frames) < 2 * MAX_FRAMES:
            code = step.tb_frame.f_code
            if code.co_filename in Compiler.names:
                line = linecache.getline(code.co_filename, step.tb_lineno).strip()
                cell = Compiler.names[code.co_filename] + 1
                frames.append(f"cell {cell}, line {step.tb_lineno}, in {code.co_name}: {line}")
            step = step.tb_next
        return tuple(frame[:300] for frame in frames[-MAX_FRAMES:])

    def _receive(self) -> wire.ToStudent:
        size = wire.length(self._read(wire.HEADER), 2**32)
        return wire.to_student(self._read(size))

    def _read(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            piece = os.read(self.fd, min(count - len(data), 1 << 20))
            if not piece:
                os._exit(0)
            data += piece
        return bytes(data)

    def _send(self, message: wire.FromStudent) -> None:
        view = memoryview(wire.frame(message))
        while view:
            view = view[os.write(self.fd, view) :]


def _stays(answer: wire.Answer | wire.NotSent, seen: Observation) -> bool:
    return isinstance(answer, wire.NotSent) and is_worth_keeping(seen.value)


def _write(target: Any, value: Any) -> None:
    """Carries back what a function of the grader's wrote into its copy of an argument."""
    if isinstance(target, np.ndarray) and target.shape == value.shape:
        target[...] = value
    elif isinstance(target, np.random.Generator):
        target.bit_generator.state = value.bit_generator.state


def _name(kind: type) -> str:
    return str(getattr(kind, "__name__", "exception"))[:100].encode("utf-8", "backslashreplace").decode()


def _safe(text: Callable[[], str]) -> str:
    """A text that a student's object makes of itself, which may fail in any way."""
    try:
        return str(text())[:MESSAGE].encode("utf-8", "backslashreplace").decode()
    except BaseException as fault:
        return f"(its text cannot be made: {_name(type(fault))})"


def _otter() -> types.ModuleType:
    """Stands for otter, whose public checks are for students at work; grading neither needs nor trusts them."""

    class Checked:
        test_case_results: tuple[()] = ()

    class Notebook:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            pass

        def check(self, *args: Any, **kwargs: Any) -> Checked:
            return Checked()

        def check_all(self) -> None:
            pass

    module = types.ModuleType("otter", inspect.cleandoc(_otter.__doc__ or ""))
    module.Notebook = Notebook  # type: ignore[attr-defined]
    return module
