"""*Run All* reaches the last cell in an ordinary kernel, whatever the answers are; every picture says what it shows.

The finished notebooks are also looked at as nbconvert's web pages, by axe-core.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import browser  # noqa: F401 - a fixture
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from playwright.sync_api import Browser
from run_all import kernel, mistaken

from autograder.authoring.answers import fill, reference_sources
from autograder.authoring.build import build_from_course
from autograder.course import Course, load_course

PROJECT = Path(__file__).parents[2]
ASSIGNMENTS = sorted(path.stem for path in (PROJECT / "assignments").glob("*.md"))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = load_course(PROJECT, tmp_path_factory.mktemp("workspace"))
    for assignment in ASSIGNMENTS:
        build_from_course(course, assignment)
    return course


def run_all(course: Course, assignment: str, answers: dict[str, str]) -> NotebookNode:
    """The released notebook with these answers after *Run All*; an exception that leaves a cell is the test's."""
    release = (course.release_dir(assignment) / f"{assignment}.ipynb").read_bytes()
    notebook: NotebookNode = nbformat.reads(fill(release, answers), 4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return notebook


@pytest.fixture(scope="module")
def finished(course: Course) -> dict[str, NotebookNode]:
    """Every notebook with right answers after *Run All*."""
    return {name: run_all(course, name, reference_sources(course, name)) for name in ASSIGNMENTS}


def printed(cell: NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")


def drawing_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.source.startswith("with when_ready(") and "alt=" in cell.source]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_with_right_answers_every_picture_is_there_and_says_what_it_shows(
    finished: dict[str, NotebookNode], assignment: str
) -> None:
    notebook = finished[assignment]
    drawing = drawing_cells(notebook)
    assert len(drawing) >= 3
    for cell in drawing:
        shown = [output.data.get("text/html", "") for output in cell.outputs if output.output_type == "display_data"]
        assert [
            bool(re.match(r'<img alt="[^"]{60,}" src="data:image/png;base64,iVBOR', picture)) for picture in shown
        ] == [True]
    assert "waits until" not in "".join(printed(cell) for cell in notebook.cells if cell.cell_type == "code")
    assert not any(
        "image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])
    )


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_with_answers_that_raise_run_all_reaches_the_end_and_says_what_waits_for_what(
    course: Course, assignment: str
) -> None:
    raising = {
        name: f"def {name}(*args, **kwargs):\n    raise ZeroDivisionError('this one is broken')"
        for name in reference_sources(course, assignment)
    }
    notebook = run_all(course, assignment, raising)
    waiting = [cell for cell in notebook.cells if re.match(r'with when_ready\(\s*"', cell.source)]
    assert len(waiting) >= 3
    for cell in waiting:
        first, reason = printed(cell).splitlines()
        assert re.fullmatch(r"This (picture|cell) waits until `\w+`.* pass(es its check| their checks)\.", first)
        assert reason == "ZeroDivisionError: this one is broken" or re.fullmatch(
            r"A cell above, .* waits too\.", reason
        )
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


def test_a_known_mistake_stops_nothing_and_no_file_beside_the_notebook_is_needed(course: Course) -> None:
    """A mistake of each notebook; `make run-all` tries them all."""
    with kernel() as running:
        for assignment in ASSIGNMENTS:
            name, notebook = next(mistaken(course, assignment))
            assert running.stopped_at(notebook) == "", name
        bad = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_code_cell("y = z")])
        assert running.stopped_at(nbformat.writes(bad).encode()) == "y = z: NameError: name 'z' is not defined"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_drawings_are_in_the_notebooks_own_file_and_no_ascii_diagram_is_left(course: Course, assignment: str) -> None:
    notebook = nbformat.read(course.release_dir(assignment) / f"{assignment}.ipynb", 4)
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    for cell in texts:
        for alt, link in re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", cell.source):
            assert len(alt) > 60
            assert list(cell.attachments[link.removeprefix("attachment:")]) == ["image/png"]
    if assignment != "activations":
        assert any("attachments" in cell for cell in texts)
    assert "```text" not in "".join(cell.source for cell in texts)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_plumbing_is_folded(course: Course, assignment: str) -> None:
    notebook = nbformat.read(course.release_dir(assignment) / f"{assignment}.ipynb", 4)
    setup = next(cell for cell in notebook.cells if cell.cell_type == "code")
    for cell in (setup, *drawing_cells(notebook)):
        assert cell.metadata.jupyter.source_hidden
        assert "hide-input" in cell.metadata.tags


PROMPTS_AND_CODE = [[".jp-InputPrompt"], [".jp-OutputPrompt"], [".highlight"]]
"""What nbconvert colours itself: its grey prompts and its green code are too pale for axe, in every notebook."""


def violations(found: Any) -> list[tuple[str, Any, str]]:
    return [(fault["id"], node["target"], node["html"]) for fault in found["violations"] for node in fault["nodes"]]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_axe_finds_no_violation_in_a_finished_notebook_as_a_web_page(
    finished: dict[str, NotebookNode],
    browser: Browser,
    tmp_path: Path,
    assignment: str,
    theme: str,
) -> None:
    exporter = HTMLExporter(theme=theme, mathjax_url="", require_js_url="")  # nothing is fetched
    html, _ = exporter.from_notebook_node(finished[assignment], {"metadata": {"name": assignment}})
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((tmp_path / "page.html").as_uri(), wait_until="domcontentloaded")
    assert page.locator("img").count() >= 3
    whole = Axe().run(page, options={"rules": {"color-contrast": {"enabled": False}}})
    ours = Axe().run(page, {"exclude": PROMPTS_AND_CODE}, {"runOnly": ["color-contrast"]})
    page.close()
    assert violations(whole.response) + violations(ours.response) == []
    assert any(rule["id"] == "color-contrast" for rule in ours.response["passes"])
