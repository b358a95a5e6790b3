"""Two network namespaces joined by a veth pair: two machines that see only each other.

They have no names and no files: each lives as long as a process in it does, which ends when this one does, and the pair
goes with them.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from dask_cluster import CLI, PATIENCE

NET = "10.203.7"


@dataclass(frozen=True)
class Machine:
    """One of the two: how a command is run in it, and its address."""

    prefix: tuple[str, ...]
    host: str


class NotHere(Exception):
    """This machine does not allow it."""


@contextmanager
def two_machines() -> Iterator[tuple[Machine, Machine]]:
    """Both, until the end of the block. Nothing reaches the network beyond them.

    Raises:
        NotHere: when namespaces or veth pairs cannot be made here; with the reason.
    """
    keepers: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(2):
            keepers.append(_keeper())
        pids = [str(keeper.pid) for keeper in keepers]
        one, two = (Machine(("nsenter", "--target", pid, "--net"), f"{NET}.{n}") for n, pid in enumerate(pids, 1))
        _run(*one.prefix, *["ip", "link", "add", "one", "type", "veth", "peer", "name", "two", "netns"], pids[1])
        for machine, name in ((one, "one"), (two, "two")):
            _run(*machine.prefix, "ip", "address", "add", f"{machine.host}/30", "dev", name)
            for device in ("lo", name):
                _run(*machine.prefix, "ip", "link", "set", device, "up")
        yield one, two
    finally:
        for keeper in keepers:
            keeper.kill()
            keeper.wait()


def _keeper() -> subprocess.Popen[bytes]:
    """A process in a network namespace of its own; it ends with its standard input, and so with us."""
    keeper = _start("unshare", "--net", "cat")
    end = time.monotonic() + PATIENCE
    while keeper.poll() is None and time.monotonic() < end:
        try:
            if Path(f"/proc/{keeper.pid}/comm").read_text(encoding="utf-8") == "cat\n":  # it has entered
                return keeper
        except OSError:
            break
        time.sleep(0.01)
    keeper.kill()
    raise NotHere(f"no network namespace: {(keeper.communicate()[1] or b'').decode().strip()}")


def _start(*command: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    except OSError as fault:
        raise NotHere(str(fault)) from None


def _run(*command: str) -> None:
    keeper = _start(*command)
    said = keeper.communicate(timeout=PATIENCE)[1]
    if keeper.returncode:
        raise NotHere(f"{' '.join(command[4:])}: {said.decode().strip()}")


class SpreadCluster:
    """A scheduler and a worker on the first machine, a worker on the second."""

    def __init__(self, folder: Path, machines: Sequence[Machine]) -> None:
        self._log = folder / "log.txt"
        self.processes: list[subprocess.Popen[bytes]] = []
        one, two = machines
        self.address = f"tcp://{one.host}:8786"
        self._folder = folder
        self._start(one, "scheduler", "--port", "8786", "--no-dashboard")
        self._wait_for("Scheduler at:", 1)
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
        self.near, self.far = (self._start(machine, "worker", self.address, *options) for machine in (one, two))
        self._wait_for("Registered to:", 2)

    def _start(self, machine: Machine, what: str, *arguments: str) -> psutil.Process:
        command = [*machine.prefix, sys.executable, "-c", CLI.format(what), "--host", machine.host, *arguments]
        with self._log.open("ab") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder))
        return psutil.Process(self.processes[-1].pid)  # nsenter becomes the command

    def _wait_for(self, words: str, count: int) -> None:
        end = time.monotonic() + PATIENCE
        while self._log.read_text(encoding="utf-8").count(words) < count:
            assert time.monotonic() < end, self._log.read_text(encoding="utf-8")[-2000:]
            time.sleep(0.1)

    def close(self) -> None:
        """Ends all processes."""
        for process in self.processes:
            process.kill()
            process.wait()
