"""The desk in a real browser: graded by keyboard alone, nothing of a student's runs, nothing typed is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import desks
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, events, fits, tab  # noqa: F401 - fixtures
from desks import Served, entered, mark, question
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect
from small_course import NAME, WRONG, own_solutions

from autograder.course import Course
from autograder.course.grade_ids import written_id
from autograder.desk.rubric import Item
from autograder.gradebook.book import Book
from autograder.reports.student.codes import codes_of
from autograder.workspace.store import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]

HOSTILE = """\
Because it is **thick**.

<script>window.ran = "a script"; alert(1)</script>
<img src="nothing.png" onerror="window.ran = 'an image'">
<svg onload="window.ran = 'a drawing'"></svg>
<iframe srcdoc="<script>parent.ran = 'a frame'</script>"></iframe>
<img src="//elsewhere.example/seen.png"> ![seen](https://elsewhere.example/seen.png)
<form action="/written/toy/why/blank" method="post"><button data-key="n">n</button></form>
<a href="/you" data-key="j" id="save" class="main-button">a key</a> <style>body { display: none }</style>
<base href="https://elsewhere.example/"> <meta http-equiv="refresh" content="0; url=https://elsewhere.example/">
[a link](javascript:void(window.ran=1)) $\\href{javascript:alert(1)}{x}$ $\\text{<img src=x onerror=alert(1)>}$
![$\\text{" onerror=alert(1) x="}$](data:image/png;base64,aa)
"""
OTHERS = [f"Answer {n}: because ${n} > {n - 1}$ and nobody asked `why({n})`." for n in range(1, 16)]

expect.set_options(timeout=30_000)  # a busy machine takes its time


@pytest.fixture(scope="module")
def big(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """A class of hostile, ordinary, equal and blank answers, beside wrong answers in code."""
    import shutil

    root = Path(shutil.copytree(_small_built, tmp_path_factory.mktemp("browser") / "course"))
    texts = [HOSTILE, *OTHERS, OTHERS[0], "", "..."]
    written = {f"student-{n:03d}": text for n, text in enumerate(texts, 1)}
    with own_solutions():
        yield desks.write_class(root, written, student_001=WRONG, student_002=WRONG)


@pytest.fixture
def served(big: Course, tmp_path: Path) -> Iterator[Served]:
    with own_solutions(), desks.served(desks.copied(big, tmp_path)) as found:
        yield found


def enter(page: Page, served: Served, name: str = "ada") -> None:
    page.set_default_timeout(30_000)
    page.goto(served.entrance)
    page.fill("[name=name]", name)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("A Small Course")


def press(page: Page, key: str, *, until: str) -> None:
    """Presses a key and waits for what the page says then."""
    page.keyboard.press(key)
    expect(page.locator("#status")).to_contain_text(until)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def test_a_class_is_graded_by_keyboard_alone_with_at_most_three_presses_each(page: Page, served: Served) -> None:
    enter(page, served)
    page.goto(f"{served.base}/written/{NAME}/why")
    presses = groups = 0
    page.keyboard.press("b")
    expect(page.locator(".progress-line")).to_contain_text("2 of 19 graded")
    while page.locator("[data-key=n]").count() or not page.locator(".is-done").count():
        here = page.url
        press(page, "2" if groups % 2 else "1", until="of 2 points")
        presses, groups = presses + 1, groups + 1
        if page.locator("[data-key=n]").count():
            page.keyboard.press("n")
            presses += 1
            page.wait_for_function("from => location.href !== from", arg=here)
    assert groups == 16
    assert presses <= 3 * groups
    expect(page.locator(".progress-line")).to_contain_text("19 of 19 graded")
    with Book(served.course.gradebook, served.course.course_id) as book:
        marks = {student: cells[written_id("why")] for student, cells in book.marks(NAME).items()}
    assert not any(each.needs_manual_grade for each in marks.values())
    assert sorted({each.score for each in marks.values()}) == [0.0, 0.5, 1.0]
    assert marks["student-002"].score == marks["student-017"].score, "equal answers"


def test_comments_adjustments_undo_search_and_moves_have_keys(page: Page, served: Served) -> None:
    enter(page, served)
    page.goto(f"{served.base}/written/{NAME}/why?find=why(7)")
    expect(page.locator(".answer h2")).to_contain_text("of 1")
    press(page, "1", until="1 of 2 points")
    page.keyboard.press("c")
    page.keyboard.type("Say more, n please.")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.type("0.25")
    press(page, "Escape", until="1.25 of 2 points")
    assert entered(served.course, "student-008") == (1.25, "Say more, n please.", False)
    press(page, "u", until="1 of 2 points")
    assert entered(served.course, "student-008") == (1.0, "Say more, n please.", False)
    page.keyboard.press("/")
    page.keyboard.type("thick")
    page.keyboard.press("Enter")
    expect(page.locator(".answer strong").first).to_have_text("thick")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator("#comment")).to_have_value("Say more, n please.")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).not_to_be_visible()


def test_undo_of_a_rubric_change_shows_whose_score_changes_first(page: Page, served: Served) -> None:
    enter(page, served)
    page.goto(f"{served.base}/written/{NAME}/why?find=why(7)")
    press(page, "1", until="1 of 2 points")
    here = page.url.partition("?")[0]
    page.keyboard.press("r")
    page.locator("[name=points]").first.fill("1.5")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("1 score would change")
    page.keyboard.press("Enter")
    expect(page.locator(".score")).to_have_text("1.5 of 2")
    press(page, "u", until="Undo your change of the rubric? 1 score would change")
    expect(page.locator("tbody td")).to_have_text(["1.5", "1"])
    assert entered(served.course, "student-008")[0] == 1.5
    page.keyboard.press("Enter")
    expect(page.locator(".score")).to_have_text("1 of 2")
    assert page.url == here
    assert entered(served.course, "student-008")[0] == 1.0
    press(page, "u", until="Not graded")


def test_without_the_script_links_and_forms_do_the_same(browser: Browser, served: Served) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    enter(page, served)
    page.goto(f"{served.base}/written/{NAME}/why?find=why(7)")
    page.check("#item-1")
    page.fill("#comment", "Good.")
    page.click("#save")
    expect(page.locator(".score")).to_have_text("1 of 2")
    assert entered(served.course, "student-008") == (1.0, "Good.", False)
    page.context.close()


def test_nothing_that_a_student_wrote_runs_or_asks_for_anything(tab: Page, served: Served, events: list[str]) -> None:
    with desks.written(served.course) as desk:
        mark(desk, "student-001", comment=HOSTILE)
    enter(tab, served, name="<img src=x onerror=alert(1)>")
    tab.goto(f"{served.base}/you")
    tab.check("[name=names]")
    tab.click(".main-button")
    events.clear()
    tab.goto(f"{served.base}/written/{NAME}/why?find=thick")
    expect(tab.locator(".answer strong").first).to_have_text("thick")
    for summary in tab.locator(".answer summary").all():
        summary.click()
    tab.keyboard.press("s")
    tab.wait_for_timeout(100)
    ours = (f"request {served.base}/", f"script {served.base}/desk.js", "request data:")
    assert [event for event in events if not event.startswith(ours)] == []
    assert tab.evaluate("window.ran") is None
    assert tab.locator("[data-key=j], [data-key='j ArrowRight ArrowDown']").count() <= 1
    assert fits(tab)


def pages(served: Served) -> dict[str, str]:
    """Every kind of page that the desk has."""
    names, course = served.desk.names, served.course
    result = Store(course, NAME).load("student-001")
    assert result is not None
    exercise = next(e for e in result.exercises if isinstance(e.behaviour, str))
    with desks.written(course) as desk:
        items = (Item(id="a", text="A reason, such as $a^2 > 0$.", points=1.0), Item(id="b", text="Words", points=0.5))
        desk.change_rubric(question(course), 0, items, "ada")
        mark(desk, "student-002", "a", comment="Because of what?")
        changed = (replace(items[0], points=0.75), Item(id="new", text="A proof", points=2.0))
        desk.change_rubric(question(course), 1, changed, "ada")
    code = served.desk.doubts.open(next(codes_of(result)).code, "It is right.", "ada")
    here = f"/written/{NAME}/why"
    return {
        "home": "/",
        "you": "/you",
        "answer": f"{here}/{names.hidden('student-002')}",
        "hostile answer": f"{here}/{names.hidden('student-001')}",
        "blank answers": f"{here}/{names.hidden('student-018')}",
        "rubric": f"{here}/rubric",
        "undo of the rubric": f"{here}/undo",
        "no answers": f"{here}?find=xyzzy",
        "exercise": f"/code/{NAME}/{exercise.name}",
        "cluster": f"/code/{NAME}/{exercise.name}/{exercise.behaviour}",
        "mistake": f"/code/{NAME}/{exercise.name}/{exercise.behaviour}/mistake",
        "doubts": "/doubts",
        "doubt": f"/doubts/{code}",
        "not found": "/nowhere",
    }


def test_axe_finds_no_fault_on_any_page_and_each_fits(tab: Page, served: Served) -> None:
    enter(tab, served)
    for name, address in pages(served).items():
        tab.goto(served.base + address)
        for summary in tab.locator("main summary").all():
            if summary.is_visible():
                summary.click()
        found = Axe().run(tab)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert fits(tab), name
        widths = tab.locator(".list .name").evaluate_all("all => all.map((each) => each.offsetWidth)")
        assert min(widths, default=150) >= 150, f"{name}: no room for a word"
    tab.keyboard.press("?")
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


def test_what_was_typed_survives_a_closed_browser_a_desk_that_is_gone_and_a_locked_gradebook(
    browser: Browser,
    big: Course,
    tmp_path: Path,
) -> None:
    course = desks.copied(big, tmp_path)
    context = browser.new_context()
    page = context.new_page()
    with own_solutions(), desks.served(course) as served:
        enter(page, served)
        page.goto(f"{served.base}/written/{NAME}/why?find=why(7)")
        page.fill("#comment", "Half a sen")
        page.close()  # in the middle
        page = context.new_page()
        page.goto(f"{served.base}/written/{NAME}/why?find=why(7)")
        expect(page.locator("#comment")).to_have_value("Half a sen")
        expect(page.locator("#offline")).to_be_visible()
        lock = sqlite3.connect(course.workspace / "gradebook.db", isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        page.fill("#comment", "A whole sentence.")
        page.keyboard.press("Escape")
        expect(page.locator("main")).to_contain_text("kept at the desk")
        lock.execute("ROLLBACK")
        lock.close()
    page.fill("#comment", "And one more.")
    page.keyboard.press("Escape")
    expect(page.locator("#offline")).to_contain_text("does not answer")
    expect(page.locator("#comment")).to_have_value("And one more.")
    context.close()
    assert entered(course, "student-008")[1] == "A whole sentence.", "written when the desk closed"


def test_two_assistants_do_not_overwrite_each_other(browser: Browser, served: Served) -> None:
    ada, bob = browser.new_context().new_page(), browser.new_context().new_page()
    for page, name in ((ada, "ada"), (bob, "bob")):
        enter(page, served, name)
        page.goto(f"{served.base}/written/{NAME}/why?find=why(7)")
        expect(page.locator("#reading")).to_be_visible()
    press(ada, "1", until="1 of 2 points")
    bob.keyboard.press("c")
    bob.keyboard.type("Mine.")
    press(bob, "Escape", until="ada graded this answer meanwhile")
    expect(bob.locator("#comment")).to_have_value("Mine.")
    assert entered(served.course, "student-008")[:2] == (1.0, None)
    bob.click("#save")
    expect(bob.locator("main .bad")).to_have_count(0)
    assert entered(served.course, "student-008")[1] == "Mine."
    for page in (ada, bob):
        page.context.close()
