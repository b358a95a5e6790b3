"""A student works on the released notebook in a real JupyterLab, from nothing to handed in; and in Notebook 7."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_course
from at_the_desk import OpenNotebook
from lab import browser_page, jupyterlab, keep
from playwright.sync_api import expect
from small_course import own_solutions

from autograder.authoring.answers import reference_sources
from autograder.course import Course, load_course
from autograder.workspace.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MISTAKES = {
    "preactivation": (
        "def preactivation(x, w, b):\n    return float(np.dot(x, w) - b)",
        "Does a large positive b help this neuron to fire, or hold it back?",
    ),
    "step": ("def step(z):\n    return np.heaviside(z, 0.0)", "What does the definition say at exactly zero?"),
}
TEXT = "With both weights zero only the bias decides, so the neuron says the same of every flower."


@pytest.fixture
def course(built_course: Course, tmp_path: Path) -> Iterator[Course]:
    with own_solutions():
        yield load_course(Path(shutil.copytree(built_course.root, tmp_path / "course")))


def test_a_students_way_from_nothing_to_handed_in(course: Course, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course.release_dir("neuron"), tmp_path / "neuron"))
    answers = reference_sources(course, "neuron")
    with jupyterlab(folder, tmp_path / "home") as address, browser_page() as page:
        page.goto(address)
        page.locator(".jp-DirListing-item", has_text="neuron.ipynb").dblclick()
        notebook = OpenNotebook(page)
        keep(page, "way-1-opened")

        notebook.run_all()
        waits = page.get_by_text("This picture waits until `step` passes its check.")
        expect(waits).to_have_count(1)
        expect(page.get_by_text("run the cell that defines")).to_have_count(0)
        waits.scroll_into_view_if_needed()
        keep(page, "way-2-run-all")

        for exercise, right in answers.items():
            if exercise in MISTAKES:
                wrong, hint = MISTAKES[exercise]
                notebook.answer(exercise, wrong)
                said = notebook.check(exercise)
                expect(said).to_contain_text("These are exactly the answers of")
                expect(said).to_contain_text(hint)
                keep(page, f"way-3-{exercise}-wrong")
            notebook.answer(exercise, right)
            said = notebook.check(exercise)
            expect(said).to_contain_text("public checks passed")
            expect(said).not_to_contain_text("exactly the answers")
        keep(page, "way-4-last-check")
        notebook.write(TEXT)
        keep(page, "way-5-written")
        notebook.restart_and_run_all()
        expect(page.get_by_text("waits until")).to_have_count(0)
        expect(page.locator(".jp-OutputArea img[alt]")).to_have_count(3)
        page.locator(".jp-OutputArea img[alt]").last.scroll_into_view_if_needed()
        keep(page, "way-6-run-again")
        notebook.save()

        handed_in = course.submitted_dir / "student-001" / "neuron"
        handed_in.mkdir(parents=True)
        shutil.copy(folder / "neuron.ipynb", handed_in)
        for command in ("grade", "feedback"):
            done = small_course.autograder(command, "neuron", cwd=course.root)
            assert done.returncode == 0, done.stderr
        result = Store(course, "neuron").load("student-001")
        assert result is not None
        assert (result.score, result.notes) == (result.max_score, ())
        page.goto(course.feedback_path("student-001", "neuron").as_uri())
        expect(page.get_by_text("7 of 7 exercises complete")).to_be_visible()
        keep(page, "way-7-report")


def test_in_notebook_7_everything_runs_and_a_check_passes(course: Course, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course.release_dir("neuron"), tmp_path / "neuron"))
    (folder / "neuron.ipynb").rename(folder / "another name.ipynb")
    with jupyterlab(folder, tmp_path / "home", app="notebook") as address, browser_page() as page:
        page.goto(address.replace("/notebook?", "/notebooks/another%20name.ipynb?"))
        notebook = OpenNotebook(page)
        notebook.run_all()
        expect(page.get_by_text("This picture waits until `step` passes its check.")).to_have_count(1)
        notebook.answer("weighted_sum", reference_sources(course, "neuron")["weighted_sum"])
        expect(notebook.check("weighted_sum")).to_contain_text("public checks passed")
        keep(page, "notebook-7")
