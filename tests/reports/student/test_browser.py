"""The report in a real browser: nothing runs, nothing is fetched, it fits a phone, and axe-core finds no fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import REPORTS, browser, events, fits, opened, tab  # noqa: F401 - fixtures
from playwright.sync_api import Browser, Page
from student_pages import (
    FIELDS,
    HOSTILE,
    with_text,
)

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_quiet_fits_its_width_and_is_accessible(
    tab: Page, events: list[str], tmp_path: Path, name: str
) -> None:
    assert opened(tab, tmp_path / "report.html", REPORTS[name], events) == []
    assert fits(tab)
    tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("tab", [(360, "light")], indirect=True, ids=["360-light"])
@pytest.mark.parametrize("field", FIELDS)
def test_hostile_text_does_nothing_and_stays_in_its_box(
    tab: Page, events: list[str], tmp_path: Path, field: str
) -> None:
    assert opened(tab, tmp_path / "report.html", with_text(field, HOSTILE + "W" * 500), events) == []
    assert fits(tab)


@pytest.mark.parametrize("tab", [(360, "light")], indirect=True, ids=["360-light"])
def test_the_listeners_hear_what_a_report_must_not_do(tab: Page, events: list[str], tmp_path: Path) -> None:
    loud = "<!doctype html><script>alert('hello')</script><img src='http://127.0.0.1:9/x.png'><p>loud</p>"
    heard = opened(tab, tmp_path / "loud.html", loud, events)
    for kind in ("dialog hello", "request http://127.0.0.1:9/x.png", "script "):
        assert any(event.startswith(kind) for event in heard), heard
    assert Axe().run(tab).violations_count > 0


def test_a_student_can_walk_the_report_with_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    tab = browser.new_page()
    (tmp_path / "report.html").write_text(REPORTS["graded"], encoding="utf-8")
    tab.goto((tmp_path / "report.html").as_uri())
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the feedback"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    tab.close()


def test_what_passed_is_folded_until_its_link_is_followed(browser: Browser, tmp_path: Path) -> None:
    tab = browser.new_page(viewport={"width": 390, "height": 844})
    (tmp_path / "report.html").write_text(REPORTS["graded"], encoding="utf-8")
    tab.goto((tmp_path / "report.html").as_uri())
    passed = tab.get_by_text("With a single input, the sum is that one product.")
    assert not passed.is_visible()
    assert tab.locator("details.exercise").first.evaluate("each => each.offsetHeight") < 80
    tab.get_by_role("link", name="1 weighted_sum").click()
    passed.wait_for(state="visible")
    tab.close()


def test_a_printed_report_holds_all_that_is_folded_on_the_screen(browser: Browser, tmp_path: Path) -> None:
    tab = browser.new_page()
    (tmp_path / "report.html").write_text(REPORTS["graded"], encoding="utf-8")
    tab.goto((tmp_path / "report.html").as_uri())
    folded = (
        tab.get_by_text("With a single input, the sum is that one product."),
        tab.locator("section .passed").first,
        tab.locator(".folded .counterexample").first,
    )
    assert not any(each.is_visible() for each in folded)
    tab.emulate_media(media="print")
    assert all(each.is_visible() for each in folded)
    assert tab.pdf().startswith(b"%PDF")
    tab.close()
