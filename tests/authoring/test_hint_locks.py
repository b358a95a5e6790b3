"""Hints under lock: the mistake they belong to opens them in the student's notebook, and nothing else does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_course import PROJECT

from autograder.authoring import student_checks
from autograder.authoring.exercises import Exercise, read_exercises
from autograder.authoring.hint_locks import lock_hints
from autograder.authoring.local import notebook_names
from autograder.authoring.public_checks import setup_source
from autograder.authoring.sample_class import alternatives
from autograder.authoring.student_checks import key_of, rounded, unlocked
from autograder.course import Course, load_course
from autograder.grading.material import load_mistakes
from autograder.testing.course_package import course_module
from autograder.testing.mistakes import Mistake, mistake

NEURON = '''\
import numpy as np


def preactivation(x, w, b):
    """Shift the weighted sum by the bias. There may be no signals at all.

    >>> preactivation(np.array([1.0, 2.0]), np.array([3.0, -1.0]), 0.5)
    1.5
    """
    return float(x @ w) + b
'''


def reference(x: Any, w: Any, b: Any) -> Any:
    return float(x @ w) + b


@mistake("preactivation", hint="Feed zeros: what should come out?")
def forgets_the_bias(x: Any, w: Any, b: Any) -> Any:
    """a neuron without its bias"""
    return float(x @ w)


@mistake("preactivation", hint="And without any signals?")
def needs_a_signal(x: Any, w: Any, b: Any) -> Any:
    """a neuron that is lost without signals"""
    return float(x @ w) + b if len(x) else None


def marked(function: Any) -> Mistake:
    found: Mistake = function.__mistake__
    return found


MISTAKES = [marked(forgets_the_bias), marked(needs_a_signal)]


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    path = tmp_path / "toy.py"
    path.write_text(NEURON)
    return read_exercises(path)[0]


@pytest.fixture
def locks(exercise: Exercise) -> dict[str, Any]:
    found = lock_hints(exercise, MISTAKES, {"np": np, "preactivation": reference})
    assert found
    return found


def opened(locks: dict[str, Any], function: Any) -> str:
    return unlocked(locks, "preactivation", {"preactivation": function})


def test_who_makes_a_mistake_reads_its_hint(locks: dict[str, Any]) -> None:
    sentence = "These are exactly the answers of a neuron without its bias. Feed zeros: what should come out?"
    assert opened(locks, forgets_the_bias) == sentence
    assert opened(locks, lambda x, w, b: sum(a * c for a, c in zip(x, w, strict=True))) == sentence


def test_a_mistake_that_shows_only_at_a_limit_is_named_too(locks: dict[str, Any]) -> None:
    assert opened(locks, needs_a_signal).endswith("And without any signals?")


@pytest.mark.parametrize(
    "function",
    [
        reference,
        lambda x, w, b: np.dot(w, x) + b,
        lambda x, w, b: np.array(b + sum(x * w)),
        lambda x, w, b: float(x @ w) - b,
        lambda x, w, b: None,
        lambda x, w, b: 1 / 0,
        lambda: 0,
    ],
)
def test_right_answers_and_other_wrong_ones_open_nothing(locks: dict[str, Any], function: Any) -> None:
    assert opened(locks, function) == ""


def test_the_check_says_the_hint(exercise: Exercise, locks: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    notebook: dict[str, Any] = {}
    exec(setup_source("import numpy as np", [exercise], {"preactivation": locks}), notebook)
    notebook["preactivation"] = forgets_the_bias
    notebook["check"]("preactivation")
    said = capsys.readouterr().err
    assert " ".join(said.split()).endswith("a neuron without its bias. Feed zeros: what should come out?")
    assert max(map(len, said.splitlines())) <= 90
    notebook["preactivation"] = needs_a_signal
    notebook["check"]("preactivation")
    out = " ".join(capsys.readouterr().out.split())
    assert out.startswith("preactivation: 1 public checks passed.")
    assert out.endswith("And without any signals?")


def test_locking_twice_gives_the_same(exercise: Exercise, locks: dict[str, Any]) -> None:
    assert lock_hints(exercise, MISTAKES, {"np": np, "preactivation": reference}) == locks


def test_the_browsers_key_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(student_checks, "ROUNDS", 50)
    answers = [[b"number 1", b"changed"], [b"x" * 100]]
    native = key_of(answers, b"salt")
    monkeypatch.delattr("hashlib.pbkdf2_hmac")
    assert key_of(answers, b"salt") == native


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (2, 2.0),
        (np.float32(0.5), 0.5),
        (np.array(1.5), 1.5),
        (0.1 + 0.2, 0.3),
        (-0.0, 0.0),
        (np.array([1, 2], np.int32), np.array([1, 2])),
        ([1.0, (2.0,)], (1, [2])),
        (np.array([np.nan, -np.inf]), np.array([-np.nan, -np.inf])),
        (np.bool_(True), True),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1.0}),
    ],
)
def test_what_counts_as_the_same_answer_is_rounded_to_the_same(one: Any, other: Any) -> None:
    assert rounded(one) == rounded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        ([1.0], np.array([1.0])),
        (np.array([1.0]), np.array([[1.0]])),
        (np.array([1.0]), np.array([1.0], np.float32)),
        (0.001, 0.0),
        (None, 0),
        (ValueError("a"), KeyError("a")),
    ],
)
def test_what_differs_is_rounded_to_something_else(one: Any, other: Any) -> None:
    assert rounded(one) != rounded(other)


# the course's own mistakes


def names_of(course: Course, assignment: str) -> dict[str, Any]:
    right = course_module(course.root, f"solutions.{assignment}")
    return notebook_names(right, course_module(course.root, f"solutions.mistakes.{assignment}"), {})


def measured(course: Course, assignment: str) -> tuple[int, int, list[str]]:
    """How many mistakes there are, how many are named by the check, and what is named wrongly."""
    named, wrong, mistakes = 0, [], load_mistakes(course, assignment)
    names, others = names_of(course, assignment), alternatives(course, assignment)
    for exercise in read_exercises(course.reference_path(assignment)):
        locks = lock_hints(exercise, mistakes, names, others.get(exercise.name, ()))
        if names[exercise.name] and unlocked(locks, exercise.name, names):
            wrong.append(exercise.name)
        for source in others.get(exercise.name, ()):
            own = dict(names)
            exec(source, own)
            if unlocked(locks, exercise.name, own):
                wrong.append(source)
        for one in (one for one in mistakes if one.exercise == exercise.name):
            text = unlocked(locks, exercise.name, {**names, exercise.name: one.function})
            named += one.hint in text
    return len(mistakes), named, wrong


@pytest.mark.slow
def test_nine_of_ten_known_mistakes_are_named_and_no_right_answer_is() -> None:
    course = load_course(PROJECT)
    found = [measured(course, assignment) for assignment in course.assignments]
    assert [wrong for *_, wrongs in found for wrong in wrongs] == []
    assert sum(named for _, named, _ in found) >= 0.9 * sum(count for count, *_ in found)


def test_the_release_holds_no_hint_and_no_misconception_in_the_clear(tmp_path: Path) -> None:
    course = load_course(PROJECT)
    names, mistakes = names_of(course, "neuron"), load_mistakes(course, "neuron")
    exercises = read_exercises(course.reference_path("neuron"))
    hints = {one.name: lock_hints(one, mistakes, names) for one in exercises}
    text = " ".join(json.dumps(hints).split())
    for one in mistakes:
        assert one.hint not in text
        assert one.misconception not in text
        assert one.function.__name__ not in text
    locked = [
        entry for locks in hints.values() if locks for group in locks["locks"] for entry in group["hints"].items()
    ]
    assert len(locked) == len(mistakes)
    assert all(re.fullmatch("[0-9a-f]{16}", tag) and len(text) % 128 == 0 for tag, text in locked)
