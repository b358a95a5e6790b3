"""The site in a real browser that reaches nothing but loopback, and Pyodide's files at Pyodide's address."""

from __future__ import annotations

import json
import linecache
import re
import warnings
from typing import Any

import pytest
from course_site import CourseSite, address, check, course_site, opened, visiting, visitor, write  # noqa: F401
from playwright.sync_api import BrowserContext, Page

from autograder.authoring.answers import reference_sources, renamed_source
from autograder.course import Course
from autograder.grading.material import load_mistakes

pytestmark = [pytest.mark.slow, pytest.mark.browser]

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


@pytest.mark.parametrize(
    "assignment", ["neuron", "activations", "losses", "layers", "networks", "training", "first_network"]
)
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
