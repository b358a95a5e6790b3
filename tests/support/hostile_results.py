"""Results in which every text that there is room for is hostile, whichever field it is in: also one that is new."""

from __future__ import annotations

from typing import Any

import msgspec
from plotted_results import PICTURES, with_numbers
from student_pages import HOSTILE, a_result, a_test, an_exercise, sample

from autograder.results import Lateness, Result

NOT_TEXT = {"status", "outcome", "kind", "version", "due", "handed_in"}


def whole(student: str = "ada") -> Result:
    """A result that has something in every field that a report shows."""
    drawn = [
        an_exercise(
            kind, f"The {kind}", a_test(f"It is a {kind}.", "failed", counterexample=with_numbers(shown)), hint="Look."
        )
        for kind, shown in PICTURES.items()
    ]
    followed = an_exercise("last", "The last", a_test("It follows.", follow_through=("neuron",)))
    late = Lateness(
        due="2026-10-16T22:00:00+00:00", handed_in="2026-10-17T22:00:00+00:00", days=1, percent=10.0, penalty=1.0
    )
    made = a_result(*sample().exercises, *drawn, followed, student=student, notes=("A note.",), reason="A reason.")
    return msgspec.structs.replace(made, late=late, unanswered=("last",))


def hostile(result: Result, text: str = HOSTILE) -> Result:
    """The same result with this text in every field; each has a number of its own, so that no two are alike."""
    count = iter(range(100_000))

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: walk(item, name) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [walk(item, key) for item in value]
        return f"{text}{next(count)}" if isinstance(value, str) and key not in NOT_TEXT else value

    return msgspec.convert(walk(msgspec.to_builtins(result)), Result)
