"""What the bench tells: a table for the terminal, and docs/benchmarks.md."""

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

Written by `make bench`, all in one run. Do not edit.

{table}

{ratios}

![Submissions a second, by contender](pictures/benchmarks.svg)

{agreement}

## What was measured

* **Submissions**: the demo's class of {students} without its hostile and broken ones, {submissions} of them: right
  answers in several styles, mixtures of known mistakes, unfinished work. All contenders get the same files.
* **`autograder grade`**: the command as teachers run it. It writes the results, the executed notebooks with their
  figures and nbgrader's gradebook. All walls stand ({walls}).
* **`nbgrader autograde`**: the stock command, which writes its executed notebooks and its gradebook too. Its source
  notebook goes through nbgrader's own `generate_assignment`. Each test cell runs the same hidden tests in the student's
  kernel, through a small runner without pytest, and ends in the points as a number. nbgrader grades one submission
  after the other: it has no option to grade several at once. It graded {rivals} of the submissions here.
* **`otter.api.grade_submission`**: otter's own way to grade without containers, in one process that has otter imported,
  one submission after the other, {rivals} of them. Each hidden test is one of otter's test cases; `otter generate` made
  the autograder of them.
* **The floor**: the submissions' cells in a forked, warmed interpreter; no walls, hidden tests, results or database.
* **Seconds** are wall time from the command's start to its end, start-up included, on a fresh workspace, after an
  untimed run that brings the files into memory; {repeats}. **CPU s each** are the processor's seconds for a submission,
  of all processes, user and system.
* **Peak MiB** is the largest sum of all processes' PSS (a page that several share counts once), looked at every 50 ms
  in a run of its own; the rivals' graded {few} submissions.
* **Scores** are compared by exercise. The inputs of the hidden tests are drawn anew for each submission by the engine,
  and from one seed in nbgrader's kernels. The engine also tries later exercises again with the reference in place of
  an earlier wrong answer, so that a mistake costs once; nbgrader does not, and such scores differ.

## Machine and versions

{machine}
"""


def terminal_table(measured: Sequence[Measured]) -> Table:
    """The figures, for the terminal."""
    return tables.terminal(COLUMNS, _rows(measured))


def page(
    measured: Sequence[Measured], machine: Machine, agreed: Sequence[Agreement], *, students: int, repeats: int
) -> str:
    """The text of docs/benchmarks.md."""
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
        f"It takes {best.cpu / low.cpu:.2f} times the processor's time that the bare cells take."
        for low in measured
        if low.contender.kind == "floor"
    )


def agreement_line(agreed: Agreement) -> str:
    """How many scores are equal, and each that is not."""
    equal = agreed.exercises - len(agreed.different)
    told = f"Scores beside {agreed.rival}'s: {equal} of {agreed.exercises} are equal, over {agreed.students} students."
    other = [f"{student} {cell}: {one} and {two}" for student, cell, one, two in agreed.different]
    return "\n".join([told, "", *(f"* {line}" for line in other)]) if other else told


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
