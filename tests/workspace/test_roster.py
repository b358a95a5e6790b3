"""A roster as Excel and learning management systems save it, and extensions for people whom it does not list."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.errors import CourseError
from autograder.workspace.roster import doubtful_dates, load_roster

PLAIN = "id,first_name,last_name\nstudent-001,Stüdent,Öne\nstudent-002,Student,Two\n"
COURSE = "course: toys\ntitle: Toys\nroster: roster.csv\nassignments:\n  toy:\n    title: Toy\n    due: 2030-01-31\n"


def course(root: Path, roster: bytes | str = PLAIN, extensions: str = "") -> Course:
    (root / "roster.csv").write_bytes(roster.encode() if isinstance(roster, str) else roster)
    text = COURSE + (f"    extensions:\n      {extensions}: 2030-02-02\n" if extensions else "")
    (root / "course.yml").write_text(text, encoding="utf-8")
    return load_course(root)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),  # Autolab 874: Excel's "CSV UTF-8"
        PLAIN.encode("utf-16"),  # Excel's "Unicode text"
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig"),
        b"sep=;\r\n" + PLAIN.replace(",", ";").encode(),
        PLAIN.replace("id,first_name,last_name", "ID,First Name,Last Name").encode(),
        PLAIN.replace("id,first_name,last_name", " Id ,FIRST_NAME,Last-Name").encode(),
        PLAIN.replace("id,first_name,last_name", "Student ID,Given name,Surname").encode(),
        unicodedata.normalize("NFD", PLAIN).encode(),
    ],
)
def test_a_roster_is_read_however_it_was_saved(tmp_path: Path, data: bytes) -> None:
    found = load_roster(course(tmp_path, data))
    assert [(s.id, s.first_name, s.last_name) for s in found.students] == [
        ("student-001", "Stüdent", "Öne"),
        ("student-002", "Student", "Two"),
    ]
    assert found.notes == ()


def test_windows_own_encoding_is_read_and_said(tmp_path: Path) -> None:
    found = load_roster(course(tmp_path, PLAIN.encode("cp1252")))
    assert found.students[0].name == "Stüdent Öne"
    assert found.notes == ("roster.csv is not in UTF-8 and was read as Windows-1252: look at the names with accents",)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("name\nada\n", "roster.csv:1: has no column 'id'"),
        ("id,Student ID\na,b\n", "has two columns for 'id': 'id' and 'Student ID'"),
        ("id\n1.23457E+11\n", "roster.csv:2: '1.23457E+11' is a number that a spreadsheet rounded"),
        ('id\n"1,23457E+11"\n', "is a number that a spreadsheet rounded"),
        ("id\nStüdent\nStu\u0308dent\n", "roster.csv:3: id 'Stüdent' is already in line 2"),
        ("id\nAda\nada\n", "is already in line 2"),
        (
            "id\nStüdent\n".encode("cp1252"),
            "the id 'Stüdent' may be wrong, because the file is not in UTF-8",
        ),
        (b"id,x\na,\x81\x8d\n", "is in an unknown encoding: save it as CSV UTF-8"),
        (b"\xff\xfeid\n", "is in an unknown encoding"),
        ("id\n", "lists nobody"),
    ],
)
def test_a_roster_at_fault_is_told_in_words(tmp_path: Path, data: bytes | str, told: str) -> None:
    with pytest.raises(CourseError) as caught:
        load_roster(course(tmp_path, data))
    assert told in str(caught.value)
    assert "codec" not in str(caught.value)


def test_who_is_missing_from_it_is_found_in_any_spelling(tmp_path: Path) -> None:
    found = load_roster(course(tmp_path, "id\nStüdent\n"))
    assert [found.misses(name) for name in ("Stüdent", "Stu\u0308dent", "Student", "eve")] == [False, False, True, True]
    assert len(load_roster(course(tmp_path, "id\nStüdent\n")).by("id", "Stu\u0308dent")) == 1


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("student-001", ()),
        ("studnet-001", ("; did you mean 'student-001'?",)),
        ("Student-001", ("; did you mean 'student-001'?",)),
        ("student_001", ("; did you mean 'student-001'?",)),
        ("student-1", ("; did you mean 'student-001'?",)),
        ("somebody", ("",)),
        ("2026001", ("",)),
    ],
)
def test_an_extension_for_nobody_of_the_roster_is_told(tmp_path: Path, who: str, told: tuple[str, ...]) -> None:
    found = doubtful_dates(course(tmp_path, extensions=who), "toy")
    expected = tuple(f"an extension for 'toy' names '{who}', who is not in roster.csv{end}" for end in told)
    assert tuple(date.text for date in found) == expected


def test_an_extension_in_another_spelling_is_for_the_same_student(tmp_path: Path) -> None:
    assert doubtful_dates(course(tmp_path, "id\nStüdent\n", extensions="Stu\u0308dent"), "toy") == ()


def test_without_a_roster_those_who_handed_in_are_known(tmp_path: Path) -> None:
    made = course(tmp_path, extensions="studnet-001")
    (tmp_path / "course.yml").write_text((tmp_path / "course.yml").read_text().replace("roster: roster.csv\n", ""))
    made = load_course(tmp_path)
    assert doubtful_dates(made, "toy") == ()
    (made.submitted_dir / "student-001" / "toy").mkdir(parents=True)
    (told,) = doubtful_dates(made, "toy", certain=True)
    assert told.text.endswith("who has handed in nothing yet; did you mean 'student-001'?")
    other = course(tmp_path, extensions="somebody")
    (tmp_path / "course.yml").write_text((tmp_path / "course.yml").read_text().replace("roster: roster.csv\n", ""))
    other = load_course(tmp_path)
    assert len(doubtful_dates(other, "toy")) == 1
    assert doubtful_dates(other, "toy", certain=True) == ()
