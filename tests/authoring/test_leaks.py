"""Looking for lines of solutions and hidden tests in a release."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.authoring.leaks import Leak, find_leaks, secret_lines
from autograder.errors import CourseError

SOLUTION = '''\
import numpy as np

Array = np.ndarray | float


def weighted_sum(x, w):
    """Add x times w.

    >>> weighted_sum(np.ones(2), np.ones(2))
    2.0
    """
    # sum over d of w_d x_d
    total = float(w @ x)  # one number
    for row in rows:
        corner = np.array([1.0, 0.0])
    gates = {
        "AND": (np.array([1.0, 1.0]), -1.5),
    }
    return total
'''


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "solution.py"
    path.write_text(SOLUTION, encoding="utf-8")
    return path


def leaks_of(secret: Path, *cells: nbformat.NotebookNode, public: tuple[str, ...] = ()) -> tuple[Leak, ...]:
    release = secret.parent / "release"
    release.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), release / "n.ipynb")
    return find_leaks(release, [secret], public=public)


code, markdown = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell


def test_only_lines_that_tell_something_are_secret(secret: Path) -> None:
    assert [(line.line, line.squeezed) for line in secret_lines(secret)] == [
        (3, "Array=np.ndarray|float"),
        (13, "total=float(w@x)"),
        (16, 'gates={"AND":(np.array([1.0,1.0]),-1.5),}'),
        (17, '"AND":(np.array([1.0,1.0]),-1.5)'),
    ]


def test_a_line_in_a_markdown_cell_is_found_with_its_place(secret: Path) -> None:
    (leak,) = leaks_of(secret, code("check()"), markdown("A hint:\n\nwrite `total = float( w@x )` here"))
    assert (leak.place, leak.line, leak.secret.line) == ("cell 2", 3, 13)
    assert str(leak) == "cell 2, line 3, holds 'total = float(w @ x) # one number' (solution.py:13)"


def test_a_line_that_is_broken_in_two_is_found(secret: Path) -> None:
    (leak,) = leaks_of(secret, code("x = 1\ntotal = float(\n    w @ x\n)"))
    assert leak.line == 2


def test_one_line_of_a_longer_statement_is_found(secret: Path) -> None:
    assert leaks_of(secret, code('g = dict([("AND", 1)])')) == ()
    assert len(leaks_of(secret, code('g = {"AND": (np.array([1.0, 1.0]), -1.5)}'))) == 1


def test_a_line_in_an_output_or_in_metadata_is_found(secret: Path) -> None:
    output = nbformat.v4.new_output("stream", name="stdout", text="total = float(w @ x)")
    assert len(leaks_of(secret, code("print()", outputs=[output]))) == 1
    assert len(leaks_of(secret, code("print()", metadata={"note": {"deep": ["total = float(w @ x)"]}}))) == 1


def test_the_cells_name_is_told(secret: Path) -> None:
    (leak,) = leaks_of(secret, code("total = float(w @ x)", metadata={"nbgrader": {"grade_id": "setup"}}))
    assert leak.place == "cell 1 (setup)"


def test_a_line_in_any_other_file_is_found(secret: Path) -> None:
    leaks_of(secret)
    (secret.parent / "release/data").mkdir()
    (secret.parent / "release/data/helper.py").write_bytes(b"\xff\n\ntotal=float(w @ x)\n")
    (leak,) = find_leaks(secret.parent / "release", [secret])
    assert (leak.path.name, leak.line) == ("helper.py", 3)


def test_a_broken_notebook_is_searched_as_text(secret: Path) -> None:
    leaks_of(secret)
    (secret.parent / "release/b.ipynb").write_text('{"cells": total = float(w @ x)')
    assert len(find_leaks(secret.parent / "release", [secret])) == 1


def test_what_is_public_by_design_is_no_leak(secret: Path) -> None:
    stub = SOLUTION[SOLUTION.index("def") : SOLUTION.index("    # sum")]
    assert (
        leaks_of(secret, code(stub), code("return total"), code("for row in rows: corner = np.array([1.0, 0.0])")) == ()
    )


def test_statements_released_on_purpose_are_no_leak(secret: Path) -> None:
    assert len(leaks_of(secret, code("Array = np.ndarray | float"))) == 1
    assert leaks_of(secret, code("Array = np.ndarray | float"), public=("Array = np.ndarray | float",)) == ()


def test_decorators_and_docstrings_of_tests_are_public_but_their_lines_are_not(tmp_path: Path) -> None:
    hidden = tmp_path / "test_toy.py"
    hidden.write_text(
        '@points("step", 1.0)\ndef test_step(agree):\n    """At exactly zero the neuron fires."""\n'
        "    agree.step(np.array([0.0, -0.0]))\n",
        encoding="utf-8",
    )
    assert [line.text for line in secret_lines(hidden)] == ["agree.step(np.array([0.0, -0.0]))"]


def test_a_secret_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"none\.py: cannot be read"):
        find_leaks(tmp_path, [tmp_path / "none.py"])
    (tmp_path / "bad.py").write_text("def f(:\n")
    with pytest.raises(CourseError, match=r"bad\.py:1: is not valid Python"):
        find_leaks(tmp_path, [tmp_path / "bad.py"])
