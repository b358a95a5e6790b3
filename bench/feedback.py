"""Reports a second: `autograder feedback` beside `nbgrader generate_feedback`, on one graded class in one workspace.

`make bench` measures it after the grading; `python -m bench.feedback` measures it alone, and renews its part of the
page.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograder.course import Course
from bench import tables
from bench.contenders import engine, environment, fresh_course, program
from bench.machine import this_machine
from bench.material import ClassMaterial, make_material
from bench.meter import PROJECT, Usage, measure
from bench.nbgrader_course import write_stock_config

PAGE = PROJECT / "docs" / "measured" / "benchmarks.md"
HEADING, BEFORE = "## Reports", "## Machine and versions"
COLUMNS = ("", "reports", "seconds", "a second", "CPU s each", "KB each", "ratio")

SECTION = """\
## Reports

{table}

**{ratio}**

Both commands write feedback for the same graded submissions in the same workspace, one after the other in one run,
start-up included, after an untimed run. The stock nbgrader makes its pages from the executed notebooks;
`autograder feedback` makes them from the results and the gradebook. Both read a teacher's comments and scores. Measured
on {machine}.

"""


@dataclass(frozen=True)
class Reported:
    """What a command took to write so many reports, and how large they are all together, in bytes."""

    name: str
    reports: int
    usage: Usage
    size: int

    @property
    def rate(self) -> float:
        """Reports a second, the command's start included."""
        return self.reports / self.usage.seconds


def measure_feedback(
    material: ClassMaterial, folder: Path, *, rivals: int | None = None, tell: Callable[[str], None] = lambda text: None
) -> tuple[Reported, ...]:
    """Grades the class once, and has each command write its feedback; nbgrader's on ``rivals`` of them."""
    place = folder / "fed-back"
    course, count = fresh_course(engine(2), material, place, None)
    write_stock_config(course)  # the copied one has the kit's additions, and the first workspace's gradebook
    try:
        tell("feedback: grading the class")
        command = engine(2).command(material, course)
        subprocess.run(command, cwd=place, env=environment(), check=True, capture_output=True)
        own = [program("autograder"), "feedback", material.assignment]
        own += ["--course", str(PROJECT), "--workspace", str(course.workspace)]
        first = _timed("autograder feedback", own, material, course, count, tell)
        _keep_first(course, rivals)
        theirs = [program("nbgrader"), "generate_feedback", material.assignment]
        kept = count if rivals is None else min(rivals, count)
        return (first, _timed("nbgrader generate_feedback", theirs, material, course, kept, tell))
    finally:
        shutil.rmtree(place)


def _timed(
    name: str, command: list[str], material: ClassMaterial, course: Course, count: int, tell: Callable[[str], None]
) -> Reported:
    """The second of two runs; each begins without any report."""
    feedback = course.workspace / "feedback"
    for turn in ("untimed", "timed"):
        tell(f"{name}: {turn}")
        shutil.rmtree(feedback, ignore_errors=True)
        usage = measure(command, cwd=course.workspace, env=environment(), sample=False)
    pages = list(feedback.glob(f"*/{material.assignment}/{material.assignment}.html"))
    if len(pages) != count:
        raise RuntimeError(f"{name} wrote {len(pages)} reports of {count}")
    return Reported(name, count, usage, sum(page.stat().st_size for page in pages))


def _keep_first(course: Course, count: int | None) -> None:
    """Leaves so many executed notebooks to nbgrader."""
    for folder in sorted((course.workspace / "autograded").iterdir())[count:] if count is not None else ():
        shutil.rmtree(folder)


def rows(measured: Sequence[Reported]) -> list[tuple[str, ...]]:
    """The table's rows; the last contender is the one that the others are compared with."""
    other = measured[-1]
    return [
        (
            m.name,
            str(m.reports),
            f"{m.usage.seconds:.1f}",
            f"{m.rate:.2f}",
            f"{m.usage.cpu / m.reports:.3f}",
            f"{m.size / m.reports / 1000:.0f}",
            f"{m.rate / other.rate:.1f}",
        )
        for m in measured
    ]


def ratio(measured: Sequence[Reported]) -> str:
    """The figure that counts, as a sentence."""
    own, other = measured[0], measured[-1]
    return (
        f"{own.name}: {own.rate:.2f} reports a second; {other.name}: {other.rate:.2f}. "
        f"Ratio {own.rate / other.rate:.1f}."
    )


def with_section(page: str, measured: Sequence[Reported]) -> str:
    """The page of figures with this part of it new, before the machine's."""
    table = tables.markdown(COLUMNS, rows(measured))
    without = re.sub(rf"^{HEADING}\n.*?(?=^## )", "", page, flags=re.DOTALL | re.MULTILINE)
    return without.replace(
        BEFORE, SECTION.format(table=table, ratio=ratio(measured), machine=this_machine().lines[0]) + BEFORE, 1
    )


def terminal_table(measured: Sequence[Reported]) -> Table:
    """The figures, for the terminal."""
    return tables.terminal(COLUMNS, rows(measured))


def main(
    students: Annotated[int, typer.Option(min=1, help="The class, before hostile and broken ones are left out.")] = 40,
    rival_students: Annotated[int | None, typer.Option(min=1, help="Of how many nbgrader writes feedback.")] = None,
    write: Annotated[bool, typer.Option(help="Renew this part of docs/measured/benchmarks.md.")] = True,
) -> None:
    """Write the feedback of the demo's class with this engine and with nbgrader, and compare."""
    screen = Console()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        material = make_material(Path(folder) / "course", students=students)
        tell = Console(stderr=True).print
        measured = measure_feedback(material, Path(folder), rivals=rival_students, tell=tell)
    screen.print(terminal_table(measured))
    screen.print(ratio(measured), style="bold", highlight=False)
    if write:
        PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8"), measured), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
