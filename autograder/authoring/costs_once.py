"""The promise that a mistake costs once: alone among right answers, it takes points from its own exercise and no other.

The answers are in one notebook and call one another, and follow-through works as it does in grading. Everything runs
in this process, because the answers are the course's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from autograder.authoring.answers import reference_sources, renamed_source
from autograder.authoring.local import LocalSession, notebook_names
from autograder.course import Course
from autograder.grading.follow_through import follow_through
from autograder.grading.material import load_mistakes, load_suite
from autograder.results import Outcome
from autograder.sandbox.host.supervisor import Session
from autograder.testing.course_package import course_module
from autograder.testing.mistakes import Mistake

SEED = 7


@dataclass(frozen=True)
class Spill:
    """A mistake that takes points from exercises other than its own."""

    mistake: str
    exercise: str
    others: tuple[str, ...]

    def __str__(self) -> str:
        return f"the mistake {self.mistake} of {self.exercise} costs points in {', '.join(self.others)} as well"


def spills(
    course: Course,
    assignment: str,
    *,
    chosen: Callable[[Sequence[Mistake]], Sequence[Mistake]] = lambda all_of_them: all_of_them,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Iterator[Spill]:
    """The mistakes of an assignment that cost more than once.

    Raises:
        CourseError: if a file of the course is invalid.
    """
    mistakes = chosen(load_mistakes(course, assignment))
    sources = reference_sources(course, assignment)
    suite = load_suite(course, assignment)
    base = course_module(course.root, f"solutions.{assignment}")
    of_mistakes = course_module(course.root, f"solutions.mistakes.{assignment}")
    try:
        for done, mistake in enumerate(mistakes, 1):
            answers = {**sources, mistake.exercise: renamed_source(mistake.function, mistake.exercise)}
            names = notebook_names(base, of_mistakes, answers)
            session = cast(Session, LocalSession(names))
            verdicts = suite.run(cast(Any, session), SEED)
            verdicts = follow_through(suite, session, SEED, tuple(sources), verdicts)
            lost = dict.fromkeys(v.test.exercise for v in verdicts if v.outcome is not Outcome.passed)
            others = tuple(name for name in lost if name != mistake.exercise)
            if others:
                yield Spill(mistake.function.__name__, mistake.exercise, others)
            progress(done, len(mistakes))
    finally:
        suite.close()
