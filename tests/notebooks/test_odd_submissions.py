"""Submissions that are not quite what was asked for, through the commands: what is told, and the others are graded."""

from __future__ import annotations

import json

import pytest
import small_course
from books import nbgrader, rows
from small_course import NAME, hand_in

from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.cli.app import ExitCode
from autograder.course import Course
from autograder.notebooks.authored import read_notebook

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]


def with_kernel(course: Course, name: str) -> bytes:
    notebook = json.loads(small_course.notebook(course.root))
    notebook["metadata"]["kernelspec"] = {"name": name, "display_name": name, "language": "python"}
    return json.dumps(notebook).encode()


@pytest.fixture
def odd(small: Course) -> Course:
    """ada's notebook is renamed, bob has two of other names; cyd's and dan's kernels are odd, eve's is not."""
    hand_in(small.root, "ada").rename(small.submitted_dir / "ada" / NAME / "my toy (final).ipynb")
    hand_in(small.root, "bob").rename(small.submitted_dir / "bob" / NAME / "a.ipynb")
    (small.submitted_dir / "bob" / NAME / "b.ipynb").write_bytes(b"{}")
    hand_in(small.root, "cyd", data=with_kernel(small, "my-conda-env"))
    hand_in(small.root, "dan", data=with_kernel(small, ""))
    hand_in(small.root, "eve")
    write_nbgrader_config(small)
    return small


def test_autograder_grade_names_them_and_grades_the_rest(odd: Course) -> None:
    done = small_course.autograder("grade", NAME, cwd=odd.root)
    assert done.returncode == ExitCode.some_without_score, done.stderr
    said = " ".join(done.stdout.split())
    assert "toy.ipynb was renamed: rename 'my toy (final).ipynb' to 'toy.ipynb' and grade again" in said
    assert "toy.ipynb is missing, and none of the 2 other notebooks there has its name" in said
    results = small_course.results(odd.root)
    assert {student: result["score"] for student, result in results.items()} == {
        "ada": None, "bob": None, "cyd": 3.5, "dan": 3.5, "eve": 3.5,
    }  # fmt: skip
    executed = read_notebook(odd.autograded_dir("cyd", NAME) / f"{NAME}.ipynb")
    assert executed.metadata.kernelspec.name == "python3"  # formgrader and JupyterLab find it
    assert not odd.autograded_dir("ada", NAME).exists()
    assert set(rows(odd.gradebook, odd.course_id, NAME)) == {"cyd", "dan", "eve"}


def test_nbgrader_autograde_names_them_and_grades_the_rest(odd: Course) -> None:
    said = nbgrader(odd.workspace, "autograde", NAME, code=1)
    assert "Skipping unknown notebook" in said  # nbgrader's own words: it looks at names before it asks the engine
    assert "submitted/ada/toy/my toy (final).ipynb" in said
    for student in ("ada", "bob"):
        assert f"There was an error processing assignment 'toy' for student '{student}'" in said
    scores = {student: row.score for student, row in rows(odd.gradebook, odd.course_id, NAME).items()}
    assert {student: scores[student] for student in ("cyd", "dan", "eve")} == {"cyd": 3.5, "dan": 3.5, "eve": 3.5}
