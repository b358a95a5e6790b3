"""Many submissions on one machine, interrupted and resumed: `python -m bench.many`. `make many` runs it."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.course import Course
from bench.accounts import Account, examine
from bench.alone import measure_alone
from bench.contenders import environment, program
from bench.disturbed import Interrupted, grade_all
from bench.machine import this_machine
from bench.many_report import Many, Ran, draw, each, lines, page
from bench.masses import build_all, fresh
from bench.meter import PROJECT
from bench.scaling import Figures, calculation, put_between
from bench.series import Series
from bench.timeline import mean, read_timeline
from bench.wire import measure_wire

OUT = PROJECT / "docs" / "measured" / "many.md"
SIGNALS = (signal.SIGINT, signal.SIGKILL)
Tell = Callable[[str], None]


def main(
    submissions: Annotated[int, typer.Option(min=7, help="How many are graded.")] = 10_000,
    baseline: Annotated[int, typer.Option(min=14, help="How many the run has with which it is compared.")] = 500,
    jobs: Annotated[int, typer.Option(min=1, help="How many at the same time.")] = 2,
    interrupt_at: Annotated[
        list[int] | None,
        typer.Option(help="After so many: the first by SIGINT, the second by SIGKILL. [a third and two thirds]"),
    ] = None,
    figures: Annotated[bool, typer.Option(help="Draw figures into executed notebooks, as the command does.")] = True,
    alone: Annotated[int, typer.Option(min=10, help="How many the command keeps with nobody grading.")] = 10_000,
    out: Annotated[Path, typer.Option(help="The page; its picture goes beside it, scaling.md is above.")] = OUT,
    folder: Annotated[Path | None, typer.Option(help="Where the workspaces are made. [the temporary folder]")] = None,
) -> None:
    """Grade many made-up submissions of all assignments, and see whether time and memory stay flat."""
    start = time.monotonic()
    say = Console(stderr=True, highlight=False).print
    screen = Console(highlight=False)

    def tell(text: str) -> None:
        say(f"[dim]{time.monotonic() - start:6.0f} s[/] {text}")

    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    points = sorted(interrupt_at or (submissions // 3, submissions * 2 // 3))
    interruptions = list(zip(points, SIGNALS, strict=False))
    with tempfile.TemporaryDirectory(prefix="many-", dir=folder) as place:
        tell("the command's own part, alone")
        own = measure_alone(Path(place, "alone"), alone)
        tell("the scheduler's part, alone")
        tasks = measure_wire(round(own.sent), round(own.back))
        built = build_all(Path(place, "built"), tell)
        small, _ = _run(built, Path(place), baseline, jobs, figures, [], tell)
        tell(f"{submissions} will take about {each(small, restarts=False) * submissions / 60:.0f} minutes")
        large, course = _run(built, Path(place), submissions, jobs, figures, interruptions, tell)
        account = examine(course, large.done, tell)
        grade = ("grade", "--jobs", str(jobs), *([] if figures else ["--no-figures"]))
        again, verified = (_timed(course, *words) for words in (grade, ("verify",)))
        left = [path.name for path in Path(place, "t").iterdir() if path.name != "said.txt"]
    many = Many(small, large, account, jobs, figures, again, verified)
    machine = this_machine()
    measured = Figures(
        machine=machine.lines[0],
        count=submissions,
        jobs=jobs,
        rate=1 / mean(large.done),
        peak=large.peak,
        size=sum(account.sizes.values()) / account.handed_in,
        alone=own.rate,
        rows=own.rows_a_second,
        rows_each=own.rows / own.submissions,
        sent=own.sent,
        back=own.back,
        tasks=tasks,
        drawn=figures,
    )
    for line in lines(many):
        screen.print(line, style="bold")
    _write(many, measured, out, machine_page=page(many, machine, f"{out.stem}.svg"), screen=screen)
    tell("done")
    _refuse(account, large, left)


def _run(
    built: Course,
    place: Path,
    count: int,
    jobs: int,
    figures: bool,
    interruptions: list[tuple[int, signal.Signals]],
    tell: Tell,
) -> tuple[Ran, Course]:
    """One workspace, graded to its end."""
    course, _ = fresh(built, place / f"of-{count}", count, tell)
    temporary = place / "t"
    temporary.mkdir(exist_ok=True)
    series = Series()
    try:
        commands = grade_all(
            course,
            total=count,
            jobs=jobs,
            figures=figures,
            interruptions=interruptions,
            temporary=temporary,
            tell=tell,
        )
    finally:
        series.stop()
    return Ran(count, commands, read_timeline(course.workspace), tuple(series.looks)), course


def _timed(course: Course, *words: str) -> float:
    """Seconds of a command that has nothing to grade."""
    line = [program("autograder"), *words, "--course", str(PROJECT), "--workspace", str(course.workspace)]
    start = time.monotonic()
    done = subprocess.run(line, cwd=course.workspace, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Interrupted(f"{' '.join(words)} ended with {done.returncode}: {(done.stdout + done.stderr)[-1500:]}")
    return time.monotonic() - start


def _write(many: Many, figures: Figures, out: Path, *, machine_page: str, screen: Console) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(machine_page, encoding="utf-8")
    draw(many, out.with_suffix(".svg"))
    screen.print(f"Written: {out}")
    scaling = out.parents[1] / "scaling.md"
    if scaling.is_file():
        put_between(scaling, calculation(figures))
        screen.print(f"Renewed: {scaling}")


def _refuse(account: Account, large: Ran, left: list[str]) -> None:
    """Ends with a fault when anything is missing, doubled or left behind; the page was written all the same."""
    faults = []
    if not account.whole or account.twice:
        faults.append(f"not every submission is there once: {account}")
    if any(command.left for command in large.commands):
        faults.append("processes stayed behind")
    if left:
        faults.append(f"temporary files stayed behind: {left[:10]}")
    if faults:
        raise SystemExit("\n".join(faults))


if __name__ == "__main__":
    typer.run(main)
