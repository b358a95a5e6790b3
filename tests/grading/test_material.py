"""What grading an assignment needs, and the hash that tells when any of it has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_course
from small_course import NAME

from autograder.course import Course, load_course
from autograder.errors import CourseError
from autograder.grading.material import bounds, clock, load_material, load_mistakes
from autograder.workspace.context import load_release, read_context


def test_all_of_it_comes_from_the_courses_files(small: Course) -> None:
    material = load_material(small, NAME)
    material.suite.close()
    assert material.expected.exercises == ("double", "mean")
    assert material.suite.points == small_course.POINTS
    assert [mistake.misconception for mistake in material.mistakes] == [
        "a function that squares",
        "a function that forgets to divide",
    ]
    assert material.titles == {"double": "Multiply every entry by two", "mean": "Average all entries"}
    assert material.fingerprint == fingerprint(small)


def test_the_limits_are_the_courses(small: Course) -> None:
    assert (clock(small).cell, clock(small).call, clock(small).submission) == (5.0, 1.0, 60.0)
    assert clock(small).answer_bytes == 16 * 2**20
    assert (bounds(small).memory_mb, bounds(small).scratch_mb) == (1024, 64)


def fingerprint(course: Course) -> str:
    return read_context(course, NAME).fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        {"hidden": small_course.HIDDEN + "\n"},
        {"reference": small_course.REFERENCE + "\n"},
        {"mistakes": small_course.MISTAKES + "\n"},
        {"config": small_course.CONFIG.replace("call_seconds: 1", "call_seconds: 2")},
        {"config": small_course.CONFIG.replace("hint: always", "hint: never")},
    ],
    ids=["hidden tests", "reference", "mistakes", "limits", "what is revealed"],
)
def test_the_fingerprint_changes_with_each_thing_that_a_result_depends_on(
    small: Course, changed: dict[str, str]
) -> None:
    before = fingerprint(small)
    assert fingerprint(small) == before
    assert fingerprint(load_course(small_course.write(small.root, **changed))) != before


def test_the_fingerprint_does_not_change_with_a_title_or_a_date(small: Course) -> None:
    before = fingerprint(small)
    other = small_course.CONFIG.replace("A Small Course", "Another").replace("2030-01-31", "2031-01-31")
    assert fingerprint(load_course(small_course.write(small.root, config=other))) == before


@pytest.mark.parametrize("place", ["solutions/toy.py", "solutions/mistakes/toy.py", "solutions/hidden/test_toy.py"])
def test_a_missing_file_is_named(small: Course, place: str) -> None:
    (small.root / place).unlink()
    with pytest.raises(CourseError, match="not found") as caught:
        load_material(small, NAME)
    assert caught.value.path == small.root / place


def test_a_release_older_than_the_hidden_tests_is_not_graded_against(small: Course) -> None:
    small_course.write(small.root, hidden=small_course.HIDDEN.replace('"mean"', '"median"'))
    with pytest.raises(CourseError, match="disagree about mean, median: run `autograder build` again"):
        load_material(small, NAME)


def test_an_assignment_that_is_not_built_says_so(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="run `autograder build` first"):
        load_release(load_course(small_course.write(tmp_path)), NAME)


def test_mistakes_that_cannot_be_imported_are_a_fault_of_the_course(small: Course) -> None:
    small_course.write(small.root, mistakes="1 / 0")
    with pytest.raises(CourseError, match=r"toy\.py:1: cannot be imported: ZeroDivisionError"):
        load_mistakes(small, NAME)
