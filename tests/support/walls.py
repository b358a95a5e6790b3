"""Each wall switched off in turn, and what a student's process then reaches past the others.

The switch exists here alone: `Weakened` starts the warmed interpreter with a bootstrap of its own, in which functions
of `lockdown` do nothing. The engine's own bootstrap has no such words, and reads neither a variable nor an option that
would change its walls.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import canaries
from rich.console import Console
from rich.table import Table

from autograder.errors import WallError
from autograder.sandbox.common.messages import Stream
from autograder.sandbox.host import bubblewrap, interpreter
from autograder.sandbox.host.interpreter import Bounds, Interpreter
from autograder.sandbox.host.readable_paths import PROJECT
from autograder.sandbox.host.supervisor import Clock, Session

CLOCK = Clock(cell=30.0, call=10.0, submission=90.0)
BOUNDS = Bounds(memory_mb=256, cpu_seconds=60, scratch_mb=16)
OFF = {
    "none": (),
    "seccomp's list in the child": ("prepare_seccomp", "build_seccomp"),
    "seccomp's guard in the interpreter": ("build_guard",),
    "Landlock": ("build_landlock", "build_scope"),
    "rlimits": ("build_rlimits",),
    "dropped privileges": ("drop_privileges",),
    "the child's own trial": ("try_walls",),
}
EVERYTHING = tuple(dict.fromkeys(name for names in OFF.values() for name in names))
GUARDED = ("reference and hidden tests", "gradebook", "other submissions", "network", "other processes")
BOOTSTRAP = """
import os, sys
sys.path.insert(0, sys.argv[1])
from autograder.sandbox.guest import lockdown
def trial(*arguments, really=lockdown.try_walls):
    try:
        really(*arguments)
    except lockdown.WallError as fault:
        os.environ["TRIAL"] = fault.wall
lockdown.try_walls = trial
for name in sys.argv[4].split():
    setattr(lockdown, name, lambda *a, **k: None)
from autograder.sandbox.guest.zygote import main
main(int(sys.argv[2]), sys.argv[3])
"""
PROBE = """
import ctypes, gc, json, os, signal, socket, sys
told = json.loads(TOLD)
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
reached = []
def probe(what, attempt):
    try:
        if attempt() is not False:
            reached.append(what)
    except (OSError, MemoryError):
        pass
def stole(path, token):
    return token in open(path, "rb").read().decode("utf-8", "replace")
for what, path, token in told["files"]:
    probe(f"{what}: read {os.path.basename(path)}", lambda: stole(path, token))
    if what == "gradebook":
        probe("gradebook: write", lambda: open(path, "ab").close())
def heard(family, kind, address):
    one = socket.socket(family, kind)
    one.settimeout(2)
    one.connect(address)
    one.send(b"x")
probe("network: TCP", lambda: heard(socket.AF_INET, socket.SOCK_STREAM, tuple(told["tcp"])))
probe("network: UDP", lambda: heard(socket.AF_INET, socket.SOCK_DGRAM, tuple(told["udp"])))
probe("network: abstract socket", lambda: heard(socket.AF_UNIX, socket.SOCK_STREAM, told["abstract"]))
probe("network: socket in a folder", lambda: heard(socket.AF_UNIX, socket.SOCK_STREAM, told["path"]))
probe("other processes: signal", lambda: os.kill(told["bystander"], 0))
probe("other processes: ptrace", lambda: libc.ptrace(0x4206, told["bystander"], None, None) == 0)
probe("other processes: environment", lambda: open(f"/proc/{told['bystander']}/environ", "rb").close())
probe("memory: over its limit", lambda: bytearray(600 * 2**20) and None)
def fill():
    with open("big", "wb", buffering=0) as file:
        for _ in range(40):
            if file.write(bytes(2**20)) < 2**20:
                raise OSError
probe("disk: over its limit", fill)
words = ("decision_line", "test_decision_line_at_one_place", "ReferenceCaller", "RecordedCall")
held = [name for name, module in list(sys.modules.items()) if any(hasattr(module, word) for word in words)]
held += [repr(t)[:80] for t in gc.get_objects() if getattr(t, "__name__", None) in words]
probe("answers in memory: found", lambda: bool(held))
print(json.dumps([os.environ.get("TRIAL", ""), reached]))
"""

REFUSING = """
import os, sys, pyseccomp as s
rules = s.SyscallFilter(s.ALLOW)
for name in sys.argv[1].split():
    name, _, first = name.partition(":")
    rules.add_rule(s.ERRNO(95), name, *([s.Arg(0, s.EQ, int(first))] if first else []))
rules.load()
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Runs a program in whose kernel some system calls are refused: `-c REFUSING NAMES PROGRAM ARGUMENT...`."""


class Weakened(Interpreter):
    """A warmed interpreter without some of its walls. ``trial`` says which one a child would have found missing."""

    def __init__(self, off: tuple[str, ...], *, wrap: bool) -> None:
        self._off = off
        super().__init__(BOUNDS, wrap=wrap)

    def _command(self, fd: int) -> list[str]:
        line = super()._command(fd)
        return [BOOTSTRAP if word == interpreter.BOOTSTRAP else word for word in line] + [" ".join(self._off)]


@dataclass(frozen=True)
class Row:
    """One wall off: what was reached past the others, and which wall each child's trial found missing."""

    wall: str
    wrapped: bool
    trial: str
    reached: tuple[str, ...] = field(default=())

    def open(self, what: str) -> tuple[str, ...]:
        """What was reached of one kind."""
        return tuple(one for one in self.reached if one.startswith(f"{what}:"))

    @property
    def stands(self) -> bool:
        """Whether nothing that is guarded is reached, or grading would have stopped before."""
        return bool(self.trial) or not any(self.open(what) for what in GUARDED)


def switched_off(folder: Path) -> tuple[Row, ...]:
    """Every wall off in turn, with bubblewrap and without, and at last all of them."""
    kinds = [True, False] if bubblewrap.fault() is None else [False]
    wanted = [(wall, wrap, off) for wrap in kinds for wall, off in OFF.items()]
    wanted.append(("all of these", False, EVERYTHING))
    with canaries.laid_out(folder) as laid:
        told = _told(laid, folder)
        return tuple(_rows(wanted, told))


def _rows(wanted: list[tuple[str, bool, tuple[str, ...]]], told: str) -> Iterator[Row]:
    """Starts the next interpreter while the last one is asked."""
    with ExitStack() as stack:
        started = Weakened(wanted[0][2], wrap=wanted[0][1])
        for (wall, wrap, _), after in zip(wanted, [*wanted[1:], None], strict=True):
            stack.callback(started.close)
            following = Weakened(after[2], wrap=after[1]) if after else started
            trial, reached = _ask(started, told)
            started.close()
            yield Row(wall, wrap, trial, tuple(reached))
            started = following


def _ask(weakened: Interpreter, told: str) -> tuple[str, list[str]]:
    session = Session(weakened, [(0, f"TOLD = {told!r}\n{PROBE}")], clock=CLOCK)
    (run,) = session.run_notebook()
    session.close()
    text = "".join(output.text for output in run.outputs if isinstance(output, Stream))
    trial, reached = json.loads(text.splitlines()[-1])
    return trial, reached


def _told(laid: canaries.Canaries, folder: Path) -> str:
    files = [("reference and hidden tests", PROJECT / "solutions" / "neuron.py", "def decision_line")]
    files.append(
        ("reference and hidden tests", PROJECT / "solutions" / "hidden" / "test_neuron.py", "def test_decision")
    )
    for what, name in (("gradebook", "gradebook.db"), ("other submissions", "submitted.ipynb")):
        (folder / name).write_text("a token of its own")
        files.append((what, folder / name, "a token of its own"))
    told = {**laid.told(), "files": [(what, str(path), token) for what, path, token in files]}
    return json.dumps(told)


def stops_with_its_reason(off: tuple[str, ...]) -> WallError | None:
    """What a session says when a wall does not stand, and the trial is not softened."""
    with _Strict(off, wrap=False) as weakened:
        try:
            Session(weakened, [(0, "1")], clock=CLOCK).run_notebook()
        except WallError as fault:
            return fault
    return None


class _Strict(Weakened):
    """Without some walls, but with each child's trial as it is."""

    def _command(self, fd: int) -> list[str]:
        strict = BOOTSTRAP.replace("lockdown.try_walls = trial\n", "")
        return [strict if word == BOOTSTRAP else word for word in super()._command(fd)]


def tell(rows: tuple[Row, ...]) -> bool:
    """Prints the table; whether no wall alone stands before what is guarded."""
    table = Table(title="One wall off: what the others still stop")
    columns = (*GUARDED, "memory", "disk", "answers in memory")
    for name in ("bubblewrap", "off", *columns):
        table.add_column(name)
    for row in rows:
        told = ["stopped" if not row.open(what) else f"[red]{len(row.open(what))} open[/]" for what in columns]
        if row.trial:
            told = [f"{one}, but grading stops" if one != "stopped" else one for one in told]
        table.add_row("on" if row.wrapped else "off", row.wall, *told)
    Console(highlight=False, width=180).print(table)
    return all(row.stands for row in rows if row.wall != "all of these")
