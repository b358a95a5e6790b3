"""A whole course of two exercises, quick to build and to grade, for tests of the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.authoring.answers import fill
from autograder.course import Course
from autograder.grading.worker import Job
from autograder.workspace.submissions import Submission

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("autograder")
NAME = "toy"
POINTS = {"double": 1.5, "mean": 2.0}

CONFIG = """\
course: smallcourse
title: A Small Course
assignments:
  toy:
    title: Toys
    due: 2030-01-31T12:00:00+00:00
limits:
  cell_seconds: 5
  call_seconds: 1
  submission_seconds: 60
feedback:
  score: always
  hint: always
  counterexample: always
"""

AUTHOR = """\
# Toys

```{code-cell} ipython3
:tags: [setup]
import numpy as np
```

## Exercise 1

```{code-cell} ipython3
:tags: [exercise]
from solutions.toy import double
```

## Exercise 2

```{code-cell} ipython3
:tags: [exercise]
from solutions.toy import mean
```

+++ {"tags": ["written"], "name": "why", "points": 2}

**Question.** Why?
"""

REFERENCE = '''\
"""Toys."""

from __future__ import annotations

import numpy as np


def double(x: np.ndarray) -> np.ndarray:
    """Multiply every entry by two.

    Examples
    --------
    >>> double(np.array([1.0, 3.0]))
    array([2., 6.])
    """
    # twice is once and once again
    return x * 2.0


def mean(x: np.ndarray) -> float:
    """Average all entries.

    Examples
    --------
    >>> mean(np.array([1.0, 3.0]))
    2.0
    """
    # the sum, shared out
    return float(np.sum(x) / len(x))
'''

MISTAKES = '''\
"""Wrong toys."""

from __future__ import annotations

import numpy as np

from autograder.testing import mistake


@mistake("double", hint="What is twice three?")
def squares(x):
    """a function that squares"""
    return x ** 2.0


@mistake("mean", hint="Who gets how much?")
def adds_up(x):
    """a function that forgets to divide"""
    return float(np.sum(x))
'''

HIDDEN = '''\
"""Hidden tests of the toys."""

from __future__ import annotations

import numpy as np

from autograder.testing import leaves_inputs_alone, points, same


@points("double", 1.0)
def test_double_of_many(agree, draw):
    """Every entry is doubled."""
    for size in (2, 5):
        agree.double(draw(size, low=3.0, high=9.0))


@points("double", 0.5)
def test_double_leaves_its_input_alone(student, reference, draw):
    """The input is the same after the call as before."""
    x = draw(3, low=3.0, high=9.0)
    same(leaves_inputs_alone(student.double, x), reference.double(x))


@points("mean", 2.0)
def test_mean_of_many(agree, draw):
    """The mean is the sum divided by the number of entries."""
    agree.mean(draw(4, low=3.0, high=9.0))
'''

RIGHT = {"double": "def double(x):\n    return x * 2.0", "mean": "def mean(x):\n    return float(np.mean(x))"}
WRONG = {"double": "def double(x):\n    return x ** 2.0", "mean": "def mean(x):\n    return float(np.sum(x))"}


@contextmanager
def own_solutions() -> Iterator[None]:
    """Whatever course is loaded here, its package `solutions` is gone from this process afterwards."""
    kept = _taken_out()
    try:
        yield
    finally:
        _taken_out()
        sys.modules.update(kept)


def _taken_out() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == "solutions"]
    return {name: sys.modules.pop(name) for name in names}


def write(root: Path, **changed: str) -> Path:
    """Writes the course's files; ``changed`` replaces texts, by the constants' names in lower case."""
    texts = {"config": CONFIG, "author": AUTHOR, "reference": REFERENCE, "mistakes": MISTAKES, "hidden": HIDDEN}
    places = {
        "config": "course.yml",
        "author": "assignments/toy.md",
        "reference": "solutions/toy.py",
        "mistakes": "solutions/mistakes/toy.py",
        "hidden": "solutions/hidden/test_toy.py",
    }
    for what, place in places.items():
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((texts | changed)[what], encoding="utf-8")
    return root


def deadly(how: str) -> str:
    """The hidden tests; one of them ends the process that grades."""
    return HIDDEN.replace("    agree.mean(", f"    __import__('dying').{how}()\n    agree.mean(")


def job(course: Course, student: str, data: bytes | None = None) -> Job:
    """A submission, right where no other notebook is given, to be graded."""
    data = notebook(course.root) if data is None else data
    return Job(Submission(NAME, student, Path(f"{NAME}.ipynb"), data), seed=7)


def autograder(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the console command as a person does in a terminal that is none."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "120", **environment},
    )


def release(root: Path) -> bytes:
    """The released notebook."""
    return (root / "workspace" / "release" / NAME / f"{NAME}.ipynb").read_bytes()


def notebook(root: Path, **answers: str) -> bytes:
    """A filled-in release; right where no other answer is given."""
    return fill(release(root), RIGHT | answers)


def hand_in(root: Path, student: str, data: bytes | None = None, **answers: str) -> Path:
    """Lays a notebook where nbgrader's `collect` would; it is there at once as a whole."""
    folder = root / "workspace" / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{NAME}.ipynb"
    put(path, notebook(root, **answers) if data is None else data)
    return path


def put(path: Path, data: bytes) -> None:
    """Writes a file in one step, so that nobody reads half of it."""
    beside = path.with_name(f".{path.name}")
    beside.write_bytes(data)
    beside.replace(path)


def results(root: Path) -> Mapping[str, Any]:
    """The results in the workspace, by student."""
    folder = root / "workspace" / "results" / NAME
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}
