"""A class of written answers, graded once, and copies of it to work in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import desks
import pytest
from small_course import WRONG, own_solutions

from autograder.course import Course

ANSWERS = {
    "student-001": "Because $a^2 > 0$.",
    "student-002": "Because  $a^2 > 0$.\n",
    "student-003": "Nobody knows.",
    "student-004": "Nobody really knows.",
    "student-005": "",
    "student-006": " ... ",
}


@pytest.fixture(scope="session")
def _class_graded(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = Path(shutil.copytree(_small_built, tmp_path_factory.mktemp("desk") / "course"))
    with own_solutions():
        return desks.write_class(root, ANSWERS, student_003=WRONG)


@pytest.fixture
def class_course(_class_graded: Course, tmp_path: Path) -> Iterator[Course]:
    """A copy of the class: two equal answers, two like ones, two blank ones."""
    with own_solutions():
        yield desks.copied(_class_graded, tmp_path)
