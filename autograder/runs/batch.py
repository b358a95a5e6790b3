"""Grades an assignment's submissions into the workspace, and nothing twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook.book import Book
from autograder.grading.dispatcher import grade_all
from autograder.grading.pool import WorkerPool
from autograder.grading.worker import Job
from autograder.results import Result
from autograder.runs.decide import Keep, Regrade, Reject, decide
from autograder.runs.run import RECORD_EVERY, Run, walls
from autograder.workspace.context import read_context
from autograder.workspace.roster import load_roster
from autograder.workspace.submissions import nfc, students


@dataclass(frozen=True)
class Summary:
    """What a run did. ``graded`` are fresh results, ``unchanged`` those of an earlier run that still hold; in brief.

    ``strangers`` handed in but are not in the roster; each comes with the id that was probably meant. The
    submissions of ``withdrawn`` students were removed.
    ``repaired`` names each student whose gradebook rows had been changed, and how. ``spent`` are the seconds of each
    part of `timing.PARTS`, added up over all processes.
    """

    assignment: str
    graded: tuple[Result, ...]
    unchanged: tuple[Result, ...]
    seconds: float
    repaired: tuple[tuple[str, str], ...] = ()
    strangers: Mapping[str, str] = field(default_factory=dict)
    withdrawn: tuple[str, ...] = ()
    spent: Mapping[str, float] = field(default_factory=dict)

    @property
    def results(self) -> tuple[Result, ...]:
        """All results, by student."""
        return tuple(sorted((*self.graded, *self.unchanged), key=lambda result: result.student))


def submitted(course: Course, assignment: str, student: str | None = None) -> tuple[str, ...]:
    """The students whose submissions a run would look at.

    Raises:
        CourseError: if there is no such assignment, or the student handed in nothing.
    """
    course.assignment(assignment)
    roster = load_roster(course)
    names = students(course.submitted_dir, assignment)
    if student is not None:
        student = nfc(student)
        if student not in names:
            raise CourseError(course.submitted_dir / student, f"has no submission for '{assignment}'")
        if roster.path and roster.misses(student):
            raise CourseError(roster.path, f"does not list '{student}'")
        return (student,)
    return tuple(name for name in names if not roster.misses(name))


def strangers(course: Course, assignment: str) -> dict[str, str]:
    """Those who handed in something but are not in the roster, each with the id that was probably meant."""
    roster = load_roster(course)
    names = students(course.submitted_dir, assignment)
    return {name: roster.meant(name) for name in names if roster.misses(name)}


def grade_assignment(
    course: Course,
    assignment: str,
    names: tuple[str, ...] | None = None,
    *,
    workers: int | WorkerPool = 2,
    force: bool = False,
    progress: Callable[[Result], None] = lambda result: None,
) -> Summary:
    """Grades what is new or has changed since its last grading; ``progress`` is called with each result.

    Args:
        course: the course.
        assignment: the assignment's name.
        names: whose submissions to look at, as listed by `submitted`; None for all.
        workers: how many processes, or a pool of them.
        force: also grades what has not changed.
        progress: hears of each result.

    Raises:
        AutograderError: if the course, the workspace, the gradebook or a wall fails; never for a submission.
    """
    start = time.monotonic()
    names = submitted(course, assignment) if names is None else names
    if isinstance(workers, int):
        workers = max(1, min(workers, len(names)))
    context = read_context(course, assignment)
    with Book(course.gradebook, course.course_id) as book:
        run = Run(context, progress)
        with run.proofs.run(walls(course)):
            try:
                for graded in grade_all(course, assignment, _jobs(run, names, force), workers):
                    run.keep(graded)
                    run.record(book, at_least=RECORD_EVERY)
            finally:
                run.record(book)
            gone = run.withdraw()
            run.repair_gradebook(book)
            run.proofs.end(len(run.graded), len(run.unchanged))
    seconds = time.monotonic() - start
    return Summary(
        assignment,
        tuple(result for result in run.graded if result.student not in gone),
        tuple(run.unchanged),
        seconds,
        tuple(run.repaired),
        strangers(course, assignment),
        gone,
        dict(run.watch.seconds),
    )


def _jobs(run: Run, names: tuple[str, ...], force: bool) -> Iterator[Job]:
    """The submissions that must be graded; the run takes note of the others on the way."""
    for name in names:
        with run.watch.part("files"):
            decision = decide(run.context, run.proofs, name, force=force)
        match decision:
            case Regrade():
                yield run.begin(decision)
            case Reject():
                run.reject(decision)
            case Keep(result):
                run.leave(result)
