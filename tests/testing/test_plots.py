"""What is drawn of a wrong answer: bounded numbers from calls that were made anyway, and never a fault of ours."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.results import DisplayValue, Plot
from autograder.testing.calls import Failed, TestRun
from autograder.testing.fixtures import Agree
from autograder.testing.plots import CLOSE, MAX_SIDE, recorded, sketch
from autograder.testing.plugin import ReferenceCaller

Z = np.array([2.0, -1.0, 0.5])


def test_a_curve_is_the_answers_over_the_argument_that_has_their_shape() -> None:
    drawn = sketch([("z", Z), ("alpha", 0.1)], np.abs(Z), np.maximum(Z, 0))
    assert drawn == Plot(kind="curve", name="z", x=(-1.0, 0.5, 2.0), got=(1.0, 0.5, 2.0), want=(0.0, 0.5, 2.0))


def test_earlier_calls_with_the_same_other_arguments_give_more_points() -> None:
    def before(z: float, alpha: float) -> Any:
        return [("z", z), ("alpha", alpha)], abs(z), lambda: max(z, 0.0)

    earlier = [before(-3.0, 0.1), before(4.0, 0.1), before(-9.0, 0.7)]
    drawn = sketch([("z", -1.0), ("alpha", 0.1)], 1.0, 0.0, earlier)
    assert drawn is not None
    assert (drawn.x, drawn.got, drawn.want) == ((-3.0, -1.0, 4.0), (3.0, 1.0, 4.0), (0.0, 0.0, 4.0))


def right_tanh(arguments: Any) -> Any:
    named = dict(arguments)
    return np.tanh(named["z"]) * named["alpha"]


def test_the_right_curve_bends_as_it_does_between_the_calls() -> None:
    drawn = sketch([("z", Z), ("alpha", 2.0)], Z, 2 * np.tanh(Z), right=right_tanh)
    assert drawn is not None
    np.testing.assert_allclose(drawn.y, 2 * np.tanh(np.linspace(-1.0, 2.0, CLOSE)), rtol=1e-5)


@pytest.mark.parametrize(
    ("alpha", "right"),
    [
        (2.0, lambda arguments: np.exp(arguments[0][1]) / np.sum(np.exp(arguments[0][1]))),  # of the whole array
        (2.0, lambda arguments: np.divide(1.0, arguments[0][1] * 0.0)),  # not finite
        (2.0, lambda arguments: arguments[7]),
        (np.ones(2), right_tanh),
    ],
    ids=["of an array", "infinite", "raises", "with an array"],
)
def test_what_is_no_function_of_one_number_has_no_curve_between_its_calls(alpha: Any, right: Any) -> None:
    drawn = sketch([("z", Z), ("alpha", alpha)], Z, 2 * np.tanh(Z), right=right)
    assert drawn is not None
    assert (drawn.y, drawn.x) == ((), tuple(sorted(Z)))


def test_a_test_with_several_calls_draws_them_together() -> None:
    class Reference:
        @staticmethod
        def relu(z: Any) -> Any:
            return np.maximum(z, 0.0)

    class Student:
        @staticmethod
        def relu(z: Any) -> Any:
            return np.minimum(np.maximum(z, 0.0), 1.0)

    world = TestRun(ReferenceCaller(Student), Reference)  # type: ignore[arg-type]  # classes stand for modules
    for value in (-2.0, 0.5):
        Agree(world).relu(value)
    with pytest.raises(Failed) as failed:
        Agree(world).relu(3.0)
    assert failed.value.counterexample is not None
    drawn = failed.value.counterexample.picture
    assert drawn is not None
    assert (drawn.x, drawn.got, drawn.want) == ((-2.0, 0.5, 3.0), (0.0, 0.5, 1.0), (0.0, 0.5, 3.0))


def test_examples_of_two_signals_are_drawn_with_the_neurons_line() -> None:
    X = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    drawn = sketch([("X", X), ("w", np.array([1.0, -2.0])), ("b", 0.5)], np.zeros(3), np.array([0.0, 1.0, 0.0]))
    assert drawn is not None
    assert (drawn.kind, drawn.x, drawn.y, drawn.line) == ("data", (0, 2, 4), (1, 3, 5), (1.0, -2.0, 0.5))


def test_heights_are_drawn_beside_the_line_that_they_should_lie_on() -> None:
    drawn = sketch([("w", np.array([1.0, 2.0])), ("b", 3), ("x1", 1.0)], 2.0, -2.0)
    assert drawn == Plot(kind="heights", name="x1", x=(1.0,), got=(2.0,), want=(-2.0,), line=(1.0, 2.0, 3.0))


def test_a_gate_is_its_line_between_the_corners() -> None:
    table = DisplayValue(text="", rows=(("0.0", "0.0", "0.0", "1.0"),))
    drawn = recorded((np.array([1.0, 1.0]), -0.5), table)
    assert drawn is not None
    assert (drawn.got, drawn.want, drawn.line) == ((0, 1, 1, 1), (0, 0, 0, 1), (1.0, 1.0, -0.5))
    assert recorded((np.array([1.0, 1.0]), -0.5), None) is None


def test_a_training_curve_is_the_list_among_the_results() -> None:
    drawn = sketch([], (0.1, [4.0, 3.0, 2.5]), (0.2, [4.0, 2.0, 1.0]))
    assert drawn == Plot(kind="training", name="step", got=(4.0, 3.0, 2.5), want=(4.0, 2.0, 1.0))
    alone = recorded((np.zeros(2), 0.0, [3.0, 2.0, 1.0]), None)
    assert alone == Plot(kind="training", name="step", got=(3.0, 2.0, 1.0))


def test_a_heat_map_is_the_difference_without_dust() -> None:
    want = np.arange(6.0).reshape(2, 3)
    got = want + np.array([[0, 1e-12, 0], [0, 2, -1]])
    drawn = sketch([("W", want)], got, want)
    assert drawn == Plot(kind="heat", name="", gap=(0.0, 0.0, 0.0, 0.0, 2.0, -1.0), width=3)


def test_a_large_matrix_is_shown_in_blocks_of_which_the_largest_difference_counts() -> None:
    want = np.zeros((100, 50))
    got = want.copy()
    got[99, 0], got[98, 1] = -7.0, 3.0
    drawn = sketch([], got, want)
    assert drawn is not None
    assert (drawn.block, drawn.width, len(drawn.gap)) == ((5, 3), 17, 20 * 17)
    assert drawn.gap[19 * 17] == -7.0
    assert max(drawn.width, len(drawn.gap) // drawn.width) <= MAX_SIDE


ODD: list[Any] = [
    None, True, "text", b"bytes", {}, {"a": 1}, [], [[1], [2, 3]], [None] * 4, ["a"] * 4, 10**400, [10**400] * 4,
    float("nan"), np.array([np.nan] * 6).reshape(2, 3), np.array([np.inf] * 3), np.array([1e300, -1e300, 0.0]),
    1j, np.array([1j, 2, 3]), np.array(["x", "y", "z"]), np.zeros((2, 0, 3)), np.zeros((2, 3, 4)), np.zeros(200_000),
    (1.0, [1.0, 2.0, 3.0]), np.float32(1.5), np.zeros((3, 1)), [1.0, 2.0, 3.0],
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
@pytest.mark.filterwarnings("error")
def test_any_answer_has_a_picture_of_finite_numbers_or_none(odd: Any) -> None:
    corners = DisplayValue(text="", rows=(("1", "0", "0", "0"),))
    given = (
        [("z", Z)],
        [("z", odd)],
        [("X", odd), ("w", odd), ("b", odd)],
        [("w", Z[:2]), ("b", 1), ("x1", odd)],
    )
    drawn = [recorded(odd, None), recorded((odd, odd), corners)]
    for want in (Z, 1.0, np.ones((2, 3)), [3.0, 2.0, 1.0], (1.0, [3.0, 2.0, 1.0]), None, "yes", odd):
        for arguments in given:
            earlier = [(arguments, odd, lambda want=want: want), ([("z", 1.0)], odd, lambda: 1 / 0)]
            drawn.append(sketch(arguments, odd, want, earlier))
    for picture in filter(None, drawn):
        assert msgspec.json.decode(msgspec.json.encode(picture), type=Plot) == picture
        numbers = (*picture.x, *picture.y, *picture.got, *picture.want, *picture.gap)
        assert np.isfinite(numbers).all()
        assert len(numbers) <= 700
