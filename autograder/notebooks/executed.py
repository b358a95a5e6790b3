"""The executed copy of a submission: the student's outputs in place, and at each test cell what passed and what failed.

nbgrader, its formgrader and its feedback read this copy. Its own rule gives the same scores as ours: see `verdict`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from autograder.course.grade_ids import test_id
from autograder.errors import CourseError
from autograder.notebooks.outputs import Cleaner, plain, stream
from autograder.notebooks.release import Release
from autograder.notebooks.submitted import SubmittedNotebook
from autograder.notebooks.verdict_text import report_lines
from autograder.results import ExerciseResult, Result, Status


def executed_notebook(
    parsed: SubmittedNotebook,
    expected: Release,
    outputs: Mapping[int, Sequence[Mapping[str, Any]]],
    result: Result,
    *,
    hints: bool = True,
    counterexamples: bool = True,
) -> bytes:
    """The notebook as nbformat 4.5 JSON, equal for equal arguments.

    ``outputs`` are the nbformat outputs of each cell by the cell's index; those of test cells are replaced by the
    hidden tests' verdicts. The result must be a graded one: a test cell without a score would get full marks from
    nbgrader. nbgrader's feedback shows this copy to students, so ``hints`` and ``counterexamples`` can be left out.

    Raises:
        ValueError: if the result is not graded.
        CourseError: if the release has a test cell for which there are no hidden tests.
    """
    if result.status is not Status.graded:
        raise ValueError(f"the submission of {result.student} is {result.status}, and has no executed copy")
    exercises = {test_id(exercise.name): exercise for exercise in result.exercises}
    cleaner = Cleaner()
    cells: list[dict[str, Any]] = []
    count = 0
    for cell, raw in zip(parsed.cells, parsed.raw["cells"], strict=True):
        if cell.kind == "code":
            count += 1
            released = expected.cells[cell.grade_id] if cell.grade_id else None
            if released and released.is_test:
                exercise = _exercise(exercises, released.grade_id, expected)
                score = min(exercise.score, released.points)
                made = verdict(exercise, score, count, hints=hints, counterexamples=counterexamples)
            else:
                made = cleaner.clean(outputs.get(cell.index, ()), count)
            raw = {**raw, "execution_count": count, "outputs": made}
        cells.append(raw)
    return msgspec.json.format(msgspec.json.encode({**parsed.raw, "cells": cells}), indent=1) + b"\n"


def _exercise(exercises: Mapping[str, ExerciseResult], grade_id: str, expected: Release) -> ExerciseResult:
    if grade_id not in exercises:
        raise CourseError(
            f"{expected.assignment}.ipynb",
            f"no hidden test belongs to its cell {grade_id}: run `autograder build` again",
        )
    return exercises[grade_id]


def verdict(
    exercise: ExerciseResult,
    score: float,
    count: int | None,
    *,
    scores: bool = True,
    hints: bool = True,
    counterexamples: bool = True,
) -> list[dict[str, Any]]:
    """A test cell's outputs. nbgrader takes the first one: an execute_result whose text is the number of points.

    Without ``scores`` the report says how many tests passed instead of the points.
    """
    report = report_lines(exercise, scores=scores, hints=hints, counterexamples=counterexamples)
    points = {"text/plain": repr(float(score))}
    return [
        {"output_type": "execute_result", "data": points, "metadata": {}, "execution_count": count},
        stream(plain("\n".join(report) + "\n")),
    ]
