"""The hash of how a wrong answer behaves: the same for the same behaviour, however it is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import class_course
import local_suite
import numpy as np
import pytest
from local_suite import Local
from small_course import NAME, PROJECT, WRONG, own_solutions

from autograder.authoring.answers import fill, renamed_source
from autograder.authoring.build import build_from_course
from autograder.authoring.local import LocalSession, notebook_names
from autograder.authoring.sample_class import alternatives
from autograder.course import Course, Revealed, load_course
from autograder.grading.behaviour import behaviour, probes_of
from autograder.grading.follow_through import Following
from autograder.grading.grade import Graded
from autograder.grading.material import load_mistakes, load_suite
from autograder.grading.worker import Job, Worker
from autograder.reports.reveal import conceal
from autograder.results import Outcome
from autograder.sandbox.host.replies import Reply, TimedOut
from autograder.testing.course_package import course_module
from autograder.workspace.store import Store
from autograder.workspace.submissions import Submission

REFERENCE = """
import numpy as np

def mean(x):
    return float(np.sum(x) / len(x))
"""

TESTS = """
@points("mean", 1)
def test_mean(agree, draw):
    '''The mean.'''
    agree.mean(draw(4))
    agree.mean(draw(3, low=100.0, high=900.0))
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str | None]:
    suite = local_suite.suite(tmp_path_factory.mktemp("mean"), REFERENCE, TESTS)
    probes = probes_of(suite)["mean"]
    return lambda answer: behaviour(Local(mean=answer), probes)


def adds_up(x: Any) -> float:
    return float(np.sum(x))


def in_a_loop(x: Any) -> float:
    total = 0.0
    for each in reversed(x):
        total = each + total
    return total


def test_two_ways_to_write_one_mistake_behave_alike(asked: Callable[..., str | None]) -> None:
    assert asked(adds_up) == asked(in_a_loop) is not None


@pytest.mark.parametrize(
    "other",
    [
        lambda x: float(np.sum(x)) + 1e-3,
        lambda x: [float(np.sum(x))],
        lambda x: int(np.sum(x)),
        lambda x: float(np.max(x)),
        lambda x: x.sort() or float(np.sum(x)),
        lambda x: 1 / 0,
        lambda x: float("nan"),
    ],
)
def test_another_value_form_error_or_side_effect_is_another_behaviour(
    asked: Callable[..., str | None], other: Callable[..., Any]
) -> None:
    assert asked(other) not in (None, asked(adds_up))


def test_answers_by_chance_are_alike_and_an_answer_that_does_not_come_has_no_behaviour(
    asked: Callable[..., str | None],
) -> None:
    rng = np.random.default_rng(1)
    never: Reply = TimedOut(2.0)
    assert asked(lambda x: rng.random()) == asked(lambda x: rng.normal()) is not None
    assert asked(never) is None


def test_a_wrong_exercise_has_a_behaviour_in_its_result_and_a_right_one_none(graded: Course) -> None:
    bob, ada = (Store(graded, NAME).load(who) for who in ("bob", "ada"))
    assert bob is not None
    assert ada is not None
    assert [isinstance(e.behaviour, str) for e in bob.exercises] == [True, False]
    assert [isinstance(e.behaviour, str) for e in ada.exercises] == [False, False]
    assert b"behaviour" not in ada.to_json(), "results without one are what they always were"
    shown = conceal(bob, Revealed(score=True, hint=True, counterexample=True))
    assert not any(isinstance(e.behaviour, str) for e in shown.exercises)


def grade(course: Course, *notebooks: bytes) -> list[Graded]:
    worker = Worker(course, NAME)
    try:
        return [
            worker.grade(Job(Submission(NAME, f"student-{n}", Path("toy.ipynb"), data), seed=n))
            for n, data in enumerate(notebooks)
        ]
    finally:
        worker.close()


def test_seed_other_mistakes_and_what_a_student_calls_it_do_not_matter(graded: Course) -> None:
    release = graded.release_notebook(NAME).read_bytes()
    other = "def double(numbers):\n    squared = [n * n for n in numbers]\n    return np.array(squared)"
    found = grade(
        graded, fill(release, WRONG), fill(release, {"double": other, "mean": "def mean(x):\n    return 0.0"})
    )
    first, second = (each.result.exercises[0].behaviour for each in found)
    assert first == second
    assert isinstance(first, str)


def test_a_function_that_never_answers_has_none_and_keeps_its_verdicts(graded: Course) -> None:
    release = graded.release_notebook(NAME).read_bytes()
    (found,) = grade(graded, fill(release, WRONG | {"mean": "def mean(x):\n    while True: pass"}))
    double, mean = found.result.exercises
    assert isinstance(double.behaviour, str)
    assert not isinstance(mean.behaviour, str)
    assert mean.tests[0].outcome is Outcome.timeout


def test_classes_are_asked_step_by_step(tmp_path: Path) -> None:
    with own_solutions():
        course = load_course(class_course.write(tmp_path))
        build_from_course(course, NAME)
        release = course.release_notebook(NAME).read_bytes()
        unbiased = class_course.DENSE.replace(" + self.b)", ")")
        spelled = unbiased.replace('np.einsum("id,dk->ik", X, self.W)', "(X @ self.W)")
        linear = class_course.DENSE.replace("activation or (lambda Z: Z)", "(lambda Z: Z)")
        answers = [class_course.RIGHT | {"Dense": dense} for dense in (unbiased, spelled, linear)]
        found = grade(course, *(fill(release, each) for each in answers))
    first, second, third = (each.result.exercises[1].behaviour for each in found)
    assert first == second != third
    assert isinstance(third, str)


@pytest.mark.parametrize("assignment", ["neuron", "training"])
def test_mistakes_that_nobody_knows_come_up_as_one_pure_cluster_each(assignment: str) -> None:
    """A third of the mistakes is taken for unknown; students write several, beside right answers of all kinds."""
    with own_solutions():
        course = load_course(PROJECT)
        suite, known = load_suite(course, assignment), load_mistakes(course, assignment)
        mistakes = course_module(course.root, f"solutions.mistakes.{assignment}")
        others, probes = alternatives(course, assignment), probes_of(suite)
        withheld = {mistake.function.__name__ for mistake in known[::3]}
        clusters: dict[object, Counter[str]] = defaultdict(Counter)
        rng = np.random.default_rng(7)
        for _ in range(150):
            chosen = {m.exercise: m for m in rng.permutation(np.array(known, dtype=object))[: rng.integers(1, 5)]}
            sources = {name: str(rng.choice(list(each))) for name, each in others.items() if each}
            sources |= {name: renamed_source(mistake.function, name) for name, mistake in chosen.items()}
            session = LocalSession(notebook_names(suite.module, mistakes, sources))
            for name, mistake in chosen.items():
                lent = {other: getattr(suite.module, other) for other in chosen if other != name}
                told = behaviour(Following(session, lent), probes[name])  # type: ignore[arg-type]
                clusters[name, told][mistake.function.__name__] += 1
        suite.close()
    seen = {label for cluster in clusters.values() for label in cluster} & withheld
    whole = [label for label in seen if sum(label in cluster for cluster in clusters.values()) == 1]
    most, total = sum(max(c.values()) for c in clusters.values()), sum(c.total() for c in clusters.values())
    assert len(seen) > 10
    assert len(whole) >= 0.9 * len(seen)
    assert most >= 0.98 * total
