"""A course of one's own, anywhere on the disk, with the kit installed from its wheel: all that the kit does works."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
import small_course
from gradescope_image import hand_in, results, script
from installed_kit import Kit
from small_course import NAME, WRONG

pytestmark = [
    pytest.mark.slow,
    # distributed's own, on its way out
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
COURSE_ARCHIVE = "autograder/authoring/course.zip"
SCORES = {"ada": 3.5, "bob": 2.0}


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return Kit(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def _graded(kit: Kit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small_course.write(tmp_path_factory.mktemp("elsewhere") / "my course")
    kit.autograder("build", cwd=root)
    small_course.hand_in(root, "ada")
    small_course.hand_in(root, "bob", double=WRONG["double"])
    kit.autograder("grade", cwd=root)
    return root


@pytest.fixture
def root(_graded: Path, tmp_path: Path) -> Path:
    """A copy of the course in which two students are graded; no folder of it is a package of Python."""
    assert list(_graded.rglob("__init__.py")) == []
    return Path(shutil.copytree(_graded, tmp_path / "course"))


def test_the_wheel_holds_the_engine_and_no_course(kit: Kit, tmp_path: Path) -> None:
    with zipfile.ZipFile(kit.wheel) as wheel:
        names = [name for name in wheel.namelist() if ".dist-info/" not in name]
    assert {name.partition("/")[0] for name in names} == {"autograder"}
    kept = {str(path.relative_to(small_course.PROJECT)) for path in _files_of_the_engine()}
    assert kept | {COURSE_ARCHIVE} == set(names)
    where = kit.said("-c", "import autograder; print(autograder.__file__)", cwd=tmp_path)
    assert not Path(where).is_relative_to(small_course.PROJECT)
    assert "None" in kit.said("-c", "from importlib.util import find_spec; print(find_spec('solutions'))", cwd=tmp_path)


def _files_of_the_engine() -> list[Path]:
    files = (small_course.PROJECT / "autograder").rglob("*")
    return [path for path in files if path.is_file() and "__pycache__" not in path.parts]


def scores(root: Path) -> dict[str, float | None]:
    return {student: result["score"] for student, result in small_course.results(root).items()}


def test_a_course_of_ones_own_is_started_checked_and_shown_in_three_commands(kit: Kit, tmp_path: Path) -> None:
    kit.autograder("init", "mine", "--empty", cwd=tmp_path)
    root = tmp_path / "mine"
    kit.autograder("check", cwd=root)
    assert "4 graded" in kit.autograder("demo", "--students", "4", cwd=root)


def test_the_installed_kit_brings_all_assignments_and_the_student_cannot_read_them(kit: Kit, tmp_path: Path) -> None:
    kit.autograder("init", "whole", "--starts", "2027-10-11", "--timezone", "Europe/Amsterdam", cwd=tmp_path)
    root = tmp_path / "whole"
    assert "neuron" in kit.autograder("check", "neuron", cwd=root)
    line = "from autograder.sandbox.host.readable_paths import readable; print(*readable(), sep='\\n')"
    readable = [Path(path) for path in kit.said("-c", line, cwd=root).splitlines()]
    packed = kit.python.parents[1].glob(f"lib/*/site-packages/{COURSE_ARCHIVE}")
    assert not any(archive.is_relative_to(path) for archive in packed for path in readable)


def test_build_check_grade_feedback_and_report(kit: Kit, root: Path) -> None:
    assert scores(root) == SCORES
    assert "toy" in kit.autograder("check", cwd=root)
    assert "0 graded" in kit.autograder("grade", cwd=root)
    kit.autograder("feedback", cwd=root)
    kit.autograder("report", cwd=root)
    assert "a function that squares" in (root / "workspace" / "feedback" / "bob" / NAME / f"{NAME}.html").read_text()
    assert (root / "workspace" / "reports" / f"{NAME}.html").is_file()
    kit.autograder("verify", cwd=root)


def test_the_demo(kit: Kit, root: Path) -> None:
    assert "4 graded" in kit.autograder("demo", "--students", "4", "--workspace", "apart", cwd=root)
    assert (root / "apart" / "grades.csv").is_file()


def test_nbgraders_own_commands(kit: Kit, root: Path) -> None:
    path = f"{kit.bin}{os.pathsep}{os.environ['PATH']}"
    workspace = root / "workspace"
    for command in (["autograde", NAME, "--force"], ["generate_feedback", NAME, "--force"]):
        kit.said("-m", "nbgrader", *command, cwd=workspace, PATH=path)
    assert scores(root) == SCORES
    assert "a function that squares" in (workspace / "feedback" / "bob" / NAME / f"{NAME}.html").read_text()


def test_gradescopes_bundle(kit: Kit, root: Path, tmp_path: Path) -> None:
    image = tmp_path / "image"
    for name in ("source", "submission", "results"):
        (image / name).mkdir(parents=True)
    kit.autograder("export", "gradescope", NAME, "--to", image / "autograder.zip", cwd=root)
    shutil.unpack_archive(image / "autograder.zip", image / "source")
    hand_in(image, small_course.notebook(root, double=WRONG["double"]))
    script(image, "bash", image / "source" / "run_autograder", AUTOGRADER_PYTHON=str(kit.python))
    assert sum(test.get("score", 0.0) for test in results(image)["tests"]) == SCORES["bob"]


def test_a_dask_worker(kit: Kit, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dask_cluster import running

    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", str(kit.python))
        with running(tmp_path / "cluster", workers=1) as cluster:
            kit.autograder("grade", "--force", "--engine", "dask", "--scheduler", cluster.address, cwd=root)
    assert scores(root) == SCORES
    log = (root / "workspace" / "log.jsonl").read_text().splitlines()
    assert sum(json.loads(line).get("event") == "graded" for line in log) == 4
