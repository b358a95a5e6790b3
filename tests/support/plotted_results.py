"""Results with plots of answers."""

from __future__ import annotations

from student_pages import EVERYTHING, a_result, a_test, an_exercise, number, page

from autograder.reports.student import Revealed
from autograder.results import Counterexample, Plot

PICTURES = {
    "curve": Plot(kind="curve", name="z", x=(-1.0, 0.0, 2.0), got=(1.0, 0.0, 2.0), want=(0.0, 0.0, 2.0)),
    "data": Plot(
        kind="data", name="x1", x=(0, 0, 1, 1), y=(0, 1, 0, 1), got=(0, 1, 1, 1), want=(0, 0, 0, 1), line=(1, 1, -0.5)
    ),
    "heights": Plot(kind="heights", name="x1", x=(1.0,), got=(2.0,), want=(-2.0,), line=(1.0, 2.0, 3.0)),
    "training": Plot(kind="training", name="step", got=(4.0, 3.0, 2.5), want=(4.0, 2.0, 1.0)),
    "alone": Plot(kind="training", name="step", got=(4.0, 3.0, 2.5)),
    "heat": Plot(kind="heat", name="", gap=(0.0, 0.5, 0.0, 0.0, 2.0, -3.0), width=3),
}


TEXTS = {
    "curve": "Your answer and the right one over z. Your answer differs from the right one at 1 of 3 points: "
    "at -1 it is 1 instead of 0.",
    "data": "The decision line over the data. 4 examples over x1 and x2; filled where the right answer is above 0. "
    "The line is 1 x1 + 1 x2 - 0.5 = 0. The answer is wrong at 2 of them: (0, 1); (1, 0).",
    "heights": "Your answer and the decision line. The line is 1 x1 + 2 x2 + 3 = 0. Your answer is off the line at 1 "
    "of 1 places: at x1 = 1 it is 2, not -2.",
    "training": "Your answer and the right training curve. Your answer: 3 values from 4 to 2.5. The right one: 3 "
    "values from 4 to 1.",
    "alone": "Your answer: the training curve. 3 values from 4 to 2.5; the lowest, 2.5, at step 2.",
    "heat": "Your answer minus the right one. 2 rows of 3 entries; 3 of 6 differ. The largest difference is -3, in row "
    "1, column 2.",
}


def with_numbers(shown: Plot) -> Counterexample:
    """A counterexample that has this picture."""
    return Counterexample(call="f(z)", got=number("1.0"), want=number("0.0"), differs="values", picture=shown)


def with_picture(shown: Plot, revealed: Revealed = EVERYTHING) -> str:
    test = a_test("It bends.", "failed", counterexample=with_numbers(shown))
    return page(a_result(an_exercise("f", "F", test)), revealed)
