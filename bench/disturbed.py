"""Runs `autograder grade` over all assignments as a process, interrupts it where it is told to, and has it go on."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.workspace.log import LOG_NAME
from bench.contenders import environment, program
from bench.orphans import Orphans, orphans_adopted

LOOK_SECONDS = 0.2
TELL_SECONDS = 15.0
END_SECONDS = 60.0
GRADED = b'"event":"graded"'


@dataclass(frozen=True)
class Command:
    """One start of the command: its first and last moment, its exit status, and what interrupted it, if anything.

    ``left`` counts processes that were still there when it had ended and those had had their time.
    """

    start: float
    end: float
    status: int
    signal: str = ""
    at: int = 0
    left: int = 0


class Interrupted(Exception):
    """The command did not end as it should have."""


def grade_all(
    course: Course,
    *,
    total: int,
    jobs: int,
    figures: bool = True,
    interruptions: Sequence[tuple[int, signal.Signals]] = (),
    temporary: Path,
    tell: Callable[[str], None],
) -> tuple[Command, ...]:
    """Grades everything. Each interruption is sent to the whole process group once so many submissions are logged."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what it starts with & ignore it
    line = [program("autograder"), "grade", "--jobs", str(jobs), "--course", str(course.root)]
    line += ["--workspace", str(course.workspace), *([] if figures else ["--no-figures"])]
    log = _Log(course.workspace / LOG_NAME)
    commands: list[Command] = []
    with orphans_adopted() as orphans:
        for at, sent in (*interruptions, (0, None)):
            commands.append(_once(line, log, total, at, sent, temporary, tell, orphans))
    return tuple(commands)


def _once(
    line: Sequence[str],
    log: _Log,
    total: int,
    at: int,
    sent: signal.Signals | None,
    temporary: Path,
    tell: Callable[[str], None],
    orphans: Orphans,
) -> Command:
    start = told = time.time()
    with (temporary / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            line,
            cwd=temporary,
            env=environment() | {"TMPDIR": str(temporary)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            struck = False
            while process.poll() is None:
                time.sleep(LOOK_SECONDS)
                count = log.graded()
                if sent is not None and not struck and count >= at:
                    tell(f"{count} of {total}: {sent.name} to all processes")
                    os.killpg(process.pid, sent)
                    struck = True
                if time.time() - told > TELL_SECONDS:
                    told = time.time()
                    tell(f"{count} of {total} graded, {told - start:.0f} s since this start")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    end = time.time()
    wanted = {None: 0, signal.SIGINT: 1, signal.SIGKILL: -signal.SIGKILL}[sent]
    if process.returncode != wanted:
        words = (temporary / "said.txt").read_text(encoding="utf-8", errors="replace")[-1500:]
        raise Interrupted(f"the command ended with {process.returncode}, not {wanted}: {words}")
    left = orphans.left_after(END_SECONDS)
    return Command(start, end, process.returncode, sent.name if sent else "", log.graded(), left)


class _Log:
    """Counts the submissions in the log, reading each line once."""

    def __init__(self, path: Path) -> None:
        self._path, self._size, self._count, self._rest = path, 0, 0, b""

    def graded(self) -> int:
        if self._path.exists():
            with self._path.open("rb") as file:
                file.seek(self._size)
                fresh = file.read()
            self._size += len(fresh)
            *whole, self._rest = (self._rest + fresh).split(b"\n")
            self._count += sum(GRADED in text for text in whole)
        return self._count
