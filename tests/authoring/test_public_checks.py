"""The public checks: what students see of a right, a wrong, a missing and an unwritten function."""

from __future__ import annotations

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


def test_check_without_otter_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "otter", None)
    notebook: dict[str, Any] = {}
    exec(setup_source("toy", "import numpy as np"), notebook)
    assert notebook["check"]("scaled") is None
    out, err = capsys.readouterr()
    assert (out, "pip install -r requirements.txt" in err) == ("", True)


def test_check_without_the_notebooks_file_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.ipynb").write_text("{")
    notebook: dict[str, Any] = {}
    exec(setup_source("toy", "import numpy as np"), notebook)
    notebook["check"]("scaled")
    assert "could not run. This notebook's file is not in" in capsys.readouterr().err
