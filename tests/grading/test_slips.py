"""Several slips at once, drawn at random: whatever honest hands and programs did to a solved notebook, it keeps all."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import golden
import pytest
import slips

from autograder.authoring.answers import reference_sources
from autograder.course import Course
from autograder.grading.worker import Job, Worker
from autograder.results import Result, Status
from autograder.workspace.submissions import Submission, load

pytestmark = pytest.mark.slow

Grade = Callable[[Path], Result]

WRITTEN = [name for name in slips.RECIPES if name.startswith(("answered", "the answer"))]
METADATA = [
    "kernelspec null", "language null", "no metadata", "metadata as a list", "nbformat 4.0", "nbformat as text",
    "no nbformat", "nbformat_minor null", "labelled as R", "labelled as Sage", "cells without metadata",
    "cells with attachments null", "a cell of another kind", "NaN in outputs", "a byte order mark", "UTF-16",
]  # fmt: skip
NAMES = [
    "called Copy of", "called (1)", "called in capitals", "called .json", "called .txt", "called only .json",
    "called .ipynb twice", "in folders", "called after its student", "called something else", "what systems add",
    "a blank one and Copy1", "a blank one and (1)", "a blank one and a final one", "a blank copy",
]  # fmt: skip
LATER = [
    "step = 0.1", "from pylab import *", "def neuron(x):\n    return 'an old attempt'", "sum = max = 1", "np = 3",
    "weighted_sum = weighted_sum(np.ones(2), np.ones(2))", "from math import *", "for step in range(3): pass",
    "raise ValueError('scratch')", "from google.colab import drive", "x =", "class logic_gate: pass",
]  # fmt: skip


@pytest.fixture(scope="module")
def grade(built_course: Course) -> Iterator[Grade]:
    """Grades what lies in a folder, as it was handed in."""
    worker = Worker(built_course, golden.ASSIGNMENT)

    def graded(folder: Path) -> Result:
        found = load(folder.parents[1], golden.ASSIGNMENT, folder.parent.name, expected=worker.material.expected)
        assert isinstance(found, Submission), found
        return worker.grade(Job(found, 1)).result

    yield graded
    worker.close()


def drawn(course: Course, folder: Path, chance: random.Random) -> list[str]:
    """Lays a solved notebook there and has several things happen to it; what they were."""
    later = chance.sample(LATER, chance.randrange(4))
    cells = "".join(f"# %% last\n{source}\n" for source in later)
    folder.mkdir(parents=True)
    (folder / slips.NAME).write_bytes(golden.compose(course, cells))
    chosen = [chance.choice(WRITTEN), chance.choice(METADATA), chance.choice(NAMES)]
    for name in chosen:
        golden.RECIPES[name](folder)
    return [*later, *chosen]


@pytest.mark.parametrize("seed", range(60))
def test_honest_work_keeps_its_points_and_its_written_answer(
    seed: int, grade: Grade, built_course: Course, tmp_path: Path
) -> None:
    folder = tmp_path / "submitted" / f"student-{seed:03}" / golden.ASSIGNMENT
    (tmp_path / "release").symlink_to(built_course.workspace / "release")
    what = drawn(built_course, folder, random.Random(seed))
    result = grade(folder)
    assert result.status is Status.graded, (what, result.reason)
    assert result.score == result.max_score, (what, result.notes, lost(result))
    assert golden.WRITTEN not in result.unanswered, what


def lost(result: Result) -> list[tuple[str, str]]:
    """What went wrong, for a message."""
    return [(test.name, test.message) for exercise in result.exercises for test in exercise.tests if test.message]


@pytest.mark.parametrize("seed", range(20))
def test_a_wrong_answer_earns_nothing_by_any_of_it(
    seed: int, grade: Grade, built_course: Course, tmp_path: Path
) -> None:
    """The right function stands elsewhere, in every form that might be taken for the answer."""
    chance = random.Random(seed)
    name = chance.choice(["weighted_sum", "step", "decision_line"])
    right = reference_sources(built_course, golden.ASSIGNMENT)
    cells = f"# %% answer {name}\ndef {name}(*inputs):\n    return 'wrong'\n" + chance.choice(
        [
            f"# %% last\n{right[name]}\n",
            f"# %% first\n{right[name]}\n",
            f"# %% last\nexec({right[name]!r})\n",
            f"# %% last\n{right[name]}\nright = {name}\nglobals()['{name}'] = lambda *inputs: right(*inputs)\n",
            f"# %% answer neuron\n{right[name]}\n\n\n{right['neuron']}\n",
            f"# %% replace test_neuron\n{right[name]}\n",
            f"# %% after {name}\n{right[name]}\n# %% last\n{right[name]}\n",
        ]
    )
    folder = tmp_path / "submitted" / "student-001" / golden.ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / slips.NAME).write_bytes(golden.compose(built_course, cells))
    golden.RECIPES[chance.choice(METADATA)](folder)
    result = grade(folder)
    (exercise,) = [one for one in result.exercises if one.name == name]
    assert exercise.score == 0.0, result.notes
