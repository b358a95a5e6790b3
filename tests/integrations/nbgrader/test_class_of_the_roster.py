"""`nbgrader autograde` knows the class as every command does: accents in two encodings, and people of no roster."""

from __future__ import annotations

import unicodedata

import pytest
from books import nbgrader, rows
from small_course import CONFIG, NAME, WRONG, hand_in, results

from autograder.course import Course, load_course

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]

ONE = "stüdent-001"
APART = unicodedata.normalize("NFD", ONE)


def with_roster(course: Course, *ids: str) -> Course:
    (course.root / "roster.csv").write_text("\n".join(["id", *ids]), encoding="utf-8")
    (course.root / "course.yml").write_text(f"roster: roster.csv\n{CONFIG}")
    return load_course(course.root)


def scores(course: Course) -> dict[str, float]:
    return {student: row.score for student, row in rows(course.gradebook, course.course_id, NAME).items()}


@pytest.mark.parametrize("asked", [(), ("--student", ONE), ("--student", APART)])
def test_an_accent_of_two_characters_is_the_student_of_the_roster(small: Course, asked: tuple[str, ...]) -> None:
    course = with_roster(small, ONE)
    hand_in(course.root, APART, double=WRONG["double"])
    nbgrader(course.workspace, "autograde", NAME, *asked)
    assert scores(course) == {ONE: 2.0}
    assert list(results(course.root)) == [ONE]
    assert [path.name for path in (course.workspace / "autograded").iterdir()] == [ONE]


def test_a_stranger_is_named_and_left_out(small: Course) -> None:
    course = with_roster(small, "student-001")
    hand_in(course.root, "student-001")
    hand_in(course.root, "student-099")
    assert "'student-099' is not in the roster" in nbgrader(course.workspace, "autograde", NAME)
    assert scores(course) == {"student-001": 3.5}
    nbgrader(course.workspace, "autograde", NAME, "--student", "student-099", code=1)
    assert scores(course) == {"student-001": 3.5}


def test_both_spellings_get_no_score_and_make_no_second_student(small: Course) -> None:
    hand_in(small.root, APART)
    hand_in(small.root, ONE, double=WRONG["double"])
    said = nbgrader(small.workspace, "autograde", NAME, code=1)
    assert f"There are two folders of {ONE}" in said
    assert set(scores(small)) == {ONE}
    assert results(small.root)[ONE]["score"] is None
