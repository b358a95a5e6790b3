"""One worker, which keeps a warmed interpreter and the hidden tests ready, and the jobs it does."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from autograder.course import Course
from autograder.errors import InterpreterGone, WallError
from autograder.grading.grade import Graded, Material, blank, grade
from autograder.grading.material import bounds, load_material
from autograder.results import Status
from autograder.sandbox.host import bubblewrap
from autograder.sandbox.host.interpreter import Interpreter
from autograder.workspace.submissions import Submission

TRIES = 3


@dataclass(frozen=True)
class Job:
    """A submission to be graded, and the seed from which its hidden tests draw their inputs.

    ``only`` names the single exercise of interest; the result is then not a submission's.
    """

    submission: Submission
    seed: int
    only: str | None = None

    @property
    def assignment(self) -> str:
        return self.submission.assignment

    @property
    def key(self) -> tuple[str, str]:
        """Identifies one student's work on one assignment."""
        return self.submission.student, self.submission.assignment


class Worker:
    """Grades submissions of one assignment, one after the other, in this process and a student's process of its own."""

    def __init__(self, course: Course, assignment: str) -> None:
        begun = time.perf_counter()
        self.course = course
        self.wrap = use_bubblewrap(course)
        self.interpreter = self._start()
        try:
            self.material: Material = load_material(course, assignment)
            self._wait()
        except BaseException:
            self.close()
            raise
        self._starting = {"start": time.perf_counter() - begun}

    def _wait(self) -> None:
        """Waits until the interpreter is warm, and replaces one that is killed in the meantime."""
        for _ in range(TRIES - 1):
            try:
                return self.interpreter.wait()
            except InterpreterGone:
                self.interpreter.close()
                self.interpreter = self._start()
        return self.interpreter.wait()

    def serves(self, course: Course, assignment: str) -> bool:
        """Whether this worker grades that assignment now."""
        return self.material.assignment == assignment and self.course == course

    def turn_to(self, course: Course, assignment: str) -> None:
        """Switches to another assignment, keeping the warmed interpreter if the limits are the same."""
        material = load_material(course, assignment)
        self.material.suite.close()
        self.material = material
        wrap, same = use_bubblewrap(course), bounds(course) == bounds(self.course)
        self.course = course
        if not same or wrap != self.wrap:
            self.wrap = wrap
            self.interpreter.close()
            self.interpreter = self._start()

    def _start(self) -> Interpreter:
        return Interpreter(bounds(self.course), wrap=self.wrap)

    def grade(self, job: Job) -> Graded:
        """Grades one submission, with a new interpreter if the warmed one is gone. Our own fault is never a zero."""
        reason = ""
        for _ in range(TRIES):
            try:
                graded = grade(job.submission, self.material, self.interpreter, job.seed, job.only)
                starting, self._starting = self._starting, {}  # counts with the first submission
                return replace(graded, spent={**graded.spent, **starting})
            except InterpreterGone as fault:
                reason = str(fault)
                self.interpreter.close()
                self.interpreter = self._start()
            except WallError:
                raise
            except Exception as fault:  # whatever it is, it must not affect the rest of the class
                reason = f"{type(fault).__name__}: {fault}"[:300]
                break
        return Graded(blank(job.submission, self.material, job.seed, Status.ungraded, f"The grader failed: {reason}"))

    def close(self) -> None:
        """Ends the student's process and the hidden tests' session."""
        self.interpreter.close()
        material = getattr(self, "material", None)
        if material is not None:
            material.suite.close()


def use_bubblewrap(course: Course) -> bool:
    """Whether to wrap the student's process in bubblewrap: yes, wherever it works.

    Raises:
        WallError: if course.yml requires it and it does not work here.
    """
    fault = bubblewrap.fault()
    if fault is not None and course.config.walls.bubblewrap == "required":
        raise WallError("bubblewrap", fault, remedy=bubblewrap.REMEDY)
    return fault is None
