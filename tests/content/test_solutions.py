"""The reference answers and the known mistakes of all assignments, read without the engine."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import solutions
from autograder.authoring.exercises import read_exercises
from autograder.testing.mistakes import Mistake, mistake, mistakes_of
from solutions import mistakes as known

ASSIGNMENTS = [found.name for found in pkgutil.iter_modules(solutions.__path__) if not found.ispkg]
EXERCISES = [
    pytest.param(exercise, assignment, id=exercise.name)
    for assignment in ASSIGNMENTS
    for exercise in read_exercises(Path(solutions.__path__[0]) / f"{assignment}.py")
]
MISTAKES = [
    pytest.param(wrong, id=f"{wrong.exercise}-{wrong.function.__name__}")
    for assignment in ASSIGNMENTS
    for wrong in mistakes_of(importlib.import_module(f"{known.__name__}.{assignment}"))
]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_docstring_examples_hold(assignment: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"solutions.{assignment}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(("exercise", "assignment"), EXERCISES)
def test_every_exercise_shows_a_few_examples(exercise: Any, assignment: str) -> None:
    assert 1 <= len(exercise.examples) <= 8


@pytest.mark.parametrize(("exercise", "assignment"), EXERCISES)
def test_every_exercise_has_three_mistakes(exercise: Any, assignment: str) -> None:
    module = importlib.import_module(f"{known.__name__}.{assignment}")
    assert Counter(wrong.exercise for wrong in mistakes_of(module))[exercise.name] >= 3


@pytest.mark.parametrize(("exercise", "assignment"), EXERCISES)
def test_every_exercise_is_answered_rightly_in_ten_ways(exercise: Any, assignment: str) -> None:
    answers = importlib.import_module(f"solutions.alternatives.{assignment}").RIGHT_ANSWERS[exercise.name]
    assert len({ast.dump(ast.parse(source)) for source in answers}) == len(answers) >= 10


@pytest.mark.parametrize("wrong", MISTAKES)
def test_a_mistake_can_be_reported(wrong: Mistake) -> None:
    assert wrong.hint[-1] in "?."
    assert not wrong.misconception.endswith((".", "?", " "))


def test_a_mistake_without_a_misconception_is_refused() -> None:
    with pytest.raises(ValueError, match="nameless"):

        @mistake("weighted_sum", hint="Why?")
        def nameless(x: Any, w: Any) -> None:
            pass
