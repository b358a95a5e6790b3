"""What hidden tests import, each tried in a real hidden test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import indent
from typing import Any

import numpy as np
import pytest
from local_suite import Local, suite

from autograder.results import Outcome, Plot
from autograder.testing.fixtures import Draw
from autograder.testing.suite import Suite
from autograder.testing.verdicts import Verdict

REFERENCE = """
import numpy as np

def f(x):
    if len(x) == 0:
        raise ValueError("nothing")
    return x * 2.0

def apply(x, act):
    return act(x)
"""

Try = Callable[..., Verdict]


@pytest.fixture
def attempt(tmp_path: Path) -> Iterator[Try]:
    """Runs one hidden test with this body against these answers."""
    made: list[Suite] = []

    def run(body: str, **answers: Any) -> Verdict:
        head = '@points("f", 1)\ndef test_f(student, reference, agree, draw, rng):\n    """It is."""\n'
        made.append(suite(tmp_path, REFERENCE, head + indent(body, "    ")))
        (verdict,) = made[-1].run(Local(**answers), seed=5)
        return verdict

    yield run
    for one in made:
        one.close()


def right(x: Any) -> Any:
    if len(x) == 0:
        raise ValueError("nothing")
    return 2.0 * x


def told(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.message


LOSS = """
import numpy as np

def f(y, f):
    return float(np.sum((y - f) ** 2))
"""


def test_along_draws_the_whole_curve_over_the_right_one(tmp_path: Path) -> None:
    body = '@points("f", 1)\ndef test_f(student, reference):\n    """It bends."""\n    y = np.array([1.0])\n'
    body += '    along(student.f, reference.f, "f", [2.0, 0.0, -1.0, 1.0], lambda f: (y, np.array([f])))\n'
    one = suite(tmp_path, LOSS, "from autograder.testing import along\n" + body)
    try:
        (wrong,) = one.run(Local(f=lambda y, f: float(np.sum(np.abs(y - f)))), seed=5)
        (good,) = one.run(Local(f=lambda y, f: float(np.sum((f - y) ** 2))), seed=5)
    finally:
        one.close()
    assert good.outcome is Outcome.passed
    assert wrong.message == "The answer is 2, expected 4."
    shown = wrong.counterexample
    assert shown is not None
    assert shown.call == "f([1.], [-1.])"
    mine, right, drawn = (2.0, 1.0, 0.0, 1.0), (4.0, 1.0, 0.0, 1.0), shown.picture
    assert drawn is not None
    assert (drawn.kind, drawn.name, drawn.x) == ("curve", "f", (-1.0, 0.0, 1.0, 2.0))
    assert (drawn.got, drawn.want) == (mine, right)
    np.testing.assert_allclose(drawn.y, (np.linspace(-1, 2, len(drawn.y)) - 1) ** 2, atol=1e-5)


def test_agree_shows_the_call_with_both_answers(attempt: Try) -> None:
    assert attempt("agree.f(np.array([1.0, 4.0]))", f=right).outcome is Outcome.passed
    wrong = attempt("agree.f(np.array([1.0, 4.0]))", f=lambda x: x + 1.0)
    assert told(wrong) == (Outcome.failed, "1 of 2 entries differ.")
    shown = wrong.counterexample
    assert shown is not None
    assert shown.got is not None
    assert shown.want is not None
    assert (shown.call, shown.arguments[0].name) == ("f([1., 4.])", "x")
    assert (shown.got.text, shown.want.text, shown.got.marked) == ("[2., 5.]", "[2., 8.]", ((0, 1),))


def test_an_answer_of_several_parts_shows_the_one_that_differs_first(attempt: Try) -> None:
    Z = np.arange(6.0).reshape(2, 3)
    for body in ("agree.apply(x, pair)", "same(student.apply(x, pair), reference.apply(x, pair))"):
        body = "x = np.arange(6.0).reshape(2, 3)\npair = lambda z: (z, [z, z + 1])\n" + body
        wrong = attempt(body, apply=lambda x, act: (Z, [Z, np.where(Z == 4, 9.0, Z + 1)]))
        assert told(wrong) == (Outcome.failed, "1 of 6 entries differ in the answer[1][1].")
        shown = wrong.counterexample
        assert shown is not None
        assert shown.got is not None
        assert shown.want is not None
        assert (shown.part, shown.got.shape, shown.got.marked) == ("[1][1]", (2, 3), ((1, 1),))
        assert (shown.want.rows or ())[1] == ("4.0", "5.0", "6.0")
        assert shown.picture == Plot(kind="heat", name="", gap=(0.0, 0.0, 0.0, 0.0, 4.0, 0.0), width=3)


def test_a_student_who_changes_the_input_does_not_change_the_references(attempt: Try) -> None:
    def sly(x: np.ndarray) -> np.ndarray:
        x[:] = 0.0
        return x

    assert attempt("agree.f(np.array([1.0]))", f=sly).outcome is Outcome.failed


def test_what_fails_with_both_values_has_the_differing_entries_marked(attempt: Try) -> None:
    body = "fail('Look.', got=np.array([1.0, 2.0, 3.0]), want=np.array([1.0, 0.0, 3.0]))"
    shown = attempt(body, f=right).counterexample
    assert shown is not None
    assert shown.got is not None
    assert shown.got.marked == ((0, 1),)


def test_must_raise(attempt: Try) -> None:
    body = "must_raise(ValueError, student.f, np.zeros(0))"

    def raises(kind: type[Exception]) -> Callable[[Any], Any]:
        def f(x: Any) -> Any:
            raise kind("no")

        return f

    assert attempt(body, f=right).outcome is Outcome.passed
    assert attempt(body, f=raises(UnicodeError)).outcome is Outcome.passed  # a subclass
    assert told(attempt(body, f=raises(KeyError))) == (Outcome.failed, "It raised KeyError, expected ValueError.")
    assert told(attempt(body, f=len)) == (Outcome.failed, "It returned a value, expected a ValueError.")
    assert told(attempt(body, f=raises(NotImplementedError))) == (Outcome.error, "f is not written yet.")


def test_leaves_inputs_alone(attempt: Try) -> None:
    def doubles_in_place(x: np.ndarray) -> float:
        x *= 2.0
        return 1.0

    body = "same(leaves_inputs_alone(student.f, np.ones(2)), np.full(2, 2.0))"
    assert attempt(body, f=right).outcome is Outcome.passed
    assert told(attempt(body, f=doubles_in_place)) == (Outcome.failed, "The call changed its input x.")
    shares = attempt(body, f=lambda x: x[:])
    assert told(shares) == (
        Outcome.failed,
        "The result shares its memory with the input x: changing one changes the other.",
    )


def test_warns_nothing(attempt: Try) -> None:
    body = "warns_nothing(student.f, np.ones(2))"
    assert attempt(body, f=right).outcome is Outcome.passed
    warned = attempt(body, f=lambda x: x / np.zeros(2))
    assert told(warned) == (Outcome.failed, "NumPy warned: divide by zero encountered in divide.")


def test_same_and_fail_show_the_last_call(attempt: Try) -> None:
    compared = attempt("same(student.f(np.ones(1)), np.zeros(1))", f=right)
    assert told(compared) == (Outcome.failed, "The value differs.")
    failed = attempt("fail('Too large.', got=student.f(np.ones(1)), want=0.0)", f=right)
    assert told(failed) == (Outcome.failed, "Too large.")
    for verdict in (compared, failed):
        assert verdict.counterexample is not None
        assert verdict.counterexample.call == "f([1.])"
        assert verdict.counterexample.want is not None
        assert verdict.counterexample.want.text in {"[0.]", "0.0"}


def test_a_spy_hears_the_students_calls_and_no_others(attempt: Try) -> None:
    body = "spy = Spy(np.tanh)\nagree.apply(np.ones(2), spy)\nassert len(spy.calls) == 1, f'{len(spy.calls)} calls.'"
    assert attempt(body, apply=lambda x, act: act(x)).outcome is Outcome.passed
    twice = attempt(body, apply=lambda x, act: (act(x), act(x))[1])
    assert told(twice) == (Outcome.failed, "2 calls.")


def test_a_spy_keeps_its_arguments_as_they_were(attempt: Try) -> None:
    def changes_afterwards(x: np.ndarray, act: Any) -> Any:
        answer = act(x)
        x[:] = 0.0
        return answer

    body = "spy = Spy(np.abs)\nstudent.apply(np.ones(2), spy)\nassert spy.calls[0][0][0] == 1.0, 'Lost.'"
    assert attempt(body, apply=changes_afterwards).outcome is Outcome.passed


@pytest.fixture(params=range(5))
def draw(request: pytest.FixtureRequest) -> Draw:
    return Draw(np.random.default_rng(request.param))


def test_drawn_numbers_are_readable_and_never_zero(draw: Draw) -> None:
    numbers = draw(200)
    assert numbers.dtype == np.float64
    assert np.array_equal(np.round(numbers, 1), numbers)
    assert np.abs(numbers).min() >= 0.1
    assert np.abs(numbers).max() <= 3.0
    assert type(draw()) is float
    assert draw(3, 0, 2).shape == (3, 0, 2)


def test_drawn_integers_hold_both_ends_and_no_zero(draw: Draw) -> None:
    numbers = draw.integers(500, low=-2, high=2)
    assert numbers.dtype == np.int64
    assert set(numbers.tolist()) == {-2, -1, 1, 2}


def test_drawn_layouts_are_what_they_are_called(draw: Draw) -> None:
    assert draw.strided(4).strides == (16,)
    assert draw.strided(4, 3).shape == (4, 3)
    assert not draw.strided(4, 3).flags.contiguous
    assert draw.fortran(4, 3).flags.f_contiguous
