"""IPython as the notebook's cells see it, without history, terminal or colours: whatever a cell shows is kept."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from traitlets import Type

from autograder.sandbox.common import messages

MAX_OUTPUTS = 60
MAX_TEXT = 100_000
MAX_RICH = 3_000_000
MAX_CELL = 10_000_000
MESSAGE = 2_000
NAMED = 200  # characters of a line that is not run
PROGRAMS = ("pip", "conda", "mamba", "micromamba", "uv", "sx", "system")
CELL_PROGRAMS = ("bash", "sh", "script", "ruby", "perl", "javascript", "js", "latex", "system", "sx", "!")

# What IPython may change: magics, commands, questions, prompts, a start that is not at the edge, lines of spaces, and
# what it takes for the end of a line beside a line feed.
BEYOND_PYTHON = re.compile(
    r"\A\s|\?|!(?!=)|(?:^|=)[\s\\]*%|^\s*(?:[/,;]|>>>|\.\.\.|In )|^[^\S\n]+$|[\r\v\f\x1c-\x1e\x85\u2028\u2029]",
    re.MULTILINE,
)


class Outputs:
    """The outputs of the cell that runs now, in their order, within bounds."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Forgets the last cell's outputs."""
        self.items: list[messages.Stream | messages.Display | messages.Failure] = []
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
        if isinstance(last, messages.Stream) and last.name == name:
            self.items[-1] = messages.Stream(name, last.text + text)
        else:
            self.add(messages.Stream(name, text))

    def add(self, item: messages.Stream | messages.Display | messages.Failure) -> None:
        """Adds an output, unless there are too many."""
        size = sum(map(len, item.data.values())) if isinstance(item, messages.Display) else 0
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
        self.outputs.add(messages.Display(_texts(data), None))

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
        self.outputs.add(messages.Display(_texts(format_dict), shell.execution_count))

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
        inspect.modulesbyfile[name] = ""  # of no module: a traceback need not look through all of them
        with suppress(OSError):  # a cell may have removed the folder that it stood in
            inspect.modulesbyfile[os.path.abspath(name)] = ""
        return name


class Shell(InteractiveShell):
    """The shell that executes the cells."""

    outputs: Outputs
    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)
    compiler_class = Type(Compiler)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]  # IPython tells no types
        self._usual = self._transforms()
        for name in PROGRAMS:
            self._stand_in(name, "line")
        for name in CELL_PROGRAMS:
            self._stand_in(name, "cell")

    def _stand_in(self, name: str, kind: str) -> None:
        """Makes a magic that would start a program say that it is not run here."""

        def not_run(line: str, cell: str | None = None) -> Any:
            self._not_run(f"%{'' if cell is None else '%'}{name} {line}".rstrip())
            return SList() if name == "sx" else None

        register: Any = self.register_magic_function  # IPython's type hints take the function for the shell
        register(not_run, kind, name)

    def _transforms(self) -> tuple[list[Any], list[Any]]:
        """IPython's own transformations of cells and, behind them, those that a notebook added."""
        return list(self.input_transformers_cleanup), list(self.input_transformers_post)

    def transform_cell(self, raw_cell: str) -> str:
        """The cell as Python. IPython looks through every token of it, which plain Python can be spared."""
        plain = "\n" in raw_cell.strip() and not BEYOND_PYTHON.search(raw_cell)  # a single line may be a magic's name
        if not plain or self._transforms() != self._usual:
            return str(super().transform_cell(raw_cell))  # type: ignore[no-untyped-call]  # IPython tells no types
        return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"

    def should_run_async(self, raw_cell: str, *, transformed_cell: str | None = None, **kwargs: Any) -> bool:
        """Whether the cell awaits something at its top level. IPython compiles each cell to find out."""
        if transformed_cell is not None and "await" not in transformed_cell and "async" not in transformed_cell:
            return False
        return bool(super().should_run_async(raw_cell, transformed_cell=transformed_cell, **kwargs))

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        lines = tuple(str(line)[:MAX_TEXT] for line in stb)[:200]
        said = safe_text(lambda: str(evalue))
        self.outputs.add(messages.Failure(kind_name(etype), said, lines, _line_of(evalue, Compiler.cell)))

    def system(self, cmd: str) -> None:
        """A shell line runs nothing here. The cell continues, as after one that fails in Jupyter."""
        self._not_run(f"!{cmd}")

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """What a shell line printed: nothing."""
        self._not_run(f"!{cmd}")
        return SList() if split else ""

    def _not_run(self, line: str) -> None:
        """Says so in the cell's output."""
        self.outputs.text("stdout", f"[not run while grading: {line[:NAMED]}]\n")

    def ask_exit(self) -> None:
        """`quit()` and `exit()` end nothing here: the cells after it are graded too."""

    def enable_gui(self, gui: Any = None) -> None:
        """No window opens here."""


def _line_of(fault: Any, cell: int) -> int:
    """The line of the cell at which it stopped, from 1: its own, whatever was called from there. 0 if unknown."""
    try:
        if isinstance(fault, SyntaxError):
            line: Any = fault.lineno
            return line if type(line) is int and 0 < line < 2**31 else 0
        step = fault.__traceback__
        while step is not None:
            if Compiler.names.get(step.tb_frame.f_code.co_filename) == cell:
                return int(step.tb_lineno or 0)
            step = step.tb_next
    except BaseException:  # a student's exception may be of a class that answers in any way
        return 0
    return 0


def kind_name(kind: type) -> str:
    """The name of a class, which a student may have made anything."""
    return str(getattr(kind, "__name__", "exception"))[:100].encode("utf-8", "backslashreplace").decode()


def safe_text(text: Callable[[], str]) -> str:
    """A text that a student's object makes of itself, which may fail in any way."""
    try:
        return str(text())[:MESSAGE].encode("utf-8", "backslashreplace").decode()
    except BaseException as fault:
        return f"(its text cannot be made: {kind_name(type(fault))})"
