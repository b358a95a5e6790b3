"""The main job as `autograder demo` runs it, and nbgrader's own commands on the workspace that it leaves."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import small_course
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, events, fits, tab  # noqa: F401
from playwright.sync_api import Page

from autograder.authoring.answers import edit, fill
from autograder.authoring.sample_class import HOSTILE, HOSTILE_ANSWERS
from autograder.cli.demo.run import page_path, run_demo
from autograder.course import Course, load_course
from autograder.reports.write import write_class_report, write_feedback
from autograder.results import Result, Status
from autograder.runs.batch import grade_assignment
from autograder.workspace.store import Store

pytestmark = pytest.mark.slow

STUDENTS = 8
NAME = "neuron"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, str]:
    """The course in whose workspace the demo ran, and what the demo printed."""
    workspace = tmp_path_factory.mktemp("demo")
    done = small_course.autograder(
        "demo", "--students", STUDENTS, "--workspace", workspace, cwd=small_course.PROJECT, COLUMNS="300"
    )
    assert done.returncode == 0, done.stderr
    return load_course(small_course.PROJECT, workspace), done.stdout


@pytest.fixture(scope="module")
def scores(demo: tuple[Course, str]) -> dict[str, float]:
    """The score of everyone who has one, by the results."""
    found = {r.student: r.score for r in Store(demo[0], NAME).all() if r.status is Status.graded}
    return {student: score for student, score in found.items() if score is not None}


def nbgrader(course: Course, *arguments: str) -> str:
    """Runs one of nbgrader's own commands in the workspace, and returns what it said."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course.workspace, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_everyone_has_a_result_and_most_have_a_score(demo: tuple[Course, str], scores: dict[str, float]) -> None:
    results = list(Store(demo[0], NAME).all())
    assert len(results) == STUDENTS
    assert all(result.status is not Status.ungraded for result in results)
    assert len(scores) >= STUDENTS - 2
    assert all(0 <= score <= 20 for score in scores.values())
    assert len(set(scores.values())) > 2


def test_the_paths_to_open_exist(demo: tuple[Course, str]) -> None:
    course, printed = demo
    named = re.findall(rf"{re.escape(str(course.workspace))}\S*", printed.partition("Open these")[2])
    assert len(named) >= 4
    assert [path for path in named if not Path(path).exists()] == []


def test_every_score_has_its_report(demo: tuple[Course, str], scores: dict[str, float]) -> None:
    assert len(scores) > 3
    headline = re.compile(r'class="headline">([\d.]+) of 2[02] points<')  # an unanswered written question counts
    for student, score in scores.items():
        found = headline.findall(demo[0].feedback_path(student, NAME).read_text())
        assert [float(each) for each in found] == [score]


def test_nbgraders_export_has_the_same_scores(demo: tuple[Course, str], scores: dict[str, float]) -> None:
    course = demo[0]
    nbgrader(course, "export", "--to", str(course.workspace / "again.csv"))
    with (course.workspace / "again.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["timestamp"]]
    assert {row["student_id"]: float(row["raw_score"]) for row in rows} == scores
    assert (course.workspace / "again.csv").read_text() == (course.workspace / "grades.csv").read_text()


def test_nbgraders_feedback_shows_the_same_scores(demo: tuple[Course, str], scores: dict[str, float]) -> None:
    course = demo[0]
    students = sorted(scores)[:2]
    apart = course.workspace / "nbgrader-feedback"
    for student in students:
        nbgrader(
            course, "generate_feedback", NAME, "--student", student, f"--CourseDirectory.feedback_directory={apart}"
        )
        page = (apart / student / NAME / f"{NAME}.html").read_text()
        told = re.search(r"\(Score: ([\d.]+) / ([\d.]+)\)", page)
        assert told is not None
        assert float(told[1]) == scores[student]


def test_nbgrader_validates_the_reference_and_refuses_the_untouched_release(demo: tuple[Course, str]) -> None:
    course, notebook = demo[0], f"{NAME}.ipynb"
    assert "Success! Your notebook passes all the tests." in nbgrader(course, "validate", f"source/{NAME}/{notebook}")
    assert "failed" in nbgrader(course, "validate", f"release/{NAME}/{notebook}").lower()


MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>\\x1b[31m\\u202etxt"
LOUD = {
    "weighted_sum": f"def weighted_sum(x, w):\n    raise ValueError({MARKUP!r})  # {MARKUP}",
    "preactivation": f"def preactivation(x, w, b):\n    return {MARKUP!r}",
    "step": f"def step(z):\n    return [[{MARKUP!r}] * 4] * 4",
    "neuron": f"def neuron(x, w, b, activation):\n    return {{{MARKUP!r}: {MARKUP!r}}}",
    "logic_gate": f"def logic_gate(name):\n    raise type({MARKUP!r}, (Exception,), {{}})('W' * 900)",
}


@pytest.fixture(scope="module")
def pages(demo: tuple[Course, str]) -> dict[str, Path]:
    """The demo's pages: its own, the class's, and some students' reports, hostile ones among them."""
    course = demo[0]
    release = (course.release_dir(NAME) / f"{NAME}.ipynb").read_bytes()
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": HOSTILE[1]}
    hangs = fill(release, {"weighted_sum": HOSTILE_ANSWERS[2].format(name="weighted_sum")})
    hostile = {"loud": fill(release, LOUD), "hangs": edit(hangs, lambda cells: cells.insert(2, cell))}
    hostile["broken"] = release[:5000]
    for student, notebook in hostile.items():
        folder = course.submitted_dir / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(notebook)
        with small_course.own_solutions():
            grade_assignment(course, NAME, (student,), workers=1)
    write_feedback(course, NAME)
    reports = {name: write_class_report(course, NAME, anonymous=name == "slide") for name in ("class", "slide")}
    worst = sorted((r.score, r.student) for r in Store(course, NAME).all() if r.score is not None)[:5]
    students = {student for _, student in worst} | set(hostile)
    return reports | {"demo": page_path(course)} | {name: course.feedback_path(name, NAME) for name in students}


@pytest.mark.browser
def test_every_real_page_is_quiet_accessible_and_fits(
    tab: Page,
    events: list[str],
    pages: dict[str, Path],
) -> None:
    assert {"class", "slide", "demo", "loud", "hangs", "broken"} < pages.keys()
    for name, path in pages.items():
        assert path.stat().st_size < 1_000_000
        events.clear()
        tab.goto(path.as_uri())
        tab.wait_for_timeout(30)
        heard = [event for event in events if event not in {f"request {path.as_uri()[:80]}", "request data:,"}]
        assert (name, heard) == (name, [])
    for name, path in pages.items():  # afterwards, since these questions are scripts themselves
        tab.goto(path.as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert (name, fits(tab)) == (name, True)
        found = Axe().run(tab)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        nameless = "svg:not([aria-hidden]):not([aria-label]), img:not([alt])"
        assert tab.locator(nameless).count() == 0, name


def test_the_demo_can_run_again_and_grades_nothing_twice(graded: Course) -> None:
    for folder in (graded.submitted_dir, graded.results_dir("toy")):
        shutil.rmtree(folder)
    first = run_demo(graded, students=3, jobs=1).summary
    again = run_demo(graded, students=3, jobs=1).summary
    assert (len(first.graded), len(again.graded)) == (3, 0)
    assert as_told(again.results) == as_told(first.results)


def as_told(results: tuple[Result, ...]) -> list[tuple[str, float | None]]:
    return [(result.student, result.score) for result in results]
