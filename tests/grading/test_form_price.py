"""Another form than was asked for costs its price once; the values are judged anyway."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import small_course
from small_course import NAME

from autograder.course import Course, Revealed
from autograder.grading.worker import Job, Worker
from autograder.integrations.gradescope.results_json import results_json
from autograder.reports.student.page import render
from autograder.results import FormPrice, Outcome, Result
from autograder.workspace.submissions import Submission

AS_A_LIST = "def double(x):\n    return list(x * 2.0)"
AS_A_COLUMN = "def double(x):\n    return (x * 2.0)[:, np.newaxis]"
IN_FLOAT32 = "def double(x):\n    return (x * 2.0).astype('float32')"
WRONG_LIST = "def double(x):\n    return list(x ** 2.0)"
IN_PLACE = "def double(x):\n    x *= 2.0\n    return list(x)"
ONE_IN_AN_ARRAY = "def mean(x):\n    return np.mean(x, keepdims=True)"


@pytest.fixture
def worker(small: Course) -> Iterator[Worker]:
    made = Worker(small, NAME)
    yield made
    made.close()


def graded(worker: Worker, **answers: str) -> tuple[Result, bytes]:
    data = small_course.notebook(worker.course.root, **answers)
    sha256 = hashlib.sha256(data).hexdigest()
    done = worker.grade(Job(Submission(NAME, "ada", Path(f"{NAME}.ipynb"), data, (), None, sha256), seed=3))
    assert done.notebook is not None
    return done.result, done.notebook


def test_right_values_in_another_form_cost_a_quarter_once(worker: Worker) -> None:
    for code in (AS_A_LIST, AS_A_COLUMN, IN_FLOAT32):
        result, _ = graded(worker, double=code)
        double, mean = result.exercises
        assert (double.score, mean.score, result.score) == (1.125, 2.0, 3.125)
        assert isinstance(double.form, FormPrice)
        assert double.form.cost == 0.375
        assert {test.outcome for test in double.tests} == {Outcome.passed}
        assert sum(test.score for test in double.tests) == pytest.approx(double.score)


def test_each_exercise_pays_for_its_own_form(worker: Worker) -> None:
    result, _ = graded(worker, double=AS_A_LIST, mean=ONE_IN_AN_ARRAY)
    assert [exercise.score for exercise in result.exercises] == [1.125, 1.5]


def test_wrong_values_earn_nothing_in_whatever_form(worker: Worker) -> None:
    double = graded(worker, double=WRONG_LIST)[0].exercises[0]
    assert (double.score, double.form) == (0.0, msgspec.UNSET)


def test_an_edge_with_a_test_of_its_own_keeps_its_price(worker: Worker) -> None:
    double = graded(worker, double=IN_PLACE)[0].exercises[0]
    assert [test.outcome for test in double.tests] == [Outcome.passed, Outcome.failed]
    assert double.score == 0.625  # of 1.0 for the values, without a quarter of 1.5 for the form


@pytest.mark.parametrize(("percent", "score"), [(0, 1.5), (10, 1.35), (100, 0.0)])
def test_the_course_says_what_a_form_costs(worker: Worker, percent: float, score: float) -> None:
    worker.material = replace(worker.material, form=percent)
    assert graded(worker, double=AS_A_LIST)[0].exercises[0].score == score


def test_report_notebook_and_gradescope_say_the_same(worker: Worker) -> None:
    result, notebook = graded(worker, double=AS_A_LIST)
    line = (
        "Form: asked for an array of float64, shape (2,), but your answer is a list of 2 (a number). "
        "Its values were judged anyway. This costs 0.375 points, once."
    )
    assert result.exercises[0].form_line() == line
    assert line in notebook.decode()
    shown = Revealed(score=True, hint=True, counterexample=True)
    page = render(result, course_title="c", assignment_title="a", revealed=shown)
    assert line in page
    entries = results_json(worker.course, result)["tests"]
    assert sum(entry.get("score", 0.0) for entry in entries) == pytest.approx(result.score)
    assert [entry["output"] for entry in entries if entry["name"].endswith(": form")] == [line]


def test_a_hidden_counterexample_hides_the_forms_and_a_hidden_score_the_price(worker: Worker) -> None:
    result, _ = graded(worker, double=AS_A_LIST)
    shown = Revealed(score=False, hint=False, counterexample=False)
    page = render(result, course_title="c", assignment_title="a", revealed=shown)
    assert "Form: not as asked for. Its values were judged anyway.</p>" in page
    assert "0.375" not in page


def test_results_from_before_there_was_a_price_are_as_they_were(worker: Worker) -> None:
    result, _ = graded(worker)
    data = result.to_json()
    assert b'"form"' not in data
    assert b'"apart_from"' not in data
    assert Result.from_json(data).to_json() == data
