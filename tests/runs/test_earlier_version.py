"""A workspace that version 0.1.0 built and graded: nothing that a person entered is lost, and one build is asked for.

In `workspace-0.1.0.zip` ada (all right) and bob (squares instead of doubling) are graded, a day late. A teacher gave
bob 0.5 points by hand and a comment, and ada 1.5 for the written question; bob has an earlier attempt.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
import small_course
from books import rows
from small_course import NAME

from autograder.course import Course, load_course
from autograder.errors import CourseError
from autograder.runs.migrate import Formats, formats, migrate
from autograder.runs.readiness import built_by_another_version
from autograder.runs.verify import verify, verify_log, workspace_key

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]
ARCHIVE = Path(__file__).with_name("workspace-0.1.0.zip")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    root = small_course.write(tmp_path / "course")
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(root / "workspace")
    return load_course(root)


def by_hand(course: Course) -> dict[str, Any]:
    """All that a teacher entered."""
    found = rows(course.gradebook, course.course_id, NAME)
    grades = {
        (student, name): grade[1:3]
        for student, row in found.items()
        for name, grade in row.grades.items()
        if any(value is not None for value in grade[1:3])
    }
    comments = {
        (student, name): comment[1]
        for student, row in found.items()
        for name, comment in row.comments.items()
        if comment[1]
    }
    return {"grades": grades, "comments": comments}


def attempts(course: Course) -> dict[str, bytes]:
    folder = course.workspace / "attempts"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_grade_asks_for_one_build_and_keeps_what_people_entered(course: Course) -> None:
    entered, kept = by_hand(course), attempts(course)
    assert entered["comments"] == {("bob", "double"): "Come and see me."}
    assert entered["grades"] == {("bob", "test_double"): (0.5, None), ("ada", "written_why"): (1.5, 0.25)}
    assert len(kept) == 2

    first = small_course.autograder("grade", cwd=course.root)
    assert first.returncode == 0, first.stderr
    assert "Run `autograder build` once" in first.stderr
    assert {student: one["score"] for student, one in small_course.results(course.root).items()} == {
        "ada": 3.5,
        "bob": 2.0,
    }
    assert (by_hand(course), attempts(course)) == (entered, kept)

    built = small_course.autograder("build", cwd=course.root)
    assert built.returncode == 0, built.stderr
    second = small_course.autograder("grade", cwd=course.root)
    assert (second.returncode, "autograder build" in second.stderr) == (0, False)
    assert (by_hand(course), attempts(course)) == (entered, kept)
    key = workspace_key(course)
    log = verify_log(course, key)
    assert (log.faults, verify(course, NAME, log, key).faults) == ([], ())


def test_a_workspace_of_this_version_is_not_taken_for_an_older_one(small: Course) -> None:
    assert not built_by_another_version(small)


@pytest.fixture
def earlier(course: Course) -> Course:
    """The course with its own files as version 0.1.0 had them, too."""
    hidden = course.root / "autograder" / "hidden"
    hidden.mkdir(parents=True)
    shutil.move(course.hidden_path(NAME), hidden)
    mistakes = course.mistakes_path(NAME).read_text()
    now = "from autograder.testing import mistake"
    assert now in mistakes
    before = mistakes.replace(now, "from solutions.mistakes import mistake")
    course.mistakes_path(NAME).write_text(before)
    return course


def test_check_says_what_it_found_and_changes_nothing(earlier: Course) -> None:
    files = {path: path.read_bytes() for path in earlier.root.rglob("*") if path.is_file()}
    assert formats(earlier) == Formats(course=1, workspace=1)
    done = small_course.autograder("check", cwd=earlier.root)
    assert done.returncode == 1
    assert "Course: format 1. Workspace: format 1." in done.stdout
    assert "autograder check --migrate" in done.stderr
    assert {path: path.read_bytes() for path in files} == files


def test_a_course_and_workspace_are_migrated_manual_scores_and_all(earlier: Course) -> None:
    entered, kept = by_hand(earlier), attempts(earlier)
    done = small_course.autograder("check", "--migrate", cwd=earlier.root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert formats(earlier) == Formats(course=2, workspace=2)
    assert "Workspace: format 2" in done.stdout
    graded = small_course.autograder("grade", cwd=earlier.root)
    assert (graded.returncode, "autograder build" in graded.stderr) == (0, False)
    assert (by_hand(earlier), attempts(earlier)) == (entered, kept)
    found = {student: one["score"] for student, one in small_course.results(earlier.root).items()}
    assert found == {"ada": 3.5, "bob": 2.0}
    assert list(migrate(earlier)) == []


def test_a_hidden_test_that_is_in_both_places_and_differs_stops_it(earlier: Course) -> None:
    earlier.hidden_path(NAME).write_text("# mine")
    with pytest.raises(CourseError, match="keep the one that counts, and remove the other"):
        list(migrate(earlier))
    assert earlier.hidden_path(NAME).read_text() == "# mine"
