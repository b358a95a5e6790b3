"""`autograder serve` as a real process, with what it says in two queues."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from small_course import PROGRAM

PATIENCE = 180.0


class Serving:
    """Started in a course's folder. Use it as a context manager; whatever happens, it is gone afterwards."""

    def __init__(self, root: Path, *options: object, before: tuple[str, ...] = (), **environment: str) -> None:
        command = [*before, str(PROGRAM), "serve", "--json", *map(str, options)]
        env = {**os.environ, "COLUMNS": "300", **environment}
        self.process = subprocess.Popen(
            command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
        )
        self.reports: queue.Queue[str] = queue.Queue()
        self.said: queue.Queue[str] = queue.Queue()
        self._threads = [
            threading.Thread(target=_read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.reports), (self.process.stderr, self.said))
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Serving:
        self.heard("Serving ")
        return self

    def __exit__(self, *fault: object) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGKILL)

    def report(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The next line on standard output."""
        found: dict[str, Any] = json.loads(self.reports.get(timeout=seconds))
        return found

    def several(self, count: int) -> list[dict[str, Any]]:
        return [self.report() for _ in range(count)]

    def heard(self, text: str) -> str:
        """The next line on standard error that holds this text."""
        lines = []
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                lines.append(self.said.get(timeout=0.2))
            except queue.Empty:
                if self.process.poll() is not None and self.said.empty():
                    break
                continue
            if text in lines[-1]:
                return lines[-1]
        raise AssertionError(f"{text!r} was not said, but {lines}")

    def rest(self) -> list[str]:
        """What was said on standard error and not read yet."""
        return [self.said.get() for _ in range(self.said.qsize())]

    def end(self, how: signal.Signals | None = signal.SIGTERM) -> int:
        """Ends it, or waits for it to end by itself; returns its exit status."""
        if how is not None:
            self.process.send_signal(how)
        status = self.process.wait(timeout=PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        return status


def _read(pipe: IO[str], into: queue.Queue[str]) -> None:
    for line in pipe:
        into.put(line)


def until(good: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits until something holds."""
    end = time.monotonic() + seconds
    while not good():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
