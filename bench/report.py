"""What the bench tells: a table for the terminal, and docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from bench.machine import Machine
from bench.race import WARM_UP, Agreement, Measured

MIB = 2**20
COLUMNS = (
    "", "submissions", "seconds", "a second", "CPU s each", "peak MiB", "ratio"
)  # fmt: skip

PAGE = """\
# Benchmarks

Written by `make bench`, all in one run. Do not edit.

{table}

**{ratio}**

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
* **Seconds** are wall time from the command's start to its end, start-up included, on a fresh workspace, after an
  untimed run that brings the files into memory; {repeats}. **CPU s each** are the processor's seconds for a submission,
  of all processes, user and system.
* **Peak MiB** is the largest sum of all processes' PSS (a page that several share counts once), looked at every 50 ms
  in a run of its own; nbgrader's graded {few} submissions.
* **Scores** are compared by exercise. The inputs of the hidden tests are drawn anew for each submission by the engine,
  and from one seed in nbgrader's kernels. The engine also tries later exercises again with the reference in place of
  an earlier wrong answer, so that a mistake costs once; nbgrader does not, and such scores differ.

## Machine and versions

{machine}
"""


def terminal_table(measured: Sequence[Measured]) -> Table:
    """The figures, for the terminal."""
    table = Table(*COLUMNS)
    for row in _rows(measured):
        table.add_row(*row)
    return table


def page(measured: Sequence[Measured], machine: Machine, agreed: Agreement, *, students: int, repeats: int) -> str:
    """The text of docs/benchmarks.md."""
    head = f"| {' | '.join(COLUMNS)} |\n|---{'|---:' * (len(COLUMNS) - 1)}|\n"
    table = head + "\n".join(f"| {' | '.join(row)} |" for row in _rows(measured))
    return PAGE.format(
        table=table,
        ratio=ratio_line(measured),
        agreement=agreement_line(agreed),
        students=students,
        submissions=max(m.submissions for m in measured),
        rivals=rival(measured).submissions,
        walls=machine.walls,
        repeats="one run each" if repeats == 1 else f"the fastest of {repeats} runs each, by turns",
        few=WARM_UP,
        machine="\n".join(f"* {line}" for line in machine.lines),
    )


def ratio(measured: Sequence[Measured]) -> float:
    """How many times as many submissions a second as nbgrader's the fastest contender grades."""
    return fastest(measured).rate / rival(measured).rate


def ratio_line(measured: Sequence[Measured]) -> str:
    """The figure that counts, in a sentence."""
    best, other = fastest(measured), rival(measured)
    return (
        f"{best.contender.name}: {best.rate:.2f} submissions a second; {other.contender.name}: {other.rate:.2f}. "
        f"Ratio {ratio(measured):.1f}."
    )


def agreement_line(agreed: Agreement) -> str:
    """How many scores are equal, and each that is not."""
    equal = agreed.exercises - len(agreed.different)
    told = f"Scores: {equal} of {agreed.exercises} are equal, over all exercises of {agreed.students} students."
    other = [f"{student} {cell}: {one} and {two}" for student, cell, one, two in agreed.different]
    return "\n".join([told, *other])


def _rows(measured: Sequence[Measured]) -> list[tuple[str, ...]]:
    other = rival(measured)
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
    """This engine at its fastest."""
    return max((m for m in measured if not m.contender.rival), key=lambda m: m.rate)


def rival(measured: Sequence[Measured]) -> Measured:
    """The one with whom the others are compared."""
    return next(m for m in measured if m.contender.rival)
