"""What course.yml reveals, before and after the due date, in every place that a student may get to see."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import small_course
from small_course import NAME, own_solutions

from autograder.batch import grade_assignment
from autograder.course import Course, load_course
from autograder.gradebook import Book
from autograder.lms.feedback import write_zip
from autograder.reports import write_class_report, write_feedback

HINT, MISCONCEPTION, CALL = "What is twice three?", "a function that squares", "double(["
SOURCE = ("draw(size", "leaves_inputs_alone(", "@points")


@dataclass(frozen=True)
class Places:
    """All that students may get of bob's submission, by place, as text."""

    texts: dict[str, str]


def graded_again(root: Path, due: str, reveal: str) -> Course:
    """The small course with this due date and policy, with bob's wrong answer graded anew."""
    config = small_course.CONFIG.replace("2030-01-31T12:00:00+00:00", due).replace("always", reveal)
    (root / "course.yml").write_text(config, encoding="utf-8")
    course = load_course(root)
    grade_assignment(course, NAME, student="bob", workers=1, force=True)
    return course


def places(course: Course, folder: Path) -> dict[str, str]:
    write_feedback(course, NAME, student="bob")
    executed = course.autograded_dir("bob", NAME) / f"{NAME}.ipynb"
    with Book(course.gradebook, course.course_id) as book:
        comments = book.rows(NAME)["bob"].comments
    packed = write_zip(course, "folder", NAME, folder / "feedback.zip").path
    with zipfile.ZipFile(packed) as made:
        zipped = b"".join(made.read(name) for name in made.namelist()).decode()
    return {
        "report": course.feedback_path("bob", NAME).read_text(encoding="utf-8"),
        "executed notebook": executed.read_text(encoding="utf-8"),
        "gradebook's comments": " ".join(comments.values()),
        "zip": zipped,
        "slide": write_class_report(course, NAME, anonymous=True).read_text(encoding="utf-8"),
    }


@pytest.fixture
def root(_small_graded: Path, tmp_path: Path) -> Iterator[Path]:
    with own_solutions():
        yield Path(shutil.copytree(_small_graded, tmp_path / "course"))


@pytest.mark.parametrize(
    ("due", "reveal", "seen"),
    [
        ("2030-01-31T12:00:00+00:00", "after-due", False),
        ("2020-01-31T12:00:00+00:00", "after-due", True),
        ("2020-01-31T12:00:00+00:00", "never", False),
    ],
    ids=["before it is due", "after it is due", "never"],
)
def test_each_place_shows_what_is_revealed_and_nothing_else(
    root: Path, tmp_path: Path, due: str, reveal: str, seen: bool
) -> None:
    for place, text in places(graded_again(root, due, reveal), tmp_path).items():
        assert (place, HINT in text) == (place, seen)
        if place != "gradebook's comments":  # there is the hint alone
            assert (place, MISCONCEPTION in text, CALL in text) == (place, seen, seen)
        assert not [line for line in SOURCE if line in text], place
