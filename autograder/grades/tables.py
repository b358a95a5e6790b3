"""Final grades as CSV and as a workbook: a row per student, a column per assignment or, on demand, per exercise."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from autograder.course.grade_ids import name_of
from autograder.grades.compute import FinalGrade, GradeTable
from autograder.grades.work import AssignmentWork, State, Work
from autograder.text import harmless

Value = str | float | None
WIDEST = 40
NOT_IN_A_WORKBOOK = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
SOURCES = ("student", "assignment", "state", "score", "late", "possible", "result", "line of log.jsonl", "agrees")


def header(table: GradeTable, *, exercises: bool) -> list[str]:
    names = ["student", "name", "email", "section"]
    for one in table.assignments:
        names += [one.name, f"{one.name} late"]
        names += [f"{one.name}.{name_of(cell)}" for cell in one.cells] if exercises else []
    return [*names, "percent", "mark", "passed", "provisional", "missing", "dropped", "waits"]


def possible(table: GradeTable, *, exercises: bool) -> list[Value]:
    """The maximum of each column; empty if it has none."""
    values: list[Value] = ["possible", "", "", ""]
    for one in table.assignments:
        values += [_number(one.max_score), ""]
        values += [_number(most) for most in one.cells.values()] if exercises else []
    return [*values, 100.0, "", "", "", "", "", ""]


def rows(table: GradeTable, *, exercises: bool) -> Iterator[list[Value]]:
    """A row for each student."""
    for grade in table.grades:
        one = grade.student
        values: list[Value] = [one.id, one.name, one.email, one.section]
        for assignment in table.assignments:
            work = grade.work[assignment.name]
            values += [_points(work), _number(work.penalty) if work.penalty else ""]
            values += list(_cells(assignment, work)) if exercises else []
        yield [*values, *_last(grade)]


def _points(work: Work) -> Value:
    """Empty if it does not count yet."""
    return _number(work.points) if work.counts else ""


def _cells(assignment: AssignmentWork, work: Work) -> Iterator[Value]:
    for cell in assignment.cells:
        mark = work.cells.get(cell)
        yield "" if mark is None or mark.score is None else _number(mark.score)


def _last(grade: FinalGrade) -> list[Value]:
    passed = "" if grade.passed is None else "yes" if grade.passed else "no"
    missing = grade.having(State.missing) + grade.having(State.not_gradable)
    listed = ("; ".join(names) for names in (missing, sorted(grade.dropped), grade.waits))
    total = "" if grade.total is None else _number(grade.total)
    return [total, grade.mark, passed, "yes" if grade.provisional else "", *listed]


def _number(value: float) -> float:
    return round(value, 6)


def as_csv(table: GradeTable, *, exercises: bool = False) -> bytes:
    """The table for any program, without text that could be a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header(table, exercises=exercises))
    for row in (possible(table, exercises=exercises), *rows(table, exercises=exercises)):
        writer.writerow([harmless(value) for value in row])
    return file.getvalue().encode()


def as_xlsx(table: GradeTable, *, exercises: bool = False) -> bytes:
    """A workbook: the grades, the rules, and the signed result behind each number."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)  # three times as fast
    lines = [possible(table, exercises=exercises), *rows(table, exercises=exercises)]
    _sheet(book, "Grades", header(table, exercises=exercises), lines, freeze="C3")
    _sheet(book, "Rules", ["rule", "value"], list(rules(table)))
    _sheet(book, "Sources", SOURCES, list(sources(table)))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Any, title: str, names: Sequence[str], lines: Sequence[Sequence[Value]], freeze: str = "A2") -> None:
    """Adds a sheet; its first row is bold and stays in sight. Texts stay texts, whatever they begin with."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = freeze
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{len(lines) + 1}"
    for nth, name in enumerate(names, 1):
        sheet.column_dimensions[get_column_letter(nth)].width = min(WIDEST, max(10, len(name) + 3))
    heading = [WriteOnlyCell(sheet, value=name) for name in names]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    for line in lines:
        sheet.append([_for_workbook(value) for value in line])


def _for_workbook(value: Value) -> object:
    """A text without the characters that a workbook cannot hold, and none that it takes for a formula."""
    return NOT_IN_A_WORKBOOK.sub("", str(harmless(value))) if isinstance(value, str) else value


def rules(table: GradeTable) -> Iterator[tuple[str, Value]]:
    """The rules by which the totals were computed, as course.yml has them."""
    course, scheme = table.course, table.course.config.grades
    for name, category in scheme.categories.items():
        extra = ", extra credit" if category.extra_credit else ""
        yield f"category {name}", f"weight {category.weight:g}, drops the lowest {category.drop_lowest}{extra}"
    if not scheme.categories:
        yield "all assignments", f"drops the lowest {scheme.drop_lowest}"
    for name, one in course.assignments.items():
        extra = ", extra credit" if one.extra_credit else ""
        yield name, f"weight {one.weight:g}{f', in {one.category}' if one.category else ''}{extra}"
        for correction in one.corrections:
            yield f"{name}: {correction.subject}", correction.sentence_with()
    for mark, lowest in scheme.scale.items():
        yield f"mark {mark}", f"from {lowest:g} percent"
    if scheme.pass_from is not None:
        yield "passes", f"from {scheme.pass_from:g} percent"
    yield "rounding", f"to {scheme.rounding.step:g} percent, {scheme.rounding.mode}"


def sources(table: GradeTable) -> Iterator[list[Value]]:
    """For each number the result that it comes from: its signature, and its line in the log."""
    for grade in table.grades:
        for name, work in grade.work.items():
            agrees = "no" if work.disagrees else "yes" if work.state is State.graded else ""
            numbers = (_number(work.score), _number(work.penalty), _number(work.max_score))
            yield [grade.student.id, name, work.state.value, *numbers, work.result, work.line or "", agrees]
