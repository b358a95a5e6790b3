"""What course.yml reveals, before and after the due date, in everything that a student may get to see."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_course
from books import nbgrader
from small_course import NAME, own_solutions

from autograder.authoring.build import build_from_course
from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.course import Course, load_course
from autograder.gradebook.book import Book
from autograder.integrations.gradescope.results_json import results_json
from autograder.integrations.lms.feedback_zip import write_zip
from autograder.reports.write import write_class_report, write_feedback
from autograder.runs.batch import grade_assignment
from autograder.workspace.store import Store

pytestmark = pytest.mark.slow

SCORES = re.compile(r"\b(2\.37|3\.87)\b")  # bob's points, and all points
HINT, MISCONCEPTION, CALL = "What is twice three?", "a function that squares", "double(["
SOURCE = ("draw(size", "leaves_inputs_alone(", "@points")
BEFORE, AFTER = "2020-01-31T12:00:00+00:00", "2030-01-31T12:00:00+00:00"
WHEN = ("always", "after-due", "never")
ROSTER = "id,first_name,last_name,canvas_id\nbob,Bob,Birke,1002\n"
# each pair of settings of two things meets once
SETTINGS = [(a, b, WHEN[(i + j) % 3]) for (i, a), (j, b) in itertools.product(enumerate(WHEN), repeat=2)]


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course with points that no other number looks like; bob squares where he should double."""
    root = tmp_path_factory.mktemp("reveal") / "course"
    hidden = small_course.HIDDEN.replace('"mean", 2.0', '"mean", 2.37')
    small_course.write(root, hidden=hidden, config="roster: roster.csv\n" + small_course.CONFIG)
    (root / "roster.csv").write_text(ROSTER, encoding="utf-8")
    with own_solutions():
        build_from_course(load_course(root), NAME)
        small_course.hand_in(root, "bob", double=small_course.WRONG["double"])
        grade_assignment(load_course(root), NAME, workers=1)
    return root


@pytest.fixture
def root(graded_once: Path, tmp_path: Path) -> Iterator[Path]:
    with own_solutions():
        yield Path(shutil.copytree(graded_once, tmp_path / "course"))


def revealing(root: Path, due: str, score: str, hint: str, counterexample: str) -> Course:
    config = (root / "course.yml").read_text(encoding="utf-8").partition("feedback:")[0].replace(AFTER, due)
    told = f"feedback:\n  score: {score}\n  hint: {hint}\n  counterexample: {counterexample}\n"
    (root / "course.yml").write_text(config + told, encoding="utf-8")
    course = load_course(root)
    write_nbgrader_config(course)
    return course


def products(course: Course, folder: Path, is_due: bool) -> dict[str, str]:
    """All that students may get of bob's submission, by its name, as text."""
    write_feedback(course, NAME)
    names = {"canvas": "birkebob_1002_777_toy.ipynb", "moodle": "Bob Birke_17_assignsubmission_file_/toy.ipynb"}
    zips = {"folder": write_zip(course, "folder", NAME, folder / "folder.zip").path}
    for system, name in names.items():
        with zipfile.ZipFile(folder / "in.zip", "w") as made:
            made.writestr(name, b"{}")
        zips[system] = write_zip(course, system, NAME, folder / f"{system}.zip", folder / "in.zip").path
    return {
        "report": course.feedback_path("bob", NAME).read_text(encoding="utf-8"),
        "slide": write_class_report(course, NAME, anonymous=True).read_text(encoding="utf-8"),
        "nbgrader's feedback": nbgraders_feedback(course, folder / "feedback"),
        "Gradescope's page": on_gradescope(course, is_due),
        **{f"zip for {system}": zipped(path) for system, path in zips.items()},
    }


def nbgraders_feedback(course: Course, folder: Path) -> str:
    """The executed notebook as nbgrader shows it to the student."""
    nbgrader(course.workspace, "generate_feedback", NAME, f"--CourseDirectory.feedback_directory={folder}")
    page = (folder / "bob" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    return re.sub(r"<style.*?</style>|data:[^\"']*", "", page, flags=re.DOTALL)


def on_gradescope(course: Course, is_due: bool) -> str:
    """What Gradescope shows a student of results.json at that moment."""
    bob = Store(course, NAME).load("bob")
    assert bob is not None
    seen = {"visible", "after_due_date"} if is_due else {"visible"}
    return json.dumps([entry for entry in results_json(course, bob)["tests"] if entry["visibility"] in seen])


def zipped(path: Path) -> str:
    with zipfile.ZipFile(path) as made:
        return b"".join(made.read(name) for name in made.namelist()).decode()


def seen_in(text: str) -> tuple[bool, bool, bool]:
    text = re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)  # pictures have numbers too
    return bool(SCORES.search(text)), HINT in text or MISCONCEPTION in text, CALL in text


@pytest.mark.parametrize(
    ("settings", "due"),
    [(each, due) for each in SETTINGS for due in (AFTER, BEFORE) if due == AFTER or "after-due" in each],
    ids=lambda each: "-".join(each) if isinstance(each, tuple) else "not yet due" if each == AFTER else "due",
)
def test_every_product_shows_what_is_revealed_and_nothing_else(
    root: Path, tmp_path: Path, settings: tuple[str, str, str], due: str
) -> None:
    course = revealing(root, due, *settings)
    want = tuple(when == "always" or (when == "after-due" and due == BEFORE) for when in settings)
    for name, text in products(course, tmp_path, due == BEFORE).items():
        score, hint, example = want
        if name == "slide":  # an example stands there with its misconception only
            example = example and hint
        assert (name, seen_in(text)) == (name, (score, hint, example))
        assert not [line for line in SOURCE if line in text], name


@pytest.mark.parametrize(
    ("due", "reveal", "seen"),
    [(AFTER, "after-due", False), (BEFORE, "after-due", True), (BEFORE, "never", False)],
    ids=["before it is due", "after it is due", "never"],
)
def test_grading_writes_only_what_is_revealed_into_the_gradebooks_comments(
    root: Path, due: str, reveal: str, seen: bool
) -> None:
    course = revealing(root, due, reveal, reveal, reveal)
    grade_assignment(course, NAME, workers=1)
    with Book(course.gradebook, course.course_id) as book:
        comments = " ".join(book.rows(NAME)["bob"].comments.values())
    assert (HINT in comments) is seen
    executed = (course.autograded_dir("bob", NAME) / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert (HINT in executed, MISCONCEPTION in executed, CALL in executed) == (seen, seen, seen)
    assert not [line for line in SOURCE if line in executed + comments]
    with Book(course.gradebook, course.course_id) as book:
        assert book.rows(NAME)["bob"].scores["test_mean"] == 2.37  # what is concealed is recorded all the same
