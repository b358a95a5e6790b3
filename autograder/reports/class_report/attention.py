"""Students to talk to: submissions that could not be graded, or that stopped halfway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.results import ExerciseResult, Outcome, Result, Status

HEADINGS = {
    "unreadable": "Results that cannot be read: run `autograder grade` again",
    "ungraded": "Ungraded: grader failures",
    "internal": "A hidden test itself failed",
    "not_gradable": "Not gradable",
    "timeout": "Timed out",
    "killed": "Crashed, or out of memory",
    "unfinished": "Unfinished",
    "nothing": "No submission",
}
"""The kinds in the order in which they are shown."""


@dataclass(frozen=True)
class Talk:
    """One kind of reason, and the students with details: ('student-007', 'neuron_batch')."""

    kind: str
    people: tuple[tuple[str, str], ...]

    @property
    def heading(self) -> str:
        """The kind in words."""
        return HEADINGS[self.kind]


class Talks:
    """Collects the reasons while going through the results; a student may have several."""

    def __init__(self) -> None:
        self._found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in HEADINGS}

    def add(self, kind: str, student: str, detail: str) -> None:
        """One reason."""
        self._found[kind].append((student, detail))

    def hear(self, result: Result) -> None:
        """All reasons of one result."""
        if result.status is Status.not_gradable:
            self.add("not_gradable", result.student, result.reason)
            return
        if result.status is Status.ungraded:
            self.add("ungraded", result.student, result.reason)
        for kind in (Outcome.internal, Outcome.timeout, Outcome.killed):
            self._of_exercises(
                kind.value, result, [e for e in result.exercises if any(t.outcome is kind for t in e.tests)]
            )
        unfinished = [exercise for exercise in result.exercises if _is_unfinished(exercise, result.unanswered)]
        self._of_exercises("unfinished", result, unfinished)

    def _of_exercises(self, kind: str, result: Result, exercises: Sequence[ExerciseResult]) -> None:
        if exercises:
            self.add(kind, result.student, ", ".join(exercise.name for exercise in exercises))

    def done(self) -> tuple[Talk, ...]:
        """The kinds that occurred."""
        return tuple(Talk(kind, tuple(people)) for kind, people in self._found.items() if people)


def _is_unfinished(exercise: ExerciseResult, unanswered: tuple[str, ...]) -> bool:
    """Whether its answer cell is untouched, still raises NotImplementedError, or defines no such function."""
    if exercise.name in unanswered:
        return True
    not_written = f"{exercise.name} is not written yet."
    return any(test.outcome is Outcome.missing or test.message == not_written for test in exercise.tests)
