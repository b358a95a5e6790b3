"""What the terminal shows about the course itself: what was built and created, and what `check` found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.markup import escape
from rich.table import Table

from autograder.cli.console import err, out, printable, shown_path

if TYPE_CHECKING:  # the commands that need these import them, so that the others start quickly
    from autograder.authoring.build import Built
    from autograder.authoring.check import Examination
    from autograder.authoring.costs_once import Spill
    from autograder.authoring.mutation_score import MutationScore
    from autograder.authoring.twins import TwinScore
    from autograder.runs.migrate import Formats
    from autograder.workspace.roster import DoubtfulDate


def built(made: Built) -> None:
    """Shows what a build made."""
    names = ", ".join(exercise.name for exercise in made.exercises)
    out.print(f"[green]Built[/] {made.notebook_name}: {len(made.exercises)} exercises ({names}). No leak found.")
    out.print(f"  for nbgrader  {shown_path(made.source)}", soft_wrap=True)
    out.print(f"  for students  {shown_path(made.release)}", soft_wrap=True)


def doubted(dates: Iterable[DoubtfulDate]) -> None:
    """Shows what may be a mistake in course.yml."""
    for date in dates:
        err.print(f"[yellow]course.yml: {printable(date.text)}[/]", soft_wrap=True)


def made(paths: Sequence[Path], name: str) -> None:
    """Shows the files of a new assignment."""
    for path in paths:
        out.print(f"[green]wrote[/] {shown_path(path)}", soft_wrap=True)
    out.print(f"Next: autograder check {name}")


def examined(found: Sequence[Examination]) -> None:
    """Shows what `check` found."""
    table = Table(
        title="Course check",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    headings = ("assignment", "exercises", "tests", "examples", "mistakes", "caught", "named", "faults")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "assignment" else "right", no_wrap=True)
    for e in found:
        faults = f"[red]{len(e.faults)}[/]" if e.faults else "[green]0[/]"
        counts = (e.exercises, e.tests, e.examples, e.mistakes, e.caught, e.named)
        table.add_row(e.assignment, *map(str, counts), faults)
    out.print(table)
    for e in found:
        for broken in e.faults:
            out.print(f"[red]✗[/] {escape(str(broken))}", soft_wrap=True)


def mutated(scores: Sequence[MutationScore]) -> None:
    """Shows how many changed references the hidden tests caught, and which ones they missed."""
    table = Table(title="Mutants", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for heading in ("assignment", "mutants", "killed", "equivalent", "survived", "score"):
        table.add_column(heading, justify="left" if heading == "assignment" else "right", no_wrap=True)
    for score in scores:
        colour = "red" if score.faults else "green"
        counts = (score.total, score.killed, len(score.equivalent), len(score.survivors))
        table.add_row(score.assignment, *map(str, counts), f"[{colour}]{score.share:.1%}[/]")
    out.print(table)
    for score in scores:
        for mutant in score.survivors:
            out.print(f"[red]survived[/] {mutant.exercise}: {escape(mutant.change)}", soft_wrap=True)
        for text in score.faults:
            out.print(f"[red]✗[/] {escape(text)}", soft_wrap=True)


def twins(score: TwinScore) -> None:
    """Shows how many generic wrong answers the hidden tests caught, and which ones they missed."""
    colour = "red" if score.faults else "green"
    known = f", {score.equivalent} listed as equivalent" if score.equivalent else ""
    out.print(f"[bold]{score.assignment}[/]: [{colour}]{score.caught} of {score.total} twins caught[/]{known}")
    for text in (*score.faults, *score.promises):
        out.print(
            f"[red]✗[/] {escape(text)}" if text in score.faults else f"[yellow]![/] {escape(text)}", soft_wrap=True
        )


def spilt(assignment: str, found: Sequence[Spill]) -> None:
    """Shows the mistakes that cost points in more than their own exercise."""
    if not found:
        out.print(f"[bold]{assignment}[/]: [green]every mistake costs once[/]")
    for each in found:
        out.print(f"[red]✗[/] {assignment}: {escape(str(each))}", soft_wrap=True)


def formats(found: Formats, now: int) -> None:
    """Which formats a course and its workspace have, and how to bring old ones up to date."""
    workspace = "none yet" if found.workspace is None else f"format {found.workspace}"
    out.print(f"Course: format {found.course}. Workspace: {workspace}. This version writes format {now}.")
    if not found.current:
        what = "`autograder check --migrate` brings it to this version's; what people entered stays. Commit first."
        err.print(f"[yellow]This is of an earlier version: {what}[/]", soft_wrap=True)
