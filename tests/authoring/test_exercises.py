"""Reading exercises from a file of reference solutions."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.exercises import Example, Exercise, read_exercises, read_reference
from autograder.errors import CourseError

SOURCE = '''\
"""The module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import sys

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray
Activation = "Callable[[Array], Array]"


def scaled(
    x: Array, factor: float = 2.0
) -> Array:
    r"""Multiply
    everything by the factor.

    Parameters
    ----------
    x : array (D,)

    Examples
    --------
    >>> x = np.array([1.0, 2.0])
    >>> scaled(x)
    array([2., 4.])
    >>> scaled("no")
    Traceback (most recent call last):
    numpy.exceptions.DTypeError: no numbers
    """
    # factor times x
    return factor * x


def applied(x: Array, f: Callable[[Array], Array]) -> Array:
    """Apply f.

    >>> applied(2.0, abs)
    2.0
    """
    return f(scaled(x))


def _private() -> None:
    pass
'''


def read(folder: Path, text: str = SOURCE) -> tuple[Exercise, ...]:
    path = folder / "toy.py"
    path.write_text(text, encoding="utf-8")
    return read_exercises(path)


def test_an_exercise_is_read_from_its_function(tmp_path: Path) -> None:
    scaled, applied = read(tmp_path)
    assert (scaled.name, applied.name) == ("scaled", "applied")
    assert scaled.title == "Multiply everything by the factor."
    assert scaled.signature == "def scaled(\n    x: Array, factor: float = 2.0\n) -> Array:"
    assert scaled.docstring.startswith("Multiply\neverything by the factor.\n\nParameters\n----------\nx : array")
    assert scaled.body == "# factor times x\nreturn factor * x"
    assert scaled.stub.startswith("def scaled(\n")
    assert scaled.stub.endswith('no numbers\n    """')
    assert scaled.parameters == ("x", "factor")
    assert scaled.line == 17


def test_examples_are_calls_answers_exceptions_and_preparations(tmp_path: Path) -> None:
    assert read(tmp_path)[0].examples == (
        Example("x = np.array([1.0, 2.0])", line=29),
        Example("scaled(x)", "array([2., 4.])", line=30),
        Example('scaled("no")', raises="DTypeError", line=32),
    )
    assert [example.call for example in read(tmp_path)[0].checks] == ["scaled(x)", 'scaled("no")']


def test_lines_of_examples_are_those_of_the_file(tmp_path: Path) -> None:
    for example in read(tmp_path)[0].examples:
        assert SOURCE.splitlines()[example.line - 1].strip() == f">>> {example.call}"


def test_a_notebook_gets_the_imports_and_aliases_that_are_used(tmp_path: Path) -> None:
    read(tmp_path)
    preamble = read_reference(tmp_path / "toy.py").preamble
    assert preamble == ("import numpy as np", "from collections.abc import Callable", "Array = np.ndarray")


GOOD = '"""Do.\n\n    >>> f(1)\n    1\n    """\n    return x'


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("def f(x:\n", 1, "is not valid Python"),
        ("x = 1\n", None, "no public function"),
        ("def f(x):\n    return x\n", 1, "f has no docstring"),
        ('def f(x):\n    """Do."""\n', 1, "f has no body"),
        ('def f(x):\n    """Do."""\n    return x\n', 1, "no example"),
        (f"import functools\n@functools.cache\ndef f(x):\n    {GOOD}\n", 3, "decorator"),
        (f"def f(x: Array):\n    {GOOD}\n", 1, "the signature of f uses 'Array'"),
        (f"LIMIT = 1\ndef f(x):\n    {GOOD} + LIMIT\n", 2, "the body of f uses 'LIMIT'"),
        (f"def f(x):\n    {GOOD} + sum(np.abs(i) for i in x)\n", 1, "the body of f uses 'np'"),
        (f"def f(x):\n    {GOOD}\n".replace("    1\n", "    <object>\n"), 4, "not a Python value"),
        (f"def f(x):\n    {GOOD}\n".replace("f(1)", "print(f(1))"), 4, "prints"),
        (f"def f(x):\n    {GOOD}\n".replace(">>> f", ">>>f"), 2, "examples cannot be read"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, line: int | None, fault: str) -> None:
    with pytest.raises(CourseError, match=fault) as caught:
        read(tmp_path, text)
    assert (caught.value.path.name, caught.value.line) == ("toy.py", line)


def test_nothing_is_run(tmp_path: Path) -> None:
    (exercise,) = read(tmp_path, f"raise SystemExit\ndef f(x):\n    {GOOD}\n")
    assert exercise.name == "f"
