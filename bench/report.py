"""The bench's report: a table for the terminal, and docs/measured/benchmarks.md."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from bench import tables
from bench.machine import Machine
from bench.race import WARM_UP, Agreement, Measured

MIB = 2**20
COLUMNS = ("", "submissions", "seconds", "a second", "CPU s each", "peak MiB", "ratio")

PAGE = """\
# Benchmarks

Written by `make bench` in a single run. Do not edit.

{table}

{ratios}

![Submissions a second, by contender](benchmarks.svg)

{agreement}

## What was measured

* **Submissions**: the demo's class of {students} without the hostile and broken ones, which leaves {submissions}: right
  answers in several styles, mixtures of known mistakes, unfinished work. All contenders get the same files.
* **`autograder grade`**: the command as teachers run it. It writes results, executed notebooks with figures and
  nbgrader's gradebook, with all walls up ({walls}).
* **`nbgrader autograde`**: the stock command, which also writes executed notebooks and its gradebook. Its source
  notebook comes from nbgrader's own `generate_assignment`. Each test cell runs the same hidden tests in the student's
  kernel, through a small runner without pytest, and ends with the points as a number. nbgrader grades one submission
  at a time; it has no option for more. Here it graded {rivals} of the submissions.
* **`otter.api.grade_submission`**: otter's own way to grade without containers, in one process that has imported otter,
  one submission at a time, {rivals} of them. Each hidden test is an otter test case; `otter generate` built the
  autograder.
* **The floor**: only the cells, run in a forked, warmed interpreter; no walls, hidden tests, results or database.
* **Seconds** are wall time from start to end of the command, start-up included, on a fresh workspace, after an
  untimed run that loads the files into memory; {repeats}. **CPU s each** is processor time for each submission, user
  and system, summed over all processes.
* **Peak MiB** is the largest sum of all processes' PSS (a page that several share counts once), sampled every 50 ms
  in a separate run; for the rivals, over {few} submissions.
* **Scores** are compared by exercise. The engine draws different hidden inputs for each submission; nbgrader's kernels
  use one seed. The engine also tries later exercises again with the reference in place of an earlier wrong answer, so
  that a mistake costs once. nbgrader does not, and such scores differ.

## Machine and versions

{machine}
"""


def terminal_table(measured: Sequence[Measured]) -> Table:
    """The figures, for the terminal."""
    return tables.terminal(COLUMNS, _rows(measured))


def page(
    measured: Sequence[Measured], machine: Machine, agreed: Sequence[Agreement], *, students: int, repeats: int
) -> str:
    """The text of docs/measured/benchmarks.md."""
    return PAGE.format(
        table=tables.markdown(COLUMNS, _rows(measured)),
        ratios="\n".join(f"* **{line}**" for line in ratio_lines(measured)),
        agreement="\n\n".join(map(agreement_line, agreed)),
        students=students,
        submissions=max(m.submissions for m in measured),
        rivals=nbgrader(measured).submissions,
        walls=machine.walls,
        repeats="one run each" if repeats == 1 else f"the fastest of {repeats} runs each, by turns",
        few=WARM_UP,
        machine="\n".join(f"* {line}" for line in machine.lines),
    )


def ratio_lines(measured: Sequence[Measured]) -> tuple[str, ...]:
    """The figures that count, a sentence each."""
    best = fastest(measured)
    against = tuple(
        f"{best.contender.name}: {best.rate:.2f} submissions a second; {other.contender.name}: {other.rate:.2f}. "
        f"Ratio {best.rate / other.rate:.1f}."
        for other in rivals(measured)
    )
    return against + tuple(
        f"It takes {best.cpu / low.cpu:.2f} times the processor time of the bare cells."
        for low in measured
        if low.contender.kind == "floor"
    )


def agreement_line(agreed: Agreement) -> str:
    """How many scores are equal, and each that is not."""
    equal = agreed.exercises - len(agreed.different)
    compared = f"{equal} of {agreed.exercises} are equal, over {agreed.students} students"
    summary = f"Scores compared with {agreed.rival}: {compared}."
    other = [f"{student} {cell}: {one} and {two}" for student, cell, one, two in agreed.different]
    return "\n".join([summary, "", *(f"* {line}" for line in other)]) if other else summary


def _rows(measured: Sequence[Measured]) -> list[tuple[str, ...]]:
    other = nbgrader(measured)
    return [
        (
            m.contender.name,
            str(m.submissions),
            f"{m.usage.seconds:.1f}",
            f"{m.rate:.2f}",
            f"{m.cpu:.2f}",
            f"{m.memory.peak / MIB:.0f}",
            f"{m.rate / other.rate:.1f}",
        )
        for m in measured
    ]


def fastest(measured: Sequence[Measured]) -> Measured:
    """This engine at its fastest, with all that it does by default."""
    own = (m for m in measured if m.contender.kind == "engine" and m.contender.figures)
    return max(own, key=lambda m: m.rate)


def rivals(measured: Sequence[Measured]) -> tuple[Measured, ...]:
    """Those with whom this engine is compared."""
    return tuple(m for m in measured if m.contender.rival)


def nbgrader(measured: Sequence[Measured]) -> Measured:
    """The rival with whom the table compares all others."""
    return rivals(measured)[-1]
