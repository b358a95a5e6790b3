"""The site in a real browser that reaches nothing but loopback, and Pyodide's files at Pyodide's address."""

from __future__ import annotations

import base64
import json
import linecache
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import browser  # noqa: F401
from course_site import (  # noqa: F401
    CourseSite,
    address,
    check,
    course_site,
    opened,
    pyodide_folder,
    visiting,
    visitor,
    window,
    write,
)
from playwright.sync_api import Browser, BrowserContext, Page
from small_course import PROJECT, autograder

from autograder.authoring.answers import fill, reference_sources, renamed_source
from autograder.course import Course
from autograder.course.grade_ids import is_test
from autograder.grading.material import load_mistakes
from autograder.site import pyodide

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CHAPTERS = ["neuron", "activations", "losses", "layers", "networks", "training", "first_network"]
NO_BIAS = "def preactivation(x, w, b):\n    return float(w @ x)"
RIGHT = "def preactivation(x, w, b):\n    return float(w @ x) + b"
STEP = "def step(z):\n    return np.heaviside(z, 1.0)"

ASK = """
async ([root, config, notebook, questions]) => {
  const worker = new Worker(root + "_static/worker.js");
  const waiting = new Map();
  const broken = new Promise((_, fail) => (worker.onmessage = ({ data }) => {
    if (data.number !== undefined) waiting.get(data.number)(data.fault ?? data.result);
    else if (data.fault) fail(new Error(data.fault));
  }));
  worker.postMessage({ kind: "start", root, config, notebook });
  const answers = [];
  for (const [number, question] of questions.entries()) {
    const answer = new Promise((done) => waiting.set(number, done));
    worker.postMessage({ ...question, number });
    answers.push(await Promise.race([answer, broken]));
  }
  worker.terminate();
  return answers;
}
"""


def asked(page: Page, address: str, site: CourseSite, assignment: str, questions: list[dict[str, Any]]) -> list[Any]:
    """What the page's worker answers to these questions."""
    config = json.loads((site.folder / "site.json").read_bytes())["python"]
    notebook = (site.folder / "notebooks" / f"{assignment}.ipynb").read_text(encoding="utf-8")
    answers: list[Any] = page.evaluate(ASK, [f"{address}/", config, notebook, questions])
    return answers


def said_in_the_notebook(notebook: str, answers: dict[str, str], name: str) -> tuple[bool, str]:
    """What the check says in an ordinary Python."""
    cells = json.loads(notebook)["cells"]
    names: dict[str, Any] = {"__name__": "notebook"}
    for cell in cells:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "setup":
            exec("".join(cell["source"]), names)
    for place, source in answers.items():
        linecache.cache[place] = len(source), None, source.splitlines(keepends=True), place
        exec(compile(source, place, "exec"), names)
    checks = names["public_checks"]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are no errors in a notebook, as they are in our tests
        found: tuple[bool, str] = checks["examine"](checks["exercises"], name, names)
    return found


def our_words(text: str) -> str:
    """Without what NumPy says: the browser's is older, has whole numbers of 32 bits, and raises a little less."""
    return re.sub(r"^ +(it raised .*|\d more of the .*)\n", "", text.replace("int32", "int64"), flags=re.MULTILINE)


def questions_of(course: Course, assignment: str) -> list[dict[str, Any]]:
    """A check of each right answer and of each known mistake among right ones."""
    right = reference_sources(course, assignment)
    asked = [{"kind": "check", "name": name, "answers": right} for name in right]
    for one in load_mistakes(course, assignment):
        wrong = {**right, one.exercise: renamed_source(one.function, one.exercise)}
        asked.append({"kind": "check", "name": one.exercise, "answers": wrong})
    return asked


@pytest.mark.parametrize("assignment", CHAPTERS)
def test_the_browser_says_what_the_notebook_says(
    visitor: BrowserContext,
    address: str,
    course_site: CourseSite,
    assignment: str,
) -> None:
    page = opened(visitor, f"{address}/{assignment}.html")
    questions = questions_of(course_site.course, assignment)
    found = asked(page, address, course_site, assignment, questions)
    notebook = course_site.course.release_notebook(assignment).read_text(encoding="utf-8")
    for question, one in zip(questions, found, strict=True):
        passed, text = said_in_the_notebook(notebook, question["answers"], question["name"])
        assert (one["passed"], our_words(one["text"])) == (passed, our_words(text)), question["answers"]


# working in the page


@pytest.mark.parametrize("assignment", CHAPTERS)
def test_a_chapter_is_solved_checked_and_downloaded_as_if_filled_in_by_hand(
    visitor: BrowserContext,
    address: str,
    course_site: CourseSite,
    tmp_path: Path,
    assignment: str,
) -> None:
    course = course_site.course
    page = opened(visitor, f"{address}/{assignment}.html")
    answers = reference_sources(course, assignment)
    for name, source in answers.items():
        write(page, name, source)
        assert "public checks passed" in check(page, name)
    boxes = page.get_by_label("Your answer in words")
    names = [box.get_attribute("data-answer") for box in page.locator("[data-answer]").all()]
    for box in boxes.all():
        box.fill("Because <b>it</b> is so.")
    assert page.locator(".course-progress-line").inner_text().startswith(f"{len(answers)} of {len(answers)}")
    downloaded = download(page, tmp_path).read_bytes()
    texts = {str(name).removeprefix("written_"): "Because <b>it</b> is so." for name in names}
    by_hand = fill(course.release_notebook(assignment).read_bytes(), answers, texts)
    assert json.loads(downloaded) == json.loads(by_hand)
    found = scores(course, assignment, {"student-001": downloaded, "student-002": by_hand})
    assert found["student-001"] == found["student-002"]
    assert {name for name, score, most in found["student-001"] if score == most} == {*answers}


def scores(course: Course, assignment: str, files: dict[str, bytes]) -> dict[str, list[tuple[str, float, float]]]:
    """The scores that students get for these files: each exercise with its points and the most one can get."""
    for student, data in files.items():
        folder = course.workspace / "submitted" / student / assignment
        folder.mkdir(parents=True)
        (folder / f"{assignment}.ipynb").write_bytes(data)
    done = autograder("grade", assignment, "--json", "--workspace", course.workspace, cwd=PROJECT)
    assert done.returncode == 0, done.stderr
    return {
        result["student"]: [(one["name"], one["score"], one["max_score"]) for one in result["exercises"]]
        for result in json.loads(done.stdout)
    }


def download(page: Page, folder: Path, button: str = "Download my notebook") -> Path:
    with page.expect_download() as begun:
        page.get_by_role("button", name=button).first.click()
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    return path


def test_a_mistake_is_named_and_the_work_survives_a_reload(visitor: BrowserContext, address: str) -> None:
    page = opened(visitor, f"{address}/neuron.html")
    write(page, "preactivation", NO_BIAS)
    said = " ".join(check(page, "preactivation").split())
    assert said.endswith("a neuron without its bias. Feed zeros: what should come out?")
    assert page.get_by_text("Read again: Exercise 2").is_visible()
    write(page, "preactivation", RIGHT)
    assert "2 public checks passed" in check(page, "preactivation")
    page.reload()
    page.locator(".course-editor .cm-content").first.wait_for()
    assert page.locator("[data-exercise=preactivation] .cm-content").inner_text() == RIGHT
    assert page.locator(".course-progress-line").inner_text() == "1 of 7 exercises pass their check."
    page.goto(f"{address}/index.html")
    page.locator("[data-chapter=neuron]", has_text="1 of 7").wait_for()


KEPT = "caches.open('autograder-python').then(async (store) => [store, (await store.keys())[0]])"


def test_pythons_memory_is_kept_and_a_damaged_copy_is_thrown_away(visitor: BrowserContext, address: str) -> None:
    page = opened(visitor, f"{address}/neuron.html")
    for script in (
        "true",  # kept as it is
        f"{KEPT}.then(([store, key]) => store.put(key, new Response(new Uint8Array(20_971_664))))",
    ):
        write(page, "step", STEP)
        assert "4 public checks passed" in check(page, "step")
        page.wait_for_function(f"() => {KEPT}.then(([, key]) => Boolean(key))")
        page.evaluate(script)
        page.reload()
        page.locator(".course-editor .cm-content").first.wait_for()
    assert "4 public checks passed" in check(page, "step")
    assert page.evaluate(f"{KEPT}.then(([, key]) => Boolean(key))") is False


def test_an_endless_loop_that_prints_is_stopped_and_the_next_check_works(
    visitor: BrowserContext,
    address: str,
) -> None:
    page = opened(visitor, f"{address}/neuron.html")
    write(page, "step", "while True:\n    print('no end' * 1000)")
    place = page.locator("[data-exercise=step]")
    place.get_by_role("button", name="Check").click()
    place.get_by_text("Running.").wait_for()
    place.get_by_role("button", name="Stop").click()
    place.get_by_text("Stopped.").wait_for()
    write(page, "step", STEP)
    assert "4 public checks passed" in check(page, "step")


def test_an_answer_that_prints_a_lot_or_is_no_python_is_told_within_bounds(
    visitor: BrowserContext,
    address: str,
) -> None:
    page = opened(visitor, f"{address}/neuron.html")
    write(page, "step", "print('<img src=x onerror=alert(1)>' * 100_000)\n" + STEP)
    said = check(page, "step")
    assert "<img src=x onerror=alert(1)>" in said
    assert "[more output was cut off here]" in said
    assert len(said) < 25_000
    assert page.locator(".course-result img").count() == 0
    write(page, "step", "def step(z)\n    return z")
    assert "SyntaxError in line 1" in check(page, "step")


def test_pictures_are_drawn_with_ones_own_answers(visitor: BrowserContext, address: str) -> None:
    page = opened(visitor, f"{address}/neuron.html")
    place = page.locator(".course-cell").first
    place.get_by_role("button", name="Draw with my answers").click()
    place.get_by_text("This picture waits until `step` passes its check.").wait_for()
    write(page, "step", "for _ in range(1000):\n    plt.figure()\n" + STEP)
    place.get_by_role("button", name="Draw with my answers").click()
    place.locator("img").first.wait_for()
    assert "Your step function" in str(place.locator("img").last.get_attribute("alt"))
    assert place.locator("img").count() <= 10


def test_answers_are_read_in_and_replace_others_only_when_told_to(
    visitor: BrowserContext,
    address: str,
    course_site: CourseSite,
) -> None:
    release = course_site.course.release_notebook("neuron").read_bytes()
    other = course_site.course.release_notebook("losses").read_bytes()
    page = opened(visitor, f"{address}/neuron.html")
    write(page, "step", "mine = 1")
    for data, said in (
        (b"no notebook", "This file is not a notebook"),
        (other, "another assignment or another course"),
        (fill(release, {"step": STEP, "preactivation": RIGHT}), "1 answer in the notebook (step) differ"),
    ):
        file = {"name": "neuron.ipynb", "mimeType": "application/json", "buffer": data}
        page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
        page.get_by_text(said).wait_for()
    assert page.locator("[data-exercise=preactivation] .cm-content").inner_text() == RIGHT
    assert page.locator("[data-exercise=step] .cm-content").inner_text() == "mine = 1"
    page.get_by_role("button", name="Replace mine").click()
    assert page.locator("[data-exercise=step] .cm-content").inner_text() == STEP


def test_a_new_release_asks_before_it_takes_earlier_answers(visitor: BrowserContext, address: str) -> None:
    page = opened(visitor, f"{address}/neuron.html")
    old = json.dumps({"text": STEP, "passed": True, "saved": 1})
    page.evaluate("old => localStorage.setItem('autograder/introdl/neuron/0ld/step', old)", old)
    page.reload()
    page.get_by_text("You have 1 answers to the earlier release.").wait_for()
    assert "Fire or stay silent" in page.locator("[data-exercise=step] .cm-content").inner_text()
    page.get_by_role("button", name="Use them here").click()
    assert page.locator("[data-exercise=step] .cm-content").inner_text() == STEP
    assert page.evaluate("localStorage.getItem('autograder/introdl/neuron/0ld/step')") == old


def test_two_tabs_do_not_overwrite_each_other(visitor: BrowserContext, address: str) -> None:
    first, second = (opened(visitor, f"{address}/neuron.html") for _ in range(2))
    write(first, "step", "first = 1")
    second.get_by_text("first = 1").wait_for()  # untouched there, so it follows
    theirs = json.dumps({"text": "theirs = 2", "passed": False, "saved": 1})
    key = first.evaluate("Object.keys(localStorage).find((key) => key.endsWith('/step'))")
    first.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, theirs])  # as if typed there at once
    write(first, "step", "mine = 2")
    first.get_by_text("Another tab has changed your answer to step too.").wait_for()
    assert first.evaluate("(key) => localStorage.getItem(key)", key) == theirs
    first.get_by_role("button", name="Keep this tab's").click()
    assert first.locator("[data-exercise=step] .cm-content").inner_text() == "mine = 2"
    second.get_by_text("mine = 2").wait_for()


# what may be missing


def test_without_room_the_page_says_that_nothing_is_kept(visitor: BrowserContext, address: str) -> None:
    page = opened(visitor, f"{address}/neuron.html")
    page.evaluate(
        "() => { for (let size = 1 << 22; size >= 1; size >>= 1)"
        " try { for (let n = 0; ; n += 1) localStorage.setItem(`full${size}-${n}`, 'x'.repeat(size)); } catch {} }"
    )
    write(page, "step", STEP)
    page.get_by_text("This browser has no room left").wait_for()
    assert "4 public checks passed" in check(page, "step")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })",
            "This browser keeps nothing for this page.",
        ),
        ("delete globalThis.WebAssembly", "This browser cannot run Python, so nothing can be checked here."),
    ],
)
def test_a_browser_without_storage_or_webassembly_is_told_what_works(
    browser: Browser, address: str, script: str, said: str
) -> None:
    with visiting(browser, None) as context:
        context.add_init_script(script)
        page = opened(
            context, f"{address}/neuron.html", calm=False
        )  # the theme asks for storage without asking whether
        page.get_by_text(said).wait_for()
        write(page, "step", STEP)
        assert page.locator("[data-exercise=step] .cm-content").inner_text() == STEP


def test_a_private_window_works_like_any_other_and_forgets(browser: Browser, address: str, tmp_path: Path) -> None:
    def seen(*flags: str, answer: str = "") -> str:
        with window(browser, tmp_path, f"{address}/neuron.html", *flags) as page:
            found = page.locator("[data-exercise=step] .cm-content").inner_text()
            if answer:
                write(page, "step", answer)
                page.wait_for_function("() => Object.keys(localStorage).some((key) => key.endsWith('/step'))")
            if answer and flags:
                assert "4 public checks passed" in check(page, "step")
            return found

    stub = seen(answer=STEP)
    assert "Fire or stay silent" in stub
    assert seen("--incognito", answer=f"# in private\n{STEP}") == stub
    assert seen("--incognito") == stub
    assert seen() == STEP


def test_without_pyodides_address_the_book_stays_and_says_how_to_go_on(browser: Browser, address: str) -> None:
    with visiting(browser, None) as context:
        page = opened(context, f"{address}/neuron.html")
        page.locator("[data-exercise=step]").get_by_role("button", name="Check").click()
        page.get_by_text("download the notebook and open it in Jupyter").wait_for()
        assert page.get_by_text("Somewhere behind your eyes").is_visible()


def test_numpy_is_the_one_of_pyodides_lock() -> None:
    lock = json.loads((pyodide_folder() / pyodide.LOCK).read_bytes())["packages"]["numpy"]
    digest = base64.b64encode(bytes.fromhex(lock["sha256"])).decode()
    assert {"file": lock["file_name"], "integrity": f"sha256-{digest}"} == pyodide.NUMPY


def test_a_file_of_pyodides_that_was_changed_is_not_run(browser: Browser, address: str, tmp_path: Path) -> None:
    files = tmp_path / "pyodide"
    files.mkdir()
    for path in pyodide_folder().iterdir():
        (files / path.name).symlink_to(path)
    core = files / "pyodide.asm.js"
    changed = core.read_bytes() + b"\nself.postMessage({loading: 'changed'})"
    core.unlink()
    core.write_bytes(changed)
    with visiting(browser, files) as context:
        page = opened(context, f"{address}/neuron.html")
        page.locator("[data-exercise=step]").get_by_role("button", name="Check").click()
        page.get_by_text("Nothing can be checked here").wait_for()


def test_without_javascript_it_is_still_the_book(browser: Browser, address: str) -> None:
    with visiting(browser, None, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/neuron.html")
        assert page.get_by_text("Somewhere behind your eyes").is_visible()
        assert page.get_by_text("def preactivation").first.is_visible()
        assert page.locator("math").first.is_visible()
        assert page.get_by_text("Write your answer in the notebook").first.is_visible()


def test_a_visit_asks_nothing_but_the_site_and_pyodides_address(
    visitor: BrowserContext,
    address: str,
) -> None:
    asked_for: list[str] = []
    visitor.on("request", lambda request: asked_for.append(request.url))
    page = opened(visitor, f"{address}/neuron.html")
    write(page, "step", STEP)
    check(page, "step")
    assert [url for url in asked_for if not url.startswith((address, pyodide.ADDRESS, "blob:", "data:"))] == []
    assert any(url.startswith(pyodide.ADDRESS) for url in asked_for)
    assert visitor.cookies() == []


@pytest.mark.parametrize(("width", "scheme"), [(w, s) for w in (360, 1280) for s in ("light", "dark")])
def test_every_page_fits_and_is_accessible(browser: Browser, address: str, width: int, scheme: str) -> None:
    with visiting(browser, None, viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        for name in CHAPTERS:
            page = opened(context, f"{address}/{name}.html")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            page.close()
        page = context.new_page()
        for name in ("index.html", "search.html?q=bias"):
            page.goto(f"{address}/{name}")
            edges = page.locator("td, main p").evaluate_all(
                "(all) => all.map((one) => one.getBoundingClientRect().right)"
            )
            assert max(edges, default=0) <= width
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


# the whole notebook in JupyterLite


def test_a_notebook_is_solved_checked_and_downloaded_in_jupyterlite(
    visitor: BrowserContext,
    address: str,
    course_site: CourseSite,
    tmp_path: Path,
) -> None:
    asked_for: list[str] = []
    visitor.on("request", lambda request: asked_for.append(request.url))
    page = opened(visitor, f"{address}/neuron.html")
    page.get_by_role("link", name="Open in JupyterLite").click()
    cells = page.locator(".jp-Notebook .jp-Cell")
    cells.first.wait_for()
    release = course_site.course.release_notebook("neuron").read_bytes()
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id", "") for cell in json.loads(release)["cells"]]
    answers = reference_sources(course_site.course, "neuron")
    for name, source in answers.items():
        cells.nth(names.index(name)).locator(".cm-content").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(source)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    for at, name in enumerate(names):
        if is_test(name) and name.removeprefix("test_") in answers:
            cells.nth(at).get_by_text("public checks passed").wait_for()
    page.locator(".jp-OutputArea-output img").first.wait_for()
    file = download(page, tmp_path, "Download")
    assert file.name == "neuron.ipynb"
    downloaded = json.loads(file.read_bytes())["cells"]
    by_hand = json.loads(fill(release, answers))["cells"]
    assert [cell["metadata"].get("nbgrader") for cell in downloaded] == [
        cell["metadata"].get("nbgrader") for cell in by_hand
    ]
    assert ["".join(cell["source"]) for cell in downloaded] == ["".join(cell["source"]) for cell in by_hand]
    elsewhere = [url for url in asked_for if not url.startswith((address, "blob:", "data:", "attachment:"))]
    assert elsewhere
    assert [url for url in elsewhere if not url.startswith(pyodide.ADDRESS)] == []
    assert visitor.cookies() == []
    page.reload()
    cells.nth(names.index("neuron_batch")).get_by_text("return activation").wait_for()
