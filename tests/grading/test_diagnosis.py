"""From answers to what is behind them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from recorded_calls import calls

from autograder.grading.diagnosis.cases import outcome_of
from autograder.grading.diagnosis.diagnose import Subject, diagnose
from autograder.sandbox.common.messages import Raised
from autograder.sandbox.common.observe import observe
from autograder.sandbox.host.replies import NotThere, TimedOut
from autograder.testing.calls import RecordedCall, Spy
from autograder.testing.mistakes import Mistake


def half(x: Any) -> Any:
    """Half of x."""
    return x / 2.0


def divides_in_place(x: Any) -> Any:
    x /= 2.0
    return x


KNOWN = (
    Mistake("half", "Half?", "a function that doubles", lambda x: x * 2.0),
    Mistake("half", "New?", "a function that divides in place", divides_in_place),
    Mistake("half", "Raise?", "a function that knows lists only", lambda x: [one / 2 for one in x.tolist()]),
    Mistake("half", "Really?", "a function that is right on small arrays", lambda x: x / 2.0 if x.size < 3 else x),
)
HALF = Subject(half, KNOWN)
INPUTS = (np.array([1.0, 3.0]), np.array([5.0, -2.0, 4.0]))


def found(recorded: list[RecordedCall], subject: Subject = HALF) -> str | None:
    diagnosis = diagnose(recorded, subject)
    return diagnosis.misconception if diagnosis else None


@pytest.mark.parametrize("mistake", KNOWN, ids=lambda mistake: mistake.misconception)
def test_each_mistake_is_recognised_by_its_own_answers(mistake: Mistake) -> None:
    assert found(calls(mistake.function, *INPUTS)) == mistake.misconception


def test_an_answer_that_only_begins_like_a_mistake_is_not_named() -> None:
    assert found(calls(lambda x: x * 2.0 if x.size < 3 else x * 3.0, *INPUTS)) is None


def test_a_right_answer_has_no_misconception() -> None:
    assert found(calls(lambda x: x * 0.5, *INPUTS)) is None


def test_a_mistake_that_is_right_on_all_calls_explains_nothing() -> None:
    assert found(calls(lambda x: x / 2.0, np.ones(2))) is None


def test_a_misconception_is_known_in_single_precision_too() -> None:
    assert found(calls(lambda x: (x * 2.0).astype(np.float32), *INPUTS)) == "a function that doubles"


def test_an_answer_that_is_not_written_or_never_comes_is_no_misconception() -> None:
    stub = Raised(0, "NotImplementedError", (), "", ())
    assert found([RecordedCall("half", (np.ones(1),), {}, stub)]) is None
    assert found([RecordedCall("half", (np.ones(1),), {}, reply) for reply in (TimedOut(1.0), NotThere(""))]) is None
    assert found([]) is None


def test_a_spied_function_is_given_to_the_mistake_as_it_is() -> None:
    known = (Mistake("apply", "Call it.", "a function that returns its input", lambda x, act: x),)
    spy = Spy(np.tanh)
    recorded = calls(lambda x, act: x, (np.ones(2), spy), exercise="apply")
    assert found(recorded, Subject(lambda x, act: act(x), known)) == "a function that returns its input"
    assert spy.calls == []


def refusing(x: Any) -> Any:
    if np.size(x) == 0:
        raise ValueError("nothing")
    return x / 2.0


def test_a_missing_error_beside_a_known_mistake_hides_it_no_longer() -> None:
    def doubles(x: Any) -> Any:
        return np.multiply(refusing(x), 4.0)

    subject = Subject(refusing, (Mistake("half", "Half?", "a function that doubles", doubles),))
    diagnosis = diagnose(calls(lambda x: x * 2.0, *INPUTS, np.zeros(0)), subject)
    assert diagnosis is not None
    assert (diagnosis.misconception, diagnosis.aside) == ("a function that doubles", {"no error"})


def test_an_answer_that_works_on_a_copy_is_not_told_that_it_writes_into_its_input() -> None:
    def on_a_copy(x: Any) -> Any:
        return divides_in_place(x.copy())

    assert found([*calls(on_a_copy, *INPUTS), *calls(on_a_copy, 3.0)]) != "a function that divides in place"


def test_one_call_that_is_special_may_differ_when_all_others_agree() -> None:
    def careful(x: Any) -> Any:
        return x * 2.0 if np.abs(x).max() < 100 else x * 0.0

    inputs = (*INPUTS, np.array([0.3, 0.7]), np.array([1e3, -1e3]))
    diagnosis = diagnose(calls(careful, *inputs), HALF)
    assert diagnosis is not None
    assert (diagnosis.misconception, diagnosis.aside) == ("a function that doubles", {"extreme numbers"})


def test_where_two_known_mistakes_fit_a_further_question_decides() -> None:
    subject = Subject(
        half,
        (
            Mistake("half", "?", "a function that adds one", lambda x: x / 2.0 + 1.0),
            Mistake("half", "?", "a function that answers 3", lambda x: 3.0 + 0.0 * x),
        ),
    )
    recorded = calls(lambda x: 3.0 + 0.0 * x, np.array([4.0, 4.0]))
    answer = diagnose(recorded, subject, ask=lambda name, args, kwargs: observe(lambda x: 3.0 + 0.0 * x, args, kwargs))
    assert answer is not None
    assert answer.misconception == "a function that answers 3"


def test_what_an_answer_did_is_read_from_its_reply() -> None:
    (call,) = calls(divides_in_place, np.array([1.0, 3.0]))
    seen = outcome_of(call)
    assert seen is not None
    assert (seen.changed, seen.shared, seen.error) == ((0,), (0,), "")


def test_a_missing_error_is_not_named_after_a_mistake_that_answers_otherwise() -> None:
    never_nan = Mistake(
        "half", "Nothing?", "a function that answers 7 for nothing", lambda x: x / 2.0 if x.size else 7.0
    )
    subject = Subject(refusing, (never_nan,))
    inputs = (*INPUTS, np.array([0.3, 0.7]), np.zeros(0))
    assert found(calls(never_nan.function, *inputs), subject) == "a function that answers 7 for nothing"
    told = found(calls(lambda x: x / 2.0 if x.size else None, *inputs), subject)
    assert told == "a solution that is right, but never raises a ValueError"


def test_warnings_excuse_a_few_calls_but_not_most() -> None:
    def nan_when_long(x: Any) -> Any:
        return x / 2.0 if x.size < 3 else x * np.nan

    def always_nan(x: Any) -> Any:
        return np.log(np.minimum(x, -1.0)) if x.size < 3 else x * np.nan

    subject = Subject(half, (Mistake("half", "?", "a function that fails on long arrays", nan_when_long),))
    inputs = (np.array([1.0, 3.0]), np.array([2.0]), np.array([5.0, 2.0, 4.0]))
    assert found(calls(nan_when_long, *inputs), subject) == "a function that fails on long arrays"
    assert found(calls(always_nan, *inputs), subject) is None


def test_a_known_mistake_with_an_error_beside_it_must_answer_one_more_question() -> None:
    def counts_seen(y: Any, K: int) -> Any:
        return np.eye(int(y.max()) + 1)[y]

    def one_short(y: Any, K: int) -> Any:
        if y.size == 1:
            raise IndexError
        return np.eye(K - 1)[y]

    subject = Subject(lambda y, K: np.eye(K)[y], (Mistake("code", "?", "as many columns as labels", counts_seen),))
    inputs = [(np.array([0, 1, 0]), 3), (np.array([1, 2]), 4), (np.array([0]), 2)]
    recorded = calls(one_short, *inputs, exercise="code")
    named = diagnose(recorded, subject)
    assert named is not None
    assert named.misconception == "as many columns as labels"
    asked = diagnose(recorded, subject, ask=lambda name, args, kwargs: observe(one_short, args, kwargs))
    assert asked is None or asked.misconception != "as many columns as labels"
