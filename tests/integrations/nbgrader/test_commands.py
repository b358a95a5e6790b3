"""nbgrader's own commands in the workspace, and its exchange between an instructor and two students' accounts."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
import small_course
from accounts import NOTEBOOK, account, course  # noqa: F401 - a fixture
from books import nbgrader, rows
from small_course import NAME, RIGHT, WRONG

from autograder.course import Course
from autograder.reports.write import write_feedback

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]


def test_the_exchange_from_release_to_feedback(course: Course, tmp_path: Path) -> None:
    here = course.workspace
    assert course.exchange is not None
    ada, bob = (account(tmp_path, course.exchange, name) for name in ("ada", "bob"))

    nbgrader(here, "release_assignment", NAME)
    assert "smallcourse toy" in nbgrader(here, "list")
    for student in (ada, bob):
        assert "smallcourse toy" in student.nbgrader("list")
        student.nbgrader("fetch_assignment", NAME)
        assert b"return x * 2.0" not in student.notebook.read_bytes()
    ada.submit(double=WRONG["double"])
    ada.submit(double=RIGHT["double"])  # the second time counts
    bob.submit(double=WRONG["double"])
    assert nbgrader(here, "list", "--inbound").count("toy") >= 3

    nbgrader(here, "collect", NAME)
    nbgrader(here, "autograde", NAME)
    nbgrader(here, "generate_feedback", NAME)
    nbgrader(here, "release_feedback", NAME)
    with_scores = rows(course.gradebook, course.course_id, NAME)
    assert {student: row.score for student, row in with_scores.items()} == {"ada": 3.5, "bob": 2.0}
    assert "(Score: 3.5 / 5.5)" in ada.feedback()
    assert "a function that squares" in bob.feedback()
    assert list((ada.home / NAME / "feedback").glob("*/*")) != []
    pages = [page.read_text() for page in ada.home.rglob("*.html")]
    assert pages
    assert [page for page in pages if "a function that squares" in page] == []

    bob.submit()  # handed in once more, and graded and fed back by this kit's own commands
    nbgrader(here, "collect", NAME, "--update")
    assert small_course.autograder("grade", cwd=course.root).returncode == 0
    write_feedback(course, NAME)
    nbgrader(here, "release_feedback", NAME)
    assert "All 2 tests passed" in bob.feedback()
    assert {student: row.score for student, row in rows(course.gradebook, course.course_id, NAME).items()} == {
        "ada": 3.5, "bob": 3.5,
    }  # fmt: skip


def test_zip_collect_takes_folders_and_files_by_their_names(course: Course, tmp_path: Path) -> None:
    here = Path(shutil.copytree(course.root, tmp_path / "course")) / "workspace"
    archive = here / "downloaded" / NAME / "archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "all.zip", "w") as packed:
        packed.writestr(f"student-001/{NOTEBOOK}", small_course.notebook(course.root))
        packed.writestr(f"student-002_{NOTEBOOK}", small_course.notebook(course.root, double=WRONG["double"]))
    nbgrader(here, "zip_collect", NAME, f"--CourseDirectory.root={here}")
    found = sorted(path.relative_to(here / "submitted") for path in (here / "submitted").glob("student-*/*/*.ipynb"))
    assert [str(path) for path in found] == [f"student-001/{NAME}/{NOTEBOOK}", f"student-002/{NAME}/{NOTEBOOK}"]


ZIPS: dict[str, tuple[dict[str, dict[str, str]], dict[str, list[str]]]] = {
    "a student's folder with another one's name": (
        {
            "student-001.zip": {"student-002/toy.ipynb": "wrong", "student-001/toy.ipynb": "wrong"},
            "student-002.zip": {"toy.ipynb": "right"},
        },
        {"student-001": ["student-001_toy", "student-002_toy"], "student-002": ["toy"]},
    ),
    "another one's name in a file's": (
        {"student-001.zip": {"student-002_toy.ipynb": "wrong"}, "student-002.zip": {"toy.ipynb": "right"}},
        {"student-001": ["student-002_toy"], "student-002": ["toy"]},
    ),
    "two of one name stop nobody": (
        {
            "student-001.zip": {"a/b_toy.ipynb": "right", "a_b/toy.ipynb": "right"},
            "student-002.zip": {"work/deep/toy (1).ipynb": "right"},
        },
        {"student-001": ["a_b_toy (1)", "a_b_toy"], "student-002": ["work_deep_toy (1)"]},
    ),
    "folders around all": (
        {"week 3.zip": {"all/student-001/toy.ipynb": "right", "all/student-002/student-001/toy.ipynb": "right"}},
        {"student-001": ["toy"], "student-002": ["student-001_toy"]},
    ),
    "a notebook that names nobody": (
        {"student-001.zip": {"toy.ipynb": "right"}, "week.zip": {"toy.ipynb": "right"}},
        {"student-001": ["toy"]},
    ),
}


@pytest.mark.parametrize("case", ZIPS)
def test_zip_collect_gives_a_students_archive_to_nobody_else(course: Course, tmp_path: Path, case: str) -> None:
    archives, expected = ZIPS[case]
    root = Path(shutil.copytree(course.root, tmp_path / "course"))
    here = root / "workspace"
    (root / "roster.csv").write_text("id\nstudent-001\nstudent-002\n")
    (root / "course.yml").write_text(f"roster: roster.csv\n{(root / 'course.yml').read_text()}")
    archive = here / "downloaded" / NAME / "archive"
    archive.mkdir(parents=True)
    for name, files in archives.items():
        with zipfile.ZipFile(archive / name, "w") as packed:
            for inner, what in files.items():
                answers = {"double": WRONG["double"]} if what == "wrong" else {}
                packed.writestr(inner, small_course.notebook(course.root, **answers))
    nbgrader(here, "zip_collect", NAME, f"--CourseDirectory.root={here}")
    found: dict[str, list[str]] = {}
    for path in sorted((here / "submitted").glob(f"student-*/{NAME}/*.ipynb")):
        found.setdefault(path.parts[-3], []).append(path.stem)
    assert found == expected


def test_zip_collect_refuses_what_could_be_either(course: Course, tmp_path: Path) -> None:
    here = Path(shutil.copytree(course.root, tmp_path / "course")) / "workspace"
    shutil.rmtree(here / "submitted", ignore_errors=True)
    archive = here / "downloaded" / NAME / "archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "pack.zip", "w") as packed:
        packed.writestr("student-001/toy.ipynb", small_course.notebook(course.root))
    said = nbgrader(here, "zip_collect", NAME, f"--CourseDirectory.root={here}", code=1)
    assert "does not show who handed in, 'pack' or 'student-001'" in said
    assert not (here / "submitted").exists()


def test_the_database_commands_know_the_course(course: Course) -> None:
    here = course.workspace
    nbgrader(here, "db", "student", "add", "cyd", "--first-name", "Cyd")
    assert "cyd" in nbgrader(here, "db", "student", "list")
    assert f"{NAME} (due: 2030-01-31 12:00:00)" in nbgrader(here, "db", "assignment", "list")
    nbgrader(here, "db", "upgrade")
    assert "Success!" in nbgrader(here, "validate", f"source/{NAME}/{NOTEBOOK}")
