"""What an instructor should look at before grades are published is named with its line of course.yml."""

from __future__ import annotations

from small_course import NAME

from autograder.course import Course, load_course
from autograder.grades.doubts import doubts
from autograder.grades.write import grade_table

MORE = """\
  second:
    title: Second
    corrections:
      - {exercise: mean, cap: 1, reason: unfair}
"""


def said(course: Course) -> list[str]:
    return list(doubts(grade_table(course)))


def changed(course: Course, old: str, new: str) -> Course:
    path = course.root / "course.yml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return load_course(course.root)


def test_a_class_without_doubts(graded: Course) -> None:
    assert said(graded) == []


def test_an_assignment_that_is_not_graded_yet_and_its_correction(graded: Course) -> None:
    assert said(changed(graded, "limits:", f"{MORE}limits:")) == [
        "course.yml:7: 'second' has not been built yet, so it counts for nobody; build it, or remove it",
        "course.yml:9: 'second' has corrections, and is not graded yet: they take effect as soon as it is",
    ]


def test_an_assignment_that_nobody_handed_in_is_not_the_one_that_is_dropped(small: Course) -> None:
    course = changed(small, "limits:", f"{MORE}grades:\n  drop_lowest: 1\nlimits:")
    first = said(course)[0]
    assert first.startswith(f"course.yml:4: nobody has a score in '{NAME}', so it counts for nobody, and is nobody's")


def test_a_correction_of_an_exercise_that_is_none(graded: Course) -> None:
    rule = "    title: Toys\n    corrections:\n      - {exercise: tripple, cap: 1, reason: unfair}\n"
    assert said(changed(graded, "    title: Toys\n", rule)) == [
        "course.yml:7: 'toy' has no exercise 'tripple'; it has: double, mean, why"
    ]


def test_a_student_who_is_not_in_the_roster(graded: Course) -> None:
    (graded.root / "roster.csv").write_text("id\nada\n")
    course = changed(graded, "course: ", "roster: roster.csv\ncourse: ")
    assert said(course) == ["'bob' is in the gradebook but not in the roster, and gets no grade"]
