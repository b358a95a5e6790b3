"""Verdicts as lines of plain text, for the executed notebook and for other systems' pages."""

from __future__ import annotations

from autograder.results import Counterexample, ExerciseResult, Outcome, TestResult

_PASSED, _FAILED = "✓", "✗"

_MEANING = {
    Outcome.error: "your code raised an exception",
    Outcome.missing: "there is no such function or method",
    Outcome.timeout: "your code ran over the time limit",
    Outcome.killed: "your code crashed, or ran over the memory limit",
    Outcome.internal: "the grader failed here; this is not your fault",
}


def report_lines(
    exercise: ExerciseResult, *, scores: bool = True, hints: bool = True, counterexamples: bool = True
) -> list[str]:
    """An exercise's points and all its tests, with their hints and counterexamples unless these are left out.

    Without ``scores``, says how many tests passed instead.
    """
    passed = sum(test.outcome is Outcome.passed for test in exercise.tests)
    earned = (
        f"{exercise.score:g} of {exercise.max_score:g} points" if scores else f"{passed} of {len(exercise.tests)} tests"
    )
    lines = [f"{exercise.name}: {earned}", *form_lines(exercise, forms=counterexamples, cost=scores)]
    for test in exercise.tests:
        lines += test_lines(test)
        if counterexamples and test.counterexample:
            lines += counterexample_lines(test.counterexample)
    return lines + (lesson_lines(exercise) if hints else [])


def form_lines(exercise: ExerciseResult, *, forms: bool = True, cost: bool = True) -> list[str]:
    """The line on the form of the answer, if it is not the one asked for."""
    line = exercise.form_line(forms=forms, cost=cost)
    return [_line(line)] if line else []


def lesson_lines(exercise: ExerciseResult) -> list[str]:
    """The misconception and its hint, if it is certain what is behind the answers."""
    lines = []
    if exercise.misconception:
        lines.append(_line(exercise.diagnosis))
    if exercise.hint:
        lines.append(f"Hint: {_line(exercise.hint)}")
    return lines


def _followed(test: TestResult) -> list[str]:
    names = ", ".join(test.follow_through)
    return [f"    follow-through: graded with the reference's {names}"] if names else []


def test_lines(test: TestResult) -> list[str]:
    """A test's sentence, and why it failed."""
    if test.outcome is Outcome.passed:
        return [f"{_PASSED} {_line(test.title)}", *_followed(test)]
    lines = [f"{_FAILED} {_line(test.title)}"]
    reasons = (_MEANING.get(test.outcome, ""), test.message)
    return lines + [f"    {_line(reason)}" for reason in reasons if reason]


def counterexample_lines(example: Counterexample) -> list[str]:
    """The call with its arguments, the answer and the expected one."""
    pairs = [("call", example.call), *((argument.name, argument.value.text) for argument in example.arguments)]
    pairs += [(f"your answer{example.place}", example.got.text)] if example.got else []
    pairs += [(f"expected{example.place}", example.want.text)] if example.want else []
    return [line for label, text in pairs for line in _labelled(label, text)]


def _labelled(label: str, text: str) -> list[str]:
    """A label and a text, with the later lines aligned under the first."""
    start = f"    {label}: "
    return [(" " * len(start) if n else start) + line for n, line in enumerate(text.split("\n"))]


def _line(text: str) -> str:
    """Text on one line, so that no message can look like the verdict of another test."""
    return " ".join(text.split())
