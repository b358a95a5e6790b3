"""Downloads of Blackboard, Brightspace, ILIAS and GitHub Classroom, rosters, and who is who."""

from __future__ import annotations

from pathlib import Path

import pytest
from downloads import notebook, packed, with_roster

from autograder.course import Course, load_course
from autograder.errors import CourseError
from autograder.integrations.lms.import_submissions import Imported, import_submissions
from autograder.integrations.lms.rosters import write_roster
from autograder.workspace.roster import load_roster


@pytest.fixture
def course(small: Course) -> Course:
    text = (with_roster(small).root / "course.yml").read_text()
    (small.root / "course.yml").write_text(f"timezone: Europe/Berlin\n{text}")
    return load_course(small.root)


def take(course: Course, system: str, files: dict[str, bytes], tmp_path: Path) -> Imported:
    return import_submissions(course, system, packed(tmp_path / "download.zip", files), "toy")


def handed_in(course: Course, student: str) -> tuple[bytes, str]:
    """A student's notebook and the time beside it."""
    folder = course.submitted_dir / student / "toy"
    time = folder / "timestamp.txt"
    return (folder / "toy.ipynb").read_bytes(), time.read_text() if time.exists() else ""


def test_blackboard(course: Course, tmp_path: Path) -> None:
    old, new, other = (notebook(course, mark) for mark in ("old", "new", "other"))
    done = take(
        course,
        "blackboard",
        {
            "My_toys_sone_attempt_2026-10-15-09-00-00_toy.ipynb": old,
            "My_toys_sone_attempt_2026-10-16-21-40-23_toy.ipynb": new,
            "My_toys_sone_attempt_2026-10-16-21-40-23.txt": b"Name: Student (sone)",
            "My_toys_stwo_attempt_2026-10-16-08-00-00_my work.ipynb": other,
            "My_toys_stranger_attempt_2026-10-16-08-00-00_toy.ipynb": other,
        },
        tmp_path,
    )
    assert done.taken == ["student-001", "student-002"]
    assert done.unknown == ["My_toys_stranger"]
    assert handed_in(course, "student-001") == (new, "2026-10-16 19:40:23.000000 UTC")
    assert not list((course.submitted_dir / "student-001" / "toy").glob("*.txt.txt"))
    assert done.notes[0][1].startswith("2 attempts")


def test_brightspace(course: Course, tmp_path: Path) -> None:
    old, new = notebook(course, "old"), notebook(course, "new")
    done = take(
        course,
        "brightspace",
        {
            "index.html": b"<html>",
            "12-34 - Student Two - Oct 15, 2026 940 AM/toy.ipynb": old,
            "12-35 - Student Two - Oct 16, 2026 1205 AM/toy.ipynb": new,
            "12-36 - Student Four - Oct 16, 2026 1205 AM/toy.ipynb": new,
        },
        tmp_path,
    )
    assert done.taken == ["student-002"]
    assert handed_in(course, "student-002") == (new, "2026-10-15 22:05:00.000000 UTC")
    assert "who_is_who: {'Student Four (12-36)': student-004}" in done.left_out[0][1]


def test_ilias(course: Course, tmp_path: Path) -> None:
    old, new = notebook(course, "old"), notebook(course, "new")
    done = take(
        course,
        "ilias",
        {
            "Exercise_1_123/Submissions/van der Three_Student_sthree_4711/20261015080000_toy.ipynb": old,
            "Exercise_1_123/Submissions/van der Three_Student_sthree_4711/20261016214023_toy.ipynb": new,
            "Exercise_1_123/Submissions/Four_Student_sfour2_4712/20261016214023_toy.ipynb": old,
        },
        tmp_path,
    )
    assert done.taken == ["student-003", "student-005"]
    assert handed_in(course, "student-003") == (new, "2026-10-16 19:40:23.000000 UTC")


def test_github_classroom(course: Course, tmp_path: Path) -> None:
    roster = (course.root / "roster.csv").read_text().splitlines()
    names = ("student-one", "student-two", "bo", "four-1", "four-2")
    lines = [f"{roster[0]},github_username", *(f"{line},{name}" for line, name in zip(roster[1:], names, strict=True))]
    (course.root / "roster.csv").write_text("\n".join(lines))
    mine, other = notebook(course, "mine"), notebook(course, "other")
    done = take(
        course,
        "github",
        {
            "toy-submissions/toy-student-one/toy.ipynb": mine,
            "toy-submissions/toy-student-one/.git/toy.ipynb": other,
            "toy-submissions/toy-Student-Two-main/week-1/toy.ipynb": other,
            "toy-submissions/toy-nobody/toy.ipynb": other,
        },
        tmp_path,
    )
    assert done.taken == ["student-001", "student-002"]
    assert handed_in(course, "student-001")[0] == mine
    assert len(done.unknown) == 1


def test_who_is_who_settles_a_shared_name_for_one_student_only(course: Course, tmp_path: Path) -> None:
    path = course.root / "course.yml"
    path.write_text(f"who_is_who:\n  Student Four (77): student-005\n{path.read_text()}")
    mine, other = notebook(course, "mine"), notebook(course, "other")
    files = {
        "Student Four_77_assignsubmission_file_/toy.ipynb": mine,
        "Student Four_78_assignsubmission_file_/toy.ipynb": other,
    }
    done = take(load_course(course.root), "moodle", files, tmp_path)
    assert done.taken == ["student-005"]
    assert handed_in(course, "student-005")[0] == mine
    assert "who_is_who: {'Student Four (78)': student-004}" in done.left_out[0][1]


def test_who_is_who_of_somebody_unknown_is_refused_with_its_line(course: Course, tmp_path: Path) -> None:
    path = course.root / "course.yml"
    path.write_text(f"who_is_who:\n  Student Four (77): student-050\n{path.read_text()}")
    files = {"Student Four_77_assignsubmission_file_/toy.ipynb": notebook(course, "x")}
    with pytest.raises(
        CourseError, match=r"course\.yml:2: 'who_is_who' names 'student-050', who is not in roster\.csv"
    ):
        take(load_course(course.root), "moodle", files, tmp_path)


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Toys (12)
    Points Possible,,,,,5.5
"Öne, Stüdent",1001,A-1,sone,Tuesday,
"Two, Student",1002,A-2,stwo,Thursday,3
"Student, Test",9999,,,Tuesday,
"""
MOODLE = """\
First name;Last name;ID number;Email address;Groups
Stüdent;Öne;A-1;one@example.org;Tuesday
Student;Two;;two@example.org;
"""


@pytest.mark.parametrize(
    ("system", "text", "ids"), [("canvas", CANVAS, ["sone", "stwo"]), ("moodle", MOODLE, ["A-1", "two"])]
)
def test_a_roster_is_made_from_an_export(
    course: Course, tmp_path: Path, system: str, text: str, ids: list[str]
) -> None:
    source = tmp_path / "export.csv"
    source.write_text(text, encoding="utf-8-sig")
    (course.root / "roster.csv").unlink()
    assert write_roster(system, source, course.root / "roster.csv") == 2
    found = load_roster(course)
    assert [student.id for student in found.students] == ids
    assert found.by_name("Student One")[0].section == "Tuesday"
    assert write_roster(system, source, course.root / "roster.csv") == 2


@pytest.mark.parametrize(
    ("system", "text", "said"),
    [
        ("canvas", MOODLE, "export.csv:1: has no column 'Student': it is not what canvas exports"),
        ("moodle", "First name,Username\nA,x\nB,X\n", "export.csv:3: 'X' appears twice; remove one of the lines"),
        ("moodle", "First name,Username\n", "lists nobody"),
        ("moodle", "First name,Username\nA,\n", "export.csv:2: "),
    ],
)
def test_an_export_that_cannot_be_used_is_refused(tmp_path: Path, system: str, text: str, said: str) -> None:
    (tmp_path / "export.csv").write_text(text)
    with pytest.raises(CourseError) as refused:
        write_roster(system, tmp_path / "export.csv", tmp_path / "roster.csv")
    assert said in str(refused.value)


def test_another_roster_is_never_overwritten(course: Course, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(CANVAS)
    with pytest.raises(CourseError, match=r"roster\.csv: already exists and lists other students"):
        write_roster("canvas", tmp_path / "export.csv", course.root / "roster.csv")
