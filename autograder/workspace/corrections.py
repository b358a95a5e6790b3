"""Exercises and hidden tests that turned out unfair: what a student's points count as now. Nothing stored is changed.

Results stay as they were signed, and the gradebook as it was recorded: corrections are derived whenever points are
read, as late penalties are, and go away when they are taken out of course.yml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec.structs import replace as replaced

from autograder.course import Course
from autograder.course.grade_ids import test_id, written_id
from autograder.course.schemes import Correction
from autograder.gradebook.book import Mark
from autograder.results import ExerciseResult, Result, TestResult

Marks = Mapping[str, Mark]


@dataclass(frozen=True)
class Unknown:
    """A correction of something that the assignment does not have."""

    correction: Correction
    known: tuple[str, ...]


def of_tests(course: Course, assignment: str) -> bool:
    """Whether hidden tests are corrected, so that results are needed beside the gradebook's points."""
    return any(one.test for one in course.assignment(assignment).corrections)


def corrected(corrections: Sequence[Correction], marks: Marks, result: Result | None) -> dict[str, Mark]:
    """A student's marks as they count now; ``result`` is needed where hidden tests are corrected.

    A teacher's points are of a whole exercise, so that a corrected test changes only what that is worth.
    """
    found = dict(marks)
    for one in corrections:
        cell = _cell(one, found, result)
        if cell is not None:
            found[cell] = _mark(one, found[cell], result)
    return found


def corrected_result(corrections: Sequence[Correction], result: Result) -> Result:
    """The result with the exercises' points as they count now, for reports; its verdicts stay."""
    if not corrections or result.score is None:
        return result
    exercises = tuple(_exercise(corrections, each) for each in result.exercises)
    score, most = (sum(getattr(each, name) for each in exercises) for name in ("score", "max_score"))
    late = result.late and replaced(result.late, penalty=round(max(0.0, score) * result.late.percent / 100, 6))
    return replaced(result, exercises=exercises, score=score, max_score=most, late=late)


def sentences(corrections: Sequence[Correction], result: Result) -> dict[str, tuple[str, ...]]:
    """By exercise or written question, what students read of its corrections."""
    found: dict[str, tuple[str, ...]] = {}
    for one in corrections:
        exercise = one.exercise or next((e.name for e in result.exercises if _test(one, e) is not None), "")
        if exercise:
            found[exercise] = (*found.get(exercise, ()), one.sentence_with(_title(one, result)))
    return found


def unknown(corrections: Sequence[Correction], exercises: Sequence[str], tests: Sequence[str]) -> tuple[Unknown, ...]:
    """Those of something that the assignment does not have."""
    return tuple(
        Unknown(one, tuple(exercises if one.exercise else tests))
        for one in corrections
        if one.subject not in (exercises if one.exercise else tests)
    )


def _title(correction: Correction, result: Result) -> str:
    """The sentence of a hidden test, which students know it by."""
    found = (_test(correction, exercise) for exercise in result.exercises)
    return next((test.title for test in found if test is not None), "")


def _test(correction: Correction, exercise: ExerciseResult) -> TestResult | None:
    return next((test for test in exercise.tests if correction.test and test.name == correction.test), None)


def _cell(correction: Correction, marks: Marks, result: Result | None) -> str | None:
    """The gradebook's cell that a correction is about, where this student has it."""
    if correction.exercise:
        return next(
            (cell for cell in (test_id(correction.exercise), written_id(correction.exercise)) if cell in marks), None
        )
    for exercise in result.exercises if result else ():
        if _test(correction, exercise) is not None and test_id(exercise.name) in marks:
            return test_id(exercise.name)
    return None


def _mark(correction: Correction, mark: Mark, result: Result | None) -> Mark:
    """One cell as it counts now. Extra credit stays on top."""
    base = mark.auto if mark.manual is None else mark.manual
    score, most = 0.0 if base is None else base, mark.max_score
    if correction.exercise:
        score, most = correction.points(score, most)
    else:
        tests = (_test(correction, exercise) for exercise in (result.exercises if result else ()))
        test = next(test for test in tests if test is not None)
        by_hand = mark.manual is not None
        score, most = _with_test(correction, (score, most), (test.score, test.max_score), by_hand=by_hand)
    decided = correction.void is not None and bool(correction.exercise)
    if base is None and not decided:  # nobody has graded it yet, and it is still asked for
        return replace(mark, max_score=most)
    mark = replace(mark, max_score=most, needs_manual_grade=mark.needs_manual_grade and not decided)
    return replace(mark, auto=score) if mark.manual is None else replace(mark, manual=score)


def _with_test(
    correction: Correction, whole: tuple[float, float], test: tuple[float, float], *, by_hand: bool
) -> tuple[float, float]:
    """An exercise's points when one of its tests counts otherwise."""
    score, most = correction.points(*test)
    worth = max(0.0, whole[1] - test[1] + most)
    earned = whole[0] if by_hand else whole[0] - test[0] + score
    return min(worth, max(0.0, earned)), worth


def _exercise(corrections: Sequence[Correction], exercise: ExerciseResult) -> ExerciseResult:
    score, most = exercise.score, exercise.max_score
    for one in corrections:
        test = _test(one, exercise)
        if test is not None:
            score, most = _with_test(one, (score, most), (test.score, test.max_score), by_hand=False)
        elif one.exercise == exercise.name:
            score, most = one.points(score, most)
    return replaced(exercise, score=score, max_score=most)
