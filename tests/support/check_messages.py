"""What a public check says of an answer."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.authoring.exercises import Exercise, read_exercises
from autograder.authoring.public_checks import otter_source

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what otter imports is deprecated here and there
    from otter.test_files import ExceptionTestFile


REFERENCE = '''\
import numpy as np


def scaled(x, factor):
    """Multiply by the factor: it's "quoted".

    >>> scaled(np.array([1.0, 2.0]), 2.0)
    array([2., 4.])
    >>> a = np.array([3.0])
    >>> float(scaled(a, 3.0)[0])
    9.0
    >>> scaled("it's", 2.0)
    Traceback (most recent call last):
    ValueError: \\u201cno numbers\\u201d
    """
    if isinstance(x, str):
        raise ValueError("no numbers")
    return factor * x
'''


@pytest.fixture
def scaled(tmp_path: Path) -> Exercise:
    path = tmp_path / "toy.py"
    path.write_text(REFERENCE, encoding="utf-8")
    return read_exercises(path)[0]


def messages(exercise: Exercise, code: str) -> list[str]:
    """What otter says of each case when the student's notebook holds this code."""
    notebook: dict[str, Any] = {"np": np}
    exec(code, notebook)
    checks = ExceptionTestFile.from_string(otter_source(exercise))
    checks.run(notebook)
    return [result.message.partition("\nAssertionError: ")[2] for result in checks.test_case_results]


ONE = np.array([1.0])
