"""A result as Gradescope's results.json: one entry per hidden test, with its sentence, points and visibility."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.course import Course, Feedback, Reveal, Revealed
from autograder.notebooks.verdict_text import counterexample_lines, form_lines, lesson_lines, test_lines
from autograder.reports.reveal import conceal
from autograder.results import ExerciseResult, Outcome, Result, Status, TestResult
from autograder.text import clean

VISIBILITY: dict[Reveal, str] = {"always": "visible", "after-due": "after_due_date", "never": "hidden"}
"""course.yml's words in Gradescope's, which keeps the due date itself."""

LONGEST = 4_000  # characters of one entry's text


def results_json(course: Course, result: Result) -> dict[str, Any]:
    """What Gradescope reads. A submission that is not a notebook gets 0 with the reason; an ungraded one has no score.

    Raises:
        ValueError: for a result that has no score through our own fault, which must not become a zero.
    """
    if result.status is Status.ungraded:
        raise ValueError(result.reason)
    shown = {"stdout_visibility": "hidden", "visibility": "visible", "execution_time": round(result.seconds)}
    if result.status is Status.not_gradable:
        text = f"We could not read your file: {result.reason} Nothing was graded. Please hand in again."
        return {**shown, "score": 0.0, "output": clean(text, LONGEST), "output_format": "text", "tests": []}
    feedback = course.config.feedback
    tests = [entry for exercise in result.exercises for entry in _entries(exercise, result, feedback)]
    notes = "\n".join(f"Noticed in your file: {note}" for note in result.notes)
    return {**shown, "output": clean(notes, LONGEST), "output_format": "text", "tests": tests}


def _entries(exercise: ExerciseResult, result: Result, feedback: Feedback) -> Iterator[dict[str, Any]]:
    together = feedback.counterexample == feedback.score
    revealed = Revealed(score=True, hint=True, counterexample=together)
    concealed = next(e for e in conceal(result, revealed).exercises if e.name == exercise.name)
    for test in concealed.tests:
        lines = test_lines(test) + (counterexample_lines(test.counterexample) if test.counterexample else [])
        yield _entry(f"{exercise.title}: {test.title}", lines, VISIBILITY[feedback.score]) | _points(test)
    form = form_lines(concealed)
    if form:
        yield _entry(f"{exercise.title}: form", form, VISIBILITY[feedback.score])
    lesson = lesson_lines(exercise)
    if lesson:
        yield _entry(f"{exercise.title}: hint", lesson, VISIBILITY[feedback.hint])
    if not together:
        examples = [line for test in exercise.tests for line in _details(test)]
        if examples:
            yield _entry(f"{exercise.title}: examples", examples, VISIBILITY[feedback.counterexample])


def _points(test: TestResult) -> dict[str, Any]:
    status = "passed" if test.outcome is Outcome.passed else "failed"
    return {"score": test.score, "max_score": test.max_score, "status": status}


def _details(test: TestResult) -> list[str]:
    if test.outcome is Outcome.passed or not (test.message or test.counterexample):
        return []
    return [*test_lines(test), *(counterexample_lines(test.counterexample) if test.counterexample else [])]


def _entry(name: str, lines: list[str], visibility: str) -> dict[str, Any]:
    output = clean("\n".join(lines), LONGEST)
    texts = {"name": clean(name, 300), "name_format": "text", "output": output, "output_format": "text"}
    return {**texts, "visibility": visibility}
