"""The command: `python -m bench`, from the project's folder. `make bench` runs it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.contenders import CONTENDERS
from bench.feedback import measure_feedback, ratio, with_section
from bench.feedback import terminal_table as feedback_table
from bench.machine import this_machine
from bench.material import make_material
from bench.meter import PROJECT
from bench.plot import draw
from bench.race import agreement, run
from bench.report import agreement_line, fastest, page, ratio_lines, rivals, terminal_table

PAGE = PROJECT / "docs" / "measured" / "benchmarks.md"


def main(
    students: Annotated[int, typer.Option(min=1, help="The class, before hostile and broken ones are left out.")] = 500,
    rival_students: Annotated[int, typer.Option(min=1, help="How many of them the rivals grade, the first ones.")] = 34,
    repeats: Annotated[int, typer.Option(min=1, help="How often each is measured; the fastest counts.")] = 1,
    write: Annotated[bool, typer.Option(help="Write docs/measured/benchmarks.md.")] = True,
) -> None:
    """Grade the demo's class with this engine, with nbgrader and with otter, and compare."""
    screen = Console()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        material = make_material(Path(folder) / "course", students=students)
        measured = run(
            material,
            CONTENDERS,
            Path(folder),
            repeats=repeats,
            rivals=rival_students,
            tell=Console(stderr=True).print,
        )
        fed_back = measure_feedback(material, Path(folder), rivals=rival_students, tell=Console(stderr=True).print)
    agreed = [agreement(fastest(measured), other) for other in rivals(measured)]
    screen.print(terminal_table(measured))
    for one in agreed:
        screen.print(agreement_line(one))
    for line in ratio_lines(measured):
        screen.print(line, style="bold", highlight=False)
    screen.print(feedback_table(fed_back))
    screen.print(ratio(fed_back), style="bold", highlight=False)
    if write:
        text = page(measured, this_machine(), agreed, students=students, repeats=repeats)
        PAGE.write_text(with_section(text, fed_back), encoding="utf-8")
        draw(measured, PAGE.with_suffix(".svg"))
        screen.print(f"Written: {os.path.relpath(PAGE)}")


if __name__ == "__main__":
    typer.run(main)
