"""Grades a random sample of results again, starting from their submissions, and reports every difference."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograder.course import Course
from autograder.errors import SubmissionError
from autograder.grading.dispatcher import grade_all
from autograder.grading.worker import Job
from autograder.results import ExerciseResult, Outcome, Result, Status, TestResult
from autograder.workspace.context import load_release
from autograder.workspace.fingerprint import fingerprint_of, provenance_of
from autograder.workspace.signing import seed_for
from autograder.workspace.store import Store
from autograder.workspace.submissions import Rejected, Submission, submission_of

_BY_THE_CLOCK = frozenset({Outcome.timeout, Outcome.killed})
"""Outcomes whose message depends on how busy the machine was."""


@dataclass(frozen=True)
class Replayed:
    """Who was graded again, what differed (student and what), and how many could not be in the sample."""

    assignment: str
    students: tuple[str, ...]
    differences: tuple[tuple[str, str], ...]
    left_out: int


def replay(
    course: Course, assignment: str, count: int, *, workers: int, progress: Callable[[Result], None] = lambda one: None
) -> Replayed:
    """Grades ``count`` results again and compares; nothing is written.

    Only results whose submission, tests and settings are unchanged can be in the sample.

    Raises:
        AutograderError: if the course is invalid or a wall cannot be built.
    """
    store, jobs = Store(course, assignment), []
    expected = load_release(course, assignment)
    now = fingerprint_of(provenance_of(course, assignment))
    drawn: dict[str, tuple[Result, Submission]] = {}
    names = list(store.students())
    random.SystemRandom().shuffle(names)  # nobody can know in advance who will be in the sample
    left_out = 0
    for name in names:
        if len(drawn) == count:
            break
        result, submission = store.load(name), submission_of(course, assignment, name, expected)
        if result is None or isinstance(submission, Rejected) or result.status is Status.ungraded:
            left_out += 1
            continue
        if (result.submission_sha256, result.fingerprint) != (submission.sha256, now):
            left_out += 1
            continue
        drawn[name] = (result, submission)
        jobs.append(Job(submission, seed_for(course, assignment, submission.sha256)))
    found: list[tuple[str, str]] = []
    for graded in grade_all(course, assignment, jobs, max(1, min(workers, len(jobs)))) if jobs else ():
        before = drawn[graded.result.student][0]
        found += [(before.student, what) for what in compared(before, graded.result)]
        progress(graded.result)
    return Replayed(assignment, tuple(sorted(drawn)), tuple(found), left_out)


def replay_one(course: Course, assignment: str, student: str) -> tuple[Result, bool]:
    """Grades one student's submission again, behind the walls and with its own seed; nothing is written.

    Returns what comes out now, and whether it is the submission of the result that is there.

    Raises:
        SubmissionError: if the submission is not there any more, or cannot be read.
        AutograderError: if the course is invalid or a wall cannot be built.
    """
    submission = submission_of(course, assignment, student, load_release(course, assignment))
    if isinstance(submission, Rejected):
        raise SubmissionError(submission.path, submission.reason)
    job = Job(submission, seed_for(course, assignment, submission.sha256))
    (graded,) = grade_all(course, assignment, [job], 1)
    before = Store(course, assignment).load(student)
    return graded.result, before is not None and before.submission_sha256 == submission.sha256


def compared(before: Result, now: Result) -> Iterator[str]:
    """What a second grading does differently, in sentences. What depends only on the clock is not compared."""
    for what in ("status", "score", "max_score", "seed", "unanswered"):
        if getattr(before, what) != getattr(now, what):
            yield f"{what}: {getattr(before, what)} before, {getattr(now, what)} now"
    again = {exercise.name: exercise for exercise in now.exercises}
    for exercise in before.exercises:
        if exercise.name in again:
            yield from _exercises(exercise, again[exercise.name])


def _exercises(before: ExerciseResult, now: ExerciseResult) -> Iterator[str]:
    for what in ("score", "misconception"):
        if getattr(before, what) != getattr(now, what):
            yield f"{before.name}: {what} {getattr(before, what)} before, {getattr(now, what)} now"
    again = {test.name: test for test in now.tests}
    for test in before.tests:
        if test.name not in again:
            yield f"{test.name} was not run"
            continue
        yield from _tests(test, again[test.name])


def _tests(before: TestResult, now: TestResult) -> Iterator[str]:
    if before.outcome is not now.outcome:
        yield f"{before.name}: {before.outcome} before, {now.outcome} now"
    elif before.outcome not in _BY_THE_CLOCK:
        for what in ("message", "counterexample", "traceback", "follow_through"):
            if getattr(before, what) != getattr(now, what):
                yield f"{before.name}: another {what.replace('_', '-')} than before"
