"""What grading would change, found by grading without writing: whose score, by how much, and through which test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import msgspec

from autograder.course import Course
from autograder.course.grade_ids import test_id
from autograder.gradebook.book import Book, Mark
from autograder.grading.dispatcher import grade_all
from autograder.grading.worker import Job
from autograder.results import Outcome, Result, Status
from autograder.runs.batch import submitted
from autograder.runs.decide import Keep, Regrade, Reject, decide
from autograder.workspace.context import read_context
from autograder.workspace.proofs import ResultProofs


class TestChange(msgspec.Struct, frozen=True, kw_only=True):
    """One hidden test with a different outcome; an outcome is None if there is no such test."""

    __test__ = False  # not a test class, whatever its name says to pytest

    exercise: str
    name: str
    before: Outcome | None
    after: Outcome | None
    difference: float


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One student whose score would change. In the exercises ``by_hand``, a teacher's score overrules it."""

    student: str
    before: float | None
    after: float | None
    status: Status
    reason: str
    tests: tuple[TestChange, ...]
    by_hand: tuple[str, ...] = ()

    @property
    def difference(self) -> float | None:
        """By how much; None if there is no score before or after."""
        if self.before is None or self.after is None:
            return None
        return round(self.after - self.before, 6)


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What `autograder grade` would do to an assignment."""

    assignment: str
    changes: tuple[Change, ...]
    same_score: tuple[str, ...]
    first_time: tuple[str, ...]
    unchanged: int

    @property
    def by_test(self) -> tuple[tuple[str, int, float], ...]:
        """Each test with a different outcome: for how many students, and how many points in total."""
        count: Counter[str] = Counter()
        points: Counter[str] = Counter()
        for test in (test for change in self.changes for test in change.tests):
            count[test.name] += 1
            points[test.name] += test.difference  # type: ignore[assignment]  # counters count floats as well
        return tuple((name, number, float(points[name])) for name, number in count.most_common())


def preview_assignment(
    course: Course,
    assignment: str,
    names: tuple[str, ...] | None = None,
    *,
    workers: int = 2,
    force: bool = False,
    progress: Callable[[Result], None] = lambda result: None,
) -> Preview:
    """Grades what `grade_assignment` would grade, and compares; nothing is written.

    Raises:
        AutograderError: if the course, the gradebook or a wall fails.
    """
    names = submitted(course, assignment) if names is None else names
    context = read_context(course, assignment)
    proofs = ResultProofs(context, write=False)
    with Book(course.gradebook, course.course_id) as book:
        marks = book.marks(assignment)
    replaced: dict[str, Result | None] = {}
    fresh: list[tuple[Result | None, Result]] = []
    unchanged: list[str] = []

    def jobs() -> Iterator[Job]:
        for name in names:
            match decide(context, proofs, name, force=force):
                case Keep(result):
                    unchanged.append(result.student)
                    progress(result)
                case Reject(result, earlier):
                    fresh.append((earlier, result))
                    progress(result)
                case Regrade(job, earlier):
                    replaced[job.submission.student] = earlier and earlier.brief(tests=True)
                    yield job

    for graded in grade_all(course, assignment, jobs(), max(1, min(workers, len(names)))):
        fresh.append((replaced.pop(graded.result.student), graded.result.brief(tests=True)))
        progress(graded.result)
    changes = [_change(before, after, marks.get(after.student, {})) for before, after in fresh if before is not None]
    return Preview(
        assignment=assignment,
        changes=tuple(sorted((c for c in changes if c.before != c.after), key=lambda change: change.student)),
        same_score=tuple(sorted(c.student for c in changes if c.before == c.after)),
        first_time=tuple(sorted(after.student for before, after in fresh if before is None)),
        unchanged=len(unchanged),
    )


def _change(before: Result, after: Result, marks: dict[str, Mark]) -> Change:
    tests = tuple(_tests(before, after))
    touched = {test.exercise for test in tests}
    return Change(
        student=after.student,
        before=before.score,
        after=after.score,
        status=after.status,
        reason=after.reason,
        tests=tests,
        by_hand=tuple(sorted(n for n in touched if (mark := marks.get(test_id(n))) and mark.manual is not None)),
    )


def _tests(before: Result, after: Result) -> Iterator[TestChange]:
    then = {(e.name, t.name): t for e in before.exercises for t in e.tests}
    now = {(e.name, t.name): t for e in after.exercises for t in e.tests}
    for key in {**then, **now}:
        old, new = then.get(key), now.get(key)
        difference = round((new.score if new else 0.0) - (old.score if old else 0.0), 6)
        if difference:
            yield TestChange(
                exercise=key[0],
                name=key[1],
                before=old.outcome if old else None,
                after=new.outcome if new else None,
                difference=difference,
            )
