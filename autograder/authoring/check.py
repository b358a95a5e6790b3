"""Checks the course itself: do its hidden tests give each known answer the points it deserves?

Answers go the same way as a student's submission: through a release, the student's process and all its walls.
"""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.answers import fill, lean, reference_sources, renamed_source
from autograder.authoring.build import built_apart, misfits
from autograder.authoring.sample_class import alternatives
from autograder.course import CONFIG_NAME, Course, line_of
from autograder.errors import AutograderError
from autograder.grading.dispatcher import grade_all
from autograder.grading.grade import Graded
from autograder.grading.material import load_mistakes, load_suite
from autograder.grading.pool import WorkerPool
from autograder.grading.worker import Job
from autograder.results import ExerciseResult, Outcome, Result, Status, TestResult
from autograder.testing.course_package import course_module
from autograder.testing.mistakes import Mistake
from autograder.workspace.roster import doubtful_dates
from autograder.workspace.submissions import Submission

REFERENCE, ALTERNATIVE, UNTOUCHED = "reference", "alternative", "untouched"
SEEDS = (11, 22)

Lines = Mapping[str, int]


@dataclass(frozen=True)
class CheckFault:
    """Something wrong with the course, and where."""

    path: Path
    line: int | None
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


@dataclass
class Examination:
    """What checking one assignment found."""

    assignment: str
    exercises: int = 0
    tests: int = 0
    points: float = 0.0
    examples: int = 0
    mistakes: int = 0
    caught: int = 0
    named: int = 0
    misfits: int = 0
    faults: list[CheckFault] = field(default_factory=list)


def examine(
    course: Course, assignment: str, *, workers: int | WorkerPool = 2, progress: Callable[[int, int], None]
) -> Examination:
    """Builds the assignment into an empty workspace, grades known answers there, and reports what is wrong.

    The reference and its alternatives must earn full marks, the untouched release none, each mistake lose points on its
    own exercise; every docstring example must hold, and no line of a solution or hidden test reach the release.
    """
    found = Examination(assignment)
    try:
        found.faults += _doubtful_dates(course, assignment)
        mistakes, lines = _read(course, found)
        if found.misfits:
            return found  # such a course cannot be built
        with built_apart(course, assignment) as apart:
            _examine(apart, found, mistakes, lines, workers, progress)
    except AutograderError as fault:
        found.faults.append(_explained(fault, course))
    return found


def _doubtful_dates(course: Course, assignment: str) -> Iterator[CheckFault]:
    """Extensions and sections' due dates that are for nobody, with the line of course.yml."""
    for doubt in doubtful_dates(course, assignment, certain=True):
        yield CheckFault(course.root / CONFIG_NAME, line_of(course, *doubt.keys), doubt.text)


def _explained(fault: AutograderError, course: Course) -> CheckFault:
    path, line = getattr(fault, "path", course.root), getattr(fault, "line", None)
    return CheckFault(path, line, getattr(fault, "fault", str(fault)))


def _read(course: Course, found: Examination) -> tuple[tuple[Mistake, ...], Lines]:
    """What can be seen without grading anything: the mistakes, and the line of each hidden test."""
    name = found.assignment
    suite, mistakes = load_suite(course, name), load_mistakes(course, name)
    try:
        found.tests, found.points, found.mistakes = len(suite.tests), sum(suite.points.values()), len(mistakes)
        unfit = [_explained(fault, course) for fault in misfits(course, name, suite)]
        found.misfits = len(unfit)
        found.faults += unfit
        found.faults += _mistakes_fit(course, name, mistakes, suite.points)
        found.faults += _examples_hold(course, found)
    finally:
        suite.close()
    return mistakes, {test.name: test.line for test in suite.tests}


def _examine(
    course: Course,
    found: Examination,
    mistakes: Iterable[Mistake],
    lines: Lines,
    workers: int | WorkerPool,
    progress: Callable[[int, int], None],
) -> None:
    """Grades right and wrong answers in a separate build of the assignment."""
    name = found.assignment
    release = course.release_notebook(name).read_bytes()
    source = (course.source_dir(name) / f"{name}.ipynb").read_bytes()
    answers = reference_sources(course, name)
    found.exercises = len(answers)
    handed_in = {REFERENCE: source, UNTOUCHED: release}
    bare = lean(release)
    wrong = {m.function.__name__: m for m in mistakes if m.exercise in answers}
    for label, mistake in wrong.items():
        handed_in[label] = fill(bare, {**answers, mistake.exercise: renamed_source(mistake.function, mistake.exercise)})
    others = alternatives(course, name)
    for nth in range(max(map(len, others.values()), default=0)):
        chosen = {exercise: sources[nth % len(sources)] for exercise, sources in others.items()}
        handed_in[f"{ALTERNATIVE}-{nth + 1}"] = fill(bare, {**answers, **chosen})
    of_interest = {label: mistake.exercise for label, mistake in wrong.items()}
    graded = _grade(course, name, handed_in, of_interest, workers, progress)
    hidden = course.hidden_path(name)
    at_fault = [fault for label, results in graded.items() for fault in _ungraded(hidden, lines, label, results)]
    for label in graded:
        if label.startswith((REFERENCE, ALTERNATIVE)):
            at_fault += _right_earns_all(hidden, lines, label, graded[label])
    at_fault += _untouched_earns_nothing(hidden, lines, graded[UNTOUCHED])
    found.faults += dict.fromkeys(at_fault)
    for label, mistake in wrong.items():
        found.faults += _loses_points(course, found, mistake, graded[label])


def _grade(
    course: Course,
    name: str,
    handed_in: Mapping[str, bytes],
    of_interest: Mapping[str, str],
    workers: int | WorkerPool,
    progress: Callable[[int, int], None],
) -> dict[str, list[Result]]:
    """Grades each notebook (a mistake's on its own exercise), reference and untouched release with several seeds."""
    jobs = [
        Job(_submission(name, label, data, seed), seed, of_interest.get(label))
        for label, data in handed_in.items()
        for seed in (SEEDS if label in (REFERENCE, UNTOUCHED) else SEEDS[:1])
    ]
    results: dict[str, list[Result]] = {label: [] for label in handed_in}
    for done, graded in enumerate(grade_all(course, name, jobs, workers), 1):
        results[_label(graded)].append(graded.result)
        progress(done, len(jobs))
    return results


def _submission(assignment: str, label: str, data: bytes, seed: int) -> Submission:
    return Submission(assignment, f"{label}@{seed}", Path(f"{label}.ipynb"), data)


def _label(graded: Graded) -> str:
    return graded.result.student.rpartition("@")[0]


def _mistakes_fit(
    course: Course, name: str, mistakes: Iterable[Mistake], points: Mapping[str, float]
) -> Iterator[CheckFault]:
    path = course.mistakes_path(name)
    for mistake in mistakes:
        line = _line_of(mistake)
        if mistake.exercise not in points:
            yield CheckFault(
                path, line, f"{mistake.function.__name__} answers '{mistake.exercise}', which is not an exercise"
            )
        if not mistake.hint.strip():
            yield CheckFault(path, line, f"{mistake.function.__name__} has no hint")


def _line_of(mistake: Mistake) -> int:
    return inspect.getsourcelines(mistake.function)[1]


def _examples_hold(course: Course, found: Examination) -> Iterator[CheckFault]:
    """Runs the doctest examples, which become the public checks, against the reference."""
    path = course.reference_path(found.assignment)
    module = course_module(course.root, f"solutions.{found.assignment}")
    runner = doctest.DocTestRunner(verbose=False)
    for test in doctest.DocTestFinder().find(module, module.__name__):
        said: list[str] = []
        failed, tried = runner.run(test, out=said.append)
        found.examples += tried
        if failed:
            yield CheckFault(
                path, (test.lineno or 0) + 1, f"an example of {test.name.rpartition('.')[2]} does not hold"
            )


def _ungraded(hidden: Path, lines: Lines, label: str, results: Iterable[Result]) -> Iterator[CheckFault]:
    """A broken hidden test is reported once; any other reason is reported with the answer it concerns."""
    for result in results:
        erring = [test for test in _tests([result]) if test.outcome is Outcome.internal]
        for test in erring:
            yield CheckFault(hidden, lines.get(test.name), f"{test.name} errs on the reference itself: {test.message}")
        if result.status is not Status.graded and not erring:
            yield CheckFault(hidden, None, f"'{label}' cannot be graded: {result.reason}")


def _right_earns_all(hidden: Path, lines: Lines, label: str, results: Iterable[Result]) -> Iterator[CheckFault]:
    for test in _tests(results):
        if test.score < test.max_score and test.outcome is not Outcome.internal:
            text = f"the right answers of '{label}' fail {test.name}: {test.message}"
            yield CheckFault(hidden, lines.get(test.name), text)


def _untouched_earns_nothing(hidden: Path, lines: Lines, results: Iterable[Result]) -> Iterator[CheckFault]:
    for test in _tests(results):
        if test.score > 0:
            yield CheckFault(hidden, lines.get(test.name), f"the untouched release passes {test.name}")


def _tests(results: Iterable[Result]) -> Iterator[TestResult]:
    for result in results:
        for exercise in result.exercises:
            yield from exercise.tests


def _loses_points(
    course: Course, found: Examination, mistake: Mistake, results: Iterable[Result]
) -> Iterator[CheckFault]:
    path, line = course.mistakes_path(found.assignment), _line_of(mistake)
    own = [_own(result, mistake.exercise) for result in results]
    exercises = [exercise for exercise in own if exercise is not None]
    if any(exercise.score >= exercise.max_score for exercise in exercises) or not exercises:
        yield CheckFault(path, line, f"no hidden test catches the mistake {mistake.function.__name__}")
        return
    if any(result.status is not Status.graded for result in results):
        return  # the broken hidden test has been reported already
    found.caught += 1
    found.named += all(exercise.misconception == mistake.misconception for exercise in exercises)


def _own(result: Result, exercise: str) -> ExerciseResult | None:
    return next((e for e in result.exercises if e.name == exercise), None)
