"""What instructors and assistants meet, played through the commands: every folder of `tests/situations/`."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
import small_course
from situations import KINDS, Situation, play, situations
from small_course import own_solutions

from autograder.course import Course, load_course
from autograder.runs.batch import grade_assignment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def two_graded(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, in which student-001 (all right) and student-002 (`double` is wrong) are graded."""
    root = Path(shutil.copytree(_small_built, tmp_path_factory.mktemp("two") / "course"))
    small_course.hand_in(root, "student-001")
    small_course.hand_in(root, "student-002", double=small_course.WRONG["double"])
    with own_solutions():
        grade_assignment(load_course(root), small_course.NAME, workers=1)
    return root


@pytest.mark.parametrize("situation", situations(), ids=lambda situation: situation.name)
def test_a_situation_ends_as_it_should(situation: Situation, small: Course, two_graded: Path, tmp_path: Path) -> None:
    begun = two_graded if situation.graded else small.root
    with own_solutions():
        play(situation, Path(shutil.copytree(begun, tmp_path / situation.name / situation.folder)))


def test_each_kind_has_its_cases() -> None:
    counts = Counter(situation.kind for situation in situations())
    assert set(counts) == set(KINDS)
    assert min(counts.values()) >= 5, counts
