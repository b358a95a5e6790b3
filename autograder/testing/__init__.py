"""What hidden tests import: pytest tests that ask for `student`, `reference`, `agree`, `draw` or `rng`.

    @points("preactivation", 0.5)
    def test_preactivation_of_no_signal(agree, draw):
        \"""With all signals zero, the neuron returns its bias.\"""
        agree.preactivation(np.zeros(3), draw(3), draw())

The student's functions run in another process; whatever they return arrives here as a plain value.
"""

import pytest

from autograder.testing.assertions import (
    along,
    changes_nothing,
    fail,
    leaves_inputs_alone,
    must_raise,
    same,
    warns_nothing,
)
from autograder.testing.calls import Spy
from autograder.testing.compare import close
from autograder.testing.mistakes import mistake
from autograder.testing.numbers import as_floats

__all__ = [
    "Spy",
    "along",
    "as_floats",
    "changes_nothing",
    "close",
    "fail",
    "leaves_inputs_alone",
    "mistake",
    "must_raise",
    "points",
    "same",
    "warns_nothing",
]


def points(exercise: str, value: float, *, seconds: float | None = None) -> pytest.MarkDecorator:
    """Marks a hidden test with its exercise and its points.

    Args:
        exercise: the name of the exercise, as in `solutions/<assignment>.py`.
        value: the points that the test is worth.
        seconds: how long each call of this test may take, if the course's ``call_seconds`` is too short.

    Example::

        @points("preactivation", 0.5)
        def test_preactivation_of_no_signal(agree, draw): ...
    """
    return pytest.mark.points(exercise, value, seconds=seconds)
