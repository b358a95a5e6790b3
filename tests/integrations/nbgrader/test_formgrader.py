"""An instructor in a real formgrader: the class with its scores, the Autograde button, a comment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import small_course
from books import nbgrader, rows
from lab import browser_page, jupyterlab, keep
from playwright.sync_api import expect
from small_course import NAME, RIGHT, WRONG, hand_in

from autograder.authoring.answers import edit, fill
from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.course import Course
from autograder.notebooks.authored import read_notebook
from autograder.reports.write import write_feedback

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]

COMMENT = "Say more about <b>zero</b>, please."
HOSTILE = """\
Because it is **thick**.

<script>window.ran = "a script"</script>
<img src="nothing.png" onerror="window.ran = 'an image'">
<svg onload="window.ran = 'a drawing'"></svg>
<iframe srcdoc="<script>parent.ran = 'a frame'</script>"></iframe>
<img src="//elsewhere.example/seen.png">
<details open ontoggle="window.ran = 'details'"><summary>more</summary></details>

![a picture](https://elsewhere.example/seen.png)
[a link](javascript:void(window.ran=1)) and [another](<javascript:void(window.ran=2)>)
"""


expect.set_options(timeout=60_000)  # a busy machine takes its time


def test_an_instructor_autogrades_grades_by_hand_and_comments(small: Course, tmp_path: Path) -> None:
    release = small_course.release(small.root)
    everywhere = edit(fill(release, RIGHT, {"why": HOSTILE}), hostile_cells)
    handed_in = hand_in(small.root, "ada", data=everywhere)
    hand_in(small.root, "bob", data=fill(release, RIGHT | {"double": WRONG["double"]}))
    for student in ("ada", "bob"):
        (small.submitted_dir / student / NAME / "timestamp.txt").write_text("2030-01-30 12:00:00 UTC")
    write_nbgrader_config(small)
    done = small_course.autograder("grade", "--student", "ada", cwd=small.root)
    assert done.returncode == 0, done.stderr

    with jupyterlab(small.workspace, tmp_path / "home", app="server") as address, browser_page() as page:
        base, _, token = address.partition("/server?")
        page.goto(f"{base}/api/contents?{token}")  # logs in: formgrader's own pages do not take the token along
        page.goto(f"{base}/formgrader/manage_submissions/{NAME}")
        ada, bob = (page.locator("#main-table tr", has_text=student) for student in ("ada", "bob"))
        expect(ada).to_contain_text("3.5 / 5.5")
        expect(ada).to_contain_text("needs manual grading")
        expect(bob).to_contain_text("needs autograding")

        bob.locator(".autograde a").click()
        page.get_by_text(re.compile("Successfully autograded")).wait_for(timeout=60_000)
        page.wait_for_function("getComputedStyle(document.querySelector('.modal.in')).opacity === '1'")
        page.wait_for_timeout(500)  # it slides in
        keep(page, "formgrader-autograded")
        page.locator(".modal .close").first.click()
        expect(page.locator(".modal-backdrop")).to_have_count(0)
        expect(bob).to_contain_text("2 / 5.5")
        keep(page, "formgrader-class")

        page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{base}/formgrader/gradebook/{NAME}/{NAME}")
        page.locator("#main-table tr", has_text="ada").locator("a.name-hidden").click()
        page.wait_for_url("**/formgrader/submissions/**")
        expect(page.get_by_text("thick", exact=True)).to_have_count(3)  # in the answer, a text cell and an output
        assert page.evaluate("window.ran") is None
        links = page.get_by_text(re.compile("^(a link|another)$")).all()
        assert len(links) == 6
        for link in links:
            assert link.evaluate("link => link.protocol") != "javascript:"
            if link.get_attribute("href") is None:
                link.click()
        assert page.evaluate("window.ran") is None
        assert page.locator("iframe, svg[onload], details[ontoggle], img[onerror]").count() == 0
        pictures = page.get_by_text(re.compile(r"^(https:)?//elsewhere\.example/seen\.png$"))
        assert pictures.count() == 4, "links in the answer and the text cell; the output shows their Markdown"
        assert asked
        assert [address for address in asked if "elsewhere.example" in address] == []

        for box, text, kind in (("#written_why", "1.5", "grade"), ("#written_why-comment", COMMENT, "comment")):
            with page.expect_response(re.compile(f"/formgrader/api/{kind}/")) as saved:
                page.locator(box).fill(text)
                page.locator(box).blur()
            assert saved.value.ok
        keep(page, "formgrader-comment")

    found = rows(small.gradebook, small.course_id, NAME)
    assert found["ada"].grades["written_why"][1] == 1.5
    assert found["ada"].comments["written_why"][1] == COMMENT
    assert found["bob"].score == 2.0
    assert handed_in.read_bytes() == everywhere
    executed = read_notebook(small.autograded_dir("ada", NAME) / f"{NAME}.ipynb")
    assert [cell.source for cell in executed.cells].count(HOSTILE) == 2  # the record holds what was written

    assert "Say more about &lt;b&gt;zero&lt;/b&gt;, please." in feedback(small)
    with browser_page() as page:
        page.goto(small.feedback_path("ada", NAME).as_uri())
        shown = page.get_by_text("Say more about <b>zero</b>, please.", exact=True)
        shown.scroll_into_view_if_needed()
        expect(shown).to_be_visible()
        keep(page, "feedback-comment")
    nbgrader(small.workspace, "generate_feedback", NAME, "--student", "ada", "--force")
    assert "Say more about" in small.feedback_path("ada", NAME).read_text()


def hostile_cells(cells: list[dict[str, Any]]) -> None:
    """The same in a text cell of the student's own, and in what a cell puts out."""
    shows = f"from IPython.display import Markdown, display\ndisplay(Markdown({HOSTILE!r}))"
    cells.append({"cell_type": "markdown", "metadata": {}, "source": HOSTILE})
    cells.append({"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": shows})


def feedback(course: Course) -> str:
    write_feedback(course, NAME, student="ada")
    return course.feedback_path("ada", NAME).read_text(encoding="utf-8")
