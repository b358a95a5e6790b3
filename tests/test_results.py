"""A result and its JSON."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from autograder.results import (
    VERSION,
    Argument,
    Counterexample,
    DisplayValue,
    ExerciseResult,
    Outcome,
    Result,
    Status,
    TestResult,
)


def example(outcome: Outcome = Outcome.failed) -> Result:
    shown = DisplayValue(text="[1.0, 2.0]", dtype="float64", shape=(2,), rows=(("1.0", "2.0"),), marked=((0, 1),))
    counterexample = Counterexample(
        call="f(x)", arguments=(Argument(name="x", value=shown),), got=shown, differs="values"
    )
    test = TestResult(
        name="test_f", title="It is.", outcome=outcome, score=0.0, max_score=1.0, counterexample=counterexample
    )
    exercise = ExerciseResult(name="f", title="F", score=0.0, max_score=1.0, misconception="a slip", tests=(test,))
    return Result(
        assignment="toy", student="Žofie", status=Status.graded, score=0.0, max_score=1.0,
        submission_sha256="0" * 64, seed=2**48 - 1, exercises=(exercise,),
    )  # fmt: skip


def test_a_result_comes_back_from_its_json() -> None:
    assert Result.from_json(example().to_json()) == example()


def test_a_result_of_before_there_were_parts_is_written_as_it_was_signed() -> None:
    whole = example()
    (test,) = whole.exercises[0].tests
    assert test.counterexample is not None
    part = replace(test, counterexample=replace(test.counterexample, part="[1]"))
    parts = replace(whole, exercises=(replace(whole.exercises[0], tests=(part,)),))
    assert b'"part"' not in Result.from_json(whole.to_json()).to_json()
    assert Result.from_json(parts.to_json()) == parts


def test_the_json_is_for_people_too() -> None:
    text = example().to_json().decode()
    assert text.startswith('{\n  "version": 1,\n  "assignment": "toy",')
    assert text.endswith("}\n")
    assert '"Žofie"' in text


def test_a_result_of_another_version_is_refused() -> None:
    other = example().to_json().replace(b'"version": 1', b'"version": 99')
    with pytest.raises(msgspec.ValidationError, match=f"a result of version 99, this engine reads {VERSION}"):
        Result.from_json(other)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"version": 1}', b"null"])
def test_what_is_no_result_is_refused(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        Result.from_json(data)


def test_an_unknown_field_is_refused() -> None:
    data = example().to_json().replace(b'"student"', b'"pupil": 1, "student"')
    with pytest.raises(msgspec.ValidationError, match="pupil"):
        Result.from_json(data)


def test_an_exercise_knows_of_our_own_fault() -> None:
    assert example(Outcome.internal).exercises[0].internal
    assert not example(Outcome.killed).exercises[0].internal


def test_there_are_seven_verdicts() -> None:
    assert [*Outcome] == ["passed", "failed", "error", "missing", "timeout", "killed", "internal"]
