"""A run over what was handed in: what is graded, what is left alone, what is put right, and what is never lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small_course
from nbgrader.api import Gradebook
from small_course import NAME, WRONG, hand_in

from autograder.course import Course, load_course
from autograder.errors import CourseError
from autograder.gradebook.book import Book
from autograder.results import Result, Status
from autograder.runs.batch import Summary, grade_assignment, submitted
from autograder.workspace.store import Store

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # in nbgrader


def grade(course: Course, **options: Any) -> Summary:
    return grade_assignment(course, NAME, workers=1, **options)


def names(results: tuple[Result, ...]) -> list[str]:
    return sorted(result.student for result in results)


def marks(course: Course, student: str) -> dict[str, float | None]:
    with Book(course.gradebook, course.course_id) as book:
        return {name: mark.score for name, mark in book.marks(NAME).get(student, {}).items()}


def with_nbgrader(course: Course, action: Callable[[Gradebook], Any]) -> Any:
    with Gradebook(course.gradebook, course.course_id) as gradebook:
        found = action(gradebook)
        gradebook.db.commit()
        return found


def executed(course: Course, student: str) -> Path:
    return course.autograded_dir(student, NAME) / f"{NAME}.ipynb"


def test_what_was_graded_is_in_all_three_places(graded: Course) -> None:
    bob = Store(graded, NAME).load("bob")
    assert bob is not None
    assert (bob.status, bob.score, bob.max_score) == (Status.graded, 2.0, 3.5)
    assert marks(graded, "bob") == {"test_double": 0.0, "test_mean": 2.0, "written_why": 0.0}
    assert "These are exactly the answers of a function that squares." in executed(graded, "bob").read_text()


def test_what_has_not_changed_is_not_graded_again(graded: Course) -> None:
    files = [executed(graded, "ada"), Store(graded, NAME).path("ada")]
    before = [path.stat().st_mtime_ns for path in files]
    heard: list[Result] = []
    summary = grade(graded, progress=heard.append)
    assert (names(summary.graded), names(summary.unchanged)) == ([], ["ada", "bob"])
    assert [result.student for result in heard] == ["ada", "bob"]
    assert [path.stat().st_mtime_ns for path in files] == before


def test_a_changed_notebook_is_graded_and_nobody_elses(graded: Course) -> None:
    hand_in(graded.root, "bob")
    summary = grade(graded)
    assert (names(summary.graded), names(summary.unchanged)) == (["bob"], ["ada"])
    assert [result.score for result in summary.results] == [3.5, 3.5]
    assert marks(graded, "bob")["test_double"] == 1.5


def test_changed_hidden_tests_grade_everybody_anew(graded: Course) -> None:
    harder = small_course.HIDDEN.replace("for size in (2, 5)", "for size in (2, 5, 9)")
    small_course.write(graded.root, hidden=harder)
    assert names(grade(graded).graded) == ["ada", "bob"]


def test_force_grades_what_has_not_changed_with_the_same_seed(graded: Course) -> None:
    (earlier,) = grade(graded, names=("bob",)).unchanged
    (again,) = grade(graded, names=("bob",), force=True).graded
    assert (again.seed, again.score, again.exercises) == (earlier.seed, earlier.score, earlier.exercises)


def test_a_result_that_never_reached_the_gradebook_is_brought_there(graded: Course) -> None:
    with_nbgrader(graded, lambda book: book.remove_submission(NAME, "bob"))
    assert marks(graded, "bob") == {}
    assert names(grade(graded).graded) == []
    assert marks(graded, "bob") == {"test_double": 0.0, "test_mean": 2.0, "written_why": 0.0}


def test_a_missing_executed_notebook_is_made_again(graded: Course) -> None:
    shutil.rmtree(graded.autograded_dir("ada", NAME))
    assert names(grade(graded).graded) == ["ada"]
    assert executed(graded, "ada").is_file()


def test_a_result_that_cannot_be_read_is_made_again(graded: Course) -> None:
    Store(graded, NAME).path("ada").write_bytes(b'{"version": 1, "assignment": "to')
    assert names(grade(graded).graded) == ["ada"]


def test_what_cannot_be_read_is_listed_and_the_others_are_graded(small: Course) -> None:
    hand_in(small.root, "ada")
    hand_in(small.root, "empty", data=b"")
    hand_in(small.root, "half", data=small_course.notebook(small.root)[:500])
    hand_in(small.root, "..hidden")
    (small.submitted_dir / "linked").symlink_to(small.submitted_dir / "ada")
    summary = grade(small)
    reasons = {result.student: result.reason for result in summary.results if result.status is Status.not_gradable}
    assert sorted(reasons) == ["..hidden", "empty", "half", "linked"]
    assert all(reason.endswith(".") for reason in reasons.values())
    assert reasons["linked"] == "linked is a symbolic link, not a folder."
    assert [(r.student, r.score) for r in summary.results if r.status is Status.graded] == [("ada", 3.5)]
    assert marks(small, "empty") == marks(small, "half") == {}
    assert Store(small, NAME).students() == ("ada", "empty", "half", "linked")


def test_a_broken_second_attempt_leaves_no_score_of_the_first(graded: Course) -> None:
    hand_in(graded.root, "ada", data=b"{}")
    (ada,) = grade(graded, names=("ada",)).results
    assert (ada.status, ada.score) == (Status.not_gradable, None)
    assert not executed(graded, "ada").exists()
    assert marks(graded, "ada")["test_double"] is None


def test_what_a_teacher_entered_survives_a_new_grading(graded: Course) -> None:
    def teacher(book: Gradebook) -> None:
        book.find_grade("written_why", NAME, NAME, "bob").manual_score = 1.5
        book.find_grade("test_double", NAME, NAME, "bob").extra_credit = 0.25
        book.find_comment("written_why", NAME, NAME, "bob").manual_comment = "Say more."

    with_nbgrader(graded, teacher)
    hand_in(graded.root, "bob", mean=WRONG["mean"])
    assert names(grade(graded).graded) == ["bob"]
    assert marks(graded, "bob") == {"test_double": 1.75, "test_mean": 0.0, "written_why": 1.5}
    said = with_nbgrader(graded, lambda book: book.find_comment("written_why", NAME, NAME, "bob").comment)
    assert said == "Say more."


def test_an_interrupted_run_keeps_what_it_has_and_goes_on_with_the_rest(small: Course) -> None:
    for student in ("ada", "bob", "carl"):
        hand_in(small.root, student)

    def interrupt(result: Result) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(small, progress=interrupt)
    (kept,) = Store(small, NAME).students()
    assert marks(small, kept)["test_mean"] == 2.0
    summary = grade(small)
    assert (len(summary.unchanged), len(summary.graded)) == (1, 2)


def test_only_the_named_student_is_looked_at(graded: Course) -> None:
    hand_in(graded.root, "carl")
    assert names(grade(graded, names=("bob",)).results) == ["bob"]
    assert Store(graded, NAME).load("carl") is None


def test_a_student_who_handed_in_nothing_is_named(graded: Course) -> None:
    with pytest.raises(CourseError, match="submitted/eve: has no submission for 'toy'"):
        submitted(graded, NAME, "eve")


def test_a_workspace_without_a_release_is_told_before_anything_is_written(tmp_path: Path) -> None:
    course = load_course(small_course.write(tmp_path))
    with pytest.raises(CourseError, match="run `autograder build` first"):
        grade(course)
    assert not course.workspace.exists()
