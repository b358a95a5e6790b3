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
from autograder.runs.single import grade_file


def test_an_assignment_that_is_not_built_is_built_apart(small: Course, tmp_path: Path) -> None:
    notebook = tmp_path / "mine.ipynb"
    notebook.write_bytes(small_course.notebook(small.root, double=WRONG["double"]))
    shutil.rmtree(small.workspace)
    before = set(os.listdir(tempfile.gettempdir()))
    result = grade_file(small, NAME, notebook)
    assert (result.status, result.score) == (Status.graded, 2.0)
    assert not small.workspace.exists()
    left = set(os.listdir(tempfile.gettempdir())) - before
    assert [name for name in left if name.startswith("introdl-run-")] == []


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
