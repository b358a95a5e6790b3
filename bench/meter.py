"""Runs a command and measures it with all its descendants: wall time, processor time and peak memory.

It is a command itself, `python -m bench.meter [--sample] <command>`, and prints a `Usage` as JSON: so that the
processes it adopts and counts are the measured command's alone.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from bench.orphans import adopt_orphans, wait_for_orphans
from bench.sampler import Sampler

PROJECT = Path(__file__).resolve().parents[1]
SHOWN = 2000


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What a command took, with all its descendants.

    ``seconds`` is wall time from its start to its end, ``cpu`` the processor's seconds for users and system, ``peak``
    the largest sum of all processes' memory (bytes; 0 when it was not sampled), ``processes`` their number at the peak.
    Memory is PSS, in which a page that processes share counts once, and RSS where the kernel does not tell it.
    """

    status: int
    seconds: float
    cpu: float
    peak: int = 0
    processes: int = 0


class CommandFailed(Exception):
    """A measured command ended badly; ``said`` is the last that it wrote."""

    def __init__(self, command: Sequence[str], status: int, said: str) -> None:
        self.command, self.status, self.said = tuple(command), status, said
        super().__init__(f"{' '.join(command)} ended with {status}: {said}")


def measure(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], sample: bool, good: frozenset[int] = frozenset({0})
) -> Usage:
    """Runs the command under a meter of its own. Sampling memory takes time itself: measure speed without it.

    Raises:
        CommandFailed: when its exit status is not among ``good``.
    """
    options = ["--sample"] if sample else []
    meter = [sys.executable, "-m", "bench.meter", *options, str(cwd), *command]
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(meter, cwd=PROJECT, env=dict(env), stdout=subprocess.PIPE, stderr=said, check=False)
        said.seek(0)
        words = said.read()[-SHOWN:].decode(errors="replace").strip()
    if done.returncode:
        raise CommandFailed(meter, done.returncode, words)
    usage = msgspec.json.decode(done.stdout, type=Usage)
    if usage.status not in good:
        raise CommandFailed(command, usage.status, words)
    return usage


def main(arguments: Sequence[str]) -> None:
    """Measures the command in the arguments after the folder to run it in; its output goes to standard error."""
    sample = arguments[0] == "--sample"
    cwd, *command = arguments[sample:]
    adopt_orphans()
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    sampler = Sampler(memory=sample)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    wait_for_orphans()
    sampler.stop()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    usage = Usage(
        status=process.returncode,
        seconds=seconds,
        cpu=spent.ru_utime + spent.ru_stime + sampler.lost,
        peak=sampler.peak,
        processes=sampler.processes,
    )
    sys.stdout.buffer.write(msgspec.json.encode(usage))


if __name__ == "__main__":
    main(sys.argv[1:])
