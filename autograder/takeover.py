"""What of an earlier result still holds when only some exercises' hidden tests, mistakes or references have changed.

A result of an exercise is kept only if nothing that it depends on has changed, and no test that is run now could have
changed it: the notebook's functions leave nothing behind (`stateless`), nothing ran over a limit, and it did not need
an earlier exercise's reference that might now be another's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autograder.judging import Verdict
from autograder.origin import same_but_for_exercises
from autograder.parsing import ParsedNotebook
from autograder.released import Expected
from autograder.results import ExerciseResult, Origin, Outcome, Result, Status, TestResult
from autograder.sandbox.replies import CellRun, Died, Garbled, TimedOut
from autograder.stateless import stateless
from autograder.submission import Submission

_CALM = frozenset({Outcome.passed, Outcome.failed, Outcome.error, Outcome.missing})
_AT_A_LIMIT = ("was no answer:", "MemoryError", "RecursionError")


def kept_exercises(earlier: Result | None, now: Origin) -> frozenset[str]:
    """The exercises whose earlier results may hold, by what they were computed from; none in doubt."""
    if earlier is None or earlier.origin is None or earlier.status is not Status.graded:
        return frozenset()
    if not same_but_for_exercises(earlier.origin, now) or [e.name for e in earlier.exercises] != list(now.exercises):
        return frozenset()
    if not all(_calm(test) for exercise in earlier.exercises for test in exercise.tests):
        return frozenset()
    then = earlier.origin.exercises
    changed = [name for name, digest in now.exercises.items() if not digest or then[name] != digest]
    before_all = list(now.exercises)[: list(now.exercises).index(changed[0])] if changed else list(now.exercises)
    return frozenset(
        e.name for e in earlier.exercises if e.name not in changed and (e.name in before_all or stands_alone(e))
    )


def _calm(test: TestResult) -> bool:
    return test.outcome in _CALM and not any(words in test.message for words in _AT_A_LIMIT)


def stands_alone(exercise: ExerciseResult) -> bool:
    """Whether every test passed on its own, so that no other exercise had a part in its score."""
    return all(test.outcome is Outcome.passed and not test.follow_through for test in exercise.tests)


def may_keep(
    earlier: Result, submission: Submission, parsed: ParsedNotebook, runs: Sequence[CellRun], expected: Expected
) -> bool:
    """Whether hidden tests may be run in part on this notebook."""
    if submission.files or any(run.fault is not None for run in runs):
        return False
    if earlier.notes != (*submission.notes, *parsed.notes):
        return False
    own: list[str] = []
    released: list[str] = []
    for cell in parsed.cells:
        marked = expected.cells[cell.grade_id] if cell.grade_id is not None else None
        if cell.kind != "code" or (marked and marked.is_test):
            continue
        ours = marked.locked if marked else cell.source in expected.unmarked
        (released if ours else own).append(cell.source)
    return stateless(own, expected.exercises, released)


def went_calmly(verdicts: Sequence[Verdict]) -> bool:
    """Whether nothing ran over a limit, which a run of all tests might meet elsewhere."""
    replies = (call.reply for verdict in verdicts for call in verdict.calls)
    return all(v.outcome in _CALM for v in verdicts) and not any(
        isinstance(r, TimedOut | Died | Garbled) for r in replies
    )


def still_wrong(earlier: Result, kept: Collection[str]) -> frozenset[str]:
    """The kept exercises that did not pass, in whose place the reference stands when later ones are tried again."""
    return frozenset(
        e.name for e in earlier.exercises if e.name in kept and any(t.outcome is not Outcome.passed for t in e.tests)
    )
