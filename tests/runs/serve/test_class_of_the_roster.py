"""`serve` knows the class by the roster, and asks a person again only where the work has changed."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from course_changes import by_hand
from serving_process import Serving
from small_course import CONFIG, NAME, WRONG, autograder, hand_in, results

from autograder.course import Course, load_course
from autograder.gradebook.book import Book

pytestmark = pytest.mark.slow

ONE = "stüdent-001"


@pytest.fixture(scope="module")
def serving(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Course]]:
    root = Path(shutil.copytree(_small_built, tmp_path_factory.mktemp("roster") / "course"))
    (root / "roster.csv").write_text(f"id\n{ONE}\nstudent-002\nstudent-003\n", encoding="utf-8")
    (root / "course.yml").write_text(f"roster: roster.csv\n{CONFIG}")
    with Serving(root, "--jobs", 1) as one:
        yield one, load_course(root)


def waiting(course: Course, student: str) -> set[str]:
    with Book(course.gradebook, course.course_id) as book:
        return {name for name, mark in book.marks(NAME)[student].items() if mark.needs_manual_grade}


def test_an_accent_of_two_characters_is_the_student_of_the_roster(serving: tuple[Serving, Course]) -> None:
    server, course = serving
    hand_in(course.root, unicodedata.normalize("NFD", ONE), mean=WRONG["mean"])
    line = server.report()
    assert (line["student"], line["score"]) == (ONE, 1.5)
    assert Path(line["report"]) == course.feedback_path(ONE, NAME)


def test_a_stranger_is_named_and_not_graded(serving: tuple[Serving, Course]) -> None:
    server, course = serving
    hand_in(course.root, "student-099")
    assert "is ignored" in server.heard("student-099")
    hand_in(course.root, "student-002")
    assert server.report()["student"] == "student-002"
    assert "student-099" not in results(course.root)


def test_the_same_work_asks_nobody_and_other_work_asks_for_all(serving: tuple[Serving, Course]) -> None:
    server, course = serving
    path = hand_in(course.root, "student-003")
    server.report()
    by_hand(course, "student-003", "test_double", 1.0)
    by_hand(course, "student-003", "written_why", 2.0)
    path.with_name("timestamp.txt").write_text("2026-10-16 12:00 UTC")
    server.report()
    assert waiting(course, "student-003") == set()
    hand_in(course.root, "student-003", double=WRONG["double"])
    assert server.report()["score"] == 2.0
    assert waiting(course, "student-003") == {"test_double", "written_why"}


def test_what_was_withdrawn_has_no_score_in_the_export(serving: tuple[Serving, Course]) -> None:
    server, course = serving
    hand_in(course.root, "student-002", double=WRONG["double"])
    server.report()
    shutil.rmtree(course.submitted_dir / "student-002")
    autograder("export", "csv", NAME, "--to", "scores.csv", cwd=course.root)
    (line,) = [line for line in (course.root / "scores.csv").read_text().splitlines() if line.startswith("student-002")]
    assert line.split(",")[3:6] == ["", "0.0", ""]
