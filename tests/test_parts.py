"""Which exercises a change of a hidden test, a mistake or a reference can touch."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_course
from small_course import HIDDEN, MISTAKES, NAME, REFERENCE

from autograder.course import Course, load_course
from autograder.origin import MATTERING, environment, origin_of
from autograder.parts import exercise_digests, imported_files

EXERCISES = ("double", "mean")
CALLS = REFERENCE.replace("float(np.sum(x) / len(x))", "float(np.sum(double(x)) / len(x) / 2)")


def touched(before: dict[str, str], **changed: str) -> set[str]:
    texts = {"hidden": HIDDEN, "mistakes": MISTAKES, "reference": REFERENCE} | before
    then = exercise_digests(texts["hidden"], texts["mistakes"], texts["reference"], EXERCISES)
    texts |= changed
    now = exercise_digests(texts["hidden"], texts["mistakes"], texts["reference"], EXERCISES)
    return {name for name in EXERCISES if then[name] != now[name]}


@pytest.mark.parametrize(
    ("changed", "exercises"),
    [
        ({"hidden": HIDDEN.replace("(2, 5)", "(2, 5, 9)")}, {"double"}),
        ({"hidden": HIDDEN.replace("The mean is", "A mean is")}, {"mean"}),
        ({"hidden": HIDDEN.replace('"mean", 2.0', '"mean", 3.0')}, {"mean"}),
        ({"hidden": HIDDEN + "\n\n# no more\n"}, set()),
        ({"hidden": HIDDEN + "\nSIZES = (1, 2)\n"}, {"double", "mean"}),
        ({"hidden": HIDDEN + "\ndef helper():\n    return 1\n"}, {"double", "mean"}),
        ({"hidden": HIDDEN + '\n@points("mean", 1.0)\ndef test_more(agree):\n    """More."""\n'}, {"mean"}),
        ({"hidden": HIDDEN + '\nclass TestMore:\n    """More."""\n'}, {"double", "mean"}),
        ({"mistakes": MISTAKES.replace("x ** 2.0", "x ** 2")}, {"double"}),
        ({"mistakes": MISTAKES.replace("Who gets", "And who gets")}, {"mean"}),
        ({"reference": REFERENCE.replace("x * 2.0", "x + x")}, {"double"}),
        ({"reference": REFERENCE + "\nTWO = 2.0\n"}, {"double", "mean"}),
    ],
)
def test_a_change_touches_its_own_exercise_and_what_is_shared_touches_all(
    changed: dict[str, str], exercises: set[str]
) -> None:
    assert touched({}, **changed) == exercises


def test_a_reference_touches_those_whose_reference_calls_it() -> None:
    assert touched({"reference": CALLS}, reference=CALLS.replace("x * 2.0", "x + x")) == {"double", "mean"}


def test_a_reference_touches_those_whose_tests_name_it() -> None:
    asks = HIDDEN.replace("agree.mean(", "reference.double(draw(1)); agree.mean(")
    assert touched({"hidden": asks}, reference=REFERENCE.replace("x * 2.0", "x + x")) == {"double", "mean"}


def test_where_names_are_made_up_later_every_reference_counts() -> None:
    asks = HIDDEN.replace("agree.mean(", 'getattr(agree, "me" + "an")(')
    assert touched({"hidden": asks}, reference=REFERENCE.replace("x * 2.0", "x + x")) == {"double", "mean"}


def test_a_test_that_another_one_names_counts_for_all() -> None:
    asks = HIDDEN.replace("    agree.mean(", "    test_double_of_many\n    agree.mean(")
    assert touched({"hidden": asks}, hidden=asks.replace("(2, 5)", "(2, 5, 9)")) == {"double", "mean"}


def test_a_module_of_the_course_that_is_imported_counts(small: Course) -> None:
    helper = small.root / "solutions" / "helper.py"
    helper.write_text("from solutions import deeper\n")
    (small.root / "solutions" / "deeper.py").write_text("A = 1\n")
    small_course.write(
        small.root, reference=REFERENCE.replace("import numpy", "from solutions import helper\nimport numpy")
    )
    files = imported_files(small.reference_path(NAME), small.root)
    assert [path.name for path in files] == ["__init__.py", "deeper.py", "helper.py"]
    before = origin_of(small, NAME, EXERCISES)
    (small.root / "solutions" / "deeper.py").write_text("A = 2\n")
    after = origin_of(small, NAME, EXERCISES)
    assert (before.reference != after.reference, before.hidden_tests == after.hidden_tests) == (True, True)
    assert all(before.exercises[name] != after.exercises[name] for name in EXERCISES)


def test_each_part_has_its_own_hash(small: Course) -> None:
    before = origin_of(small, NAME, EXERCISES)
    changed = small_course.CONFIG.replace("call_seconds: 1", "call_seconds: 2")
    after = origin_of(
        load_course(small_course.write(small.root, config=changed, hidden=HIDDEN + "\n")), NAME, EXERCISES
    )
    differing = {name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name)}
    assert differing == {"settings", "hidden_tests"}


def test_the_environment_names_what_runs_beside_the_student() -> None:
    assert {"python", "machine", "numpy", "matplotlib", "pytest", "ipython"} <= set(environment())
    assert set(environment()) <= {"python", "machine", *MATTERING}


def test_a_file_that_is_no_python_gives_no_digest(small: Course, tmp_path: Path) -> None:
    small_course.write(small.root, hidden="def test_nothing(:\n")
    assert set(origin_of(small, NAME, EXERCISES).exercises.values()) == {""}
