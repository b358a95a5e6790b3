"""nbgrader's own feedback with what course.yml reveals now, and nothing else.

The executed notebook in `autograded/` is the teachers': the first output of each test cell is the number from which
nbgrader takes the score. For the feedback, each test cell is written again from the concealed result. nbgrader's
template writes every score as `score | float | round(2)`. A score that is not revealed is NOT_SHOWN, which `float`
leaves alone and our `round` shows as a dash.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.course.grade_ids import test_id
from autograder.integrations.nbgrader.settings import CourseConfigurable, names
from autograder.notebooks.authored import NotebookNode, as_node
from autograder.notebooks.executed import verdict
from autograder.reports.student import Revealed, conceal
from autograder.results import Result, Status
from autograder.workspace.store import Store

NOT_SHOWN = math.nan
DECIMALS = 3


class Reveal(CourseConfigurable, NbGraderPreprocessor):  # type: ignore[misc]
    """Runs after nbgrader's GetGrades when it generates feedback."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Changes only what is shown: the gradebook and the executed notebook stay as they are."""
        course = self.course
        assignment, student = names(resources)
        revealed = course.revealed(assignment, datetime.now(UTC))
        result = Store(course, assignment).load(student)
        if not revealed.score:
            resources["nbgrader"] |= {"score": NOT_SHOWN, "max_score": NOT_SHOWN, "late_penalty": 0}
        for cell in nb.cells:
            if "nbgrader" in cell.metadata:
                _reveal(cell, result, revealed)
        return nb, resources


def _reveal(cell: NotebookNode, result: Result | None, revealed: Revealed) -> None:
    of_nbgrader = cell.metadata.nbgrader
    if not revealed.score and "score" in of_nbgrader:
        of_nbgrader.score = of_nbgrader.points = NOT_SHOWN
    if not revealed.hint and result is not None and result.proof is not None:
        ours = result.proof.recorded.comments.get(of_nbgrader.grade_id)
        hints = {exercise.hint for exercise in result.exercises}
        if ours in hints and of_nbgrader.get("comment") == ours:
            of_nbgrader.comment = ""
    if cell.cell_type == "code" and of_nbgrader.get("grade") and not of_nbgrader.get("solution"):
        cell.outputs = [as_node(output) for output in _told(of_nbgrader.grade_id, result, revealed, cell)]


def _told(grade_id: str, result: Result | None, revealed: Revealed, cell: NotebookNode) -> list[dict[str, Any]]:
    """A test cell's outputs; none if there is no verdict on it."""
    if result is None or result.status is not Status.graded:
        return []
    for exercise in conceal(result, revealed).exercises:
        if test_id(exercise.name) == grade_id:
            shown = {"scores": revealed.score, "hints": revealed.hint, "counterexamples": revealed.counterexample}
            outputs = verdict(exercise, exercise.score, cell.execution_count, **shown)
            return outputs if revealed.score else outputs[1:]
    return []


def shown_score(value: float, precision: int = 0, method: str = "common") -> Any:
    """Jinja's own `round`, to three decimals as in the student's report, and a dash for a score that is not shown.

    >>> shown_score(12.375, 2), shown_score(NOT_SHOWN, 2)
    (12.375, '–')
    """
    from jinja2.filters import do_round

    return "–" if math.isnan(value) else do_round(value, max(precision, DECIMALS), method)  # type: ignore[arg-type]
