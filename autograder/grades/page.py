"""Final grades as one HTML page for instructors; no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import fmean, median

from autograder.course.grade_ids import name_of
from autograder.grades.compute import GradeTable
from autograder.grades.tables import rules
from autograder.grades.work import State
from autograder.reports.class_report.charts import histogram
from autograder.reports.html import environment
from autograder.reports.student.page import STYLE
from autograder.text import clean

FOLDER = Path(__file__).parent / "templates"


def render(table: GradeTable, *, exercises: bool = False) -> str:
    """The page, always the same for the same input."""
    totals = [grade.total for grade in table.grades if grade.total is not None]
    marks = Counter(grade.mark for grade in table.grades if grade.mark)
    scheme = table.course.config.grades
    return PAGE.render(
        table=table,
        course_title=clean(table.course.title, 200),
        exercises=exercises,
        totals=totals,
        mean=fmean(totals) if totals else None,
        median=median(totals) if totals else None,
        passed=sum(grade.passed is True for grade in table.grades) if scheme.pass_from is not None else None,
        marks=[(mark, marks[mark]) for mark in sorted(scheme.scale, key=lambda mark: -scheme.scale[mark])],
        chart=histogram([min(100.0, total) for total in totals], 100.0, "percentage point") if totals else None,
        rules=tuple(rules(table)),
        State=State,
        name_of=name_of,
        clean=clean,
    )


PAGE = environment([FOLDER], [STYLE, FOLDER / "grades.css"]).get_template("grades.html.j2")
