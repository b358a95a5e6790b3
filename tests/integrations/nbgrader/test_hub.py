"""A course on a JupyterHub: students fetch, work, submit and read their reports; an instructor opens formgrader."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import small_course
from books import nbgrader
from browsing import browser  # noqa: F401
from hub import PASSWORD, hub, proxy_command, settings
from playwright.sync_api import Browser, Page, expect
from serving_process import Serving, until
from small_course import NAME, RIGHT, WRONG

from autograder.authoring.answers import fill
from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.course import Course, load_course

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: pip install jupyterhub")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]

expect.set_options(timeout=90_000)  # a busy machine takes its time
ANSWERS = {"ada": RIGHT, "bob": RIGHT | {"double": WRONG["double"]}}
SCORES = {"ada": 3.5, "bob": 2.0}


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return proxy_command(tmp_path_factory.mktemp("proxy"))


@pytest.fixture(scope="module")
def course(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The small course with an exchange in which its assignment is released."""
    root = Path(shutil.copytree(_small_built, tmp_path_factory.mktemp("course") / "course"))
    (root / "course.yml").write_text(f"exchange: ../exchange\n{small_course.CONFIG}")
    (root.parent / "exchange").mkdir()
    (root.parent / "exchange").chmod(0o777)
    found = load_course(root)
    write_nbgrader_config(found)
    nbgrader(found.workspace, "release_assignment", NAME)
    return found


@dataclass(frozen=True)
class Hub:
    """Where it is, and the folder with everybody's home."""

    address: str
    homes: Path


@pytest.fixture(scope="module")
def running(course: Course, proxy: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    exchange = f"c.Exchange.root = {str(course.exchange)!r}"
    for student in ANSWERS:
        own = (f"c.CourseDirectory.student_id = {student!r}", f"c.CourseDirectory.course_id = {course.course_id!r}")
        settings(folder / student, exchange, *own)
    settings(folder / "teacher", exchange, f"load_subconfig({str(course.workspace / 'nbgrader_config.py')!r})")
    with hub(folder, proxy, "teacher", course.workspace) as address:
        yield Hub(address, folder)


def logged_in(browser: Browser, address: str, name: str) -> Page:
    """The person's own JupyterLab, after the login form."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address}/hub/login")
    page.get_by_label("Username:").fill(name)
    page.get_by_label("Password:").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/user/{name}/lab*", timeout=90_000)
    return page


def assignments(page: Page) -> None:
    """Opens nbgrader's list of assignments from JupyterLab's menu."""
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Assignment List").click()


def write_answers(page: Page, home: Path, answers: dict[str, str]) -> None:
    """Saves the solved notebook through the student's own server, as JupyterLab's save button does."""
    path = home / NAME / f"{NAME}.ipynb"
    model = {"type": "notebook", "format": "json", "content": json.loads(fill(path.read_bytes(), answers))}
    status = page.evaluate(
        """async ([url, model]) => {
            const token = document.cookie.split('; ').find(each => each.startsWith('_xsrf=')).slice(6)
            const headers = {'Content-Type': 'application/json', 'X-XSRFToken': token}
            return (await fetch(url, {method: 'PUT', headers, body: JSON.stringify(model)})).status
        }""",
        [page.url.partition("/lab")[0] + f"/api/contents/{NAME}/{NAME}.ipynb", model],
    )
    assert status in (200, 201)


def test_two_students_and_an_instructor_on_a_hub(
    course: Course,
    running: Hub,
    browser: Browser,
) -> None:
    with Serving(course.root, "--exchange", "--release", "--jobs", 2) as serving:
        pages = {name: logged_in(browser, running.address, name) for name in ANSWERS}
        for name, page in pages.items():
            assignments(page)
            page.get_by_role("button", name="Fetch", exact=True).click()
            expect(page.get_by_role("button", name="Submit", exact=True)).to_be_visible()
            write_answers(page, running.homes / name, ANSWERS[name])
            page.get_by_role("button", name="Submit", exact=True).click()
        scores = {told["student"]: told["score"] for told in serving.several(len(ANSWERS))}
        assert scores == SCORES
        for name, page in pages.items():
            page.get_by_role("button", name="Fetch Feedback").click()
            report = _report(running.homes / name)
            assert ("a function that squares" in report) == (name == "bob")
    teacher = logged_in(browser, running.address, "teacher")
    teacher.goto(f"{running.address}/user/teacher/formgrader/manage_submissions/{NAME}")
    for name, score in SCORES.items():
        expect(teacher.locator("#main-table tr", has_text=name)).to_contain_text(f"{score:g} / 5.5")


def _report(home: Path) -> str:
    """The report that came back into a student's home."""
    until(lambda: list((home / NAME / "feedback").glob(f"*/{NAME}.html")), 60)
    return next((home / NAME / "feedback").glob(f"*/{NAME}.html")).read_text()
