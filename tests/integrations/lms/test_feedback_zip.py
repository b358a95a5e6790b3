"""The reports as a zip, under the names that each system gave to the submissions."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_course
from small_course import NAME

from autograder.course import Course, load_course
from autograder.errors import CourseError, SubmissionError
from autograder.integrations.lms.feedback_zip import write_zip
from autograder.reports.write import write_feedback

ROSTER = "id,first_name,last_name,canvas_id\nada,Ada,Ahorn,1001\nbob,Stüdent,Birke,1002\neve,Eve,Erle,1003\n"


@pytest.fixture
def course(graded: Course) -> Iterator[Course]:
    (graded.root / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (graded.root / "course.yml").write_text(f"roster: roster.csv\n{small_course.CONFIG}")
    made = load_course(graded.root)
    write_feedback(made, NAME)
    return made


def downloaded(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name in names:
            made.writestr(name, b"{}")
    return path


def held(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as made:
        return {name: made.read(name) for name in made.namelist()}


def page(course: Course, student: str) -> bytes:
    return course.feedback_path(student, NAME).read_bytes()


def test_canvas_gets_its_own_numbers_back_of_the_newest_file(course: Course, tmp_path: Path) -> None:
    names = "ahornada_1001_501_toy.ipynb", "ahornada_LATE_1001_777_toy-1.ipynb", "strange_9999_502_toy.ipynb"
    done = write_zip(course, "canvas", NAME, tmp_path / "out.zip", downloaded(tmp_path / "in.zip", *names))
    assert held(done.path) == {"ahornada_LATE_1001_777_toy.html": page(course, "ada")}
    assert (done.reports, done.left_out) == (1, ("bob",))


def test_moodle_gets_its_own_folders_back(course: Course, tmp_path: Path) -> None:
    names = "Stüdent Birke_17_assignsubmission_file_/my toy.ipynb", "Ada Ahorn_18_assignsubmission_file_toy.ipynb"
    done = write_zip(course, "moodle", NAME, tmp_path / "out.zip", downloaded(tmp_path / "in.zip", *names))
    assert held(done.path) == {
        "Stüdent Birke_17_assignsubmission_file_/toy.html": page(course, "bob"),
        "Ada Ahorn_18_assignsubmission_file_toy.html": page(course, "ada"),
    }


def test_a_folder_needs_no_download_and_the_same_reports_give_the_same_bytes(course: Course, tmp_path: Path) -> None:
    one, two = (write_zip(course, "folder", NAME, tmp_path / name) for name in ("one.zip", "two.zip"))
    assert set(held(one.path)) == {"ada/toy.html", "bob/toy.html"}
    assert one.path.read_bytes() == two.path.read_bytes()


def test_what_the_download_must_be(course: Course, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="under the names of its own download"):
        write_zip(course, "moodle", NAME, tmp_path / "out.zip")
    with pytest.raises(SubmissionError, match="not found"):
        write_zip(course, "canvas", NAME, tmp_path / "out.zip", tmp_path / "none.zip")


def test_a_name_in_a_download_leads_nowhere(course: Course, tmp_path: Path) -> None:
    names = "../ahornada_1001_501_toy.ipynb", "/ahornada_1001_502_toy.ipynb"
    done = write_zip(course, "canvas", NAME, tmp_path / "out.zip", downloaded(tmp_path / "in.zip", *names))
    assert list(held(done.path)) == ["ahornada_1001_502_toy.html"]
