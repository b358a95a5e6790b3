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
    """ada's notebook has another name, bob has two; cyd's and dan's kernels are odd, eve's is not.

    fay's name is in capitals, gil's lies in folders, and hal left a blank one beside a solved copy.
    """
    hand_in(small.root, "ada").rename(small.submitted_dir / "ada" / NAME / "my toy (final).ipynb")
    hand_in(small.root, "bob").rename(small.submitted_dir / "bob" / NAME / "a.ipynb")
    (small.submitted_dir / "bob" / NAME / "b.ipynb").write_bytes(small_course.notebook(small.root, double=OTHER))
    hand_in(small.root, "cyd", data=with_kernel(small, "my-conda-env"))
    hand_in(small.root, "dan", data=with_kernel(small, ""))
    hand_in(small.root, "eve")
    hand_in(small.root, "fay").rename(small.submitted_dir / "fay" / NAME / "TOY.IPYNB")
    deep = small.submitted_dir / "gil" / NAME / NAME / "toy.ipynb"
    given = hand_in(small.root, "gil")
    deep.parent.mkdir()
    given.rename(deep)
    hand_in(small.root, "hal").rename(small.submitted_dir / "hal" / NAME / "toy-Copy1.ipynb")
    released = (small.release_dir(NAME) / f"{NAME}.ipynb").read_bytes()
    (small.submitted_dir / "hal" / NAME / f"{NAME}.ipynb").write_bytes(released)
    write_nbgrader_config(small)
    return small


OTHER = "def double(x):\n    return 'another answer'"
GRADED = dict.fromkeys(("ada", "cyd", "dan", "eve", "fay", "gil", "hal"), 3.5)


def test_autograder_grade_takes_what_is_clear_and_names_the_rest(odd: Course) -> None:
    done = small_course.autograder("grade", NAME, cwd=odd.root)
    assert done.returncode == ExitCode.some_left_out, done.stderr
    said = " ".join(done.stdout.split())
    assert "it is not clear which notebook counts: 'a.ipynb', 'b.ipynb'. Hand in one, named toy.ipynb" in said
    assert "'my toy (final).ipynb' was taken as toy.ipynb" in said
    assert "toy.ipynb is as it was released; the notebook 'toy-Copy1.ipynb' was taken as toy.ipynb" in said
    results = small_course.results(odd.root)
    assert {student: result["score"] for student, result in results.items()} == GRADED | {"bob": None}
    executed = read_notebook(odd.autograded_dir("cyd", NAME) / f"{NAME}.ipynb")
    assert executed.metadata.kernelspec.name == "python3"  # formgrader and JupyterLab find it
    assert not odd.autograded_dir("bob", NAME).exists()
    assert set(rows(odd.gradebook, odd.course_id, NAME)) == set(GRADED)


def test_nbgrader_autograde_takes_the_same(odd: Course) -> None:
    said = nbgrader(odd.workspace, "autograde", NAME, code=1)
    assert "There was an error processing assignment 'toy' for student 'bob'" in said
    assert "it is not clear which notebook counts" in said
    scores = {student: row.score for student, row in rows(odd.gradebook, odd.course_id, NAME).items()}
    assert {student: scores[student] for student in GRADED} == GRADED
