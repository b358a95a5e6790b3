"""What several test modules share: courses that are built once, and copies of them to work in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import canaries  # noqa: F401 - puts its secret into the environment before any worker is forked
import pytest
import small_course
from demo_class import lay_out
from small_course import own_solutions

from autograder.authoring.build import build_from_course
from autograder.course import Course, load_course
from autograder.runs.batch import grade_assignment


@pytest.fixture(scope="session")
def built_course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The real course, built once into a workspace of its own. Read only: copy what is to be changed."""
    course = lay_out(tmp_path_factory.mktemp("built") / "course")
    with own_solutions():
        build_from_course(course, "neuron")
    return course


@pytest.fixture(scope="session")
def _small_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small_course.write(tmp_path_factory.mktemp("small"))
    with own_solutions():
        build_from_course(load_course(root), small_course.NAME)
    return root


@pytest.fixture(scope="session")
def _small_graded(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(shutil.copytree(_small_built, tmp_path_factory.mktemp("graded") / "course"))
    small_course.hand_in(root, "ada")
    small_course.hand_in(root, "bob", double=small_course.WRONG["double"])
    with own_solutions():
        grade_assignment(load_course(root), small_course.NAME, workers=1)
    return root


@pytest.fixture
def small(_small_built: Path, tmp_path: Path) -> Iterator[Course]:
    """A copy of the small course, built, with nothing handed in."""
    with own_solutions():
        yield load_course(Path(shutil.copytree(_small_built, tmp_path / "course")))


@pytest.fixture
def graded(_small_graded: Path, tmp_path: Path) -> Iterator[Course]:
    """A copy of the small course in which ada (all right) and bob (squares instead of doubling) are graded."""
    with own_solutions():
        yield load_course(Path(shutil.copytree(_small_graded, tmp_path / "course")))
