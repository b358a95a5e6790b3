"""A class as an exercise, from the author's files to the verdict: build, release, public check, check, grade."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import class_course
import golden
import pytest
import small_course
from check_messages import messages
from class_course import DENSE, RIGHT
from small_course import own_solutions

from autograder.authoring.answers import fill, reference_sources
from autograder.authoring.build import build_from_course
from autograder.authoring.check import examine
from autograder.authoring.exercises import read_exercises
from autograder.course import Course, load_course

# MINE
from autograder.grading.dispatcher import grade_all
from autograder.grading.mutation import mutants
from autograder.grading.worker import Job
from autograder.results import ExerciseResult, Outcome
from autograder.workspace.submissions import Submission


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    with own_solutions():
        loaded = load_course(class_course.write(tmp_path_factory.mktemp("classes")))
        build_from_course(loaded, "toy")
        yield loaded


CASES = golden.cases("class_course")
ANSWERS = {
    "right": DENSE,
    "unbiased": DENSE.replace(" + self.b)", ")"),
    "no forward": DENSE.replace("def forward", "def backward"),
    "endless": DENSE.replace("return self.activation(np", "while True: pass\n        return self.activation(np"),
    "shared weights": DENSE.replace("self.W = np.zeros((inputs, outputs))", "Dense.W = np.zeros((inputs, outputs))"),
}


@pytest.fixture(scope="module")
def graded(course: Course) -> dict[str, ExerciseResult]:
    """What became of the class in each answer."""
    release = small_course.release(course.root)
    books = {name: fill(release, RIGHT | {"Dense": source}) for name, source in ANSWERS.items()}
    books["untouched"] = release
    for case in CASES:
        books[case.name] = golden.compose(course, (case.folder / "cells.py").read_text(), "toy")
    jobs = [Job(Submission("toy", name, Path("toy.ipynb"), book), 1) for name, book in books.items()]
    return {g.result.student: g.result.exercises[1] for g in grade_all(course, "toy", jobs, workers=1)}


def lost(exercise: ExerciseResult) -> dict[str, tuple[Outcome, str]]:
    return {t.name: (t.outcome, t.message) for t in exercise.tests if t.outcome is not Outcome.passed}


def test_a_right_class_earns_all(graded: dict[str, ExerciseResult]) -> None:
    assert lost(graded["right"]) == {}


def test_a_known_mistake_is_named_with_the_call_that_shows_it(graded: dict[str, ExerciseResult]) -> None:
    exercise = graded["unbiased"]
    assert set(lost(exercise)) == {"test_dense_forward", "test_dense_applies_its_activation"}
    assert exercise.misconception == "a layer without its bias"
    (shown,) = [t.counterexample for t in exercise.tests if t.name == "test_dense_forward"]
    assert shown is not None
    assert shown.call.startswith("dense = Dense(1, 1); dense.W = [[")
    assert "; dense.forward([[" in shown.call


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_case(case: golden.Case, graded: dict[str, ExerciseResult]) -> None:
    exercise = graded[case.name]
    assert exercise.score == case.scores.get("Dense", exercise.max_score), lost(exercise)


def test_there_is_an_attack_and_an_honest_twin() -> None:
    assert {case.family for case in CASES} == {2, "honest"}


def test_a_missing_method_and_an_endless_one(graded: dict[str, ExerciseResult]) -> None:
    assert lost(graded["no forward"])["test_dense_of_silence"] == (Outcome.missing, "Dense has no method forward.")
    outcome, message = lost(graded["endless"])["test_dense_of_silence"]
    assert outcome is Outcome.timeout
    assert message.startswith("Dense.forward gave no answer in time")
    assert "test_dense_knows_its_size" not in lost(graded["endless"])


def test_an_unwritten_class_says_so(graded: dict[str, ExerciseResult]) -> None:
    assert graded["untouched"].score == 0
    assert {message for _, message in lost(graded["untouched"]).values()} == {"Dense is not written yet."}


def cell(notebook: bytes, grade_id: str) -> str:
    cells = json.loads(notebook)["cells"]
    return next("".join(c["source"]) for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def test_the_release_has_signatures_and_docstrings_and_no_solution(course: Course) -> None:
    stub = cell(small_course.release(course.root), "Dense")
    assert stub.count("raise NotImplementedError()") == 3
    for public in ("def __init__(", "def forward(self, X: np.ndarray)", "@property", "How many numbers there are"):
        assert public in stub
    for secret in ("self.W, self.b =", "X @ self.W", "b joins each", "self.W.size"):
        assert secret not in small_course.release(course.root).decode()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("right", ["", ""]),
        ("unbiased", ["", ""]),  # the examples have no bias: hidden tests look at more
        ("no forward", ["it raised     AttributeError", "it raised     AttributeError"]),
        ("untouched", ["__init__ is not written yet", "__init__ is not written yet"]),
    ],
)
def test_the_public_check_runs_the_examples_of_class_and_methods(course: Course, answer: str, told: list[str]) -> None:
    exercise = read_exercises(course.reference_path("toy"))[1]
    code = ANSWERS.get(answer) or "from collections.abc import Callable\n" + cell(
        small_course.release(course.root), "Dense"
    )
    said = messages(exercise, code)
    assert [len(said), *(words in one for words, one in zip(told, said, strict=True))] == [2, True, True]


def test_the_course_examines_itself(course: Course) -> None:
    found = examine(course, "toy", workers=1, progress=lambda done, total: None)
    assert found.faults == []
    assert (found.exercises, found.mistakes, found.caught, found.named) == (2, 3, 3, 3)


def test_each_method_has_its_mutants(course: Course) -> None:
    made = mutants(reference_sources(course, "toy")["Dense"], "Dense")
    changes = {mutant.change for mutant in made}
    for change in (
        "if inputs < 1 or outputs < 1: -> if inputs < 1 and outputs < 1:",
        "Z = X @ self.W + self.b -> Z = X @ self.W - self.b",
        "return self.W.size + self.b.size -> return self.W.size - self.b.size",
    ):
        assert change in changes
