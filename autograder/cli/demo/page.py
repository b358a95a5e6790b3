"""What the demo made as one HTML page of links, beside the files that it links to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.reports.html import environment
from autograder.reports.student.page import FOLDER as FEEDBACK
from autograder.reports.student.page import STYLE
from autograder.results import Result, Status
from autograder.text import cleaned

TEXT_LIMIT = 300


@dataclass(frozen=True)
class DemoAssignment:
    """A file to open: what it is, why it is worth a look, and its address relative to the page."""

    title: str
    about: str
    href: str


@dataclass(frozen=True)
class DemoSubmission:
    """One submission as the page lists it; ``share`` is the percentage of all points, None without a score."""

    student: str
    href: str
    told: str
    share: float | None
    misconceptions: tuple[str, ...]

    @staticmethod
    def of(result: Result, href: str) -> DemoSubmission:
        """What a teacher sees of a result at a glance."""
        names = tuple(each.misconception for each in result.exercises if each.misconception)
        if result.status is not Status.graded or result.score is None:
            told = "not gradable" if result.status is Status.not_gradable else "ungraded, our fault"
            return DemoSubmission(result.student, href, told, None, names)
        share = 100 * result.score / result.max_score if result.max_score else 100.0
        return DemoSubmission(result.student, href, f"{result.score:g} of {result.max_score:g} points", share, names)


def render(
    course_title: str, assignment_title: str, made: tuple[DemoAssignment, ...], handed: tuple[DemoSubmission, ...]
) -> str:
    """The page as HTML, always the same for the same input."""
    texts = {"course_title": course_title, "assignment_title": assignment_title, "made": made, "handed": handed}
    return _PAGE.render(cleaned(texts, TEXT_LIMIT))


_OWN = Path(__file__).parent / "templates"
_PAGE = environment([_OWN, FEEDBACK], [STYLE, _OWN / "demo.css"]).get_template("demo.html.j2")
