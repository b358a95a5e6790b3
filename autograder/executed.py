"""The executed copy of a submission: the student's outputs in place, and at each test cell what passed and what failed.

nbgrader, its formgrader and its feedback read this copy. Its own rule scores it as we do: see `verdict`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from autograder.errors import CourseError, SubmissionError
from autograder.files import read_bounded, remove_others, write_atomically
from autograder.outputs import Cleaner, plain, stream
from autograder.parsing import ParsedNotebook
from autograder.released import Expected
from autograder.results import ExerciseResult, Result, Status
from autograder.submission import SECRET, TIMESTAMP, Submission
from autograder.verdicts import report_lines


def executed_notebook(
    parsed: ParsedNotebook,
    expected: Expected,
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
        ValueError: when the result is not graded.
        CourseError: when the release has a test cell that the hidden tests know nothing of.
    """
    if result.status is not Status.graded:
        raise ValueError(f"the submission of {result.student} is {result.status}, and has no executed copy")
    exercises = {f"test_{exercise.name}": exercise for exercise in result.exercises}
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


def write_autograded(workspace: Path, submission: Submission, data: bytes) -> Path:
    """Puts the executed copy where nbgrader looks for it, with what nbgrader's feedback needs beside it.

    formgrader shows a submission as graded when this folder exists and the gradebook has the time of timestamp.txt;
    `release_feedback` needs submission_secret.txt. Files of an older submission are removed. Returns the notebook's
    path.

    Raises:
        WorkspaceError: when it cannot be written.
    """
    folder = _folder(workspace, submission.student, submission.assignment)
    notebook = folder / f"{submission.assignment}.ipynb"
    files = dict(submission.files) | _exchange_files(submission.path.parent)
    remove_others(folder, frozenset({notebook.name, *files}), root=workspace)
    for name, content in files.items():
        write_atomically(folder / name, content, root=workspace)
    write_atomically(notebook, data, root=workspace)
    return notebook


def remove_autograded(workspace: Path, assignment: str, student: str) -> None:
    """Removes the executed copy of an older submission, so that formgrader does not show the new one as graded."""
    folder = _folder(workspace, student, assignment)
    remove_others(folder, frozenset(), root=workspace)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _folder(workspace: Path, student: str, assignment: str) -> Path:
    return workspace / "autograded" / student / assignment


def _exchange_files(submitted: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name in (TIMESTAMP, SECRET):
        try:
            files[name] = read_bounded(submitted / name, 10_000)
        except SubmissionError:
            continue  # most submissions did not come through nbgrader's exchange and have none
    return files


def _exercise(exercises: Mapping[str, ExerciseResult], grade_id: str, expected: Expected) -> ExerciseResult:
    if grade_id not in exercises:
        raise CourseError(
            f"{expected.assignment}.ipynb",
            f"no hidden test belongs to its cell {grade_id}: run `autograder build` anew",
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

    Without ``scores`` the report says how many tests passed in place of the points.
    """
    report = report_lines(exercise, scores=scores, hints=hints, counterexamples=counterexamples)
    points = {"text/plain": repr(float(score))}
    return [
        {"output_type": "execute_result", "data": points, "metadata": {}, "execution_count": count},
        stream(plain("\n".join(report) + "\n")),
    ]
