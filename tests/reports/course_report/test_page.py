"""The course at a glance: who slips away, what comes back, and a page that holds no name where it should not."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_course
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, events, fits, opened, tab  # noqa: F401
from playwright.sync_api import Page

from autograder.course import Course
from autograder.reports.course_report import AssignmentResults, render, tally
from autograder.reports.write import write_course_report
from autograder.results import ExerciseResult, Result, Status

NAMES = ("neuron", "layers", "networks", "training")


def result(assignment: str, student: str, share: float, misconception: str | None = None) -> Result:
    first = ExerciseResult(name="one", title="One", score=4 * share, max_score=4.0, misconception=misconception)
    second = ExerciseResult(name="two", title="Two", score=6 * share, max_score=6.0)
    return Result(
        assignment=assignment,
        student=student,
        status=Status.graded,
        score=10 * share,
        max_score=10.0,
        submission_sha256="",
        seed=0,
        exercises=(first, second),
    )


def course(shares: dict[str, tuple[float | None, ...]]) -> list[AssignmentResults]:
    return [
        AssignmentResults(
            name,
            name.title(),
            True,
            tuple(result(name, who, share) for who, own in shares.items() if (share := own[nth]) is not None),
        )
        for nth, name in enumerate(NAMES)
    ]


def test_who_slips_away_is_named_with_the_reason() -> None:
    found = tally(
        course(
            {
                "ada": (1.0, 0.9, 0.95, 0.9),
                "bob": (1.0, 0.9, None, None),
                "cyd": (0.9, 0.9, 0.5, 0.4),
                "dan": (None, 0.5, 0.5, 0.5),
            }
        ),
        students=("eve",),
    )
    assert [(one.student, one.why) for one in found.slipping] == [
        ("eve", "nothing so far"),
        ("bob", "nothing since Layers"),
        ("cyd", "45 % in the last two, 90 % before"),
    ]


def test_a_misconception_that_comes_back_is_one_whatever_it_is_about() -> None:
    neuron = result("neuron", "bob", 0.5, "a neuron that never applies its activation")
    layers = result("layers", "bob", 0.5, "a layer that never applies its activation")
    other = result("layers", "cyd", 0.5, "a layer whose weights all start at zero")
    found = tally(
        [
            AssignmentResults("neuron", "The neuron", True, (neuron,)),
            AssignmentResults("layers", "Layers", True, (layers, other)),
        ]
    )
    (one,) = found.persistent
    assert one.text == "that never applies its activation"
    assert (one.assignments, one.students) == (("The neuron", "Layers"), ("bob",))


def test_an_anonymous_page_holds_no_name() -> None:
    shares = {f"student-{n:03d}": (0.9, 0.9, 0.3 + n / 200 if n > 7 else None, None) for n in range(70)}
    page = render(tally(course(shares)), course_title="C", anonymous=True)
    assert "student-0" not in page
    assert "item-curve" in page
    assert "student-007" in render(tally(course(shares)), course_title="C")


@pytest.mark.slow
def test_the_command_writes_it_from_results(graded: Course) -> None:
    done = small_course.autograder("report", "--overview", cwd=graded.root)
    assert done.returncode == 0, done.stderr
    assert "Toys" in graded.course_report_path().read_text()
    write_course_report(graded, anonymous=True)
    assert "bob" not in graded.course_report_path(anonymous=True).read_text()


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_is_accessible_and_fits(tab: Page, events: list[str], tmp_path: Path) -> None:
    shares = {f"student-{n:03d}": (n / 60, 0.9, 0.3 + n / 200, None) for n in range(60)}
    page = render(tally(course(shares)), course_title="C" * 300)
    assert opened(tab, tmp_path / "course.html", page, events) == []
    tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert fits(tab)
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
