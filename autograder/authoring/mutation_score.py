"""Measures an assignment's hidden tests: how many systematically changed references do they catch?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.authoring.answers import fill, lean, reference_sources
from autograder.authoring.build import built_apart
from autograder.course import Course
from autograder.errors import CourseError
from autograder.grading.dispatcher import grade_all
from autograder.grading.mutation import Mutant, mutants
from autograder.grading.pool import WorkerPool
from autograder.grading.worker import Job, Worker
from autograder.results import Status
from autograder.workspace.submissions import Submission

WANTED = 0.95
SEED = 7
EQUIVALENT = "equivalent.yml"


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant that behaves like the reference in everything that students were promised, and why."""

    exercise: str
    change: str
    why: str


@dataclass(frozen=True)
class MutationScore:
    """How an assignment's hidden tests did. ``stale`` are listed equivalents that are no longer mutants."""

    assignment: str
    total: int
    killed: int
    equivalent: tuple[Mutant, ...]
    survivors: tuple[Mutant, ...]
    stale: tuple[Equivalent, ...]

    @property
    def share(self) -> float:
        """Killed mutants as a share of those that are not equivalent."""
        return self.killed / (self.total - len(self.equivalent)) if self.total > len(self.equivalent) else 1.0

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong, in sentences."""
        low = [f"{self.assignment}: {self.share:.1%} of the mutants are caught, but the aim is {WANTED:.0%} are wanted"]
        old = [
            f"{self.assignment}: {EQUIVALENT} lists a mutant of {e.exercise} that does not exist: {e.change}"
            for e in self.stale
        ]
        return tuple((low if self.share < WANTED else []) + old)


def measure(
    course: Course, assignment: str, *, workers: int | WorkerPool = 2, progress: Callable[[int, int], None]
) -> MutationScore:
    """Grades a notebook for each mutant, through the same two processes as a student's.

    Raises:
        CourseError: if a file of the course is invalid.
    """
    known_alike = {(e.exercise, e.change): e for e in listed(course, assignment) if not e.change.startswith("twin: ")}
    with built_apart(course, assignment) as apart:
        release = lean(apart.release_notebook(assignment).read_bytes())
        right = reference_sources(course, assignment)
        all_mutants = [mutant for name, source in right.items() for mutant in mutants(source, name)]
        tried = [m for m in all_mutants if (m.exercise, m.change) not in known_alike]
        _must_be_full(apart, assignment, Job(_handed_in(assignment, "reference", fill(release, right)), SEED))
        survivors: list[Mutant] = []
        jobs = _jobs(assignment, tried, release, right)
        for done, graded in enumerate(grade_all(apart, assignment, jobs, workers), 1):
            mutant = tried[int(graded.result.student)]
            own = next((e for e in graded.result.exercises if e.name == mutant.exercise), None)
            if graded.result.status is Status.graded and own is not None and own.score == own.max_score:
                survivors.append(mutant)
            progress(done, len(tried))
    equivalent = tuple(m for m in all_mutants if (m.exercise, m.change) in known_alike)
    known = {(m.exercise, m.change) for m in equivalent}
    stale = tuple(entry for key, entry in known_alike.items() if key not in known)
    killed = len(tried) - len(survivors)
    return MutationScore(assignment, len(all_mutants), killed, equivalent, tuple(survivors), stale)


def _jobs(assignment: str, tried: list[Mutant], release: bytes, right: dict[str, str]) -> Iterator[Job]:
    for number, mutant in enumerate(tried):
        notebook = fill(release, {**right, mutant.exercise: mutant.source})
        yield Job(_handed_in(assignment, str(number), notebook), SEED, mutant.exercise)


def _handed_in(assignment: str, label: str, notebook: bytes) -> Submission:
    return Submission(assignment, label, Path(f"{label}.ipynb"), notebook)


def _must_be_full(course: Course, assignment: str, job: Job) -> None:
    """Tests that fail the reference itself would seem to kill every mutant."""
    worker = Worker(course, assignment)
    try:
        result = worker.grade(job).result
    finally:
        worker.close()
    if result.score != result.max_score:
        raise CourseError(course.hidden_path(assignment), "the reference fails: see `autograder check` first")


def listed(course: Course, assignment: str) -> tuple[Equivalent, ...]:
    """The mutants that are known to be equivalent, from a file beside the hidden tests."""
    path = course.hidden_path(assignment).parent / EQUIVALENT
    if not path.is_file():
        return ()
    try:
        found = msgspec.yaml.decode(path.read_bytes(), type=dict[str, tuple[Equivalent, ...]])
    except (msgspec.MsgspecError, ValueError) as fault:
        raise CourseError(path, str(fault)) from None
    return found.get(assignment, ())
