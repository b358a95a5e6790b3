"""The bundle for Gradescope in a folder laid out as Gradescope's, its run_autograder run for real.

setup.sh is not run here: it installs packages from the network, for which this environment stands in.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
import small_course
from small_course import NAME, WRONG

from autograder.compose import edit
from autograder.course import Course, Feedback
from autograder.gradescope.bundle import write_bundle
from autograder.gradescope.report import results_json
from autograder.results import Status
from autograder.store import Store

NOTEBOOK = f"{NAME}.ipynb"
KEYS = {"name", "name_format", "output", "output_format", "visibility"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}


@pytest.fixture
def root(small: Course, tmp_path: Path) -> Path:
    """Gradescope's /autograder, with the bundle unpacked and an empty submission."""
    root = tmp_path / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(write_bundle(small, NAME, tmp_path / "autograder.zip")) as bundle:
        bundle.extractall(root / "source")
        for entry in bundle.infolist():
            (root / "source" / entry.filename).chmod(entry.external_attr >> 16)
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (root / "run_autograder").chmod(0o755)
    return root


def run(root: Path, *, code: int = 0) -> Any:
    """Runs the script as Gradescope does, and reads what it would read."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = kept | {"AUTOGRADER_ROOT": str(root), "AUTOGRADER_PYTHON": sys.executable}
    done = subprocess.run(
        [root / "run_autograder"], cwd=root, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    path = root / "results" / "results.json"
    return json.loads(path.read_bytes()) if code == 0 else done.stderr


def hand_in(root: Path, data: bytes, name: str = NOTEBOOK) -> None:
    (root / "submission" / name).write_bytes(data)


@pytest.mark.slow
def test_a_submission_is_graded_with_scores_sentences_and_visibilities(root: Path, small: Course) -> None:
    spying = f"print(open({str(root / 'source' / 'course' / 'solutions' / 'toy.py')!r}).read())"
    wrong = small_course.notebook(small.root, double=WRONG["double"])
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": spying}
    hand_in(root, edit(wrong, lambda cells: cells.insert(2, cell)), "my toy (1).ipynb")
    found = run(root)
    points = {
        entry["name"]: (entry["score"], entry["max_score"], entry["status"])
        for entry in found["tests"]
        if "score" in entry
    }
    assert points == {
        "Multiply every entry by two: Every entry is doubled.": (0.0, 1.0, "failed"),
        "Multiply every entry by two: The input is the same after the call as before.": (0.0, 0.5, "failed"),
        "Average all entries: The mean is the sum divided by the number of entries.": (2.0, 2.0, "passed"),
    }
    assert all(entry.keys() >= KEYS and entry["visibility"] in VISIBILITIES for entry in found["tests"])
    told = json.dumps(found)
    assert "What is twice three?" in told
    assert "'my toy (1).ipynb' and was taken as toy.ipynb" in told
    assert "once and once again" not in told  # the reference, which a cell tried to print


@pytest.mark.slow
def test_what_is_no_notebook_gets_its_reason(root: Path) -> None:
    hand_in(root, b"[]")
    found = run(root)
    assert (found["score"], found["tests"]) == (0.0, [])
    assert "is not a Jupyter notebook" in found["output"]


@pytest.mark.slow
def test_our_own_fault_is_no_zero_and_no_result(root: Path, small: Course) -> None:
    hand_in(root, small_course.notebook(small.root))
    (root / "source" / "course" / "solutions" / "toy.py").unlink()
    assert "through no fault of the student's" in run(root, code=1)
    assert not (root / "results" / "results.json").exists()


def test_the_bundle_holds_one_assignment_and_no_address_of_the_gradebook(root: Path) -> None:
    hidden = [path.name for path in (root / "source").rglob("hidden/*") if path.is_file()]
    assert hidden == ["test_toy.py"]
    assert os.access(root / "source" / "setup.sh", os.X_OK)
    settings = (root / "source" / "course" / "course.yml").read_text()
    assert "gradebook" not in settings
    assert "toy" in settings


def test_the_same_course_gives_the_same_bytes(small: Course, tmp_path: Path) -> None:
    first, second = (write_bundle(small, NAME, tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert first == second


def test_what_is_revealed_later_has_gradescopes_visibility(graded: Course) -> None:
    feedback = Feedback(score="after-due", hint="never", counterexample="always")
    course = msgspec.structs.replace(graded, config=msgspec.structs.replace(graded.config, feedback=feedback))
    bob = Store(graded, NAME).load("bob")
    assert bob is not None
    entries = results_json(course, bob)["tests"]
    scored = [entry for entry in entries if "score" in entry]
    assert {entry["visibility"] for entry in scored} == {"after_due_date"}
    assert not any("your answer" in entry["output"] for entry in scored)
    others = {entry["name"].rpartition(": ")[2]: entry["visibility"] for entry in entries if "score" not in entry}
    assert others == {"hint": "hidden", "examples": "visible"}


def test_an_ungraded_result_is_never_written(graded: Course) -> None:
    ada = Store(graded, NAME).load("ada")
    assert ada is not None
    with pytest.raises(ValueError, match="we failed"):
        results_json(graded, msgspec.structs.replace(ada, status=Status.ungraded, score=None, reason="we failed"))
