"""Bad downloads and rosters through `autograder import`: what is told, the exit status, and nothing half-written."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from downloads import ROSTER, notebook, packed, with_roster
from small_course import NAME
from typer.testing import CliRunner

from autograder.cli import app
from autograder.cli.app import ExitCode
from autograder.course import Course


@pytest.fixture
def course(small: Course) -> Course:
    return with_roster(small)


def take(course: Course, system: str, path: Path, *, code: int = ExitCode.good) -> str:
    """Runs the command; returns all that it said, on one line."""
    done = CliRunner().invoke(app, ["import", system, str(path), "--course", str(course.root)])
    assert done.exit_code == code, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return " ".join(done.output.split())


def written(course: Course) -> set[str]:
    """The files in the workspace that an import writes."""
    folders = (course.submitted_dir, course.workspace / "attempts")
    found = {path for folder in folders for path in folder.rglob("*") if not path.is_dir()}
    return {path.relative_to(course.workspace).as_posix() for path in found}


def inner() -> bytes:
    """A zip with a notebook in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("toy.ipynb", b"{}")
    return made.getvalue()


HONEST = {f"submitted/student-003/{NAME}/{NAME}.ipynb"}


def test_a_zip_of_zips_is_told_file_by_file_and_the_rest_is_taken(course: Course, tmp_path: Path) -> None:
    files = {"student-001/toy.zip": inner(), "student-002.ZIP": inner(), "student-003/toy.ipynb": notebook(course, "x")}
    said = take(course, "folder", packed(tmp_path / "all.zip", files))
    reason = "is an archive inside the download: unpack it and hand in the notebook itself"
    for name in ("student-001/toy.zip", "student-002.ZIP"):
        assert f"'{name}' {reason}" in said
    assert "student-001 handed in no notebook" in said
    assert "1 submissions of toy imported" in said
    assert written(course) == HONEST


def test_what_leads_outside_or_is_a_link_is_told_and_the_rest_is_taken(course: Course, tmp_path: Path) -> None:
    path = packed(tmp_path / "evil.zip", {
        "../student-001/toy.ipynb": b"{}", "/etc/toy.ipynb": b"{}", "student-003/toy.ipynb": notebook(course, "x"),
    })  # fmt: skip
    link = zipfile.ZipInfo("student-002/toy.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(link, str(course.root / "course.yml"))
    before = {one for one in tmp_path.rglob("*") if not one.is_relative_to(course.workspace)}
    said = take(course, "folder", path)
    assert said.count("leads outside the download") == 2
    assert "'student-002/toy.ipynb' is a symbolic link" in said
    assert written(course) == HONEST
    assert {one for one in tmp_path.rglob("*") if not one.is_relative_to(course.workspace)} == before


def test_accents_late_marks_and_namesakes(course: Course, tmp_path: Path) -> None:
    files = {
        "o\u0308nestu\u0308dent_LATE_5555_501_toy.ipynb": notebook(course, "by name"),  # letters and marks apart
        "vanderthreestudent_1003_502_toy.ipynb": notebook(course, "by number"),
        "fourstudent_6666_503_toy.ipynb": notebook(course, "which"),
    }
    said = take(course, "canvas", packed(tmp_path / "submissions.zip", files))
    assert "2 submissions of toy imported" in said
    assert "Marked late, without a time (1) student-001" in said
    assert "could be from any of student-004, student-005, who have the same name" in said
    assert written(course) == HONEST | {f"submitted/student-001/{NAME}/{NAME}.ipynb"}


ROSTERS = {
    "an id twice": (ROSTER + "student-001,X,Y,,,,\n", "roster.csv:7: id 'student-001' is already in line 2"),
    "a number twice": (ROSTER + "student-006,X,Y,,1001,,\n", "roster.csv:7: canvas_id '1001' is already in line 2"),
    "an address twice": (
        ROSTER + "s,X,Y,ONE@example.org,,,\n",
        "roster.csv:7: email 'ONE@example.org' is already in",
    ),
    "no column id": ("name\nAda\n", "roster.csv:1: has no column 'id'"),
    "a formula": (ROSTER + "=cmd,X,Y,,,,\n", "roster.csv:7: The student's id '=cmd' contains '='"),
}


@pytest.mark.parametrize(("roster", "told"), ROSTERS.values(), ids=ROSTERS)
def test_a_roster_at_fault_stops_the_command_before_anything_is_written(
    course: Course, tmp_path: Path, roster: str, told: str
) -> None:
    (course.root / "roster.csv").write_text(roster, encoding="utf-8")
    path = packed(tmp_path / "d.zip", {"student-003.ipynb": notebook(course, "x")})
    said = take(course, "folder", path, code=ExitCode.fault)
    assert f"Error: {course.root}/{told}" in said
    assert written(course) == set()


@pytest.mark.parametrize("system", ["canvas", "moodle", "gradescope", "folder"])
def test_a_download_that_is_none_stops_the_command(course: Course, tmp_path: Path, system: str) -> None:
    path = tmp_path / "download.zip"
    path.write_bytes(b"PK\x03\x04 and no more")
    said = take(course, system, path, code=ExitCode.fault)
    assert f"Error: {path}: is neither a folder nor a zip" in said
    assert "not found" in take(course, system, tmp_path / "nowhere.zip", code=ExitCode.fault)
    assert written(course) == set()


def test_an_export_without_its_metadata_stops_the_command(course: Course, tmp_path: Path) -> None:
    path = packed(tmp_path / "export.zip", {"submission_1/toy.ipynb": notebook(course, "x")})
    said = take(course, "gradescope", path, code=ExitCode.fault)
    assert "submission_metadata.yml: is not in the download" in said
    assert written(course) == set()
