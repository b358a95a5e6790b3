"""What people see in the terminal: messages and progress on standard error, tables and JSON on standard output."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Task as ProgressTask
from rich.table import Table
from rich.text import Text

from autograder.course import Course
from autograder.results import ExerciseResult, Lateness, Outcome, Result, Status

if TYPE_CHECKING:  # the commands that need these import them, so that the others start quickly
    from autograder.batch import Summary
    from autograder.build import Built
    from autograder.check import Examination
    from autograder.demo import Demonstration
    from autograder.doctor import Finding
    from autograder.lms.grades import Sheet
    from autograder.lms.importing import Imported
    from autograder.mutants import MutationScore
    from autograder.reports import Written

MAX_LISTED = 20
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def printable(text: str) -> str:
    """Text of a student's, safe for a terminal: no control characters, no markup."""
    return escape("".join(c if c.isprintable() else "�" for c in " ".join(text.split())))


def fault(message: str) -> None:
    """A fault, told on standard error."""
    lines = ["".join(c if c.isprintable() else "�" for c in line) for line in message.splitlines()]
    err.print(Text.assemble(("Error: ", "bold red"), "\n".join(lines)), soft_wrap=True)


class _Rate(ProgressColumn):
    """Submissions a second."""

    def render(self, task: ProgressTask) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="cyan")


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), _Rate())
    return Progress(*columns, TimeRemainingColumn(), console=err, transient=True, disable=not err.is_terminal)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told how many of how many are done."""
    with _bar() as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def counting(title: str, total: int) -> Iterator[Callable[[object], None]]:
    """A bar that advances by one whenever it is called."""
    with _bar() as bar:
        task = bar.add_task(title, total=total)
        yield lambda _: bar.advance(task)


@contextmanager
def grading(assignment: str, total: int) -> Iterator[Callable[[Result], None]]:
    """The bar of a grading run."""
    with counting(f"Grading {assignment}", total) as heard:
        yield heard


def shown_path(path: Path) -> str:
    """A path as one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def built(made: Built) -> None:
    """What a build made."""
    names = ", ".join(exercise.name for exercise in made.exercises)
    out.print(f"[green]Built[/] {made.notebook_name}: {len(made.exercises)} exercises ({names}). No leak found.")
    out.print(f"  for nbgrader  {shown_path(made.source)}")
    out.print(f"  for students  {shown_path(made.release)}")


def say_walls(course: Course) -> None:
    """Which walls stand; said before anything is graded, so that a missing one is never a surprise."""
    from autograder.engine import use_bubblewrap
    from autograder.sandbox import bubblewrap

    if use_bubblewrap(course):
        err.print("Walls: seccomp, Landlock, rlimits, supervisor, bubblewrap.", style="dim")
    else:
        reason = bubblewrap.fault() or ""
        err.print(f"Walls: seccomp, Landlock, rlimits, supervisor; no bubblewrap ({escape(reason)}).", style="yellow")


def graded(summary: Summary) -> None:
    """A run's results: a line for each exercise, and each submission that needs a look."""
    results = [r for r in summary.results if r.status is Status.graded]
    if not summary.results:
        out.print(f"Nobody handed in '{summary.assignment}' yet.")
        return
    if results:
        out.print(_exercises(summary.assignment, results))
    for status, title in ((Status.not_gradable, "Not gradable"), (Status.ungraded, "Ungraded, our fault")):
        _list(title, [(r.student, r.reason) for r in summary.results if r.status is status])
    _list("Worth a look", [(r.student, note) for r in results for note in r.notes[:1]])
    _list("Gradebook rows put right", summary.mended)
    _list("Late", [(r.student, _late(r.late)) for r in results if r.late])
    fresh, kept = len(summary.graded), len(summary.unchanged)
    rate = f", {fresh / summary.seconds:.1f} a second" if fresh and summary.seconds else ""
    out.print(f"[bold]{fresh} graded[/] in {summary.seconds:.1f} s{rate}; {kept} unchanged since their last grading.")


def whole_results(results: Iterable[Result]) -> None:
    """Results as JSON, one after the other, so that only one is in memory at a time."""
    between = "[\n  "
    for result in results:
        sys.stdout.write(between + result.to_json().decode().rstrip().replace("\n", "\n  "))
        between = ",\n  "
    sys.stdout.write("[]\n" if between.startswith("[") else "\n]\n")


def profiled(summary: Summary) -> None:
    """Where the time of a run went, added up over its processes; told on standard error."""
    from autograder.profiling import PARTS

    total = sum(summary.spent.values())
    if not total:
        err.print("Nothing was graded that could be measured.")
        return
    table = Table(
        title=f"{summary.assignment}: where the time went", title_justify="left", width=80, box=box.SIMPLE_HEAD
    )
    table.add_column("part", no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    table.add_column("each, ms", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("what it is")
    for part, what in PARTS.items():
        seconds = summary.spent.get(part, 0.0)
        each = 1000 * seconds / max(len(summary.graded), 1)
        table.add_row(part, f"{seconds:.2f}", f"{each:.1f}", f"{seconds / total:.0%}", what)
    err.print(table)


def _exercises(title: str, results: Sequence[Result]) -> Table:
    table = Table(
        title=f"{title}: {len(results)} graded",
        title_justify="left",
        title_style="bold",
        width=80,
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("exercise", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("mean", justify="right", no_wrap=True)
    table.add_column("full", justify="right", no_wrap=True)
    table.add_column("most frequent misconception", ratio=1, no_wrap=True, overflow="ellipsis")
    for position, exercise in enumerate(results[0].exercises):
        column = [result.exercises[position] for result in results]
        points = exercise.max_score
        mean = sum(e.score for e in column) / len(column)
        full = sum(e.score == e.max_score for e in column)
        share = mean / points if points else 0
        colour = "green" if share >= 0.8 else "yellow" if share >= 0.6 else "red"
        cells = [
            exercise.name,
            f"{points:g}",
            f"[{colour}]{mean:.2f}[/]",
            f"{full}/{len(column)}",
            _most_frequent(column),
        ]
        table.add_row(*cells)
    scores = [result.score or 0.0 for result in results]
    table.add_section()
    table.add_row("all", f"{results[0].max_score:g}", f"{sum(scores) / len(scores):.2f}", "", "")
    return table


def _late(late: Lateness) -> str:
    lost = f": {late.percent:g} % of the points, {late.penalty:g} of the tests'" if late.percent else ", at no cost"
    return f"{late.days} day{'s' if late.days > 1 else ''} begun since {late.due[:16].replace('T', ' ')} UTC{lost}"


def _most_frequent(column: Sequence[ExerciseResult]) -> str:
    named = Counter(e.misconception for e in column if e.misconception)
    return "".join(f"{count} x {escape(what)}" for what, count in named.most_common(1))


def _list(title: str, rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return
    table = Table(title=f"{title} ({len(rows)})", title_justify="left", title_style="bold", show_header=False, box=None)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    for student, why in rows[:MAX_LISTED]:
        table.add_row(printable(student), printable(why))
    out.print(table)
    if len(rows) > MAX_LISTED:
        out.print(f"  and {len(rows) - MAX_LISTED} more")


def one(result: Result, *, as_json: bool) -> None:
    """One notebook's result."""
    if as_json:
        _json(result)
        return
    if result.status is not Status.graded:
        out.print(f"[bold red]{result.status.replace('_', ' ')}[/]: {printable(result.reason)}")
        return
    for exercise in result.exercises:
        colour = "green" if exercise.score == exercise.max_score else "yellow" if exercise.score else "red"
        out.print(f"[{colour}]{exercise.score:g}[/]/{exercise.max_score:g}  [bold]{exercise.name}[/]")
        for test in exercise.tests:
            if test.outcome is not Outcome.passed:
                out.print(f"      [red]✗[/] {printable(test.title)} [dim]{test.outcome}[/] {printable(test.message)}")
        if exercise.misconception:
            out.print(f"      [magenta]These are exactly the answers of {escape(exercise.misconception)}.[/]")
            out.print(f"      [magenta]Hint: {escape(exercise.hint or '')}[/]")
    for note in result.notes:
        out.print(f"[dim]note: {printable(note)}[/]")
    out.print(f"[bold]{result.score:g} of {result.max_score:g} points[/]")


def _json(value: object) -> None:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def fed_back(course: Course, assignment: str, written: Written) -> None:
    """Which reports were written."""
    same = len(written.paths) - written.changed
    out.print(f"[green]{len(written.paths)} reports[/] on {assignment}: {written.changed} written, {same} unchanged.")
    if written.paths:
        out.print(f"  open {shown_path(written.paths[0])}")


def exported(path: Path, next_step: str) -> None:
    """A file for another system, and what to do with it."""
    out.print(f"[green]wrote[/] {shown_path(path)}", soft_wrap=True)
    out.print(f"Next: {next_step}", soft_wrap=True)


def imported(assignment: str, done: Imported) -> None:
    """Whose submissions an import took, and what it could not take."""
    out.print(f"[green]{len(done.taken)} submissions[/] of {assignment} taken.")
    _list("Left out", done.left_out)
    _list("Worth a look", done.notes)
    _list("Kept besides", done.kept)
    _list(
        "Marked late, without a time", [(student, "no timestamp.txt: see docs/ecosystem.md") for student in done.late]
    )
    _list("Unknown", [(owner, "not in the roster; not taken") for owner in done.unknown])
    _list("Missing", [(student, "handed nothing in") for student in done.missing])


def grades(sheet: Sheet, target: Path) -> None:
    """A file of grades, and what it lacks."""
    count = sum(line.total is not None for line in sheet.lines)
    exported(target, f"{count} of {len(sheet.lines)} students have a score; import the file there")
    _list("Still to be graded by hand, counted without it", [(student, "") for student in sheet.waiting])
    _list("In the gradebook and not in the roster, left out", [(student, "") for student in sheet.unknown])


def made(paths: Sequence[Path], name: str) -> None:
    """The files of a new assignment."""
    for path in paths:
        out.print(f"[green]wrote[/] {shown_path(path)}")
    out.print(f"Next: autograder check {name}")


def mutated(scores: Sequence[MutationScore]) -> None:
    """How many changed references the hidden tests noticed, and those that they did not."""
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


def examined(found: Sequence[Examination]) -> None:
    """What an examination of the course found."""
    table = Table(
        title="The course, examined",
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


def examined_machine(walls: Sequence[Finding], versions: Sequence[Finding], machine: Sequence[Finding]) -> None:
    """What `doctor` found, and what to do about it."""
    for title, findings in (("Walls", walls), ("Versions", versions), ("Machine", machine)):
        table = Table(title=title, title_justify="left", title_style="bold", show_header=False, width=80)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for finding in findings:
            mark = "[green]✓[/]" if finding.good else "[red]✗[/]" if finding.needed else "[yellow]–[/]"
            what = escape(finding.detail) + (f"\n[bold]→ {escape(finding.remedy)}[/]" if not finding.good else "")
            table.add_row(mark, finding.name, what)
        out.print(table)


def demonstrated(shown: Demonstration) -> None:
    """The demo's results, and what to open."""
    graded(shown.summary)
    table = Table(title="Open these", title_justify="left", title_style="bold", show_header=False, box=None)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for what, path in shown.to_open:
        table.add_row(what, shown_path(path))
    out.print(table)
