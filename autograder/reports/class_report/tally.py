"""Turns the results of one assignment into the contents of the class report: counted, correlated, and bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import fsum
from statistics import fmean

from autograder.reports.class_report.attention import Talk, Talks
from autograder.reports.class_report.item_statistics import (
    Correlation,
    Spread,
    correlate,
    item_rest,
    percentile,
    spread,
)
from autograder.results import Counterexample, ExerciseResult, Outcome, Result, Status, TestResult

FEW = 10
"""With fewer submissions than this, no test is criticized: its correlation is noise."""
WEAK = 0.2
"""A test whose correlation with the rest is below this hardly separates strong and weak submissions."""


@dataclass(frozen=True)
class TestItem:
    """One hidden test over the class. ``remark`` says what is odd about it: 'nobody fails', 'nobody passes', 'weak'."""

    __test__ = False

    name: str
    title: str
    exercise: str
    n: int
    passed: int
    discrimination: Correlation | None
    remark: str = ""


@dataclass(frozen=True)
class ExerciseItem:
    """One exercise over the class. ``difficulty`` is the mean share of its points: the higher, the easier."""

    name: str
    title: str
    max_score: float
    n: int
    difficulty: float
    full: int
    none: int
    discrimination: Correlation | None
    tests: tuple[TestItem, ...]


@dataclass(frozen=True)
class Misconception:
    """A known mistake over the class, with the smallest counterexample among its submissions."""

    exercise: str
    title: str
    text: str
    hint: str
    students: tuple[str, ...]
    test: str = ""
    message: str = ""
    example: Counterexample | None = None


@dataclass(frozen=True)
class Times:
    """How many seconds grading the submissions took."""

    total: float
    median: float
    slow: float
    slowest: float
    slowest_student: str


@dataclass(frozen=True)
class ClassTally:
    """What the class report shows. Scores are those of the exercises; written questions are graded by hand."""

    assignment: str
    handed_in: int
    graded: int
    max_score: float
    scores: tuple[float, ...]
    spread: Spread | None
    exercises: tuple[ExerciseItem, ...]
    misconceptions: tuple[Misconception, ...]
    talks: tuple[Talk, ...]
    times: Times | None

    @property
    def remarkable(self) -> tuple[TestItem, ...]:
        """The tests with a remark, in the exercises' order."""
        return tuple(test for exercise in self.exercises for test in exercise.tests if test.remark)

    @property
    def judged(self) -> bool:
        """Whether each test has a correlation with the rest."""
        return all(test.discrimination for exercise in self.exercises for test in exercise.tests)

    @property
    def few(self) -> bool:
        """Whether there are too few submissions to judge a test by its correlation."""
        return self.graded < FEW


@dataclass
class _Exercise:
    """What is collected about one exercise while going through the results; lists have an entry per graded student."""

    title: str
    scores: dict[str, float] = field(default_factory=dict)
    maxima: dict[str, float] = field(default_factory=dict)
    tests: dict[str, TestResult] = field(default_factory=dict)
    passed: dict[str, dict[str, float]] = field(default_factory=dict)
    worth: dict[str, dict[str, float]] = field(default_factory=dict)


def tally(
    assignment: str,
    results: Iterable[Result],
    missing: Sequence[str] = (),
    unreadable: Sequence[str] = (),
    seen: Callable[[Result], Result] = lambda result: result,
) -> ClassTally:
    """Counts the results, one pass over them; ``missing`` are students of the course who handed in nothing.

    ``unreadable`` are those whose result is damaged: they are named and not counted.

    ``seen`` conceals what the report may not show of each result; the list of students to talk to uses the whole
    result.
    """
    gathered: dict[str, _Exercise] = {}
    found: dict[tuple[str, str], _Found] = {}
    talks, seconds, handed_in = Talks(), [], 0
    totals: dict[str, float] = {}
    max_score = 0.0
    for result in results:
        handed_in += 1
        talks.hear(result)
        if result.status is not Status.graded:
            continue
        result = seen(result)
        totals[result.student] = fsum(exercise.score for exercise in result.exercises)
        max_score = max(max_score, result.max_score)
        seconds.append((result.seconds, result.student))
        for exercise in result.exercises:
            _gather(gathered.setdefault(exercise.name, _Exercise(exercise.title)), result.student, exercise)
            if exercise.misconception:
                key = exercise.name, exercise.misconception
                found.setdefault(key, _Found(exercise)).add(result.student, exercise)
    for student in missing:
        talks.add("nothing", student, "")
    for student in unreadable:
        talks.add("unreadable", student, "")
    return ClassTally(
        assignment=assignment,
        handed_in=handed_in,
        graded=len(totals),
        max_score=max_score,
        scores=tuple(sorted(totals.values())),
        spread=spread(list(totals.values())) if totals else None,
        exercises=_exercises(gathered, totals),
        misconceptions=tuple(
            sorted((each.done() for each in found.values()), key=lambda m: (-len(m.students), m.text))
        ),
        talks=talks.done(),
        times=_times(seconds),
    )


def _gather(into: _Exercise, student: str, exercise: ExerciseResult) -> None:
    into.scores[student], into.maxima[student] = exercise.score, exercise.max_score
    for test in exercise.tests:
        into.tests.setdefault(test.name, test)
        into.passed.setdefault(test.name, {})[student] = float(test.outcome is Outcome.passed)
        into.worth.setdefault(test.name, {})[student] = test.score


def _exercises(gathered: dict[str, _Exercise], totals: dict[str, float]) -> tuple[ExerciseItem, ...]:
    made = []
    for name, each in gathered.items():
        students = list(each.scores)
        shares = [each.scores[s] / each.maxima[s] if each.maxima[s] else 1.0 for s in students]
        made.append(
            ExerciseItem(
                name=name,
                title=each.title,
                max_score=max(each.maxima.values()),
                n=len(students),
                difficulty=fmean(shares),
                full=sum(share > 1 - 1e-9 for share in shares),
                none=sum(each.scores[s] <= 0 for s in students),
                discrimination=_with_rest(gathered, name, students),
                tests=tuple(_test(each, test, name, totals) for test in each.tests.values()),
            )
        )
    return tuple(made)


def _with_rest(gathered: dict[str, _Exercise], name: str, students: list[str]) -> Correlation | None:
    """An exercise's correlation with the others, for students who have all of them in their results."""
    whole = [s for s in students if all(s in other.scores for other in gathered.values())]
    names = list(gathered)
    if len(names) < 2:
        return None
    return item_rest([[gathered[other].scores[s] for s in whole] for other in names], names.index(name))


def _test(each: _Exercise, test: TestResult, exercise: str, totals: dict[str, float]) -> TestItem:
    passed, worth = each.passed[test.name], each.worth[test.name]
    rest = [totals[student] - worth[student] for student in passed]
    n, right = len(passed), int(fsum(passed.values()))
    found = correlate(list(passed.values()), rest)
    remark = ""
    if right == n:
        remark = "nobody fails"
    elif right == 0:
        remark = "nobody passes"
    elif n >= FEW and found is not None and found.r < WEAK:
        remark = "weak"
    return TestItem(test.name, test.title, exercise, n, right, found, remark)


class _Found:
    """What is collected about one misconception while going through the results."""

    def __init__(self, exercise: ExerciseResult) -> None:
        self.exercise = exercise
        self.students: list[str] = []
        self.best: tuple[bool, int] = (True, 0)
        self.example: TestResult | None = None

    def add(self, student: str, exercise: ExerciseResult) -> None:
        """Adds a student; keeps the smallest example, if possible one with both answers."""
        self.students.append(student)
        for test in exercise.tests:
            shown = test.counterexample
            if shown is None or not shown.call or test.outcome not in (Outcome.failed, Outcome.error):
                continue
            size = len(shown.call) + sum(len(argument.value.text) for argument in shown.arguments)
            rank = (shown.got is None or shown.want is None, size)
            if self.example is None or rank < self.best:
                self.example, self.best = test, rank

    def done(self) -> Misconception:
        """What is known about it so far."""
        exercise, test = self.exercise, self.example
        return Misconception(
            exercise=exercise.name,
            title=exercise.title,
            text=exercise.misconception or "",
            hint=exercise.hint or "",
            students=tuple(self.students),
            test=test.title if test else "",
            message=test.message if test else "",
            example=test.counterexample if test else None,
        )


def _times(seconds: list[tuple[float, str]]) -> Times | None:
    if not seconds:
        return None
    ordered = sorted(second for second, _ in seconds)
    slowest = max(seconds)
    return Times(fsum(ordered), percentile(ordered, 50), percentile(ordered, 95), slowest[0], slowest[1])
