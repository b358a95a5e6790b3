"""Rules for final grades that contradict themselves are refused, with the line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.errors import CourseError
from autograder.workspace.lateness import due_of

HEAD = "course: c\ntitle: C\nroster: roster.csv\nassignments:\n"
ONE = "  one: {title: One}\n"
CASES = {
    "weights of nothing": (
        "  one: {title: One, weight: 0}\n",
        4,
        "all weights add up to nothing; give at least one assignment a weight",
    ),
    "categories of nothing": (
        "  one: {title: One, category: a}\ngrades:\n  categories:\n    a: {weight: 0}\n",
        7,
        "give at least one category a weight",
    ),
    "a category without assignments": (
        "  one: {title: One, category: a}\ngrades:\n  categories:\n    a: {}\n    exam: {weight: 3}\n",
        9,
        "no assignment has this category; add 'category: exam' to those that belong to it",
    ),
    "a category that is none": (ONE.replace("}", ", category: exams}"), 5, "there is no category 'exams'"),
    "an assignment without a category": (
        "  one: {title: One, category: a}\n  two: {title: Two}\ngrades:\n  categories:\n    a: {}\n",
        6,
        "names no category; 'grades' has: a",
    ),
    "a scale with a gap": (ONE + "grades:\n  scale: {A: 90, B: 50}\n", 7, "nobody below 50 percent would get a mark"),
    "two marks at one place": (
        ONE + "grades:\n  scale:\n    A: 90\n    B: 90\n    F: 0\n",
        9,
        "begins at 90 like 'A'; give one of them another",
    ),
    "a mark beyond 100": (ONE + "grades:\n  scale:\n    A: 190\n    F: 0\n", 8, "must be at most 100"),
    "all dropped": (ONE + "grades:\n  drop_lowest: 1\n", 7, "cannot be 1: there are 1 assignments"),
    "a correction of nothing": (
        "  one:\n    title: One\n    corrections:\n      - {void: full-points, reason: unfair}\n",
        8,
        "names an exercise or a test",
    ),
    "a correction by two rules": (
        "  one:\n    title: One\n    corrections:\n      - {exercise: x, cap: 1, weight: 2, reason: unfair}\n",
        8,
        "has one of void, cap and weight",
    ),
    "a correction without a reason": (
        "  one:\n    title: One\n    corrections:\n      - {exercise: x, cap: 1}\n",
        8,
        "'reason' is missing",
    ),
    "free days of one assignment": (
        "  one:\n    title: One\n    late: {free_days: 2}\n",
        7,
        "is of the whole course; write it into the course's 'late'",
    ),
    "a section without a due date": (
        "  one:\n    title: One\n    sections: {A: 2027-01-01 12:00}\n",
        5,
        "a due date for A, but no due date",
    ),
}


@pytest.mark.parametrize(("text", "line", "said"), CASES.values(), ids=CASES)
def test_it_is_refused_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    (tmp_path / "course.yml").write_text(HEAD + text)
    with pytest.raises(CourseError) as refused:
        load_course(tmp_path)
    assert said in str(refused.value)
    assert refused.value.line == line


def test_a_student_in_two_sections_is_named_with_the_line_of_the_roster(tmp_path: Path) -> None:
    dates = "  one:\n    title: One\n    due: 2027-01-01\n    sections: {A: 2027-01-02, B: 2027-01-03}\n"
    (tmp_path / "course.yml").write_text(HEAD + dates)
    (tmp_path / "roster.csv").write_text("id,section\nada,A\nbob,A and B\n")
    with pytest.raises(CourseError, match=r"roster\.csv:3: 'bob' is in two sections.*A and B; keep one of them"):
        due_of(load_course(tmp_path), "one", "ada")


def test_a_value_of_what_if_is_checked_as_course_yml_is(tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text(HEAD + ONE)
    assert load_course(tmp_path, changes={"grades.pass_from": "45"}).config.grades.pass_from == 45
    with pytest.raises(CourseError, match=r"'grades\.pass_from': must be at most 100"):
        load_course(tmp_path, changes={"grades.pass_from": "145"})
    with pytest.raises(CourseError, match=r"there is no 'title\.x' to change"):
        load_course(tmp_path, changes={"title.x": "1"})
