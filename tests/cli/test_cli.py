"""The console command as a person meets it: its exit status and what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import small_course
from small_course import autograder, hand_in
from typer.main import get_command
from typer.testing import CliRunner

from autograder import __version__
from autograder.cli import app
from autograder.cli.app import ExitCode
from autograder.course import Course
from autograder.results import Result, Status
from autograder.workspace.lock import locked
from autograder.workspace.store import Store

COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]  # a group has commands
NAMED_BY_THE_ISSUE = {
    "version", "assignment", "student", "score", "max_score", "submission_sha256", "seed", "exercises",
}  # fmt: skip
OF_AN_EXERCISE = {"name", "score", "max_score", "misconception", "hint", "tests"}
OF_A_TEST = {"name", "title", "outcome", "score", "max_score", "message", "counterexample"}


@pytest.fixture
def root(graded: Course) -> Path:
    return graded.root


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def command(*arguments: object, cwd: Path) -> Said:
    """Runs a command in this process, which has imported nbgrader already; a fault that is not explained fails."""
    with chdir(cwd):
        done = CliRunner().invoke(app, list(map(str, arguments)))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, done.stdout, done.stderr)


def fault(*arguments: object, cwd: Path, code: int = ExitCode.fault) -> str:
    """What a command that cannot do its work says on standard error."""
    done = command(*arguments, cwd=cwd)
    assert done.returncode == code, (done.stdout, done.stderr)
    return " ".join(done.stderr.split())


def test_the_commands_are_those_that_the_readme_promises() -> None:
    assert {"build", "check", "grade", "run", "feedback", "doctor", "demo"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, tmp_path: Path) -> None:
    done = autograder(command, "--help", cwd=tmp_path)
    assert done.returncode == ExitCode.good
    assert f"autograder {command}" in done.stdout
    undocumented = [
        parameter.name
        for parameter in get_command(app).commands[command].params  # type: ignore[attr-defined]
        if not parameter.help
    ]
    assert undocumented == []


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    assert autograder("--version", cwd=tmp_path).stdout == f"autograder {__version__}\n"


@pytest.mark.parametrize("arguments", [["grad"], ["grade", "--jobs", "0"], ["grade", "--nope"], ["run", "toy"]])
def test_wrong_usage_ends_with_2(arguments: list[str], tmp_path: Path) -> None:
    assert "Usage: autograder" in fault(*arguments, cwd=tmp_path, code=ExitCode.usage)


def test_a_folder_without_a_course_is_told_what_to_do(tmp_path: Path) -> None:
    told = fault("grade", cwd=tmp_path)
    assert f"Error: {tmp_path}/course.yml: not found; run this command in a course's folder" in told


def test_an_unknown_key_is_named_with_its_line(root: Path) -> None:
    small_course.write(root, config=small_course.CONFIG.replace("  hint:", "  hints:"))
    assert "course.yml:13: unknown key 'hints'" in fault("grade", "--jobs", "1", cwd=root)


def test_a_wrong_value_is_named_with_its_line(root: Path) -> None:
    small_course.write(root, config=small_course.CONFIG.replace("cell_seconds: 5", "cell_seconds: soon"))
    assert re.search(
        r"course\.yml:8: 'limits\.cell_seconds': must be a number, and is text", fault("grade", "--jobs", "1", cwd=root)
    )


def test_an_unknown_assignment_is_told_which_there_are(root: Path) -> None:
    for name in ("build", "grade", "feedback", "check"):
        assert "no assignment 'toys'; it lists: toy" in fault(name, "toys", cwd=root)


def test_an_unknown_student_is_named(root: Path) -> None:
    for name in ("grade", "feedback"):
        assert "eve" in fault(name, "toy", "--student", "eve", cwd=root)


def test_an_assignment_that_is_not_built_says_how_to_build_it(root: Path) -> None:
    shutil.rmtree(root / "workspace" / "release")
    assert "toy.ipynb: not found: run `autograder build` first" in fault("grade", "--jobs", "1", cwd=root)


@pytest.mark.parametrize("name", ["build", "grade", "feedback"])
def test_a_workspace_that_cannot_be_written_is_named(root: Path, name: str) -> None:
    (root / "file").write_text("no folder")
    told = fault(name, "--workspace", root / "file" / "workspace", cwd=root)
    assert f"{root}/file" in told
    assert "Not a directory" in told


@pytest.mark.parametrize("name", ["build", "grade", "feedback"])
def test_a_gradebook_of_another_course_is_refused(root: Path, name: str) -> None:
    small_course.write(root, config=small_course.CONFIG.replace("smallcourse", "othercourse"))
    hand_in(root, "ada")
    told = fault(name, cwd=root)
    assert "gradebook.db: belongs to another course: 'smallcourse', not 'othercourse'" in told


def test_grading_without_submissions_says_so(small: Course) -> None:
    done = command("grade", cwd=small.root)
    assert (done.returncode, done.stdout) == (0, "No submissions for 'toy' yet.\n")


def test_a_broken_submission_is_listed_and_the_others_are_graded(root: Path) -> None:
    hand_in(root, "carl", data=b'{"cells": [')
    done = command("grade", "--jobs", "1", cwd=root)
    assert done.returncode == ExitCode.some_left_out
    assert "Not gradable (1)" in done.stdout
    assert re.search(r"carl +toy\.ipynb ", done.stdout)
    assert [one["status"] for one in small_course.results(root).values()] == ["graded", "graded", "not_gradable"]


def test_no_control_character_of_a_students_reaches_the_terminal(root: Path) -> None:
    hand_in(root, "eve\x1b[31m")
    hand_in(root, "mal", data=b'{"\x1b[2J\x9b": 1}')
    done = command("grade", "--jobs", "1", cwd=root)
    assert done.returncode == ExitCode.some_left_out
    assert "Not gradable (2)" in done.stdout
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", done.stdout + done.stderr)


def test_the_installed_program_grades_in_plain_text_where_there_is_no_terminal(root: Path) -> None:
    hand_in(root, "ada", mean=small_course.WRONG["mean"])
    done = autograder("grade", "--jobs", "1", cwd=root)
    assert done.returncode == ExitCode.good
    assert "1 graded in" in done.stdout
    assert "Walls: seccomp, Landlock, rlimits, supervisor" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert small_course.results(root)["ada"]["score"] == 1.5


def test_the_json_of_grade_is_a_list_of_results(root: Path) -> None:
    done = command("grade", "toy", "--json", cwd=root)
    ada, bob = msgspec.json.decode(done.stdout, type=list[Result])
    assert (ada.student, ada.status, ada.score) == ("ada", Status.graded, 3.5)
    assert (bob.score, bob.exercises[0].misconception) == (2.0, "a function that squares")
    raw = msgspec.json.decode(done.stdout)[1]
    assert set(raw) >= NAMED_BY_THE_ISSUE
    assert set(raw["exercises"][0]) >= OF_AN_EXERCISE
    assert set(raw["exercises"][0]["tests"][0]) >= OF_A_TEST


def test_run_grades_a_file_and_touches_no_gradebook(root: Path) -> None:
    path = root / "mine.ipynb"
    path.write_bytes(small_course.notebook(root, mean=small_course.WRONG["mean"]))
    before = {p: p.read_bytes() for p in (root / "workspace").rglob("*") if p.is_file() and p.name != ".seed"}
    result = msgspec.json.decode(command("run", "toy", path, "--json", cwd=root).stdout, type=Result)
    assert (result.score, result.exercises[1].hint) == (1.5, "Who gets how much?")
    after = {p: p.read_bytes() for p in (root / "workspace").rglob("*") if p.is_file() and p.name != ".seed"}
    assert after == before


def test_run_tells_what_failed_and_why(root: Path) -> None:
    path = root / "mine.ipynb"
    path.write_bytes(small_course.notebook(root, mean=small_course.WRONG["mean"]))
    done = command("run", "toy", path, cwd=root)
    assert done.returncode == ExitCode.good
    for told in ("1.5 of 3.5 points", "The mean is the sum divided", "a function that forgets to divide", "Who gets"):
        assert told in done.stdout


def test_run_says_that_a_file_is_missing_or_no_notebook(root: Path) -> None:
    assert "nowhere.ipynb: not found" in fault("run", "toy", "nowhere.ipynb", cwd=root)
    (root / "text.ipynb").write_text("Dear teacher,")
    done = command("run", "toy", "text.ipynb", cwd=root)
    assert done.returncode == ExitCode.some_left_out
    assert done.stdout.startswith("not gradable: text.ipynb ")


def test_two_commands_cannot_write_at_once(root: Path, graded: Course) -> None:
    with locked(graded):
        assert "another autograder command is already running here" in fault("grade", "--jobs", "1", cwd=root)


def test_feedback_without_a_report_for_somebody_says_so_in_its_exit_status(root: Path, graded: Course) -> None:
    Store(graded, "toy").path("bob").write_text("{")
    done = command("feedback", cwd=root)
    assert done.returncode == ExitCode.some_left_out
    assert "No report for bob" in done.stderr


def test_feedback_names_the_reports(root: Path) -> None:
    done = command("feedback", cwd=root)
    assert done.stdout.startswith("2 reports on toy: 2 written, 0 unchanged.\n")
    assert (root / done.stdout.split()[-1]).is_file()


def test_a_closed_pipe_is_no_traceback(root: Path) -> None:
    line = f"{small_course.PROGRAM} grade --json | head -c 1"
    done = subprocess.run(["bash", "-c", line], cwd=root, capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr


def test_every_exit_code_is_explained_in_the_help() -> None:
    epilog = app.info.epilog
    assert isinstance(epilog, str)
    assert all(re.search(rf"\b{code.value}\b", epilog) for code in ExitCode)


def test_verify_says_that_all_holds_or_ends_with_1_and_names_what_does_not(root: Path) -> None:
    done = command("verify", cwd=root)
    assert done.returncode == ExitCode.good
    assert "toy: 2 results, 2 executed notebooks and 2 gradebook entries are as signed." in done.stdout
    path = root / "workspace" / "results" / "toy" / "bob.json"
    path.write_text(path.read_text().replace('"score": 2.0', '"score": 3.5', 1))
    done = command("verify", cwd=root)
    assert done.returncode == ExitCode.fault
    assert re.search(r"results/toy/bob\.json +was changed: its signature does not hold", done.stdout)
    told = msgspec.json.decode(command("verify", "toy", "--json", cwd=root).stdout)
    assert told["assignments"][0]["faults"][0]["place"] == "results/toy/bob.json"


@pytest.mark.parametrize("options", [("--engine", "dask"), ("--scheduler", "tcp://127.0.0.1:1")])
def test_a_dask_cluster_needs_its_address_and_an_address_its_engine(root: Path, options: tuple[str, ...]) -> None:
    done = command("grade", *options, cwd=root)
    assert done.returncode == ExitCode.usage
    assert "--engine dask and --scheduler ADDRESS go together" in " ".join(done.stderr.split())


def test_an_unreachable_cluster_ends_with_its_address_and_the_way_out(root: Path) -> None:
    before = (root / "workspace" / "log.jsonl").read_bytes()
    done = command("grade", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1", cwd=root)
    assert done.returncode == ExitCode.fault
    assert "tcp://127.0.0.1:1: the scheduler cannot be reached" in done.stderr
    assert "or grade here" in done.stderr
    assert (root / "workspace" / "log.jsonl").read_bytes() == before  # it is offered, and not silently done


def test_report_names_its_file_and_says_refuses_an_unknown_assignment(root: Path) -> None:
    done = command("report", cwd=root)
    assert (done.returncode, " ".join(done.stdout.split())) == (0, "Class report on toy: workspace/reports/toy.html")
    assert "workspace/reports/toy-anonymous.html" in command("report", "toy", "--anonymous", cwd=root).stdout
    assert "toys" in fault("report", "toys", cwd=root)


def test_feedback_zips_for_a_system_and_says_what_it_needs(root: Path) -> None:
    done = command("feedback", "toy", "--zip", "folder", cwd=root)
    assert "2 reports in workspace/exports/toy/folder-feedback.zip" in done.stdout
    assert "name it with --download FILE" in fault("feedback", "toy", "--zip", "canvas", cwd=root)
    assert "of one assignment and of everybody" in fault("feedback", "--zip", "folder", cwd=root, code=ExitCode.usage)
    assert "goes with --zip" in fault("feedback", "--download", "x.zip", cwd=root, code=ExitCode.usage)
