"""An instructor in a real formgrader: the class with its scores, the Autograde button, a comment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import small_course
from books import nbgrader, rows
from lab import browser_page, jupyterlab, keep
from playwright.sync_api import expect
from small_course import NAME, RIGHT, WRONG, hand_in

from autograder.compose import fill
from autograder.course import Course
from autograder.nbgrader_config import write_nbgrader_config
from autograder.reports import write_feedback

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]

COMMENT = "Say more about <b>zero</b>, please."
HOSTILE = """\
Because it is **thick**.

<script>window.ran = "a script"</script>
<img src="nothing.png" onerror="window.ran = 'an image'">
<svg onload="window.ran = 'a drawing'"></svg>
<iframe srcdoc="<script>parent.ran = 'a frame'</script>"></iframe>
<details open ontoggle="window.ran = 'details'"><summary>more</summary></details>

[a link](javascript:void(window.ran=1)) and [another](<javascript:void(window.ran=2)>)
"""


expect.set_options(timeout=60_000)  # a busy machine takes its time


def test_an_instructor_autogrades_grades_by_hand_and_comments(small: Course, tmp_path: Path) -> None:
    release = small_course.release(small.root)
    hand_in(small.root, "ada", data=fill(release, RIGHT, {"why": HOSTILE}))
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
        keep(page, "formgrader-autograded")
        page.locator(".modal .close").first.click()
        expect(page.locator(".modal-backdrop")).to_have_count(0)
        expect(bob).to_contain_text("2 / 5.5")
        keep(page, "formgrader-class")

        page.goto(f"{base}/formgrader/gradebook/{NAME}/{NAME}")
        page.locator("#main-table tr", has_text="ada").locator("a.name-hidden").click()
        page.wait_for_url("**/formgrader/submissions/**")
        expect(page.get_by_text("thick", exact=True)).to_be_visible()
        assert page.evaluate("window.ran") is None
        for link in page.get_by_text(re.compile("^(a link|another)$")).all():
            link.click()
        assert page.evaluate("window.ran") is None

        page.locator("#written_why").fill("1.5")
        page.locator("#written_why").blur()
        page.locator("#written_why-comment").fill(COMMENT)
        page.locator("#written_why-comment").blur()
        page.wait_for_timeout(1000)  # formgrader saves without a sign in the page
        keep(page, "formgrader-comment")

    found = rows(small.gradebook, small.course_id, NAME)
    assert found["ada"].grades["written_why"][1] == 1.5
    assert found["ada"].comments["written_why"][1] == COMMENT
    assert found["bob"].score == 2.0
    assert "Say more about &lt;b&gt;zero&lt;/b&gt;, please." in feedback(small)
    nbgrader(small.workspace, "generate_feedback", NAME, "--student", "ada", "--force")
    assert "Say more about" in small.feedback_path("ada", NAME).read_text()


def feedback(course: Course) -> str:
    write_feedback(course, NAME, student="ada")
    return course.feedback_path("ada", NAME).read_text(encoding="utf-8")
