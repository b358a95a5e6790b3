"""The class report as one HTML page, with or without names; no script, nothing loaded from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import autograder.reports.class_report.charts as charts
from autograder.reports.class_report.tally import FEW, WEAK, ClassTally
from autograder.reports.html import environment
from autograder.reports.student.page import FOLDER as FEEDBACK
from autograder.reports.student.page import STYLE, add_value_tests
from autograder.text import clean, cleaned

NAME_LIMIT, TEXT_LIMIT = 100, 300
"""Longest name, and longest other text, in characters."""
MAX_PEOPLE = 400
"""How many names are listed for one kind; the others are counted."""
MAX_NAMED = 40
"""How many names are listed for one misconception."""
MAX_MISCONCEPTIONS = 60
FIRST_PEOPLE = 40
"""How many names of one kind are visible at first; the others can be unfolded."""
SHORT_NAME = 40
FIRST_SHOWN = 8
"""How many misconceptions are visible at first; the others can be unfolded."""


def render(
    found: ClassTally, *, course_title: str, assignment_title: str, anonymous: bool = False, unit: str = "point"
) -> str:
    """The report as HTML, always the same for the same input.

    An ``anonymous`` one is for a lecture slide: it contains no names, and no reason or note that could contain one.
    """
    numbers = {talk.kind: len(talk.people) for talk in found.talks}
    shown = cleaned(_nameless(found) if anonymous else _bounded(found), TEXT_LIMIT)
    return PAGE.render(
        found=shown,
        left_out=len(shown.misconceptions) - MAX_MISCONCEPTIONS,
        course_title=clean(course_title, 200),
        assignment_title=clean(assignment_title, 200),
        anonymous=anonymous,
        unit=unit,
        numbers=numbers,
        order={exercise.name: n for n, exercise in enumerate(shown.exercises, 1)},
    )


def _nameless(found: ClassTally) -> ClassTally:
    """Without the names, but with their number."""
    return replace(
        found,
        misconceptions=tuple(replace(each, students=("",) * len(each.students)) for each in found.misconceptions),
        talks=tuple(replace(talk, people=()) for talk in found.talks),
        times=replace(found.times, slowest_student="") if found.times else None,
    )


def _bounded(found: ClassTally) -> ClassTally:
    """With shortened names, and only as many as anybody reads."""
    return replace(
        found,
        misconceptions=tuple(
            replace(each, students=tuple(clean(name, NAME_LIMIT) for name in each.students))
            for each in found.misconceptions
        ),
        talks=tuple(
            replace(talk, people=tuple((clean(who, NAME_LIMIT), why) for who, why in talk.people[:MAX_PEOPLE]))
            for talk in found.talks
        ),
        times=replace(found.times, slowest_student=clean(found.times.slowest_student, SHORT_NAME))
        if found.times
        else None,
    )


def _seconds(number: float) -> str:
    """
    >>> _seconds(0.254), _seconds(7.04), _seconds(754)
    ('0.25 s', '7.0 s', '12 min 34 s')
    """
    if number < 60:
        return f"{number:.2f} s" if number < 1 else f"{number:.1f} s"
    return f"{int(number // 60)} min {int(number % 60)} s"


def _counted(number: float, what: str) -> str:
    return f"{number:g} {what}{'' if number == 1 else 's'}"


_OWN = Path(__file__).parent / "templates"
PAGE = add_value_tests(
    environment(
        [_OWN, FEEDBACK],
        [STYLE, _OWN / "class.css"],
        charts=charts,
        seconds=_seconds,
        counted=_counted,
        few=FEW,
        weak=WEAK,
        max_named=MAX_NAMED,
        first_shown=FIRST_SHOWN,
        first_people=FIRST_PEOPLE,
        max_misconceptions=MAX_MISCONCEPTIONS,
        max_frames=0,
    )
).get_template("class.html.j2")
