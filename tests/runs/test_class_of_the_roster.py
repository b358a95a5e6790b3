"""Who is of the class: withdrawn submissions, dropped students, strangers, those who never handed in, and é twice."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import pytest
from small_course import NAME, hand_in, results

from autograder.course import Course, load_course
from autograder.errors import CourseError
from autograder.gradebook.book import Book
from autograder.integrations.lms.grades_csv import sheet
from autograder.reports.write import write_class_report, write_feedback
from autograder.runs.batch import grade_assignment, submitted
from autograder.workspace.submissions import Rejected, Submission, load, students

NFD, NFC = unicodedata.normalize("NFD", "Stüdent"), "Stüdent"


def with_roster(course: Course, *ids: str) -> Course:
    (course.root / "roster.csv").write_text("id\n" + "".join(f"{one}\n" for one in ids), encoding="utf-8")
    config = course.root / "course.yml"
    if "roster:" not in config.read_text():
        config.write_text(f"roster: roster.csv\n{config.read_text()}")
    return load_course(course.root)


def totals(course: Course) -> dict[str, float | None]:
    return {line.student.id: line.total for line in sheet(course, NAME).lines}


def page(course: Course) -> str:
    return write_class_report(course, NAME).read_text()


def test_a_withdrawn_submission_has_no_score_in_the_export_at_once(graded: Course) -> None:
    shutil.rmtree(graded.submitted_dir / "bob")
    found = sheet(graded, NAME)
    assert totals(graded) == {"ada": 3.5, "bob": None}
    assert found.withdrawn == ("bob",)


def test_the_next_grading_takes_its_score_back_and_says_so(graded: Course) -> None:
    shutil.rmtree(graded.submitted_dir / "bob")
    done = grade_assignment(graded, NAME, workers=1)
    assert done.withdrawn == ("bob",)
    assert [result.student for result in done.results] == ["ada"]
    assert (results(graded.root)["bob"]["score"], results(graded.root)["bob"]["reason"]) == (
        None,
        "The submission was removed.",
    )
    with Book(graded.gradebook, graded.course_id) as book:
        assert all(mark.auto is None for mark in book.marks(NAME)["bob"].values())
    assert "bob" in page(graded)  # among those who handed in nothing
    assert len(write_feedback(graded, NAME).paths) == 1
    again = grade_assignment(graded, NAME, workers=1)
    assert (again.withdrawn, again.repaired) == (("bob",), ())


def test_handed_in_again_it_is_graded_again(graded: Course) -> None:
    shutil.rmtree(graded.submitted_dir / "bob")
    grade_assignment(graded, NAME, workers=1)
    hand_in(graded.root, "bob")
    grade_assignment(graded, NAME, workers=1)
    assert totals(graded) == {"ada": 3.5, "bob": 3.5}


def test_without_any_folder_of_submissions_nobody_loses_a_score(graded: Course) -> None:
    shutil.rmtree(graded.submitted_dir)
    assert grade_assignment(graded, NAME, workers=1).withdrawn == ()
    assert totals(graded) == {"ada": 3.5, "bob": 2.0}


def test_a_dropped_student_is_in_no_report_and_no_export(graded: Course) -> None:
    course = with_roster(graded, "ada", "carl")
    assert totals(course) == {"ada": 3.5, "carl": None}
    assert sheet(course, NAME).unknown == ("bob",)
    assert "bob" not in page(course)


def test_who_never_handed_in_is_in_the_class_report(graded: Course) -> None:
    assert "carl" in page(with_roster(graded, "ada", "bob", "carl"))


def test_a_stranger_is_named_and_not_graded(graded: Course) -> None:
    course = with_roster(graded, "ada", "bob")
    hand_in(course.root, "eve")
    done = grade_assignment(course, NAME, workers=1)
    assert done.strangers == {"eve": ""}
    assert "eve" not in results(course.root)
    with pytest.raises(CourseError, match="does not list 'eve'"):
        submitted(course, NAME, "eve")


def test_without_a_roster_everybody_is_graded(graded: Course) -> None:
    hand_in(graded.root, "eve")
    done = grade_assignment(graded, NAME, workers=1)
    assert done.strangers == {}
    assert results(graded.root)["eve"]["score"] == 3.5


def test_an_accent_in_two_spellings_is_one_student(graded: Course) -> None:
    hand_in(graded.root, NFD)
    course = with_roster(graded, "ada", "bob", NFC)
    done = grade_assignment(course, NAME, workers=1)
    assert (done.strangers, done.withdrawn) == ({}, ())
    assert set(totals(course)) == {"ada", "bob", NFC}
    assert totals(course)[NFC] is not None
    assert [path.stem for path in course.results_dir(NAME).glob("St*")] == [NFC]
    assert len(write_feedback(course, NAME).paths) == 3
    assert grade_assignment(course, NAME, workers=1).graded == ()


def put(submitted_dir: Path, name: str, data: bytes = b"{}") -> None:
    folder = submitted_dir / name / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_bytes(data)


@pytest.mark.parametrize("asked", [NFC, NFD])
@pytest.mark.parametrize("there", [NFC, NFD])
def test_a_submission_is_found_in_either_spelling(tmp_path: Path, there: str, asked: str) -> None:
    put(tmp_path, there)
    assert students(tmp_path, NAME) == (NFC,)
    found = load(tmp_path, NAME, asked)
    assert isinstance(found, Submission)
    assert (found.student, found.path.parts[-3]) == (NFC, there)


def test_two_folders_of_one_student_are_refused_by_name(tmp_path: Path) -> None:
    put(tmp_path, NFC)
    put(tmp_path, NFD, b"{ }")
    assert students(tmp_path, NAME) == (NFC,)
    found = load(tmp_path, NAME, NFC)
    assert isinstance(found, Rejected)
    assert found.reason.startswith("There are two folders of Stüdent, 'Stu\\u0308dent' and 'St\\xfcdent'")


def test_the_other_spelling_without_this_assignment_is_in_nobodys_way(tmp_path: Path) -> None:
    put(tmp_path, NFD)
    (tmp_path / NFC / "another").mkdir(parents=True)
    assert isinstance(load(tmp_path, NAME, NFC), Submission)
