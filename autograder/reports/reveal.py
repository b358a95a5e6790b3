"""What a student may see of a Result. Everything that shows verdicts to students shows concealed ones."""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import replace

from autograder.course import Revealed
from autograder.results import ExerciseResult, FormPrice, Outcome, Result, TestResult


def conceal(result: Result, revealed: Revealed) -> Result:
    """The same verdict without what is not revealed. It is removed from the structure, so that no page can leak it.

    Without ``hint``, no misconception or hint is left. Without ``counterexample``, no message or traceback is left
    either, since both may hold a hidden test's inputs: a failed test shows only its sentence and its outcome. Without
    ``score``, each test counts as one, passed or not, so that scores are numbers of tests and reveal nothing about the
    points; the result's own ``score`` is None, and the late penalty is given in percent only.
    """
    exercises = tuple(_conceal_exercise(exercise, revealed) for exercise in result.exercises)
    if revealed.score:
        return replace(result, exercises=exercises)
    late = replace(result.late, penalty=0.0) if result.late else None
    most = sum(each.max_score for each in exercises)
    return replace(result, exercises=exercises, score=None, max_score=most, late=late)


def _conceal_exercise(exercise: ExerciseResult, revealed: Revealed) -> ExerciseResult:
    exercise = replace(exercise, tests=tuple(_conceal_test(test, revealed) for test in exercise.tests))
    if isinstance(exercise.form, FormPrice):
        exercise = replace(exercise, form=_conceal_form(exercise.form, revealed))
    exercise = replace(exercise, behaviour=UNSET)
    if not revealed.hint:
        exercise = replace(exercise, misconception=None, hint=None, apart_from=UNSET)
    if not revealed.score:
        passed = sum(test.score for test in exercise.tests)
        exercise = replace(exercise, score=passed, max_score=float(len(exercise.tests)))
    return exercise


def _conceal_form(form: FormPrice, revealed: Revealed) -> FormPrice:
    if not revealed.counterexample:
        form = replace(form, asked="", came="")
    return form if revealed.score else replace(form, cost=None, worth=0.0)


def _conceal_test(test: TestResult, revealed: Revealed) -> TestResult:
    if not revealed.counterexample:
        test = replace(test, message="", counterexample=None, traceback=())
    if not revealed.score:
        test = replace(test, score=float(test.outcome is Outcome.passed), max_score=1.0)
    return test
