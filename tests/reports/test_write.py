"""The students' reports as files: what is revealed when, and that nothing is written without need."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from nbgrader.api import Gradebook
from small_course import NAME

from autograder.course import Course, Feedback
from autograder.errors import CourseError
from autograder.reports.write import write_class_report, write_feedback
from autograder.workspace.store import Store

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # in nbgrader

HINT, MISCONCEPTION = "What is twice three?", "a function that squares"


def revealing(course: Course, **settings: Any) -> Course:
    return msgspec.structs.replace(course, config=msgspec.structs.replace(course.config, feedback=Feedback(**settings)))


def page(course: Course, student: str) -> str:
    write_feedback(course, NAME, student=student)
    return course.feedback_path(student, NAME).read_text(encoding="utf-8")


def test_a_report_has_the_score_the_sentence_and_the_misconception(graded: Course) -> None:
    shown = page(graded, "bob")
    for told in ("Every entry is doubled.", MISCONCEPTION, HINT, "Toys", "A Small Course"):
        assert told in shown
    assert MISCONCEPTION not in page(graded, "ada")


def test_an_unchanged_report_is_not_written_again(graded: Course) -> None:
    assert write_feedback(graded, NAME).changed == 2
    before = graded.feedback_path("bob", NAME).stat().st_mtime_ns
    again = write_feedback(graded, NAME)
    assert (len(again.paths), again.changed) == (2, 0)
    assert graded.feedback_path("bob", NAME).stat().st_mtime_ns == before


def test_a_teachers_comment_and_points_reach_the_report(graded: Course) -> None:
    assert "Say more about zero." not in page(graded, "bob")
    with Gradebook(graded.gradebook, graded.course_id) as gradebook:
        gradebook.find_comment("written_why", NAME, NAME, "bob").manual_comment = "Say more about <b>zero</b>."
        gradebook.find_grade("written_why", NAME, NAME, "bob").manual_score = 1.25
        gradebook.db.commit()
    shown = page(graded, "bob")
    assert "Say more about &lt;b&gt;zero&lt;/b&gt;." in shown
    assert "1.25" in shown


def test_what_is_never_revealed_is_not_in_the_page(graded: Course) -> None:
    whole = page(revealing(graded, score="never", hint="never", counterexample="never"), "bob")
    shown = re.sub(r"<svg.*?</svg>", "", whole, flags=re.DOTALL)  # pictures have numbers too
    assert "Every entry is doubled." in shown
    for hidden in (HINT, MISCONCEPTION, "double([", "3.5"):
        assert hidden not in shown


def test_after_due_means_from_the_moment_on(graded: Course) -> None:
    course = revealing(graded, score="always", hint="after-due", counterexample="never")
    early, late = datetime(2030, 1, 31, 11, 59, tzinfo=UTC), datetime(2030, 1, 31, 12, 0, tzinfo=UTC)
    assert [course.revealed(NAME, now).hint for now in (early, late)] == [False, True]
    assert [course.revealed(NAME, now).score for now in (early, late)] == [True, True]
    assert [course.revealed(NAME, now).counterexample for now in (early, late)] == [False, False]


def test_a_student_without_a_result_is_told_what_to_do(graded: Course) -> None:
    with pytest.raises(CourseError, match=r"eve\.json: no result: run `autograder grade` first"):
        write_feedback(graded, NAME, student="eve")


def test_the_class_report_tells_the_class_and_whom_nobody_heard_of(graded: Course) -> None:
    with Gradebook(graded.gradebook, graded.course_id) as gradebook:
        gradebook.add_student("zoe")
    path = write_class_report(graded, NAME)
    assert path == graded.workspace / "reports" / "toy.html"
    shown = path.read_text(encoding="utf-8")
    for told in ("Toys", "2 of 2 submissions graded", MISCONCEPTION, HINT, ">bob<", ">zoe<", "double("):
        assert told in shown


def test_an_anonymous_class_report_is_a_file_of_its_own_that_shows_what_students_may_see(graded: Course) -> None:
    course = revealing(graded, score="never", hint="never", counterexample="never")
    path = write_class_report(course, NAME, anonymous=True)
    assert path.name == "toy-anonymous.html"
    shown = path.read_text(encoding="utf-8")
    for hidden in ("bob", "ada", HINT, MISCONCEPTION, "double([", "3.5"):
        assert hidden not in shown
    assert MISCONCEPTION in write_class_report(graded, NAME, anonymous=True).read_text(encoding="utf-8")
    assert HINT in write_class_report(course, NAME).read_text(encoding="utf-8")


def test_an_assignment_without_submissions_has_a_class_report(small: Course) -> None:
    assert "No submissions yet" in write_class_report(small, NAME).read_text(encoding="utf-8")


def test_a_result_that_cannot_be_read_is_skipped_and_named(graded: Course) -> None:
    Store(graded, NAME).path("bob").write_text("{")
    written = write_feedback(graded, NAME)
    assert [path.parent.parent.name for path in written.paths] == ["ada"]
    assert [name for name, _ in written.skipped] == ["bob"]
    assert "autograder grade" in written.skipped[0][1]
    assert "Results that cannot be read" in write_class_report(graded, NAME).read_text(encoding="utf-8")
