"""What is shown of final grades: the table, how one total comes about, and what other rules would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from autograder.cli.console import err, out, printable, shown_path
from autograder.course import CONFIG_NAME
from autograder.errors import CourseError

if TYPE_CHECKING:  # the command imports these, so that the others start quickly
    from autograder.grades.compute import FinalGrade, GradeTable
    from autograder.grades.correct import Corrected
    from autograder.grades.what_if import Change
    from autograder.grades.work import AssignmentWork, Work


def graded(table: GradeTable, *, exercises: bool) -> None:
    """A row a student."""
    shown = _table(f"Final grades: {table.course.title}")
    scheme = table.course.config.grades
    for heading in ("student", "percent", *(("mark",) if scheme.scale else ())):
        shown.add_column(heading, no_wrap=True, justify="left" if heading == "student" else "right")
    for one in table.assignments:
        shown.add_column(f"{one.name}\nof {one.max_score:g}", justify="right")
        for cell, most in one.cells.items() if exercises else ():
            shown.add_column(f"{cell.partition('_')[2]}\nof {most:g}", justify="right")
    for grade in table.grades:
        row = [printable(grade.student.id), _total(grade), *((printable(grade.mark),) if scheme.scale else ())]
        for one in table.assignments:
            row.append(_work(grade, one))
            row += [_cell(grade.work[one.name], cell) for cell in one.cells] if exercises else []
        shown.add_row(*row)
    out.print(shown)
    _sums(table)


def _sums(table: GradeTable) -> None:
    totals = [grade.total for grade in table.grades if grade.total is not None]
    if not totals:
        out.print("Nobody has a score yet: run `autograder grade` first.")
        return
    passed = [grade for grade in table.grades if grade.passed]
    text = f"{len(totals)} of {len(table.grades)} students have a total, {sum(totals) / len(totals):.1f} % on average"
    out.print(f"{text}; {len(passed)} pass." if table.course.config.grades.pass_from is not None else f"{text}.")
    waiting = sum(bool(grade.waits) for grade in table.grades)
    if waiting:
        out.print(f"{waiting} wait for a person: their totals (~) are as of now.")


def _total(grade: FinalGrade) -> str:
    if grade.total is None:
        return "–"
    return f"{'~' if grade.provisional else ''}{grade.total:g}"


def _work(grade: FinalGrade, one: AssignmentWork) -> str:
    work = grade.work[one.name]
    if not work.counts:
        return "[dim]waits[/]" if work.state.value == "waiting" else "[dim]not due[/]"
    text = f"{work.points:g}" if work.state.value == "graded" else f"[red]{work.state.value}[/]"
    late = f" [yellow]({-work.penalty:g})[/]" if work.penalty else ""
    return f"[dim]({text})[/]" if one.name in grade.dropped else text + late


def _cell(work: Work, cell: str) -> str:
    mark = work.cells.get(cell)
    return "" if mark is None or mark.score is None else f"{mark.score:g}"


def wrote(paths: Iterable[Path]) -> None:
    """The files."""
    for path in paths:
        out.print(f"[green]wrote[/] {shown_path(path)}", soft_wrap=True)


def doubted(sentences: Iterable[str]) -> None:
    """What to look at before the grades are published."""
    for sentence in sentences:
        err.print(f"[yellow]{printable(sentence)}[/]", soft_wrap=True)


def derived(table: GradeTable, student: str) -> None:
    """How one student's total comes about, from the signed results up.

    Raises:
        CourseError: if there is no such student.
    """
    grade = next((one for one in table.grades if one.student.id == student), None)
    if grade is None:
        raise CourseError(table.course.roster or table.course.root / CONFIG_NAME, f"there is no student '{student}'")
    scheme = table.course.config.grades
    for one in table.assignments:
        work, config = grade.work[one.name], table.course.assignment(one.name)
        out.print(f"[bold]{one.name}[/] {work.state.value}, weight {config.weight:g}")
        for cell, mark in work.cells.items():
            by_hand = " by hand" if mark.manual is not None else ""
            waits = " [yellow]waits for a person[/]" if mark.needs_manual_grade else ""
            out.print(f"  {cell:<32} {_cell(work, cell) or '–':>8} of {mark.max_score:g}{by_hand}{waits}")
        for correction in config.corrections:
            out.print(f"  {printable(correction.subject)}: {printable(correction.sentence_with())}", soft_wrap=True)
        if work.counts:
            dropped = ", dropped" if one.name in grade.dropped else ""
            share = 100 * work.points / (work.max_score or one.max_score or 1)
            out.print(f"  {work.score:g} - {work.penalty:g} late = {work.points:g} points, {share:.4g} %{dropped}")
        if work.result:
            agrees = " [red]which the gradebook does not agree with[/]" if work.disagrees else ""
            path = shown_path(table.course.results_dir(one.name) / f"{student}.json")
            where = f"{work.result[:16]}, line {work.line} of log.jsonl, {path}"
            out.print(f"  signed result {where}{agrees}", soft_wrap=True)
    for name, part in grade.categories.items():
        if name:
            out.print(f"[bold]{printable(name)}[/] {100 * part.share:.6g} %, weight {scheme.categories[name].weight:g}")
    exact = "nothing counts yet" if grade.exact is None else f"{grade.exact:.9g} %, rounded {grade.total:g} %"
    out.print(f"[bold]Total[/] {exact}{f', mark {printable(grade.mark)}' if grade.mark else ''}")


def changed(table: GradeTable, found: Sequence[Change], rules: Mapping[str, str]) -> None:
    """Whom other rules would help or hurt."""
    shown = _table("What if " + ", ".join(f"{key} were {value}" for key, value in rules.items()) + "?")
    for heading in ("student", "now", "then", "change", "mark now", "then", "passes"):
        shown.add_column(heading, no_wrap=True, justify="left" if heading == "student" else "right")
    for one in found:
        colour = "red" if one.points < 0 else "green"
        passes = "" if one.before.passed == one.after.passed else "now" if one.after.passed else "no more"
        change = f"[{colour}]{one.points:+.4g}[/]" if one.points else ""
        marks = (printable(one.before.mark), printable(one.after.mark))
        student = printable(one.before.student.id)
        shown.add_row(student, _total(one.before), _total(one.after), change, *marks, passes)
    if found:
        out.print(shown)
    worse, better = (sum(sign * one.points > 1e-9 for one in found) for sign in (-1, 1))
    out.print(f"{better} of {len(table.grades)} would have more, {worse} less. Nothing was written.")


def _table(title: str) -> Table:
    return Table(title=printable(title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)


def corrected(found: Sequence[Corrected]) -> None:
    """Whose points a correction changes."""
    shown = _table("With this correction")
    for heading in ("student", "points now", "then", "total now", "then"):
        shown.add_column(heading, no_wrap=True, justify="left" if heading == "student" else "right")
    for one in found:
        points = (f"{score:g} of {most:g}" for score, most in zip(one.points, one.possible, strict=True))
        totals = ("–" if total is None else f"{total:g}" for total in one.totals)
        shown.add_row(printable(one.student), *points, *totals)
    if found:
        out.print(shown)
    out.print(f"{len(found)} {'student' if len(found) == 1 else 'students'} would have other points or another total.")


def nothing_written() -> None:
    """The end of a dry run."""
    out.print("Nothing was written.")


def next_after_correction(assignment: str) -> None:
    """How students learn of a correction."""
    out.print(
        f"Next: autograder feedback {assignment}, so that students read it; autograder grades for the new totals."
    )
