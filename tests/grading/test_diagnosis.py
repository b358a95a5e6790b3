"""From answers to the misconception behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.grading.diagnosis import diagnose
from autograder.sandbox.common.messages import Raised
from autograder.sandbox.common.observe import observe
from autograder.sandbox.host.replies import NotThere, TimedOut
from autograder.testing.calls import RecordedCall, Spy


@dataclass(frozen=True)
class Known:
    exercise: str
    hint: str
    misconception: str
    function: Callable[..., Any]


def divides_in_place(x: Any) -> Any:
    x /= 2.0
    return x


REFERENCE = ModuleType("reference")
REFERENCE.half = lambda x: x / 2.0  # type: ignore[attr-defined]
REFERENCE.apply = lambda x, act: act(x)  # type: ignore[attr-defined]
MISTAKES = (
    Known("half", "Half?", "a function that doubles", lambda x: x * 2.0),
    Known("half", "New?", "a function that divides in place", divides_in_place),
    Known("half", "Raise?", "a function that knows lists only", lambda x: [one / 2 for one in x.tolist()]),
    Known("half", "Really?", "a function that is right on small arrays", lambda x: x / 2.0 if x.size < 3 else x),
    Known("apply", "Call it.", "a function that returns its input", lambda x, act: x),
)


def calls(answer: Callable[..., Any], *inputs: Any, exercise: str = "half") -> list[RecordedCall]:
    return [RecordedCall(exercise, (x.copy(),), {}, observe(answer, [x], {})) for x in inputs]


def found(recorded: list[RecordedCall]) -> str | None:
    mistake = diagnose(recorded, MISTAKES, REFERENCE)
    return mistake.misconception if mistake else None


INPUTS = (np.array([1.0, 3.0]), np.array([5.0, -2.0, 4.0]))


@pytest.mark.parametrize("mistake", MISTAKES[:4], ids=lambda mistake: mistake.misconception)
def test_each_mistake_is_recognised_by_its_own_answers(mistake: Known) -> None:
    assert found(calls(mistake.function, *INPUTS)) == mistake.misconception


def test_an_answer_that_only_begins_like_a_mistake_is_none() -> None:
    assert found(calls(lambda x: x * 2.0 if x.size < 3 else x * 3.0, *INPUTS)) is None


def test_a_right_answer_has_no_misconception() -> None:
    assert found(calls(lambda x: x * 0.5, *INPUTS)) is None


def test_a_mistake_that_is_right_on_all_calls_explains_nothing() -> None:
    assert found(calls(lambda x: x / 2.0, np.ones(2))) is None


def test_a_misconception_is_known_in_single_precision_too() -> None:
    assert found(calls(lambda x: (x * 2.0).astype(np.float32), *INPUTS)) == "a function that doubles"


def test_an_empty_answer_is_no_misconception() -> None:
    stub = Raised(0, "NotImplementedError", (), "", ())
    assert found([RecordedCall("half", (np.ones(1),), {}, stub)]) is None
    assert found([RecordedCall("half", (np.ones(1),), {}, reply) for reply in (TimedOut(1.0), NotThere(""))]) is None
    assert found([]) is None


def test_a_spied_function_is_given_to_the_mistake_as_it_is() -> None:
    spy, x = Spy(np.tanh), np.ones(2)
    recorded = [RecordedCall("apply", (x, spy), {}, observe(lambda x, act: x, [x, spy], {}))]
    assert found(recorded) == "a function that returns its input"
    assert spy.calls == []


def test_a_mistake_of_another_exercise_is_not_named() -> None:
    assert found(calls(lambda x: x, *INPUTS)) is None
