"""The page of final grades in a browser: nothing runs or is fetched, it fits a phone, and axe-core finds no fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, events, fits, opened, tab  # noqa: F401
from playwright.sync_api import Page
from student_pages import HOSTILE

from autograder.course import Assignment, Config, Course
from autograder.course.schemes import Correction, Grades
from autograder.gradebook.book import Mark
from autograder.grades.compute import final_grades
from autograder.grades.page import render
from autograder.grades.work import AssignmentWork, ClassWork, State, Work
from autograder.workspace.roster import RosterEntry

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def page(text: str = "Ada") -> str:
    """A class in which everything occurs, and a hostile text wherever somebody can write one."""
    corrected = Correction(exercise="one", cap=1, reason=text)
    assignments = {name: Assignment(title=text, corrections=[corrected]) for name in ("neuron", "layers", "losses")}
    scheme = Grades(drop_lowest=1, scale={text: 50.0, "F": 0.0}, pass_from=50.0)
    config = Config(course="c", title=text, assignments=assignments, grades=scheme)
    cells = {"test_one": Mark(3.0, None, None, 4.0, False), "written_why": Mark(None, None, None, 2.0, True)}
    graded = Work(State.graded, 3.0, 0.5, 6.0, cells, ("written_why",), "f" * 64, 7)
    states = [graded, *(Work(state, max_score=6.0) for state in State if state is not State.graded)]
    people = tuple(RosterEntry(f"student-{n:03d}", first_name=text, last_name=text) for n in range(12))
    works = tuple(
        AssignmentWork(
            name,
            text,
            {"test_one": 4.0, "written_why": 2.0},
            {one.id: states[(n + m) % len(states)] for n, one in enumerate(people)},
        )
        for m, name in enumerate(assignments)
    )
    course = Course(config=config, root=Path("/c"), workspace=Path("/c/workspace"))
    return render(final_grades(ClassWork(course, people, works)), exercises=True)


def test_it_is_accessible_and_fits(tab: Page, events: list[str], tmp_path: Path) -> None:
    assert opened(tab, tmp_path / "grades.html", page(), events) == []
    assert fits(tab)
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("tab", [(360, "light")], indirect=True, ids=["360-light"])
def test_hostile_text_does_nothing(tab: Page, events: list[str], tmp_path: Path) -> None:
    assert opened(tab, tmp_path / "grades.html", page(HOSTILE + "W" * 500), events) == []
    assert fits(tab)
