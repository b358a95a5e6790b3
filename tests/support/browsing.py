"""A headless Chromium for the pages' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, sync_playwright
from plotted_results import PICTURES, with_numbers
from student_pages import (
    NOTHING,
    WRITTEN,
    a_result,
    a_test,
    an_exercise,
    page,
    sample,
    sample_comments,
)

from autograder.results import Status

CHROMIUM = Path("/usr/bin/chromium")


REPORTS = {
    "graded": page(sample(), written=WRITTEN, comments=sample_comments()),
    "pictures": page(
        a_result(
            *(
                an_exercise(kind, kind, a_test(f"It is a {kind}.", "failed", counterexample=with_numbers(shown)))
                for kind, shown in PICTURES.items()
            )
        )
    ),
    "concealed": page(sample(), NOTHING, written=WRITTEN, comments=sample_comments()),
    "ungraded": page(replace(sample(), status=Status.ungraded, score=None, reason="the grader stopped")),
    "not_gradable": page(replace(sample(), status=Status.not_gradable, score=None, reason="no notebook")),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it these tests fail, since a report that nobody looked at is no report."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: install Debian's package 'chromium'", pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def events() -> list[str]:
    """What the browser did that a report must not make it do."""
    return []


@pytest.fixture(
    params=[(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")], ids=lambda each: f"{each[0]}-{each[1]}"
)
def tab(request: pytest.FixtureRequest, browser: Browser, events: list[str]) -> Iterator[Page]:
    """An empty tab of this width and colour scheme that writes down dialogs, requests, consoles and scripts."""
    width, scheme = request.param
    tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab.on("dialog", lambda dialog: (events.append(f"dialog {dialog.message}"), dialog.dismiss()))
    tab.on("request", lambda call: events.append(f"request {call.url[:80]}"))
    tab.on("console", lambda message: events.append(f"console {message.text}"))
    tab.on("pageerror", lambda error: events.append(f"error {error}"))
    tab.on("popup", lambda popup: events.append(f"popup {popup.url}"))
    scripts = tab.context.new_cdp_session(tab)

    def parsed(script: dict[str, Any]) -> None:
        if script["executionContextAuxData"]["isDefault"]:  # Playwright's own run in a world of their own
            events.append(f"script {script['url']}")

    scripts.on("Debugger.scriptParsed", parsed)
    scripts.send("Debugger.enable")
    yield tab
    tab.close()


def opened(tab: Page, path: Path, html: str, events: list[str]) -> list[str]:
    """Opens the report from its file as a student does; what happened, apart from reading that one file."""
    path.write_text(html, encoding="utf-8")
    events.clear()
    tab.goto(path.as_uri())
    tab.wait_for_timeout(50)
    return [event for event in events if event not in {f"request {path.as_uri()[:80]}", "request data:,"}]


def fits(tab: Page) -> bool:
    """Whether the page as a whole needs no scrolling to the side."""
    width, content = tab.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    return bool(content <= width)
