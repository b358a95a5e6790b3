"""Databases that cannot be used, on a real server that asks for passwords, through the commands: cause, no password."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import small_course
from books import nbgrader, rows
from postgres import Server, postgres
from small_course import NAME
from typer.testing import CliRunner

from autograder.authoring.build import build_from_course
from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.cli import app
from autograder.cli.app import ExitCode
from autograder.course import Course, load_course

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]

PASSWORD = "correct-horse"
GUESS = "wrong-battery"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres(password=PASSWORD) as started:
        yield started


@pytest.fixture
def course(small: Course, server: Server) -> Course:
    """The small course on that server, built, with a submission."""
    made = pointed(small, server.url.replace("teacher@", f"teacher:{PASSWORD}@"))
    build_from_course(made, NAME)
    small_course.hand_in(small.root, "ada")
    return made


def pointed(course: Course, url: str) -> Course:
    """The course with another database in its course.yml."""
    (course.root / "course.yml").write_text(f"gradebook: {url}\n{small_course.CONFIG}")
    return load_course(course.root)


def told(course: Course, *arguments: str) -> str:
    """What the command says of a database that it cannot use; in one line, without any password."""
    done = CliRunner().invoke(app, [*arguments, "--course", str(course.root)])
    assert done.exit_code == ExitCode.fault, done.output
    assert isinstance(done.exception, SystemExit), done.exception  # any other would be shown as a traceback
    assert PASSWORD not in done.output
    assert GUESS not in done.output
    return " ".join(done.output.split())


def files(course: Course) -> dict[str, bytes]:
    """Everything in the workspace, but for the lock and what nbgrader's settings say of the database."""
    found = {path.relative_to(course.workspace).as_posix(): path for path in course.workspace.rglob("*")}
    return {name: path.read_bytes() for name, path in found.items() if path.is_file() and not name.startswith(".")}


FAULTS = {
    "a refused password": (PASSWORD, GUESS, "refuses this user or password"),
    "no password": (f":{PASSWORD}@", "@", "asks for a password: put it into ~/.pgpass or the variable PGPASSWORD"),
    "an unknown user": ("teacher:", "nobody:", "refuses this user or password"),
    "an unknown database": (
        "/gradebook?",
        "/nothing?",
        'there is no database "nothing" on the server: create it first',
    ),
    "an unknown host": ("@/gradebook?", "@no-such-host.invalid/gradebook?x=", "there is no such host: check its name"),
    "nobody who listens": ("@/gradebook?", "@127.0.0.1:1/gradebook?x=", "does not answer: start the database server"),
}


@pytest.mark.parametrize(("good", "bad", "cause"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_cause_and_nothing_is_graded(course: Course, good: str, bad: str, cause: str) -> None:
    assert good in course.gradebook
    url = course.gradebook.replace(good, bad)
    wrong = pointed(course, url.partition("?x=")[0])
    before = files(wrong)
    said = told(wrong, "grade", NAME, "--jobs", "1")
    assert "Error: gradebook postgresql+psycopg://" in said
    assert cause in said
    assert files(wrong) == before
    assert not list((wrong.workspace / "results").rglob("*.json"))


def test_every_command_that_needs_the_gradebook_tells_it(course: Course) -> None:
    wrong = pointed(course, course.gradebook.replace(PASSWORD, GUESS))
    before = files(wrong)
    for command in ("build", "grade", "feedback"):
        assert "refuses this user or password" in told(wrong, command, NAME), command
    assert "refuses this user or password" in told(wrong, "export", "csv", NAME)
    assert files(wrong) == before


def test_with_the_right_password_in_the_environment_it_goes_on(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    right = pointed(course, course.gradebook.replace(f":{PASSWORD}@", "@"))
    done = CliRunner().invoke(app, ["grade", NAME, "--jobs", "1", "--course", str(right.root)])
    assert done.exit_code == ExitCode.good, done.output
    assert rows(right.gradebook, right.course_id, NAME)["ada"].score == 3.5


def test_a_server_that_goes_down_is_told_by_nbgrader_too(course: Course, server: Server) -> None:
    write_nbgrader_config(course)
    server.stop()
    try:
        assert "does not answer: start the database server" in told(course, "grade", NAME)
        said = nbgrader(course.workspace, "autograde", NAME, code=1)
        assert PASSWORD not in said
    finally:
        server.start()
    assert not list((course.workspace / "results").rglob("*.json"))
    assert not list((course.workspace / "autograded").rglob("*.ipynb"))
