"""One notebook file, graded without a gradebook."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
import small_course
from small_course import NAME, WRONG

from autograder.course import Course
from autograder.errors import SubmissionError
from autograder.results import Outcome, Status
from autograder.runs.batch import grade_assignment
from autograder.runs.single import grade_file
from autograder.workspace.store import Store


def test_an_assignment_that_is_not_built_is_built_apart_and_leaves_nothing(
    small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = tmp_path / "mine.ipynb"
    notebook.write_bytes(small_course.notebook(small.root, double=WRONG["double"]))
    shutil.rmtree(small.workspace)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = grade_file(small, NAME, notebook)
    assert (result.status, result.score) == (Status.graded, 2.0)
    assert not small.workspace.exists()
    assert sorted(os.listdir(tmp_path)) == ["course", "mine.ipynb"]


def test_an_untouched_release_earns_nothing_and_is_told_so(small: Course) -> None:
    result = grade_file(small, NAME, small.release_dir(NAME) / f"{NAME}.ipynb")
    assert (result.score, result.max_score) == (0.0, 3.5)
    assert result.unanswered == ("double", "mean", "written_why")
    tests = [test for exercise in result.exercises for test in exercise.tests]
    assert {test.outcome for test in tests} == {Outcome.error}
    assert tests[0].message == "double is not written yet."


@pytest.mark.parametrize("name", ["nowhere.ipynb", "folder.ipynb", "link.ipynb"])
def test_what_is_no_file_is_named(small: Course, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "link.ipynb").symlink_to(small.release_dir(NAME) / f"{NAME}.ipynb")
    with pytest.raises(SubmissionError, match=name):
        grade_file(small, NAME, tmp_path / name)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_same_file_gets_the_same_hash_and_questions_as_in_a_batch(
    graded: Course, tmp_path: Path, elsewhere: bool
) -> None:
    bob = Store(graded, NAME).load("bob")
    assert bob is not None
    path = graded.submitted_dir / "bob" / NAME / f"{NAME}.ipynb"
    again = grade_file(graded, NAME, shutil.copy(path, tmp_path / "doubted.ipynb") if elsewhere else path)
    assert (again.submission_sha256, again.seed) == (bob.submission_sha256, bob.seed)
    assert [exercise.tests for exercise in again.exercises] == [exercise.tests for exercise in bob.exercises]


def test_a_notebook_in_submitted_is_graded_with_the_module_beside_it(graded: Course) -> None:
    path = small_course.hand_in(graded.root, "carl", double="import mine\n\ndouble = mine.double")
    (path.parent / "mine.py").write_text(small_course.RIGHT["double"])
    (batch,) = grade_assignment(graded, NAME, ("carl",), workers=1).graded
    alone = grade_file(graded, NAME, path)
    assert (alone.score, alone.submission_sha256, alone.seed) == (3.5, batch.submission_sha256, batch.seed)
