"""A child sees no file of the course, of its workspace or of another process: it tries to open every one of them."""

from __future__ import annotations

import site
from pathlib import Path

import every_path
import pytest
from small_course import PROJECT

from autograder.course import Course
from autograder.reports.write import write_feedback
from autograder.sandbox.host import bubblewrap


@pytest.fixture
def paths(graded: Course) -> list[Path]:
    """All files of a graded course and of the kit itself, the gradebook, the key and the log among them."""
    write_feedback(graded, "toy")
    installed = [Path(folder, name) for folder in site.getsitepackages() for name in ("autograder", "solutions")]
    roots = [graded.root, PROJECT, Path.home() / ".ssh", *(path for path in installed if path.exists())]
    found = [*every_path.below(*roots), *every_path.of_processes()]
    names = {str(path.relative_to(graded.root)) for path in found if path.is_relative_to(graded.root)}
    assert names >= {"workspace/gradebook.db", "workspace/.seed", "workspace/results/toy/ada.json", "solutions/toy.py"}
    assert {name.split("/")[1] for name in names if name.startswith("workspace/")} >= {
        "submitted", "autograded", "feedback", "results", "source", "release",
    }  # fmt: skip
    assert {PROJECT / "solutions" / "neuron.py", PROJECT / "solutions" / "hidden" / "test_neuron.py"} <= set(found)
    return found


@pytest.mark.parametrize("wrap", [True, False], ids=["with bubblewrap", "without bubblewrap"])
def test_none_of_them_can_be_opened_from_inside(paths: list[Path], wrap: bool) -> None:
    if wrap and bubblewrap.fault() is not None:
        pytest.skip(f"bubblewrap: {bubblewrap.fault()}")
    tried = every_path.inside(paths, wrap=wrap)
    assert tried.count == len(paths) > 500
    assert tried.opened == ()


def test_outside_the_same_cell_opens_nearly_all(paths: list[Path], tmp_path: Path) -> None:
    tried = every_path.outside(paths, tmp_path)
    assert len(tried.opened) > 0.9 * sum(path.exists() for path in paths if not str(path).startswith("/proc"))
