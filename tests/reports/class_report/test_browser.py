"""The class report in a real browser: nothing runs or is fetched, it fits a phone, and axe-core finds no fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, events, fits, opened, tab  # noqa: F401
from class_pages import FIELDS, a_class, handed, page, with_text
from playwright.sync_api import Page
from student_pages import HOSTILE

pytestmark = [pytest.mark.slow, pytest.mark.browser]

NAMES = ("W" * 5_000, "שלום־עולם", "محمد عبد الله")
REPORTS = {
    "a class": page(*a_class(), *(handed(name, "failed", "timeout") for name in NAMES), missing=("zoe",)),
    "anonymous": page(*a_class(), handed("late-one", "timeout"), missing=("zoe",), anonymous=True),
    "nobody": page(),
}


@pytest.mark.parametrize("name", ["a class", "anonymous", "nobody"])
def test_a_class_report_is_accessible_and_fits(
    tab: Page,
    events: list[str],
    tmp_path: Path,
    name: str,
) -> None:
    assert opened(tab, tmp_path / "report.html", REPORTS[name], events) == []
    tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert fits(tab)
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("tab", [(360, "light")], indirect=True, ids=["360-light"])
def test_hostile_text_in_any_field_does_nothing(tab: Page, events: list[str], tmp_path: Path) -> None:
    pages = {field: with_text(field, HOSTILE + "W" * 500) for field in FIELDS}
    for field, html in pages.items():
        assert (field, opened(tab, tmp_path / f"{field}.html", html, events)) == (field, [])
    for field in pages:  # afterwards, since the question itself is a script
        tab.goto((tmp_path / f"{field}.html").as_uri())
        assert fits(tab), field
