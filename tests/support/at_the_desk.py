"""What a student does with a notebook in JupyterLab or Notebook 7: runs cells, writes answers, reads checks, saves."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

SECONDS = 180_000  # milliseconds; a busy machine takes its time
RAN, WRITTEN = re.compile(r"\[\d+\]"), re.compile(r"YOUR ANSWER HERE")


class OpenNotebook:
    """The notebook that the page shows. ``cells`` are its code cells."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cells = page.locator(".jp-CodeCell")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=SECONDS)
        page.locator(".jp-Spinner").last.wait_for(state="hidden", timeout=SECONDS)
        expect(page.locator(".jp-Toolbar-kernelName")).to_contain_text("Python", timeout=SECONDS)  # else Jupyter asks

    def cell(self, text: str) -> Locator:
        """The first code cell whose code contains this."""
        return self.cells.filter(has=self.page.locator(".jp-InputArea", has_text=text)).first

    def run_all(self) -> None:
        """*Run*, *Run All Cells*; comes back when the last cell has run."""
        self._choose("run-all")
        self._wait()

    def restart_and_run_all(self) -> None:
        """*Run*, *Restart Kernel and Run All Cells*; comes back when the last cell has run."""
        self._choose("restart-and-run-all")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        expect(self._last_output()).to_have_count(0, timeout=SECONDS)
        self._wait()

    def _wait(self) -> None:
        expect(self._last_output()).not_to_have_count(0, timeout=SECONDS)

    def _last_output(self) -> Locator:
        """What the last cell put out: it is folded, so that its number is not shown; its output goes when it starts."""
        return self.cells.last.locator(".jp-OutputArea-output")

    def answer(self, exercise: str, source: str) -> None:
        """Replaces the answer, and runs its cell."""
        cell = self.cell(f"def {exercise}(")
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)
        self._run(cell)

    def check(self, exercise: str) -> Locator:
        """Runs the exercise's check; its cell, with what it says."""
        cell = self.cell(f'check("{exercise}")')
        cell.locator(".cm-content").click()
        self._run(cell)
        return cell

    def write(self, text: str) -> None:
        """Writes the answer to the written question."""
        cell = self.page.locator(".jp-MarkdownCell", has_text=WRITTEN).last
        cell.dblclick()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Shift+Enter")

    def save(self) -> None:
        """Saves, and comes back when the file is written."""
        with self.page.expect_response(
            lambda response: response.request.method == "PUT" and "/api/contents/" in response.url
        ):
            self.page.keyboard.press("Control+S")

    def _choose(self, command: str) -> None:
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.locator(f'.lm-Menu-item[data-command="runmenu:{command}"]').click()

    def _run(self, cell: Locator) -> None:
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        self.page.keyboard.press("Shift+Enter")
        expect(prompt).not_to_have_text(before, timeout=SECONDS)
        expect(prompt).to_have_text(RAN, timeout=SECONDS)
