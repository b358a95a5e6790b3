"""Figures as the cells' outputs: each is shown when Jupyter shows it, and drawn once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox.common import messages
from autograder.sandbox.host import bubblewrap
from autograder.sandbox.host.interpreter import Bounds, Interpreter
from autograder.sandbox.host.supervisor import Clock, Session

COUNTS = """
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D
draws = []
class Counted(Line2D):
    def draw(self, renderer):
        draws.append(1)
        super().draw(renderer)
"""
DRAWS = "_, axes = plt.subplots()\naxes.add_line(Counted([0, 1], [0, 1]))\n"


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter(Bounds(memory_mb=256), wrap=bubblewrap.fault() is None) as made:
        yield made


def shown(interpreter: Interpreter, *cells: str) -> list[list[str]]:
    """What each cell shows: the text of streams, and the names of exceptions and of pictures."""
    session = Session(interpreter, list(enumerate(cells)), clock=Clock(cell=30.0))
    try:
        return [[_name(output) for output in run.outputs] for run in session.run_notebook()]
    finally:
        session.close()


def _name(output: messages.Stream | messages.Display | messages.Failure) -> str:
    if isinstance(output, messages.Stream):
        return output.text.strip()
    return (
        output.ename if isinstance(output, messages.Failure) else "picture" if "image/png" in output.data else "value"
    )


@pytest.mark.parametrize("end", ["", "plt.show()", "axes.set_title('late')", "raise ValueError"])
def test_a_figure_is_drawn_once(interpreter: Interpreter, end: str) -> None:
    *_, figure, told = shown(interpreter, COUNTS, DRAWS + end, "print(len(draws))")
    assert figure.count("picture") == 1
    assert told == ["1"]


def test_a_figure_is_shown_when_its_cell_fails(interpreter: Interpreter) -> None:
    assert shown(interpreter, COUNTS, DRAWS + "raise ValueError")[-1] == ["ValueError", "picture"]


def test_interactive_drawing_can_be_switched_off_and_on(interpreter: Interpreter) -> None:
    cells = ("plt.ioff()\n" + DRAWS, "plt.show()", "plt.ion()\n" + DRAWS)
    assert [names.count("picture") for names in shown(interpreter, COUNTS, *cells)[1:]] == [0, 1, 1]
