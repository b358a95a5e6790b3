"""Made-up classes."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from autograder.authoring.sample_class import KINDS, SHARES, alternatives, hand_in, make_class
from autograder.course import Course
from autograder.workspace.submissions import Submission, load


def test_the_same_seed_makes_the_same_class(built_course: Course) -> None:
    one, again, other = (list(make_class(built_course, "neuron", students=12, seed=s)) for s in (1, 1, 2))
    assert one == again
    assert one != other


def test_a_class_has_all_kinds_in_their_shares(built_course: Course) -> None:
    handed = list(make_class(built_course, "neuron", students=40, seed=3))
    assert len({one.student for one in handed}) == 40
    assert Counter(one.kind for one in handed) == {k: round(40 * s) for k, s in zip(KINDS, SHARES, strict=True)}
    assert sum(SHARES) == pytest.approx(1.0)


def test_broken_ones_are_broken_and_all_others_are_notebooks(built_course: Course) -> None:
    for handed in make_class(built_course, "neuron", students=40, seed=3):
        try:
            cells = json.loads(handed.notebook)["cells"]
        except ValueError:
            cells = None
        assert isinstance(cells, list) == (handed.kind != "broken")


@pytest.mark.parametrize("students", [1, 2, 3, 7])
def test_a_small_class_has_as_many_as_were_asked_for(built_course: Course, students: int) -> None:
    assert len(list(make_class(built_course, "neuron", students=students, seed=1))) == students


def test_a_course_without_alternatives_has_a_class_too(small: Course) -> None:
    assert len(list(make_class(small, "toy", students=4, seed=1))) == 4
    assert alternatives(small, "toy") == {}


def test_what_is_handed_in_is_found_with_its_time(small: Course) -> None:
    (handed,) = make_class(small, "toy", students=1, seed=1)
    hand_in(small, "toy", handed, 3)
    found = load(small.submitted_dir, "toy", handed.student)
    assert isinstance(found, Submission)
    assert found.notebook == handed.notebook
    assert f"{found.timestamp:%Y-%m-%d %H:%M}" == "2030-01-31 02:21"  # on the day on which it is due
