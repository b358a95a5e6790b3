"""Seconds from file to report: `autograder serve` on a fresh workspace, one submission at a time and 200 at once.

`make latency` measures it and writes docs/measured/latency.md.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.console import Console

from autograder.authoring.sample_class import hand_in
from autograder.course import Course, load_course
from autograder.workspace.log import LOG_NAME
from bench.contenders import environment, program
from bench.machine import this_machine
from bench.material import ClassMaterial, make_material
from bench.meter import PROJECT

PAGE = PROJECT / "docs" / "measured" / "latency.md"
SECONDS = 120.0
"""No report takes longer, or something is wrong."""

TEXT = """\
# From file to report

Written by `make latency`. Do not edit.

| one submission at a time | seconds |
|---|---:|
| submissions | {singles} |
| median | **{median:.2f}** |
| 95th percentile | {slow:.2f} |
| slowest | {slowest:.2f} |

| all at once | |
|---|---:|
| submissions | {burst} |
| seconds until the last report | **{seconds:.1f}** |
| reports a second | {rate:.1f} |
| seconds until the first report | {first:.2f} |
| graded out of order | {displaced} |
| lost | {lost} |
| graded more than once | {twice} |

{verdict}

## What was measured

* `autograder serve --jobs {jobs}` on a fresh workspace with nbgrader's gradebook, figures drawn, all walls up
  ({walls}). The submissions are those of the demo's class, assignment
  `{assignment}`, without the hostile and broken ones.
* **One at a time**: a notebook is put into `submitted/`. The clock starts before that and stops when the command
  announces the report, after it has written result, executed notebook, gradebook and report. Then comes the next one. A
  tenth of a second goes into waiting to see whether the file is still being written.
* **All at once**: the folders of {burst} students are moved into `submitted/`, one system call each. Submissions must
  start in order; of two that are graded at the same time, either may finish first.
* The machine's one-minute load average before the start was {load:.2f}. Start-up is not included: the workers were warm
  {start:.1f} s after the command started.

## Machine and versions

{machine}
"""


@dataclass(frozen=True)
class Burst:
    """What became of many submissions at once."""

    submissions: int
    seconds: float
    first: float
    displaced: int
    lost: int
    twice: int


@dataclass(frozen=True)
class Latency:
    """All that was measured."""

    start: float
    singles: tuple[float, ...]
    burst: Burst
    load: float
    jobs: int

    @property
    def slow(self) -> float:
        """The 95th percentile."""
        return statistics.quantiles(self.singles, n=20, method="inclusive")[-1]

    @property
    def verdict(self) -> str:
        """The figures that count, as a sentence."""
        return (
            f"From file to report: {statistics.median(self.singles):.2f} s at the median of {len(self.singles)}, "
            f"{self.slow:.2f} s at the 95th percentile. {self.burst.submissions} at once: {self.burst.seconds:.1f} s, "
            f"{self.burst.displaced} out of order, {self.burst.lost} lost, {self.burst.twice} graded twice."
        )


class Serve:
    """The running command; tells of reports as they come."""

    def __init__(self, course: Course, assignment: str, jobs: int) -> None:
        command = [program("autograder"), "serve", assignment, "--json", "--jobs", str(jobs)]
        command += ["--course", str(PROJECT), "--workspace", str(course.workspace)]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self._process = subprocess.Popen(command, cwd=course.workspace, env=environment(), **pipes)
        self._rest = b""
        self._errors = b""
        while b"Serving" not in self._errors:
            self._errors += self._read(self._process.stderr)

    def report(self) -> dict[str, Any]:
        """The next report."""
        while b"\n" not in self._rest:
            self._rest += self._read(self._process.stdout)
        line, _, self._rest = self._rest.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        """Asks it to end."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _read(self, pipe: IO[bytes] | None) -> bytes:
        assert pipe is not None
        ready, _, _ = select.select([pipe], [], [], SECONDS)
        data = os.read(pipe.fileno(), 65536) if ready else b""
        if not data:
            raise RuntimeError(f"autograder serve said nothing more; before, it said: {self._errors.decode()}")
        return data


@contextlib.contextmanager
def served(course: Course, assignment: str, jobs: int) -> Iterator[Serve]:
    """The command at work, ended afterwards."""
    running = Serve(course, assignment, jobs)
    try:
        yield running
    finally:
        running.end()


def measure(
    material: ClassMaterial, *, singles: int, burst: int, jobs: int, tell: Callable[[str], None] = lambda text: None
) -> Latency:
    """Has the material's own, fresh workspace served."""
    course, assignment = material.course, material.assignment
    if len(material.handed) < singles + burst:
        raise RuntimeError(f"the class has {len(material.handed)} usable submissions, not {singles + burst}")
    load, begun = os.getloadavg()[0], time.perf_counter()
    with served(course, assignment, jobs) as running:
        start = time.perf_counter() - begun
        tell(f"ready after {start:.1f} s; {singles} submissions one by one")
        seconds = tuple(_single(running, material, number) for number in range(singles))
        tell(f"{burst} submissions at once")
        became = _burst(running, material, range(singles, singles + burst))
    return Latency(start, seconds, became, load, jobs)


def _single(running: Serve, material: ClassMaterial, number: int) -> float:
    handed = material.handed[number]
    begun = time.perf_counter()
    hand_in(material.course, material.assignment, handed, number)
    report = running.report()
    seconds = time.perf_counter() - begun
    if report["student"] != handed.student or not Path(report["report"]).is_file():
        raise RuntimeError(f"a report on {report['student']} came, where {handed.student} had handed in")
    return seconds


def _burst(running: Serve, material: ClassMaterial, numbers: range) -> Burst:
    course = material.course
    names = [material.handed[number].student for number in numbers]
    with tempfile.TemporaryDirectory(dir=course.workspace, prefix="burst-") as folder:
        aside = load_course(PROJECT, Path(folder))
        for number in numbers:
            hand_in(aside, material.assignment, material.handed[number], number)
        begun = time.perf_counter()
        for name in names:
            os.rename(aside.submitted_dir / name, course.submitted_dir / name)
        reports, first = [], 0.0
        for _ in names:
            reports.append(running.report())
            first = first or time.perf_counter() - begun
        seconds = time.perf_counter() - begun
    told = Counter(report["student"] for report in reports)
    pages = {name for name in told if course.feedback_path(name, material.assignment).is_file()}
    lines = (course.workspace / LOG_NAME).read_text(encoding="utf-8").splitlines()
    graded = Counter(line["student"] for line in map(json.loads, lines) if line["event"] == "graded")
    turns = [report["student"] for report in sorted(reports, key=lambda report: report["number"])]
    return Burst(
        submissions=len(names),
        seconds=seconds,
        first=first,
        displaced=sum(name != turn for name, turn in zip(names, turns, strict=True)),
        lost=len(set(names) - pages),
        twice=sum(count > 1 for count in graded.values()),
    )


def page(measured: Latency, material: ClassMaterial) -> str:
    """The page of figures."""
    machine, burst = this_machine(), measured.burst
    return TEXT.format(
        singles=len(measured.singles),
        median=statistics.median(measured.singles),
        slow=measured.slow,
        slowest=max(measured.singles),
        burst=burst.submissions,
        seconds=burst.seconds,
        rate=burst.submissions / burst.seconds,
        first=burst.first,
        displaced=burst.displaced,
        lost=burst.lost,
        twice=burst.twice,
        verdict=f"**{measured.verdict}**",
        jobs=measured.jobs,
        walls=machine.walls,
        assignment=material.assignment,
        load=measured.load,
        start=measured.start,
        machine=_list(machine.lines),
    )


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"* {line}" for line in lines)


def main(
    singles: Annotated[int, typer.Option(min=2, help="How many are handed in one after the other.")] = 30,
    burst: Annotated[int, typer.Option(min=1, help="How many are handed in at once.")] = 200,
    jobs: Annotated[int, typer.Option(min=1, help="How many are graded at the same time.")] = 2,
    write: Annotated[bool, typer.Option(help="Write docs/measured/latency.md.")] = True,
) -> None:
    """Serve a fresh workspace, hand in, and measure the seconds from file to report."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        material = make_material(Path(folder) / "course", students=round((singles + burst) / 0.8) + 2)
        measured = measure(material, singles=singles, burst=burst, jobs=jobs, tell=Console(stderr=True).print)
    Console().print(measured.verdict, style="bold", highlight=False)
    if write:
        PAGE.write_text(page(measured, material), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
