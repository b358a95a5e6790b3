"""A control group bounds threads and the kernel's memory, where this machine lets us make one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.common.messages import Stream
from autograder.sandbox.host import cgroup
from autograder.sandbox.host.interpreter import MAX_THREADS, Bounds, Interpreter
from autograder.sandbox.host.supervisor import Clock, Session

# Small stacks: what threads take of the process's own memory does not bound their number then.
MANY_THREADS = """
import threading
threading.stack_size(32 * 1024)
end, made = threading.Event(), 0
try:
    for made in range(2_000):
        threading.Thread(target=end.wait, daemon=True).start()
except (RuntimeError, MemoryError):
    pass
print(made)
"""


@pytest.fixture
def interpreter() -> Iterator[Interpreter]:
    with Interpreter(Bounds(memory_mb=256), wrap=False) as made:
        yield made


def groups() -> list[Path]:
    """Those of this process; others may be grading too."""
    return [folder for place in cgroup.places() for folder in place.glob(f"{cgroup.PREFIX}{os.getpid()}-*")]


def said(interpreter: Interpreter, cell: str) -> str:
    session = Session(interpreter, [(0, cell)], clock=Clock(cell=60.0))
    (run,) = session.run_notebook()
    session.close()
    return "".join(output.text for output in run.outputs if isinstance(output, Stream))


def test_threads_are_bounded_without_bubblewrap(interpreter: Interpreter) -> None:
    if "threads" not in cgroup.kinds():
        pytest.skip("no control group can be made here")
    assert 0 < int(said(interpreter, MANY_THREADS)) < MAX_THREADS


def test_a_group_goes_with_its_interpreter() -> None:
    before = groups()
    with Interpreter(Bounds(memory_mb=256), wrap=False) as made:
        made.wait()
        assert len(groups()) == len(before) + len(cgroup.places())
    assert groups() == before


def test_grading_does_without_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "places", dict)
    with Interpreter(Bounds(memory_mb=256), wrap=False) as made:
        assert said(made, "print('graded')") == "graded\n"


def test_memory_over_the_limit_ends_the_program_that_takes_it() -> None:
    if "memory" not in cgroup.kinds():
        pytest.skip("no control group can be made here")
    below = cgroup.BESIDE_THE_CHILD // 2**20 - 32
    group = cgroup.ControlGroup(memory_mb=-below, threads=MAX_THREADS)
    take = [sys.executable, "-c", "print(len(bytearray(b'x') * int('%d')))"]
    try:
        few, many = (subprocess.run(group.around([*take[:2], take[2] % size]), check=False) for size in (2**20, 2**27))
    finally:
        group.remove()
    assert (few.returncode, many.returncode) == (0, -signal.SIGKILL)
