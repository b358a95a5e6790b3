"""*Run All* reaches the last cell in an ordinary kernel, whatever the answers are; every picture says what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

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


def printed(cell: NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")


def drawing_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.source.startswith("with when_ready(") and "alt=" in cell.source]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_with_right_answers_every_picture_is_there_and_says_what_it_shows(course: Course, assignment: str) -> None:
    notebook = run_all(course, assignment, reference_sources(course, assignment))
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
