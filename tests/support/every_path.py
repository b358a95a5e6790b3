"""A student's process that tries to open every path of a list that was made outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.common.messages import Stream
from autograder.sandbox.host.interpreter import Bounds, Interpreter
from autograder.sandbox.host.readable_paths import BESIDE_THE_STUDENT
from autograder.sandbox.host.supervisor import Clock, Session

OF_A_PROCESS = (
    "",
    "environ",
    "cmdline",
    "mem",
    "maps",
    "fd",
    "cwd",
    "root",
    "root/etc/passwd",
    "task",
    "status",
    "exe",
)
LIST = "paths.json"
CELL = f"""
import json, os, sys
opened, tried = [], json.load(open({LIST!r}))
own = [os.stat("."), os.stat(sys.executable)]  # its folder and its interpreter, which some links in /proc lead to
def count(path, way, flags):
    try:
        found = os.open(way, flags | os.O_NONBLOCK)
    except OSError:
        return
    if not any(os.path.samestat(os.fstat(found), one) for one in own):
        opened.append(path)
    os.close(found)
up = "/".join([".."] * 40)
for path in tried:
    for way in (path, up + path, "/proc/self/root" + path, "/proc/self/cwd/" + up + path):
        count(path, way, os.O_RDONLY)
        count(path, way, os.O_WRONLY | os.O_APPEND)
print(json.dumps([len(tried), sorted(set(opened))]))
"""


@dataclass(frozen=True)
class Tried:
    """How many paths were tried, and which of them could be opened."""

    count: int
    opened: tuple[str, ...]


def below(*roots: Path) -> Iterator[Path]:
    """Each root, and every file and folder below it; but not what the student's process itself runs on."""
    for root in roots:
        yield root
        for folder, folders, files in os.walk(root):
            folders[:] = [name for name in folders if name not in (".venv", "__pycache__") or "hidden" in folder]
            yield from (path for name in (*folders, *files) if _is_secret(path := Path(folder, name)))


def _is_secret(path: Path) -> bool:
    return not any(path.is_relative_to(allowed) for allowed in BESIDE_THE_STUDENT)


def of_processes() -> Iterator[Path]:
    """What /proc tells of every process that there is now, the grader and this very process among them."""
    for process in (*(p for p in os.listdir("/proc") if p.isdecimal()), "self", "thread-self"):
        yield from (Path("/proc", process, name) for name in OF_A_PROCESS)


def inside(paths: Iterable[Path], *, wrap: bool) -> Tried:
    """The list tried in a student's process."""
    handed = ((LIST, json.dumps([*map(str, paths)]).encode()),)
    with Interpreter(Bounds(memory_mb=256), wrap=wrap) as interpreter:
        session = Session(interpreter, [(0, CELL)], handed, Clock(cell=120.0, submission=120.0))
        (run,) = session.run_notebook()
        session.close()
    return _tried("".join(output.text for output in run.outputs if isinstance(output, Stream)))


def outside(paths: Iterable[Path], folder: Path) -> Tried:
    """The list tried by an ordinary program, which shows that the paths are right."""
    (folder / LIST).write_text(json.dumps([*map(str, paths)]))
    done = subprocess.run(
        [sys.executable, "-c", CELL], cwd=folder, capture_output=True, text=True, timeout=120, check=True
    )
    return _tried(done.stdout)


def _tried(text: str) -> Tried:
    count, opened = json.loads(text.splitlines()[-1])
    return Tried(count, tuple(opened))
