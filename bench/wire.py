"""How many submissions a second a Dask scheduler hands out when grading takes no time: `python -m bench.wire`.

A real scheduler and two real workers on the loopback interface, all on this machine: tasks of a submission's size,
whose answers are of a result's size, as many at a time as a run of the engine keeps.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import distributed
import typer

from autograder.grading.pool import QUEUED_FOR_EACH_WORKER
from bench.contenders import environment

CLI = "import sys; from distributed.cli import dask_{0}; dask_{0}.main()"
WORKERS = 2
PATIENCE = 60.0
WARM_UP = 20


def echo(submission: bytes, size: int) -> bytes:
    """What a worker answers here."""
    return submission[:1] * size


def measure_wire(sent: int, back: int, tasks: int = 1000) -> float:
    """Tasks a second, each with so many bytes sent and so many back."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _cluster(Path(folder)) as client:
        _exchange(client, sent, back, WARM_UP)
        start = time.perf_counter()
        _exchange(client, sent, back, tasks)
        return tasks / (time.perf_counter() - start)


def _exchange(client: Any, sent: int, back: int, tasks: int) -> None:
    running: set[Any] = set()
    for number in range(tasks):
        payload = number.to_bytes(8) + os.urandom(sent)
        running.add(client.submit(echo, payload, back, pure=False))
        while len(running) >= WORKERS * QUEUED_FOR_EACH_WORKER:
            done, running = distributed.wait(running, return_when=FIRST_COMPLETED)
            assert all(len(future.result()) == back for future in done)
    client.gather(list(running))


@contextmanager
def _cluster(folder: Path) -> Iterator[Any]:
    known, processes = folder / "scheduler.json", []
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    alone = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder), "--scheduler-file", str(known)]
    with (folder / "log.txt").open("wb") as log:

        def start(what: str, *arguments: str) -> None:
            command = [sys.executable, "-c", CLI.format(what), *local, *arguments]
            processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment()))

        try:
            start("scheduler", "--port", "0", "--scheduler-file", str(known))
            for _ in range(WORKERS):
                start("worker", *alone)
            end = time.monotonic() + PATIENCE
            while not known.exists() and time.monotonic() < end:
                time.sleep(0.1)
            client: Any = distributed.Client(scheduler_file=str(known), timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
            with client, client.as_current():
                client.wait_for_workers(WORKERS, timeout=PATIENCE)
                yield client
        finally:
            for process in reversed(processes):
                process.kill()  # nothing of theirs is kept
                process.wait()


def main(sent: int = 80_000, back: int = 170_000, tasks: int = 1000) -> None:
    """Measure a scheduler's tasks a second with two workers that do nothing."""
    print(f"{measure_wire(sent, back, tasks):.0f} tasks a second")


if __name__ == "__main__":
    typer.run(main)
