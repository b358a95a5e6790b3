"""An exercise or test that turned out unfair is corrected for everybody: in reports, grades and exports."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import small_course
from small_course import NAME

from autograder.course import Course, load_course
from autograder.course.schemes import Correction
from autograder.errors import CourseError
from autograder.gradebook.book import Book, Mark
from autograder.grades.compute import FinalGrade
from autograder.grades.correct import effects, write_correction
from autograder.grades.write import grade_table
from autograder.integrations.lms.grades_csv import sheet
from autograder.reports.write import write_feedback
from autograder.workspace.corrections import corrected

Points = tuple[float, float]
WHY = "The text did not say it."


def correction(**rule: object) -> Correction:
    return Correction(**{"reason": WHY, **rule})  # type: ignore[arg-type]


def corrected_course(course: Course, **rule: object) -> Course:
    write_correction(course, NAME, correction(**rule))
    return load_course(course.root)


def grades(course: Course) -> dict[str, FinalGrade]:
    return {grade.student.id: grade for grade in grade_table(course).grades}


def points(course: Course) -> dict[str, tuple[float, float]]:
    works = {student: grade.work[NAME] for student, grade in grades(course).items()}
    return {student: (work.points, work.max_score) for student, work in works.items() if work.cells}


@pytest.mark.parametrize(
    ("rule", "ada", "bob"),
    [
        ({}, (3.5, 5.5), (2.0, 5.5)),
        ({"exercise": "double", "void": "full-points"}, (3.5, 5.5), (3.5, 5.5)),
        ({"exercise": "double", "void": "out-of-total"}, (2.0, 4.0), (2.0, 4.0)),
        ({"exercise": "double", "cap": 1}, (3.0, 5.0), (2.0, 5.0)),
        ({"exercise": "double", "weight": 2}, (5.0, 7.0), (2.0, 7.0)),
        ({"exercise": "why", "void": "out-of-total"}, (3.5, 3.5), (2.0, 3.5)),
    ],
)
def test_an_exercise(
    graded: Course, rule: dict[str, object], ada: tuple[float, float], bob: tuple[float, float]
) -> None:
    found = points(corrected_course(graded, **rule) if rule else graded)
    assert (found["ada"], found["bob"]) == (ada, bob)


def test_a_hidden_test_takes_only_its_own_points(graded: Course) -> None:
    before = points(graded)["ada"]
    tests = [t for e in small_course.results(graded.root)["bob"]["exercises"] for t in e["tests"]]
    failed = next(test for test in tests if test["score"] == 0)
    found = points(corrected_course(graded, test=failed["name"], void="out-of-total"))
    worth = failed["max_score"]
    assert found["ada"] == (before[0] - worth, before[1] - worth)
    assert found["bob"] == (2.0, before[1] - worth)


def test_a_teachers_points_stay_when_a_test_is_corrected() -> None:
    by_hand = Mark(auto=0.0, manual=2.0, extra=0.5, max_score=2.0, needs_manual_grade=False)
    capped = corrected([correction(exercise="mean", cap=1.5)], {"test_mean": by_hand}, None)["test_mean"]
    assert (capped.manual, capped.extra, capped.max_score) == (1.5, 0.5, 1.5)


def test_a_question_that_waits_goes_on_waiting_unless_it_is_void() -> None:
    waits = Mark(auto=None, manual=None, extra=None, max_score=2.0, needs_manual_grade=True)
    marks = {"written_why": waits}
    half = corrected([correction(exercise="why", weight=0.5)], marks, None)["written_why"]
    assert (half.score, half.max_score, half.needs_manual_grade) == (None, 1.0, True)
    void = corrected([correction(exercise="why", void="full-points")], marks, None)["written_why"]
    assert (void.score, void.needs_manual_grade) == (2.0, False)


def test_students_read_the_reason_and_the_new_points(graded: Course) -> None:
    course = corrected_course(graded, exercise="double", void="full-points")
    write_feedback(course, NAME)
    page = course.feedback_path("bob", NAME).read_text()
    assert WHY in page
    assert "1.5 of 1.5 points" in page


def test_the_gradebook_and_the_signed_results_stay(graded: Course) -> None:
    with Book(graded.gradebook, graded.course_id) as book:
        before = book.marks(NAME)
    course = corrected_course(graded, exercise="double", void="out-of-total")
    grade_table(course)
    lines = {line.student.id: line for line in sheet(course, NAME).lines}
    assert lines["bob"].total == 2.0
    with Book(course.gradebook, course.course_id) as book:
        assert book.marks(NAME) == before
    assert small_course.results(course.root)["bob"]["score"] == 2.0


def test_a_dry_run_says_whose_points_would_change_and_writes_nothing(graded: Course) -> None:
    text = (graded.root / "course.yml").read_text()
    done = small_course.autograder(
        "correct", NAME, "--exercise", "double", "--void", "full-points", "--reason", WHY, "--dry-run", cwd=graded.root
    )
    assert done.returncode == 0, done.stderr
    assert "bob" in done.stdout
    assert "ada" not in done.stdout
    assert (graded.root / "course.yml").read_text() == text


def test_what_is_not_there_or_not_graded_yet_is_named_with_its_line(graded: Course) -> None:
    with pytest.raises(CourseError, match=r"course\.yml:4: 'toy' has no 'tripple'; it has: double, mean, why"):
        effects(graded, NAME, correction(exercise="tripple", cap=1))


def test_an_assignment_that_is_not_graded_yet_cannot_be_corrected(small: Course) -> None:
    with pytest.raises(CourseError, match=r"course\.yml:4: 'toy' is not graded yet"):
        effects(small, NAME, correction(exercise="double", cap=1))


LISTS = {
    "none yet": "  toy:\n    title: Toys  # our first\nlimits: {}\n",
    "one already": "  toy:\n    title: Toys\n    corrections:\n    - {exercise: mean, cap: 1, reason: x}\n  # end\n",
    "no newline at the end": "  toy:\n    title: Toys",
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_a_correction_is_added_however_the_file_is_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "course.yml").write_text(f"course: c\ntitle: C\nassignments:\n{text}")
    course = load_course(tmp_path)
    one = correction(exercise="double", void="full-points", reason='He said: "no" # never')
    write_correction(course, NAME, one)
    assert load_course(tmp_path).assignment(NAME).corrections[-1] == one


def test_a_file_that_cannot_be_added_to_is_left_alone(tmp_path: Path) -> None:
    text = "course: c\ntitle: C\nassignments: {toy: {title: Toys}}\n"
    (tmp_path / "course.yml").write_text(text)
    with pytest.raises(CourseError, match=r"course\.yml:3: add \{exercise: double, cap: 1\.0, reason"):
        write_correction(load_course(tmp_path), NAME, correction(exercise="double", cap=1.0))
    assert (tmp_path / "course.yml").read_text() == text


def test_files_hold_every_number_and_where_it_comes_from(graded: Course) -> None:
    from openpyxl import load_workbook

    done = small_course.autograder("grades", "--exercises", cwd=graded.root)
    assert done.returncode == 0, done.stderr
    with graded.grades_path("csv").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows["ada"]["toy"], rows["ada"]["toy.double"], rows["bob"]["toy.double"]) == ("3.5", "1.5", "0.0")
    assert rows["ada"]["percent"] == "63.64"
    book = load_workbook(graded.grades_path("xlsx"))
    sources = {row[0].value: row[6].value for row in book["Sources"].iter_rows(min_row=2)}
    assert sources["ada"] == small_course.results(graded.root)["ada"]["proof"]["signature"]
    assert "63.64" in graded.grades_path("html").read_text()


def test_a_changed_row_of_the_gradebook_is_named(graded: Course) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(graded.gradebook, graded.course_id) as book:
        book.find_grade("test_double", NAME, NAME, "bob").auto_score = 1.5
        book.db.commit()
    done = small_course.autograder("grades", cwd=graded.root)
    assert "the gradebook's points of 'bob' are not those of a signed result" in done.stderr


def test_what_if_names_who_gains(graded: Course) -> None:
    done = small_course.autograder("grades", "--what-if", "grades.scale={pass: 60, fail: 0}", cwd=graded.root)
    assert done.returncode == 0, done.stderr
    assert "0 of" in done.stdout
    assert not graded.grades_path("csv").exists()
