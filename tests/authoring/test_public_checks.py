"""The public checks: what students see of a right, a wrong, a missing and an unwritten function."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from check_messages import ONE, REFERENCE, messages
from check_messages import scaled as scaled

from autograder.authoring.exercises import Exercise, read_exercises
from autograder.authoring.public_checks import COMPARATOR, otter_source, setup_source
from autograder.testing.compare import difference


def test_the_reference_passes_every_check(scaled: Exercise) -> None:
    assert messages(scaled, REFERENCE) == ["", "", ""]


def test_otters_file_is_ascii(scaled: Exercise) -> None:
    assert otter_source(scaled).isascii()


def test_a_wrong_answer_is_told_with_call_answer_and_expectation(scaled: Exercise) -> None:
    first, second, third = messages(scaled, "def scaled(x, factor): return x")
    assert first.splitlines() == [
        "a public check failed.",
        "    called        scaled(np.array([1.0, 2.0]), 2.0)",
        "    came back     array([1., 2.])  (array, shape (2,), dtype float64)",
        "    expected      array([2., 4.])  (array, shape (2,), dtype float64)",
        "    what differs  2 of 2 entries differ",
    ]
    assert "called        a = np.array([3.0])\n                  float(scaled(a, 3.0)[0])" in second
    assert 'came back     "it\'s"  (str)\n    expected      ValueError' in third


def test_an_exception_is_told(scaled: Exercise) -> None:
    first = messages(scaled, "def scaled(x, factor): return x / []")[0]
    assert "it raised     " in first
    assert "expected      array([2., 4.])" in first


def test_an_unwritten_function_is_told_in_one_line(scaled: Exercise) -> None:
    told = messages(scaled, "def scaled(x, factor): raise NotImplementedError()")
    assert set(told) == {"not written yet (NotImplementedError)"}


def test_a_function_that_waits_for_another_is_told(scaled: Exercise) -> None:
    told = messages(scaled, "def relu(x): raise NotImplementedError()\ndef scaled(x, factor): return relu(x)")
    assert set(told) == {"waits for relu, which is not written yet (NotImplementedError)"}


def test_a_missing_function_is_told(scaled: Exercise) -> None:
    assert "run the cell that defines scaled first" in messages(scaled, "")[0]


def test_a_student_who_overwrites_np_is_still_checked(scaled: Exercise) -> None:
    assert messages(scaled, REFERENCE + "\nimport numpy\nnp = None").count("") == 3


def test_an_exit_is_a_failed_check(scaled: Exercise) -> None:
    assert "it raised     SystemExit" in messages(scaled, "def scaled(x, factor): exit()")[0]


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (2.0 + 1e-9, 2.0),
        (9e-7, 0.0),
        (1.1e-6, 0.0),
        (np.array([1, 2], np.int32), np.array([1, 2])),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        ([ONE, 2.0], (ONE, 2.0)),
        ((ONE, 3.0), (ONE, 2.0)),
        ({"a": 1.0}, {"a": 2.0}),
        (True, 1.0),
        ("relu", "tanh"),
        (None, ONE),
    ],
)
def test_public_checks_and_hidden_tests_compare_alike(got: object, want: object) -> None:
    notebook: dict[str, Any] = {"__name__": "notebook"}
    exec(COMPARATOR, notebook)
    said, expected = notebook["difference"](got, want), difference(got, want)
    assert (said and said.message) == (expected and expected.message)


def test_an_empty_array_is_expected_with_its_shape(tmp_path: Path) -> None:
    docstring = '"""Do.\n\n    >>> f(3)\n    array([], shape=(0, 3), dtype=float64)\n    """'
    path = tmp_path / "toy.py"
    path.write_text(f"import numpy as np\ndef f(n):\n    {docstring}\n    return np.zeros((0, n))\n")
    (exercise,) = read_exercises(path)
    assert messages(exercise, path.read_text()) == [""]
    assert "has shape (0, 2), expected (0, 3)" in messages(exercise, "def f(n): return np.zeros((0, 2))")[0]


def in_a_notebook(exercise: Exercise, code: str) -> dict[str, Any]:
    """A notebook's names after its setup cell and this code, as students have them."""
    notebook: dict[str, Any] = {}
    exec(setup_source("import numpy as np", [exercise], {}), notebook)
    exec(code, notebook)
    return notebook


def said(notebook: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    assert notebook["check"]("scaled") is None
    return capsys.readouterr()


def test_the_notebooks_check_praises_a_right_answer_within_bounds(
    scaled: Exercise, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = said(in_a_notebook(scaled, REFERENCE), capsys)
    assert (out, err) == ("scaled: 3 public checks passed. Hidden tests look at more cases.\n", "")


def test_only_the_first_failing_example_is_told_in_full(scaled: Exercise, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(in_a_notebook(scaled, "def scaled(x, factor): return x"), capsys)
    assert out == ""
    assert err.startswith("scaled: a public check failed.\n    called        scaled(np.array([1.0, 2.0]), 2.0)")
    assert err.count("called") == 1
    assert err.endswith("\n  2 more of the 3 checks fail.\n")


def test_what_is_not_written_yet_is_told_once(scaled: Exercise, capsys: pytest.CaptureFixture[str]) -> None:
    _, err = said(in_a_notebook(scaled, "def scaled(x, factor): raise NotImplementedError()"), capsys)
    assert err == "scaled: not written yet (NotImplementedError)\n"


def test_an_exercise_that_calls_one_that_fails_says_which_comes_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "toy.py"
    path.write_text(
        'def one():\n    """One.\n\n    >>> one()\n    1\n    """\n    return 1\n\n\n'
        'def two():\n    """Two.\n\n    >>> two()\n    2\n    """\n    return one() + one()\n'
    )
    notebook: dict[str, Any] = {}
    exec(setup_source("import numpy as np", read_exercises(path), {}), notebook)
    exec("def one(): return 3\ndef two(): return [one() for _ in range(2)][0] * 2", notebook)
    notebook["check"]("two")
    assert "`two` calls `one`, whose check fails: fix that first." in capsys.readouterr().err


def test_names_of_a_students_do_not_get_in_the_checks_way(scaled: Exercise, capsys: pytest.CaptureFixture[str]) -> None:
    code = REFERENCE + "\ndifference = close = json = sys = array = examine = None"
    out, err = said(in_a_notebook(scaled, code), capsys)
    assert (out.startswith("scaled: 3 public checks passed"), err) == (True, "")


def test_an_unknown_exercise_is_told_with_those_there_are(scaled: Exercise, capsys: pytest.CaptureFixture[str]) -> None:
    in_a_notebook(scaled, REFERENCE)["check"]("scald")
    assert "there is no exercise of this name. There are scaled." in capsys.readouterr().err


def test_the_checks_import_nothing_but_numpy(scaled: Exercise, tmp_path: Path) -> None:
    script = tmp_path / "notebook.py"
    others = ["otter", "scipy", "sklearn", "matplotlib", "autograder"]
    allowed = f"import sys, numpy\nsys.modules.update(dict.fromkeys({others}))\n"
    script.write_text(allowed + setup_source("", [scaled], {}) + "\n" + REFERENCE + "\ncheck('scaled')\n")
    done = subprocess.run([sys.executable, "-I", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("scaled: 3 public checks passed. Hidden tests look at more cases.\n", "")


def test_no_line_of_the_setup_cell_is_too_long_for_a_page(scaled: Exercise) -> None:
    assert max(map(len, setup_source("import numpy as np", [scaled], {}).splitlines())) <= 120
