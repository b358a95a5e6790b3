"""Generic wrong twins: a course whose tests notice them all, and one with a blind spot of each kind."""

from __future__ import annotations

from pathlib import Path

import class_course
import pytest
import small_course
from small_course import NAME, PROJECT

from autograder.authoring.costs_once import spills
from autograder.authoring.twins import Twin, try_twins
from autograder.course import load_course

SHARP = small_course.HIDDEN.replace(
    "        agree.double(draw(size, low=3.0, high=9.0))\n",
    "        agree.double(draw(size, decimals=6))\n    agree.double(np.array([0.0, 1000.0]))\n",
)


def survivors(root: Path, hidden: str) -> set[Twin]:
    with small_course.own_solutions():
        course = load_course(small_course.write(root, hidden=hidden))
        return set(try_twins(course, NAME).survivors)


def test_blind_spots_are_named(tmp_path: Path) -> None:
    assert survivors(tmp_path, small_course.HIDDEN) == {Twin("mean", "writes into x")}


def test_a_call_that_only_one_twin_answers_wrongly_shows_the_spot(tmp_path: Path) -> None:
    found = survivors(tmp_path, SHARP)
    assert Twin("double", "writes into x where it is extreme") in found
    assert not any(twin.habit.startswith("rounds") for twin in found)


def test_an_answer_that_knows_the_examples_by_heart_is_seen_if_nothing_else_is_asked(tmp_path: Path) -> None:
    example = "agree.mean(np.array([1.0, 3.0]))"
    hidden = small_course.HIDDEN.replace("agree.mean(draw(4, low=3.0, high=9.0))", example)
    by_heart = Twin("mean", "is right for its docstring's examples only")
    assert by_heart not in survivors(tmp_path / "sharp", small_course.HIDDEN)
    assert by_heart not in survivors(tmp_path / "blunt", hidden)  # never shown: every question is an example
    also_asked = hidden.replace(example, f"{example}\n    student.mean(draw(4))").replace(
        "(agree, draw)", "(agree, student, draw)"
    )
    assert by_heart in survivors(tmp_path / "asked", also_asked)


def test_zeros_in_each_argument_are_tried(tmp_path: Path) -> None:
    silent = SHARP.replace(
        "    agree.mean(draw(4, low=3.0, high=9.0))\n", "    agree.mean(draw(4))\n    student.mean(np.zeros(2))\n"
    )
    silent = silent.replace("def test_mean_of_many(agree, draw)", "def test_mean_of_many(agree, student, draw)")
    habits = {twin.habit for twin in survivors(tmp_path, silent) if twin.exercise == "mean"}
    assert {"is nan where x has a 0"} <= habits
    assert not any("has a 0" in twin.habit for twin in survivors(tmp_path, SHARP) if twin.exercise == "double")


def test_a_listed_twin_is_no_fault_until_it_is_caught(tmp_path: Path) -> None:
    root = small_course.write(tmp_path)
    lines = [
        f"  - exercise: {name}\n    change: 'twin: writes into x'\n    why: No matter.\n" for name in ("mean", "double")
    ]
    (root / "solutions/hidden/equivalent.yml").write_text("toy:\n" + "".join(lines))
    with small_course.own_solutions():
        score = try_twins(load_course(root), NAME)
    assert score.survivors == ()
    assert [each.exercise for each in score.stale] == ["double"]


def test_a_promise_that_no_test_looks_at_is_named(tmp_path: Path) -> None:
    promises = small_course.REFERENCE.replace(
        "Multiply every entry by two.", "Give a new array; ValueError without any."
    )
    with small_course.own_solutions():
        course = load_course(small_course.write(tmp_path / "promises", reference=promises))
        told = try_twins(course, NAME).promises
    assert [line.partition("promises ")[2].partition(",")[0] for line in told] == ["ValueError", "empty input"]


SAMPLE = [("neuron", "weighted_sum"), ("losses", "cross_entropy"), ("first_network", "accuracy")]


@pytest.mark.parametrize(("assignment", "exercise"), SAMPLE)
def test_a_sample_of_mistakes_costs_once(assignment: str, exercise: str) -> None:
    course = load_course(PROJECT)
    found = spills(course, assignment, chosen=lambda known: [m for m in known if m.exercise == exercise])
    assert list(found) == []


@pytest.mark.parametrize("drawback", ["costs once", "costs twice"])
def test_a_mistake_in_a_class_costs_once(tmp_path: Path, drawback: str) -> None:
    hidden = class_course.HIDDEN
    if drawback == "costs twice":  # a test of relu that looks at a layer
        looks = "    agree.Dense(1, 1).forward(np.ones((1, 1)))\n    layer = agree.Dense(1, 1)\n    layer.b = draw(1)\n"
        hidden = hidden.replace(
            '    """What is positive stays."""\n',
            '    """What is positive stays."""\n' + looks + "    layer.forward(np.ones((1, 1)))\n",
        )
    root = small_course.write(
        tmp_path,
        author=class_course.AUTHOR,
        reference=class_course.REFERENCE,
        mistakes=class_course.MISTAKES,
        hidden=hidden,
    )
    with small_course.own_solutions():
        found = [str(spill) for spill in spills(load_course(root), NAME)]
    assert found == ([] if drawback == "costs once" else ["the mistake Unbiased of Dense costs points in relu as well"])
