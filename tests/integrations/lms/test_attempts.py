"""Nothing that a student handed in is lost by an import: other attempts are kept, by the command's own entry point."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_course
from downloads import notebook, packed, with_roster
from small_course import NAME

from autograder.course import Course

FIRST, SECOND = "2030-01-30 13:30:00.123456000 +02:00", "2030-02-01 10:00:00 Z"


@pytest.fixture
def course(small: Course) -> Course:
    return with_roster(small)


def export(*attempts: str) -> str:
    """Gradescope's metadata of one student's attempts, numbered from 11."""
    person = "  :submitters:\n  - :name: Stüdent Öne\n    :sid: A-1\n    :email: one@example.org\n"
    return "".join(f"submission_{n}:\n{person}  :created_at: {at}\n" for n, at in enumerate(attempts, 11))


def take(course: Course, system: str, path: Path) -> str:
    done = small_course.autograder("import", system, path, cwd=course.root)
    assert (done.returncode, done.stderr) == (0, "")
    return " ".join(done.stdout.split())


def kept(course: Course, student: str = "student-001") -> dict[str, dict[str, bytes]]:
    """By its folder's name, the files of each attempt."""
    folder = course.workspace / "attempts" / student / NAME
    return {one.name: {path.name: path.read_bytes() for path in one.iterdir()} for one in sorted(folder.glob("*"))}


def test_an_older_attempt_is_kept_with_its_time_and_files(course: Course, tmp_path: Path) -> None:
    files = {
        "e/submission_metadata.yml": export(FIRST, SECOND).encode(),
        "e/submission_11/toy.ipynb": notebook(course, "first"),
        "e/submission_11/helper.py": b"x = 1",
        "e/submission_12/toy.ipynb": notebook(course, "second"),
    }
    said = take(course, "gradescope", packed(tmp_path / "export.zip", files))
    assert "student-001 1 other attempt: attempts/student-001/toy/" in said
    (name,), (attempt,) = kept(course), kept(course).values()
    assert name.startswith("2030-01-30T113000-")
    assert attempt == {
        "toy.ipynb": files["e/submission_11/toy.ipynb"],
        "helper.py": b"x = 1",
        "timestamp.txt": b"2030-01-30 11:30:00.123456 UTC",
    }
    before = kept(course)
    take(course, "gradescope", tmp_path / "export.zip")
    assert kept(course) == before


def test_what_a_later_download_replaces_is_kept_once(course: Course, tmp_path: Path) -> None:
    first = {
        "submission_metadata.yml": export(FIRST).encode(),
        "submission_11/toy.ipynb": notebook(course, "first"),
    }
    take(course, "gradescope", packed(tmp_path / "monday.zip", first))
    assert kept(course) == {}
    second = first | {
        "submission_metadata.yml": export(FIRST, SECOND).encode(),
        "submission_12/toy.ipynb": notebook(course, "second"),
    }
    said = take(course, "gradescope", packed(tmp_path / "tuesday.zip", second))
    assert "1 other attempt and the submission that was here: attempts/student-001/toy/" in said
    assert [one["toy.ipynb"] for one in kept(course).values()] == [first["submission_11/toy.ipynb"]]
    here = course.submitted_dir / "student-001" / NAME
    assert (here / "toy.ipynb").read_bytes() == second["submission_12/toy.ipynb"]
    assert small_course.autograder("grade", cwd=course.root).returncode == 0
    assert set(small_course.results(course.root)) == {"student-001"}  # an attempt is no submission


def test_canvas_files_of_an_older_number_are_kept_with_odd_names_made_plain(course: Course, tmp_path: Path) -> None:
    files = {
        "celikjose_1001_501_toy.ipynb": notebook(course, "first"),
        "celikjose_1001_502_.hidden": b"dots",
        "celikjose_1001_503_timestamp.txt": b"1999-01-01 00:00:00 UTC",
        "celikjose_1001_777_toy-1.ipynb": notebook(course, "second"),
    }
    take(course, "canvas", packed(tmp_path / "submissions.zip", files))
    found = [next(iter(one.items())) for one in kept(course).values()]
    assert sorted(data for _, data in found) == sorted(data for name, data in files.items() if "777" not in name)
    assert all(name == "toy.ipynb" or name.startswith("file-") for name, _ in found)
    assert sorted(path.name for path in (course.submitted_dir / "student-001" / NAME).iterdir()) == ["toy.ipynb"]


def test_a_time_that_a_person_wrote_stays_when_the_same_is_imported_again(course: Course, tmp_path: Path) -> None:
    path = packed(tmp_path / "d.zip", {"celikjose_LATE_1001_501_toy.ipynb": notebook(course, "late")})
    assert "Marked late, without a time" in take(course, "canvas", path)
    stamp = course.submitted_dir / "student-001" / NAME / "timestamp.txt"
    stamp.write_text("2030-02-02 09:30:00 UTC")
    take(course, "canvas", path)
    assert stamp.read_text() == "2030-02-02 09:30:00 UTC"
    assert kept(course) == {}
