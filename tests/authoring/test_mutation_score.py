"""The mutation score of an assignment's hidden tests."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_course
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import Course

pytestmark = pytest.mark.slow


def run(course: Course) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["check", "toy", "--mutants", "--course", str(course.root)])
    return done.exit_code, done.output


def weaken(path: Path) -> None:
    """Hidden tests that are content with any answer."""
    tests = (
        f'@points("{name}", {value})\ndef test_{name}(student):\n    """Any."""\n    student.{name}(np.ones(1))\n'
        for name, value in small_course.POINTS.items()
    )
    path.write_text("import numpy as np\nfrom autograder.testing import points\n\n" + "\n".join(tests))


def test_good_tests_kill_the_mutants(small: Course) -> None:
    status, output = run(small)
    assert status == 0, output
    assert "100.0%" in output


def test_weak_tests_let_them_live_and_are_named(small: Course) -> None:
    weaken(small.hidden_path("toy"))
    status, output = run(small)
    assert status == 1
    assert "survived double: " in output
    assert "but the aim is 95%" in output


def test_a_listed_mutant_that_does_not_exist_is_a_fault(small: Course) -> None:
    listed = small.hidden_path("toy").parent / "equivalent.yml"
    listed.write_text("toy:\n  - {exercise: double, change: a -> b, why: nonsense}\n")
    status, output = run(small)
    assert status == 1
    assert "lists a mutant of double that does not exist: a -> b" in output
