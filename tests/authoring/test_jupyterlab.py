"""A student opens the released notebook in a real JupyterLab, fills an answer and runs its check."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lab import browser_page, jupyterlab, keep
from playwright.sync_api import Locator, Page

from autograder.course import Course

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ANSWER = "def weighted_sum(x, w):\n    return float(np.dot(x, w))"
WRONG = "def weighted_sum(x, w):\n    return x * w"


def cell(page: Page, text: str) -> Locator:
    return page.locator(".jp-CodeCell", has=page.locator(".jp-InputArea", has_text=text)).first


def write(page: Page, where: str, source: str) -> None:
    cell(page, where).locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")


def run_check(page: Page) -> Locator:
    found = cell(page, 'check("weighted_sum")')
    found.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    return found


def test_a_student_fills_an_answer_runs_its_check_and_sees_it_pass(built_course: Course, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built_course.release_dir("neuron"), tmp_path / "neuron"))
    with jupyterlab(folder, tmp_path / "home") as address, browser_page() as page:
        page.goto(address.replace("/lab?", "/lab/tree/neuron.ipynb?"))
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        page.get_by_text("| Idle").wait_for()
        page.locator(".jp-CodeCell").first.click()  # the setup cell, which is folded
        page.keyboard.press("Shift+Enter")

        untouched = run_check(page)
        untouched.get_by_text("run the cell that defines weighted_sum first").wait_for()

        write(page, "def weighted_sum", WRONG)
        wrong = run_check(page)
        wrong.get_by_text("came back").wait_for()
        keep(page, "lab-check-failed")

        write(page, "def weighted_sum", ANSWER)
        right = run_check(page)
        right.get_by_text("public checks passed").wait_for()
        assert right.get_by_text("All").count() == 0
        keep(page, "lab-check-passed")
