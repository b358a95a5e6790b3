"""Every golden case through the real engine: attacks earn nothing, honest answers that look odd keep their points."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import golden
import pytest
from msgspec import structs

from autograder.building import build_from_course
from autograder.course import Course, Limits, load_course
from autograder.engine import Job, grade_all
from autograder.errors import WorkspaceError
from autograder.executed import write_autograded
from autograder.feedback.page import render
from autograder.feedback.reveal import Revealed
from autograder.grading import Graded
from autograder.results import Outcome, Result, Status
from autograder.store import Store, seed_for
from autograder.submission import Rejected, Submission

LIMITS = Limits(cell_seconds=3, call_seconds=1, submission_seconds=20, memory_mb=512)
CASES = golden.cases()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The real course with short limits, built once into a workspace of its own."""
    real = load_course(golden.FOLDER.parents[1], tmp_path_factory.mktemp("golden"))
    config = structs.replace(real.config, limits=LIMITS, gradebook="sqlite:///gradebook.db")
    built = structs.replace(real, config=config)
    build_from_course(built, golden.ASSIGNMENT)
    return built


@pytest.fixture(scope="module")
def handed_in(course: Course) -> dict[str, Submission | Rejected]:
    """What the engine reads of each case, by the case's name."""
    return {case.name: golden.hand_in(case, course) for case in CASES}


@pytest.fixture(scope="module")
def graded(course: Course, handed_in: dict[str, Submission | Rejected]) -> dict[str, Graded]:
    """All cases, graded in one batch by two workers."""
    taken = {name: found for name, found in handed_in.items() if isinstance(found, Submission)}
    jobs = [Job(found, seed_for(course, golden.ASSIGNMENT, found.sha256)) for found in taken.values()]
    names = {found.student: name for name, found in taken.items()}
    return {names[g.result.student]: g for g in grade_all(course, golden.ASSIGNMENT, jobs, workers=2)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: golden.Case, handed_in: dict[str, Submission | Rejected], graded: dict[str, Graded]) -> None:
    found = handed_in[case.name]
    if isinstance(found, Rejected):
        assert case.status == "not_gradable"
        said = found.reason
    else:
        result = graded[case.name].result
        assert result.status == case.status, result.reason
        said = " ".join((result.reason, *result.notes))
        _compare(case, result)
        _is_fit_for_people(case, graded[case.name])
    for words in case.says:
        assert words in said


def _compare(case: golden.Case, result: Result) -> None:
    if result.status is not Status.graded:
        assert result.score is None
        return
    lost = {e.name: e.score for e in result.exercises if e.score < e.max_score}
    assert lost == case.scores, [(e.name, t.name, t.message) for e in result.exercises for t in e.tests if t.message]
    for exercise in result.exercises:
        if exercise.name in case.outcomes:
            lost_by = {str(test.outcome) for test in exercise.tests if test.outcome is not Outcome.passed}
            assert lost_by == {case.outcomes[exercise.name]}


def _is_fit_for_people(case: golden.Case, graded: Graded) -> None:
    """What is shown is bounded, shows nothing as markup that came from a student, and no line of a hidden test."""
    page = render(
        graded.result, course_title="Test", assignment_title="The neuron", revealed=Revealed(True, True, True)
    )
    shown = [page, *_strings(json.loads(graded.notebook or b"{}"))]
    assert sum(map(len, shown)) < 25_000_000
    for text in shown:
        assert "\x1b]" not in text
        assert not [words for words in case.never if words in text]
    kept = graded.result.to_json()
    assert len(kept) < 1_000_000
    assert not [line for line in _lines_of_hidden_tests() if line in kept.decode()]


def _strings(value: object) -> Iterator[str]:
    """All outputs of a notebook; its sources are the student's own."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key != "source":
                yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _lines_of_hidden_tests() -> list[str]:
    source = golden.FOLDER.parents[1] / "autograder" / "hidden" / f"test_{golden.ASSIGNMENT}.py"
    code = [line.strip() for line in source.read_text().splitlines() if not line.strip().startswith('"""')]
    return [line for line in code if len(line) > 30]


def test_each_family_has_its_cases_and_there_are_honest_twins() -> None:
    count = Counter(case.family for case in CASES)
    assert all(count[family] >= 3 for family in range(1, 11))
    assert count["honest"] >= 12
    assert all(case.status == "graded" and not case.scores for case in CASES if case.family == "honest")


def test_what_is_planted_in_the_workspace_is_not_followed(
    course: Course, handed_in: dict[str, Submission | Rejected], graded: dict[str, Graded], tmp_path: Path
) -> None:
    planted = [case for case in CASES if case.plant]
    for case in planted:
        outside = tmp_path / case.name
        outside.mkdir()
        (outside / "canary").write_text("untouched")
        target = outside / "canary" if case.plant.endswith((".json", ".ipynb")) else outside
        link = course.workspace / case.plant
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
        done, submission = graded[case.name], handed_in[case.name]
        assert isinstance(submission, Submission)
        for write in (
            lambda done=done: Store(course, golden.ASSIGNMENT).save(done.result),
            lambda done=done, taken=submission: write_autograded(course.workspace, taken, done.notebook or b""),
        ):
            with contextlib.suppress(WorkspaceError):  # refused, or the link is replaced: either keeps what is outside
                write()
        assert [path.name for path in outside.iterdir()] == ["canary"]
        assert (outside / "canary").read_text() == "untouched"
        if link.is_symlink():
            link.unlink()
    assert len(planted) >= 3


def test_other_bytes_meet_other_inputs_and_the_same_bytes_the_same(course: Course) -> None:
    wrong = "# %% answer decision_line\ndef decision_line(w, b, x1):\n    return 0.0"
    jobs = []
    for student, cells in (("first", wrong), ("again", wrong), ("changed", wrong + "  # once more")):
        notebook = golden.compose(course, cells)
        digest = hashlib.sha256(notebook).hexdigest()
        submission = Submission(golden.ASSIGNMENT, student, Path("neuron.ipynb"), notebook, (), None, digest)
        jobs.append(Job(submission, seed_for(course, golden.ASSIGNMENT, digest)))
    met = {g.result.student: _inputs(g.result) for g in grade_all(course, golden.ASSIGNMENT, jobs, workers=1)}
    assert met["first"] == met["again"]
    assert met["first"] != met["changed"]


def _inputs(result: Result) -> list[str]:
    tests = [test for exercise in result.exercises for test in exercise.tests]
    return [test.counterexample.call for test in tests if test.counterexample]
