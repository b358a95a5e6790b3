"""Hostile text in all fields at once, in the student's report and in the class's: it stays text, and nothing runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import class_pages
import pytest
import student_pages
from browsing import browser, events, fits, opened, tab  # noqa: F401
from hostile_results import hostile, whole
from playwright.sync_api import Page
from student_pages import HOSTILE, NOTHING, WRITTEN, Parsed

from autograder.cli.demo import DemoAssignment, DemoSubmission, render
from autograder.reports.student import Comment, ManualScore
from autograder.results import Result

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def pages(text: str | None) -> Mapping[str, str]:
    """Each kind of page, of results as they are or with this text in every field."""

    def made(student: str) -> Result:
        return whole(student) if text is None else hostile(whole(student), text)

    told = "tame" if text is None else text
    one = made("ada")
    names = [exercise.name for exercise in one.exercises]
    comments = (*(Comment(name, told) for name in names), Comment(told, told), Comment("written_bias_alone", told))
    written = (ManualScore("written_bias_alone", told, 1.0, 2.0), *WRITTEN)
    more = {"comments": comments, "written": written, "given": {names[0]: 1.0}}
    handed = tuple(DemoSubmission.of(made(student), "feedback/ada.html") for student in ("ada", "bob"))
    return {
        "report": student_pages.page(one, **more),
        "report that reveals nothing": student_pages.page(one, NOTHING, **more),
        "class report": class_pages.page(*map(made, ("ada", "bob", "eve")), missing=(told,)),
        "demo page": render("Course", "Assignment", (DemoAssignment(told, told, "a.html"),), handed),
    }


@pytest.fixture(scope="module")
def hostile_pages() -> Mapping[str, str]:
    return pages(HOSTILE)


def test_hostile_text_in_every_field_at_once_stays_text(hostile_pages: Mapping[str, str]) -> None:
    for name, tame in pages(None).items():
        html = hostile_pages[name]
        found = Parsed(html)
        assert "<script>alert(1)</script>" in found.text
        known = {tag for tag, _ in Parsed(tame).tags}
        assert {tag for tag, _ in found.tags} <= known, name
        assert not any(key.startswith("on") for _, attributes in found.tags for key in attributes)
        assert not UNPRINTABLE.search(html)
        html.encode("utf-8")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("tab", [(360, "light"), (1280, "dark")], indirect=True, ids=["360-light", "1280-dark"])
def test_nothing_of_it_runs_or_breaks_out_of_the_page(
    tab: Page,
    events: list[str],
    tmp_path: Path,
) -> None:
    for name, html in pages(HOSTILE + "W" * 300).items():
        assert (name, opened(tab, tmp_path / "page.html", html, events)) == (name, [])
        for summary in tab.locator("summary").all()[:30]:
            if summary.is_visible():
                summary.click()
        # the clicks are scripts themselves
        heard = [event for event in events if not event.startswith(("request file:", "request data:,", "script "))]
        assert (name, heard) == (name, [])
        assert (name, fits(tab)) == (name, True)
        tab.goto("about:blank")
