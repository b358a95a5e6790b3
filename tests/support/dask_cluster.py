"""A real Dask scheduler with real workers, each a process of its own on the loopback interface."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from distributed import Client

PATIENCE = 180.0
CLI = "import sys; from distributed.cli import dask_{0}; dask_{0}.main()"


class RunningCluster:
    """A scheduler and its workers. ``folder`` holds their files and logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file))
        end = time.monotonic() + PATIENCE
        while not self.file.exists():
            assert time.monotonic() < end, self.said()
            time.sleep(0.1)
        with Client(scheduler_file=str(self.file), timeout=PATIENCE, set_as_default=False) as client:
            self.address = str(client.scheduler_info()["address"])

    def add_workers(
        self, count: int, *options: str, env: Mapping[str, str] = MappingProxyType({})
    ) -> list[subprocess.Popen[bytes]]:
        """Starts workers and waits until the scheduler knows them."""
        known = len(self.processes) - 1
        arguments = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder), *options]
        made = [self.start("worker", self.address, *arguments, env=env) for _ in range(count)]
        with Client(self.address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(known + count, timeout=PATIENCE)
        return made

    def start(
        self, what: str, *arguments: str, env: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.Popen[bytes]:
        with (self.folder / "log.txt").open("ab") as log:
            command = [sys.executable, "-c", CLI.format(what), "--host", "127.0.0.1", *arguments]
            environment = {**os.environ, **env}
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=environment))
        return self.processes[-1]

    def said(self, length: int = 2000) -> str:
        """The end of the log."""
        return (self.folder / "log.txt").read_text(encoding="utf-8")[-length:]

    def close(self) -> None:
        """Ends all processes, the scheduler last: a worker whose scheduler has gone waits half a minute for it."""
        scheduler, *workers = self.processes
        for group in (workers, [scheduler]):
            for process in group:
                process.terminate()
            for process in group:
                try:
                    process.wait(timeout=5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


@contextmanager
def running(folder: Path, workers: int) -> Iterator[RunningCluster]:
    """A cluster for a moment."""
    folder.mkdir()
    cluster = RunningCluster(folder)
    try:
        if workers:
            cluster.add_workers(workers)
        yield cluster
    finally:
        cluster.close()
