"""The course's page as HTML, with or without names; no script, nothing loaded from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from markupsafe import Markup

from autograder.reports.course_report.reliability import ENOUGH, ItemCurve
from autograder.reports.course_report.tally import CourseTally
from autograder.reports.html import environment
from autograder.reports.student.page import STYLE
from autograder.reports.svg import element, picture
from autograder.text import clean, cleaned

TEXT_LIMIT = 300
MAX_PEOPLE = 100
"""So many names are listed of one kind; the others are counted."""


def render(found: CourseTally, *, course_title: str, anonymous: bool = False) -> str:
    """The page, always the same for the same input. An ``anonymous`` one holds no name."""
    shown = cleaned(_nameless(found) if anonymous else found, TEXT_LIMIT)
    return PAGE.render(
        found=shown,
        course_title=clean(course_title, 200),
        anonymous=anonymous,
        curve=curve,
        enough=ENOUGH,
        max_people=MAX_PEOPLE,
    )


def _nameless(found: CourseTally) -> CourseTally:
    """Without the names; how many they are is kept."""
    return replace(
        found,
        slipping=tuple(replace(one, student="", why="") for one in found.slipping),
        persistent=tuple(replace(one, students=("",) * len(one.students)) for one in found.persistent),
    )


def curve(found: ItemCurve, name: str) -> Markup:
    """An item's curve: five points from the weakest fifth of the class to the strongest."""
    width, height, left, floor = 132, 56, 8, 48
    step = (width - 2 * left) / (len(found.shares) - 1)
    places = [(left + nth * step, floor - 40 * share) for nth, share in enumerate(found.shares)]
    inside = [
        element("line", x1=left, y1=floor, x2=width - left, y2=floor, class_="axis"),
        element("line", x1=left, y1=floor - 40, x2=width - left, y2=floor - 40, class_="grid"),
        element("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places), class_="curve"),
        *(element("circle", cx=x, cy=y, r=3, class_="dot") for x, y in places),
    ]
    told = ", ".join(f"{100 * share:.0f} %" for share in found.shares)
    describe = f"Mean share of the points by fifths of the class, weakest first: {told}."
    return picture(width, height, *inside, title=f"Item curve of {name}", describe=describe, kind="item-curve")


FOLDER = Path(__file__).parent / "templates"
CLASS_STYLE = Path(__file__).parents[1] / "class_report" / "templates" / "class.css"
PAGE = environment([FOLDER], [STYLE, CLASS_STYLE, FOLDER / "course.css"]).get_template("course.html.j2")
