"""Downloads made after the systems' conventions, hostile ones, and the files that their gradebooks import."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from pathlib import Path

import pytest
import small_course
from downloads import ROSTER, notebook, packed, with_roster
from small_course import NAME, WRONG

from autograder.course import Course, load_course
from autograder.errors import CourseError, SubmissionError
from autograder.gradebook.book import Book
from autograder.integrations.lms import archive
from autograder.integrations.lms.grades_csv import harmless, sheet, write_grades
from autograder.integrations.lms.import_submissions import Imported, import_submissions
from autograder.notebooks.release import Release
from autograder.notebooks.submitted import parse
from autograder.workspace.roster import load_roster
from autograder.workspace.submissions import Submission, load


@pytest.fixture
def course(small: Course) -> Course:
    return with_roster(small)


def taken(course: Course, student: str) -> Submission:
    found = load(course.submitted_dir, NAME, student)
    assert isinstance(found, Submission), found
    return found


def told(done: Imported) -> dict[str, str]:
    return dict(done.left_out)


def test_canvas_names_accents_late_marks_and_attempts(course: Course, tmp_path: Path) -> None:
    files = {
        "çelikjosé_1001_501_toy.ipynb": notebook(course, "first"),
        "çelikjosé_1001_777_toy-1.ipynb": notebook(course, "second"),
        "çelikjosé_1001_778_helper.py": b"x = 1",
        "leeann_LATE_1002_502_my toy.ipynb": notebook(course, "late"),
        "strangereve_9999_503_toy.ipynb": notebook(course, "who"),
        "mustermax_1004_504_toy.zip": b"PK",
    }
    done = import_submissions(course, "canvas", packed(tmp_path / "submissions.zip", files), NAME)
    assert done.taken == ["student-001", "student-002"]
    assert b"second" in taken(course, "student-001").notebook
    assert taken(course, "student-001").files == (("helper.py", b"x = 1"),)
    assert done.late == ["student-002"]
    assert dict(done.notes) == {
        "student-001": "2 attempts; the latest was taken, '\\xe7elikjos\\xe9_1001_777_toy-1.ipynb'",
        "student-002": "The notebook 'my toy.ipynb' was taken as toy.ipynb.",
    }
    assert done.unknown == ["strangereve (9999)"]
    assert "is an archive inside the download" in told(done)["'mustermax_1004_504_toy.zip'"]
    assert done.missing == ["student-003", "student-004", "student-005"]


@pytest.mark.parametrize("end", ["_/", "/", "_"], ids=["in folders", "in folders since 4.1", "in names"])
def test_moodle_by_full_name(course: Course, tmp_path: Path, end: str) -> None:
    end = f"_assignsubmission_file{end}"
    files = {
        f"Stüdent Öne_4711{end}toy.ipynb": notebook(course, "jose"),
        f"Student van der Three_4712{end}toy (1).ipynb": notebook(course, "bo"),
        f"Student Four_4713{end}toy.ipynb": notebook(course, "which"),
        f"Eve Stranger_4714{end}toy.ipynb": notebook(course, "who"),
    }
    done = import_submissions(course, "moodle", packed(tmp_path / "moodle.zip", files), NAME)
    assert done.taken == ["student-001", "student-003"]
    assert done.unknown == ["Eve Stranger"]
    (reason,) = done.left_out
    said = "could be from any of student-004, student-005, who have the same name; say in course.yml whose it is: "
    assert reason[1].startswith(said)


def test_gradescope_by_its_metadata_with_times(course: Course, tmp_path: Path) -> None:
    metadata = """\
submission_11:
  :submitters:
  - :name: Stüdent Öne
    :sid: A-1
    :email: one@example.org
  :created_at: 2030-01-31 13:30:00.123456000 +02:00
submission_12:
  :submitters:
  - :name: Stüdent Öne
    :sid: A-1
    :email: one@example.org
  - :name: Student Two
    :sid: A-2
    :email: TWO@example.org
  :created_at: 2030-02-01 10:00:00 Z
"""
    files = {
        "assignment_1_export/submission_metadata.yml": metadata.encode(),
        "assignment_1_export/submission_11/toy.ipynb": notebook(course, "first"),
        "assignment_1_export/submission_12/toy.ipynb": notebook(course, "together"),
    }
    done = import_submissions(course, "gradescope", packed(tmp_path / "export.zip", files), NAME)
    assert done.taken == ["student-001", "student-002"]
    for student in done.taken:
        assert b"together" in taken(course, student).notebook
        assert str(taken(course, student).timestamp) == "2030-02-01 10:00:00+00:00"
    assert dict(done.notes)["student-001"].startswith("2 attempts; the latest was taken")


def test_folders_and_files_by_the_students_ids(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    (folder / "student-001").mkdir(parents=True)
    (folder / "student-001" / "draft.ipynb").write_bytes(b"{}")
    (folder / "student-001" / "work.ipynb").write_bytes(notebook(course, "in a folder"))
    (folder / "student-002.ipynb").write_bytes(notebook(course, "a file"))
    (folder / "student-003_toy.ipynb").write_bytes(notebook(course, "with its assignment"))
    (folder / "student-004.ipynb").symlink_to(course.root / "solutions" / "toy.py")
    done = import_submissions(course, "folder", folder, NAME)
    assert done.taken == ["student-001", "student-002", "student-003"]
    assert b"in a folder" in taken(course, "student-001").notebook
    assert told(done)["'student-004.ipynb'"] == "is a symbolic link, not a file"


def test_what_leads_outside_or_is_a_link_is_left_out_and_named(course: Course, tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    link = zipfile.ZipInfo("student-002/toy.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as made:
        for name in ("../student-001/toy.ipynb", "/etc/toy.ipynb", "C:/toy.ipynb", "a\\..\\..\\toy.ipynb"):
            made.writestr(name, b"{}")
        made.writestr(link, "/etc/passwd")
        made.writestr("student-003/toy.ipynb", notebook(course, "honest"))
    done = import_submissions(course, "folder", path, NAME)
    assert done.taken == ["student-003"]
    faults = [fault for _, fault in done.left_out]
    assert faults.count("leads outside the download") == 4
    assert "is a symbolic link" in faults
    assert not (course.workspace.parent / "toy.ipynb").exists()


def test_a_bomb_is_not_unpacked(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = packed(tmp_path / "bomb.zip", {"student-001/toy.ipynb": b" " * (archive.MAX_NOTEBOOK + 1)})
    assert zeros.stat().st_size < 100_000
    done = import_submissions(course, "folder", zeros, NAME)
    assert told(done)["'student-001/toy.ipynb'"] == "is larger than 20 MB"
    many = packed(tmp_path / "many.zip", {f"student-{n:03d}/toy.ipynb": b" " * 1000 for n in range(20)})
    monkeypatch.setattr(archive, "MAX_ENTRIES", 10)
    with pytest.raises(SubmissionError, match="holds more than 10 files"):
        import_submissions(course, "folder", many, NAME)


@pytest.mark.parametrize(
    ("data", "told"), [(b"PK\x03\x04 no zip", "is neither a folder nor a zip"), (b"", "is neither")]
)
def test_a_download_that_is_none_is_told(course: Course, tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "download.zip"
    path.write_bytes(data)
    with pytest.raises(SubmissionError, match="is neither a folder nor a zip"):
        import_submissions(course, "folder", path, NAME)
    assert not course.submitted_dir.exists()


def test_a_name_in_utf_8_of_which_the_zip_does_not_say_so(course: Course, tmp_path: Path) -> None:
    path = packed(
        tmp_path / "old.zip", {"St\u00fcdent \u00d6ne_1_assignsubmission_file_/toy.ipynb": notebook(course, "x")}
    )
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(signature) + offset
        data[place + 1] &= ~0x08  # the flag that names are UTF-8
    path.write_bytes(data)
    assert import_submissions(course, "moodle", path, NAME).taken == ["student-001"]


@pytest.mark.parametrize(
    ("roster", "told"),
    [
        (ROSTER + "student-001,X,Y,,,,\n", "roster.csv:7: id 'student-001' is already in line 2"),
        (ROSTER + "student-009,X,Y,ONE@example.org,,,\n", "roster.csv:7: email 'ONE@example.org' is already in line 2"),
        (ROSTER + "=cmd,X,Y,,,,\n", "roster.csv:7: The student's id '=cmd' contains '='"),
        ("name\nAda\n", "roster.csv:1: has no column 'id'"),
        ("id\n", "roster.csv: lists nobody"),
    ],
)  # fmt: skip
def test_a_roster_at_fault_is_told_with_its_line(course: Course, roster: str, told: str) -> None:
    (course.root / "roster.csv").write_text(roster)
    with pytest.raises(CourseError) as caught:
        load_roster(course)
    assert str(caught.value).removeprefix(f"{course.root}/").startswith(told)


def test_canvas_and_moodle_need_a_roster(small: Course, tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"leeann_1002_502_toy.ipynb": b"{}"})
    for system in ("canvas", "moodle"):
        with pytest.raises(CourseError, match="names no roster"):
            import_submissions(small, system, path, NAME)


def test_a_kernel_of_another_name_is_graded(course: Course) -> None:
    own = json.loads(notebook(course, "x"))
    own["metadata"]["kernelspec"] = {"name": "my-conda-env", "display_name": "mine", "language": "python"}
    expected = Release.from_release(small_course.release(course.root), NAME)
    assert parse(json.dumps(own).encode(), NAME, expected).raw["metadata"]["kernelspec"]["name"] == "python3"


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


@pytest.fixture
def scored(graded: Course) -> Course:
    """ada (right) and bob (wrong) graded, carl in the roster alone."""
    lines = ["id,first_name,last_name,email,canvas_id,sis_id,login", "ada,Ada,=HYPERLINK(1),a@example.org,7,S7,adal"]
    lines += ["bob,Bob,Ross,b@example.org,8,S8,bobr", "carl,Carl,Cox,c@example.org,9,S9,carlc"]
    (graded.root / "roster.csv").write_text("\n".join(lines))
    (graded.root / "course.yml").write_text(f"roster: roster.csv\n{small_course.CONFIG}")
    return load_course(graded.root)


def test_canvas_gets_its_columns(scored: Course, tmp_path: Path) -> None:
    write_grades(scored, "canvas", NAME, tmp_path / "c.csv", "Toys (123)")
    assert rows(tmp_path / "c.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Toys (123)"],
        ["    Points Possible", "", "", "", "", "5.5"],
        ["'=HYPERLINK(1), Ada", "7", "S7", "adal", "", "3.5"],
        ["Ross, Bob", "8", "S8", "bobr", "", "2.0"],
    ]  # and not carl: an empty cell would take a grade back that Canvas has of him


def test_moodle_and_the_plain_table_have_the_same_scores(scored: Course, tmp_path: Path) -> None:
    write_grades(scored, "moodle", NAME, tmp_path / "m.csv")
    found = write_grades(scored, "csv", NAME, tmp_path / "p.csv")
    moodle, plain = rows(tmp_path / "m.csv"), rows(tmp_path / "p.csv")
    assert moodle[0] == ["First name", "Last name", "ID number", "Username", "Email address", "Toys"]
    assert [row[-1] for row in moodle[1:]] == ["3.5", "2.0"]
    assert [row[5] for row in plain[1:]] == ["3.5", "2.0", ""]
    assert found.waiting == ()  # nobody wrote an answer to the written question


def test_a_column_that_names_not_everybody_stays_out_of_moodles_file(scored: Course, tmp_path: Path) -> None:
    """Moodle gives the grade of a line without a name to the student of the line before."""
    lines = ["id,first_name,last_name,email,sis_id,login", "ada,Ada,Ames,,S7,", "bob,Bob,Ross,b@example.org,S8,bobr"]
    (scored.root / "roster.csv").write_text("\n".join(lines))
    write_grades(scored, "moodle", NAME, tmp_path / "m.csv")
    assert rows(tmp_path / "m.csv") == [
        ["First name", "Last name", "ID number", "Username", "Toys"],
        ["Ada", "Ames", "S7", "ada", "3.5"],
        ["Bob", "Ross", "S8", "bob", "2.0"],
    ]


def test_somebody_who_is_not_in_the_roster_is_told(scored: Course) -> None:
    (scored.root / "roster.csv").write_text("id\nada\n")
    assert sheet(scored, NAME).unknown == ("bob",)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_neutralised(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_the_commands_import_and_export(course: Course, tmp_path: Path) -> None:
    bob = small_course.notebook(course.root, double=WRONG["double"])
    files = {"student-001.ipynb": notebook(course, "x"), "student-002.ipynb": bob, "eve.ipynb": bob}
    path = packed(tmp_path / "d.zip", files)
    done = small_course.autograder("import", "folder", path, cwd=course.root)
    assert (done.returncode, done.stderr) == (0, "")
    for text in ("2 submissions of toy imported", "Unknown (1)", "eve", "Missing (3)"):
        assert text in done.stdout
    assert small_course.autograder("grade", cwd=course.root).returncode == 0
    with Book(course.gradebook, course.course_id) as book:
        assert set(book.marks(NAME)) == {"student-001", "student-002"}
    done = small_course.autograder("export", "canvas", NAME, cwd=course.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 of 5 students have a score" in done.stdout
    assert rows(course.workspace / "exports" / NAME / "canvas.csv")[3][-1] == "2.0"
    assert len(rows(course.workspace / "exports" / NAME / "canvas.csv")) == 4
