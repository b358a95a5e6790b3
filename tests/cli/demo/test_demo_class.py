"""The whole demo class by `autograder grade` and by `nbgrader autograde`: the same of every student, to the point."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from books import Row, nbgrader, rows
from demo_class import NAME, STUDENTS, handed_in
from small_course import own_solutions

from autograder.course import Course, load_course
from autograder.notebooks.authored import read_notebook
from autograder.reports.write import write_feedback
from autograder.results import Result, Status
from autograder.runs.batch import grade_assignment
from autograder.workspace.store import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]


@dataclass(frozen=True)
class Ways:
    """The class twice, graded the one way and the other."""

    ours: Course
    nbgraders: Course


@pytest.fixture(scope="module")
def ways(built_course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    folder = tmp_path_factory.mktemp("ways")
    with own_solutions():
        ours = handed_in(built_course, folder / "ours")
        other = load_course(ours.root, Path(shutil.copytree(ours.workspace, folder / "nbgraders")))
        with ThreadPoolExecutor() as beside:  # most of the time a notebook that hangs is waited for
            done = beside.submit(nbgrader, other.workspace, "autograde", NAME, code=1)  # 1: some are no notebooks
            grade_assignment(ours, NAME, workers=2)
            done.result()
        yield Ways(ours, other)


def book(course: Course) -> dict[str, Row]:
    return rows(course.gradebook, course.course_id, NAME)


def results(course: Course) -> dict[str, Result]:
    return {result.student: result for result in Store(course, NAME).all()}


def graded(course: Course) -> list[str]:
    """Those who have a score."""
    return [student for student, result in results(course).items() if result.status is Status.graded]


def test_both_gradebooks_have_the_same_scores_comments_and_flags(ways: Ways) -> None:
    mine, nbgraders = book(ways.ours), book(ways.nbgraders)
    assert sorted(mine) == sorted(graded(ways.ours))
    assert len(mine) >= 0.9 * STUDENTS
    assert {student: nbgraders.pop(student) for student in mine} == mine
    for row in nbgraders.values():  # nbgrader makes its rows before it reads the file
        assert all(auto is None and waits for auto, _, _, waits in row.grades.values())
    kept = {score for row in mine.values() for score in row.grades.values()}
    assert {waits for *_, waits in kept} == {True, False}
    assert any(comment for row in mine.values() for comment, _ in row.comments.values())


def test_both_ways_have_the_same_results_and_executed_notebooks(ways: Ways) -> None:
    mine, nbgraders = results(ways.ours), results(ways.nbgraders)
    assert len(mine) == STUDENTS
    assert mine.keys() == nbgraders.keys()
    for student, result in mine.items():
        assert told(result) == told(nbgraders[student]), student
    for student in graded(ways.ours):
        first, second = (
            course.autograded_dir(student, NAME) / f"{NAME}.ipynb" for course in (ways.ours, ways.nbgraders)
        )
        assert read_notebook(first) == read_notebook(second), student


def told(result: Result) -> Any:
    """All of a result but how long it took, which its signature covers as well."""
    proof = result.proof and msgspec.structs.replace(result.proof, signature="")
    return msgspec.to_builtins(msgspec.structs.replace(result, seconds=0.0, proof=proof))


def test_results_gradebook_and_feedback_have_the_same_late_penalty(ways: Ways) -> None:
    for course in (ways.ours, ways.nbgraders):
        write_feedback(course, NAME)
        for student, row in book(course).items():
            result = results(course)[student]
            if result.status is not Status.graded:
                continue
            assert row.score == result.score, student
            assert row.penalty == pytest.approx(result.late.penalty if result.late else 0.0), student
            page = course.feedback_path(student, NAME).read_text()
            (total,) = re.findall(r'class="headline">([\d.]+) of 2[02] points<', page)
            assert float(total) == pytest.approx(row.score - row.penalty), student
    late = [student for student, row in book(ways.ours).items() if row.penalty]
    assert len(late) == 1
    nbgrader(ways.nbgraders.workspace, "generate_feedback", NAME, "--student", late[0], "--force")
    page = ways.nbgraders.feedback_path(late[0], NAME).read_text()
    (total,) = re.findall(rf"<h4>{NAME} \(Score: ([\d.]+) / ", page)
    row = book(ways.ours)[late[0]]
    assert float(total) == pytest.approx(row.score - row.penalty)
