"""The course's self-examination finds each kind of fault that is planted in a course."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_course
from small_course import AUTHOR, HIDDEN, MISTAKES, NAME, REFERENCE, own_solutions

from autograder.authoring.check import Examination, examine
from autograder.course import load_course


def examined(root: Path, **changed: str) -> Examination:
    """Examines the small course with changed files."""
    course = load_course(small_course.write(root, **changed))
    with own_solutions():
        return examine(course, NAME, workers=1, progress=lambda done, total: None)


def test_a_good_course_has_no_fault_and_is_counted(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    course = load_course(small_course.write(tmp_path))
    with own_solutions():
        found = examine(course, NAME, workers=1, progress=lambda done, total: heard.append((done, total)))
    assert found.faults == []
    assert (found.exercises, found.tests, found.points, found.examples) == (2, 3, 3.5, 2)
    assert (found.mistakes, found.caught, found.named) == (2, 2, 2)
    assert heard[-1] == (len(heard), len(heard))
    assert not course.workspace.exists()


LENIENT = '''

@points("mean", 0.5)
def test_mean_is_there(student):
    """There is a mean."""
    try:
        student.mean(np.ones(2))
    except BaseException:
        pass
'''


def test_every_fault_of_a_course_is_found_at_once(tmp_path: Path) -> None:
    mistakes = MISTAKES.replace("return x ** 2.0", "return x + x").replace('"Who gets how much?"', '" "')
    mistakes += (
        MISTAKES[MISTAKES.index('@mistake("double"') : MISTAKES.index('@mistake("mean"')]
        .replace('"double"', '"treble"')
        .replace("def squares", "def cubes")
    )
    found = examined(
        tmp_path,
        hidden=HIDDEN.replace("    agree.mean(", "    same(1.0, 2.0)\n    agree.mean(") + LENIENT,
        reference=REFERENCE.replace("    2.0\n", "    2.5\n"),
        mistakes=mistakes,
    )
    told = "\n".join(map(str, found.faults))
    line = mistakes[: mistakes.index('@mistake("double"')].count("\n") + 1
    for fault in (
        "the untouched release passes test_mean_is_there",
        f"{tmp_path}/solutions/mistakes/toy.py:{line}: no hidden test catches the mistake squares",
        "the right answers of 'reference' fail test_mean_of_many",
        "an example of mean does not hold",
        "cubes answers 'treble', which is not an exercise",
        "adds_up has no hint",
    ):
        assert fault in told
    assert (found.caught, found.mistakes) == (1, 3)


LEAK = "\nOne could write\n\n    return float(np.sum(x) / len(x))\n"


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"hidden": HIDDEN.replace('@points("mean", 2.0)\n', "")}, "is not marked with @points"),
        ({"hidden": HIDDEN.replace('    """Every entry is doubled."""\n', "")}, "has no docstring"),
        (
            {"hidden": HIDDEN.replace('@points("mean", 2.0)', '@points("double", 2.0)')},
            "no hidden test gives points to 'mean'",
        ),
        ({"reference": REFERENCE.replace("import numpy as np", "import numpyy as np")}, "cannot be imported"),
        ({"mistakes": "1 / 0"}, "toy.py:1: cannot be imported: ZeroDivisionError"),
        ({"author": AUTHOR + LEAK}, "return float(np.sum(x) / len(x))"),
        ({"author": AUTHOR.replace("import mean", "import means")}, "toy.py has no exercise 'means'"),
    ],
    ids=["no mark", "no sentence", "no points", "reference", "mistakes", "leak", "no such exercise"],
)
def test_a_fault_that_ends_the_examination(tmp_path: Path, changed: dict[str, str], fault: str) -> None:
    told = [str(one) for one in examined(tmp_path, **changed).faults]
    assert any(fault in one for one in told), told


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    small_course.write(tmp_path)
    (tmp_path / "solutions" / "hidden" / "test_toy.py").unlink()
    with own_solutions():
        found = examine(load_course(tmp_path), NAME, workers=1, progress=lambda done, total: None)
    assert [str(fault) for fault in found.faults] == [f"{tmp_path}/solutions/hidden/test_toy.py: not found"]
