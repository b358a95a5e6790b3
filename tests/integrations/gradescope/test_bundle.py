"""The bundle for Gradescope in a folder laid out as Gradescope's, its run_autograder run for real.

This environment stands in for the one that setup.sh makes; test_gradescope_setup.py runs that.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import msgspec
import pytest
import small_course
from gradescope_image import hand_in, programs, results, run, script, unpacked
from small_course import NAME, WRONG
from walls import REFUSING

from autograder.authoring.answers import edit
from autograder.course import Course, Feedback
from autograder.integrations.gradescope.bundle import write_bundle
from autograder.integrations.gradescope.results_json import results_json
from autograder.results import Status
from autograder.workspace.store import Store

KEYS = {"name", "name_format", "output", "output_format", "visibility"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}


@pytest.fixture
def root(small: Course, tmp_path: Path) -> Path:
    return unpacked(small, tmp_path / "autograder")


@pytest.mark.slow
def test_a_submission_is_graded_with_scores_sentences_and_visibilities(root: Path, small: Course) -> None:
    spying = f"print(open({str(root / 'source' / 'course' / 'solutions' / 'toy.py')!r}).read())"
    wrong = small_course.notebook(small.root, double=WRONG["double"])
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": spying}
    hand_in(root, edit(wrong, lambda cells: cells.insert(2, cell)), "my toy (1).ipynb")
    run(root)
    found = results(root)
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
    assert "'my toy (1).ipynb' was taken as toy.ipynb" in told
    assert "once and once again" not in told  # the reference, which a cell tried to print


@pytest.mark.slow
def test_what_is_no_notebook_gets_its_reason(root: Path) -> None:
    hand_in(root, b"[]")
    run(root)
    found = results(root)
    assert (found["score"], found["tests"]) == (0.0, [])
    assert "is not a Jupyter notebook" in found["output"]


@pytest.mark.slow
def test_several_notebooks_of_other_names_get_their_reason(root: Path, small: Course) -> None:
    hand_in(root, small_course.notebook(small.root), "draft.ipynb")
    hand_in(root, small_course.notebook(small.root, double=small_course.WRONG["double"]), "final.ipynb")
    run(root)
    found = results(root)
    assert (found["score"], found["tests"]) == (0.0, [])
    assert "it is not clear which notebook counts: 'draft.ipynb', 'final.ipynb'" in found["output"]


@pytest.mark.slow
def test_the_solved_notebook_counts_beside_an_untouched_one(root: Path, small: Course) -> None:
    hand_in(root, (small.release_dir("toy") / "toy.ipynb").read_bytes())
    hand_in(root, small_course.notebook(small.root), "toy-Copy1.ipynb")
    run(root)
    found = results(root)
    assert sum(entry.get("score", 0.0) for entry in found["tests"]) == 3.5
    assert "toy.ipynb is as it was released; the notebook 'toy-Copy1.ipynb' was taken" in found["output"]


@pytest.mark.slow
def test_our_own_fault_is_no_zero_and_no_result(root: Path, small: Course) -> None:
    hand_in(root, small_course.notebook(small.root))
    (root / "source" / "course" / "solutions" / "toy.py").unlink()
    assert "the student is not to blame" in run(root, code=1)
    assert not (root / "results" / "results.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize("wall", ["landlock", "seccomp", "rlimits"])
def test_a_wall_that_the_image_refuses_is_no_zero_and_no_result(root: Path, small: Course, wall: str) -> None:
    """As in a container whose kernel or host lets us build no such wall."""
    hand_in(root, small_course.notebook(small.root))
    refused = {"landlock": "landlock_create_ruleset", "seccomp": "seccomp prctl:22", "rlimits": "setrlimit prlimit64"}
    line = [sys.executable, "-c", REFUSING, refused[wall], root / "run_autograder"]
    path = programs(root / "bin", "bash")  # and no bubblewrap
    said = script(root, *line, code=1, AUTOGRADER_PYTHON=sys.executable, PATH=path)
    assert f"the student is not to blame: the wall '{wall}' cannot be built" in said
    assert not list((root / "results").iterdir())


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
