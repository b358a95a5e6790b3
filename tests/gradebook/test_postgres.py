"""A gradebook on a real PostgreSQL server holds what one in SQLite does; a server that is down tears nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from books import nbgrader, rows
from demo_class import NAME, STUDENTS, handed_in, lay_out
from postgres import Server, postgres
from small_course import own_solutions

from autograder.authoring.build import build_from_course
from autograder.course import Course, load_course
from autograder.errors import GradebookError
from autograder.reports.write import write_feedback
from autograder.runs.batch import grade_assignment
from autograder.workspace.store import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]


@dataclass(frozen=True)
class Twins:
    """The demo class twice, graded by four workers into the one database and the other."""

    sqlite: Course
    postgres: Course
    server: Server


@pytest.fixture(scope="module")
def twins(built_course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    folder = tmp_path_factory.mktemp("twins")
    with own_solutions():
        sqlite = handed_in(built_course, folder / "sqlite")
        shutil.copytree(sqlite.workspace, folder / "course" / "workspace")
        grade_assignment(sqlite, NAME, workers=4)
    with postgres() as server, own_solutions():
        other = elsewhere(folder / "course", server.url)
        build_from_course(other, NAME)
        grade_assignment(other, NAME, workers=4)
        yield Twins(sqlite, other, server)


def elsewhere(root: Path, gradebook: str) -> Course:
    """The same course in another folder, where course.yml names another gradebook; nbgrader's parts read that file."""
    config = lay_out(root).root / "course.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("sqlite:///gradebook.db", gradebook), encoding="utf-8")
    return load_course(root)


def test_both_databases_hold_the_same(twins: Twins) -> None:
    first, second = (rows(course.gradebook, course.course_id, NAME) for course in (twins.sqlite, twins.postgres))
    assert first == second
    assert len(first) >= 0.9 * STUDENTS
    assert any(row.penalty for row in first.values())
    assert any(row.extension != "None" for row in first.values())


def test_nbgraders_commands_work_on_it(twins: Twins) -> None:
    course = twins.postgres
    before = rows(course.gradebook, course.course_id, NAME)
    some = next(student for student, row in before.items() if any(comment for comment, _ in row.comments.values()))
    nbgrader(course.workspace, "autograde", NAME, "--student", some, "--force")
    assert rows(course.gradebook, course.course_id, NAME) == before
    nbgrader(course.workspace, "export", "--to", "grades.csv")
    assert some in (course.workspace / "grades.csv").read_text()
    assert some in nbgrader(course.workspace, "db", "student", "list")
    assert write_feedback(course, NAME, student=some).changed == 1


def test_a_database_that_is_down_is_told_and_nothing_is_half_written(twins: Twins) -> None:
    course = twins.postgres
    new = Path(shutil.copytree(course.submitted_dir / "student-001", course.submitted_dir / "student-099"))
    before = rows(course.gradebook, course.course_id, NAME)
    twins.server.stop()
    try:
        with pytest.raises(GradebookError, match=r"teacher@/gradebook.*: does not answer: start the database server"):
            grade_assignment(course, NAME, workers=1)
        assert not Store(course, NAME).path("student-099").exists()
        assert not course.autograded_dir("student-099", NAME).exists()
    finally:
        twins.server.start()
    assert rows(course.gradebook, course.course_id, NAME) == before
    shutil.rmtree(new)


def test_a_database_that_nobody_made_is_told(twins: Twins) -> None:
    url = twins.server.url.replace("/gradebook?", "/nothing?")
    config = msgspec.structs.replace(twins.postgres.config, gradebook=url)
    with pytest.raises(GradebookError, match='there is no database "nothing" on the server: create it first'):
        build_from_course(msgspec.structs.replace(twins.postgres, config=config), NAME)
