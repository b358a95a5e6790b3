"""otter's own programs on the exported public checks: they say what `check` says in the student's notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
import small_course
from nbclient import NotebookClient
from small_course import NAME, RIGHT, WRONG

from autograder.course import Course, load_course

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::Warning"),  # otter's and nbconvert's own
]

OTTER = Path(sys.executable).with_name("otter")
NOTEBOOK = f"{NAME}.ipynb"
UNWRITTEN = "def mean(x):\n    raise NotImplementedError()"
CASES = {
    "one wrong": (RIGHT | {"double": WRONG["double"]}, {"mean"}),
    "one unwritten": (RIGHT | {"mean": UNWRITTEN}, {"double"}),
}


@dataclass(frozen=True)
class Exported:
    """A built course, and what `autograder export otter` made of it."""

    course: Course
    checks: Path


@pytest.fixture(scope="module")
def exported(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    checks = tmp_path_factory.mktemp("otter") / "autograder.zip"
    done = small_course.autograder("export", "otter", NAME, "--to", checks, cwd=_small_built)
    assert (done.returncode, done.stderr) == (0, "")
    return Exported(load_course(_small_built), checks)


def otter_run(checks: Path, notebook: Path, output: Path, *, code: int = 0) -> str:
    """Runs otter's program as a person does, in an empty folder; its results.json lies in ``output``."""
    output.mkdir(exist_ok=True)
    command = [OTTER, "run", "--autograder", checks, "--output-dir", output, "--no-logo", notebook]
    done = subprocess.run(command, cwd=output, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def points(output: Path) -> Mapping[str, tuple[float, float]]:
    """What otter's results.json gives for each exercise, and of how many points."""
    entries = [entry for entry in json.loads((output / "results.json").read_bytes())["tests"] if "max_score" in entry]
    return {entry["name"].partition(" ")[0]: (entry["score"], entry["max_score"]) for entry in entries}


def said_in_the_notebook(notebook: Any, folder: Path) -> set[str]:
    """Runs the notebook as its student does; the exercises whose `check` said that all is well."""
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    said = "".join(output.text for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output)
    return {name for name in RIGHT if f"{name}: 1 public checks passed" in said}


@pytest.mark.parametrize(("answers", "right"), CASES.values(), ids=CASES)
def test_otter_run_its_api_and_the_students_check_agree(
    exported: Exported, tmp_path: Path, answers: dict[str, str], right: set[str]
) -> None:
    from otter.api import grade_submission

    path = tmp_path / NOTEBOOK
    path.write_bytes(small_course.notebook(exported.course.root, **answers))

    said = otter_run(exported.checks, path, tmp_path / "command")
    found = points(tmp_path / "command")
    assert found == {name: (float(name in right), 1.0) for name in RIGHT}
    assert f"Total Score: {len(right):.3f} / 2.000" in said

    called = grade_submission(str(path), str(exported.checks), quiet=True)
    assert {name: (one.score, one.possible) for name, one in called.results.items()} == found

    notebook = nbformat.reads(path.read_text(encoding="utf-8"), 4)
    assert said_in_the_notebook(notebook, tmp_path) == right


def test_otter_run_refuses_the_notebook_of_another_assignment(exported: Exported, tmp_path: Path) -> None:
    other = json.loads(small_course.notebook(exported.course.root))
    other["metadata"]["otter"]["assignment_name"] = "other"
    path = tmp_path / NOTEBOOK
    path.write_text(json.dumps(other))
    said = otter_run(exported.checks, path, tmp_path, code=1)
    assert f"Received submission for assignment 'other' (this is assignment '{NAME}')" in said
