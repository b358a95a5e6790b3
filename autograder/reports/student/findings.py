"""What went wrong in an exercise, grouped where tests say the same, and which parts are visible at first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum
from types import MappingProxyType

from autograder.results import ExerciseResult, Outcome, TestResult

WHAT_HAPPENED = {
    Outcome.passed: ("passed", ""),
    Outcome.failed: ("wrong answer", ""),
    Outcome.error: ("error", "Your code raised an exception."),
    Outcome.missing: ("not found", "Your notebook does not define a function or method with this name."),
    Outcome.timeout: ("timeout", "Your code was still running when its time was up."),
    Outcome.killed: ("killed", "Your code was stopped: it crashed, or used too much memory."),
    Outcome.internal: ("our fault", "The grader failed here, not you. Your teachers will take care of it."),
}
"""Each outcome in a student's words: a label, and the sentence if nothing more precise is known or revealed."""

NOT_WRITTEN = re.compile(r"[\w.]+ is not written yet\.")
"""The grader's own sentence about an untouched stub."""


@dataclass(frozen=True)
class ReportFinding:
    """Something that went wrong, and every test in which it went wrong the same way.

    It is folded unless ``open``. It is ``bare`` if the code is not written yet: calls and lines would say nothing. A
    student who doubts it
    quotes its ``code``.
    """

    tests: tuple[TestResult, ...]
    label: str
    message: str
    bare: bool
    open: bool = False
    code: str = ""

    @property
    def score(self) -> float:
        """What its tests earned anyway."""
        return fsum(test.score for test in self.tests)

    @property
    def max_score(self) -> float:
        """What its tests are worth."""
        return fsum(test.max_score for test in self.tests)

    @property
    def pictured(self) -> bool:
        """Whether there is something to look at."""
        shown = self.tests[0].counterexample
        return shown is not None and shown.picture is not None

    @property
    def size(self) -> tuple[bool, bool, int]:
        """How much there is to read before it is understood; empty and missing examples come last."""
        shown = self.tests[0].counterexample
        if shown is None:
            return True, True, 0
        empty = any(0 in (argument.value.shape or ()) for argument in shown.arguments)
        return False, empty, len(shown.call) + sum(len(argument.value.text) for argument in shown.arguments)


def findings(exercise: ExerciseResult, codes: Mapping[str, str] = MappingProxyType({})) -> tuple[ReportFinding, ...]:
    """The tests that did not pass; a wrong answer is shown with its own values.

    The one with the smallest example comes first, then one with a picture; these two are open. ``codes`` are those of
    the tests, by name.
    """
    alike: dict[object, list[TestResult]] = {}
    for test in exercise.tests:
        if test.outcome is not Outcome.passed:
            own = test.counterexample if test.outcome is Outcome.failed else None
            alike.setdefault((test.outcome, test.message, test.traceback, own), []).append(test)
    found = [_finding(tuple(tests), codes) for tests in alike.values()]
    if not found:
        return ()
    least = min(found, key=lambda each: each.size)
    pictured = next((each for each in (least, *found) if each.pictured), least)
    first = [least] if pictured is least else [least, pictured]
    others = (each for each in found if each not in first)
    return (*(replace(each, open=True) for each in first), *others)


def _finding(tests: tuple[TestResult, ...], codes: Mapping[str, str]) -> ReportFinding:
    label, sentence = WHAT_HAPPENED[tests[0].outcome]
    message = tests[0].message or sentence
    unwritten = tests[0].outcome is Outcome.error and NOT_WRITTEN.fullmatch(message) is not None
    bare = unwritten or tests[0].outcome is Outcome.missing
    code = codes.get(tests[0].name, "")
    return ReportFinding(tests, "not written" if unwritten else label, message, bare, code=code)
