"""Many submissions through one `concurrent.futures` executor; each worker keeps its hidden tests and interpreter.

A worker that dies takes no submission with it: those it held are tried again, and one that kills workers again and
again is given up as our own fault, never as a zero.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from autograder.course import Course
from autograder.errors import AutograderError, WallError
from autograder.grading import Graded, Material, blank, grade
from autograder.material import bounds, load_material
from autograder.results import Status
from autograder.sandbox import bubblewrap
from autograder.sandbox.interpreter import Interpreter, InterpreterGone
from autograder.submission import Submission
from autograder.warmup import warm_start

TRIES = 3
QUEUED_FOR_EACH_WORKER = 2


@dataclass(frozen=True)
class Job:
    """A submission to be graded, and the seed from which its hidden tests draw their inputs."""

    submission: Submission
    seed: int


class Worker:
    """Grades submissions of one assignment, one after the other, in this process and a student's process of its own."""

    def __init__(self, course: Course, assignment: str) -> None:
        self.course = course
        self.wrap = use_bubblewrap(course)
        self.interpreter = self._start()
        try:
            self.material: Material = load_material(course, assignment)
            self.interpreter.wait()
        except BaseException:
            self.close()
            raise

    def _start(self) -> Interpreter:
        return Interpreter(bounds(self.course), wrap=self.wrap)

    def grade(self, job: Job) -> Graded:
        """Grades one submission; with a new interpreter, should the warmed one be gone. A fault of ours is no zero."""
        reason = ""
        for _ in range(TRIES):
            try:
                return grade(job.submission, self.material, self.interpreter, job.seed)
            except InterpreterGone as fault:
                reason = str(fault)
                self.interpreter.close()
                self.interpreter = self._start()
            except WallError:
                raise
            except Exception as fault:  # whatever it is, it must not take the rest of the class with it
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
    """Whether bubblewrap goes around the student's process: wherever it works.

    Raises:
        WallError: when course.yml requires it and it does not work here.
    """
    fault = bubblewrap.fault()
    if fault is not None and course.config.walls.bubblewrap == "required":
        raise WallError("bubblewrap", fault, remedy=bubblewrap.REMEDY)
    return fault is None


def grade_all(course: Course, assignment: str, jobs: Iterable[Job], workers: int) -> Iterator[Graded]:
    """Grades submissions in ``workers`` processes and yields each as it is done. Memory does not grow with them.

    Raises:
        CourseError: when a file of the course is at fault.
        WallError: when a required wall cannot be built.
    """
    waiting = deque[Job]()
    source = iter(jobs)
    tried: Counter[str] = Counter()
    while True:
        pool = _Pool(course, assignment, workers)
        try:
            yield from pool.grade(source, waiting)
            return
        except BrokenProcessPool:
            if not pool.worked and not pool.running:
                raise AutograderError("the grading processes end before they grade anything") from None
            lost = [*pool.running.values()]
            tried.update(job.submission.student for job in lost)
            waiting.extendleft(job for job in lost if tried[job.submission.student] < TRIES)
            given_up = [job for job in lost if tried[job.submission.student] >= TRIES]
        finally:
            pool.close()
        yield from _given_up(course, assignment, given_up)


def _given_up(course: Course, assignment: str, jobs: list[Job]) -> Iterator[Graded]:
    if jobs:
        material = load_material(course, assignment)
        for job in jobs:
            reason = f"The grading process ended {TRIES} times while this was graded."
            yield Graded(blank(job.submission, material, job.seed, Status.ungraded, reason))
        material.suite.close()


class _Pool:
    """One executor and what its workers hold."""

    def __init__(self, course: Course, assignment: str, workers: int) -> None:
        context = warm_start()
        self._size = workers
        self._executor = ProcessPoolExecutor(workers, context, _start_worker, (course, assignment))
        self.running: dict[Future[Graded], Job] = {}
        self.worked = False

    def grade(self, source: Iterator[Job], waiting: deque[Job]) -> Iterator[Graded]:
        """Keeps the workers busy with a bounded queue, and yields what is done."""
        more = True
        while more or self.running or waiting:
            while len(self.running) < self._size * QUEUED_FOR_EACH_WORKER and (waiting or more):
                job = waiting.popleft() if waiting else next(source, None)
                if job is None:
                    more = False
                    break
                try:
                    self.running[self._executor.submit(_grade, job)] = job
                except BrokenProcessPool:
                    waiting.appendleft(job)
                    raise
            done, _ = wait(self.running, return_when=FIRST_COMPLETED)
            for future in done:
                graded = future.result()
                del self.running[future]
                self.worked = True
                yield graded

    def close(self) -> None:
        """Ends the workers."""
        self._executor.shutdown(wait=True, cancel_futures=True)


_worker: Worker | AutograderError


def _start_worker(course: Course, assignment: str) -> None:
    """Runs once in each worker. A fault is kept and told at the first submission, where it can be passed on whole."""
    global _worker
    threading.Thread(target=_end_with_parent, daemon=True, name="end with the command").start()
    try:
        _worker = Worker(course, assignment)
    except AutograderError as fault:
        _worker = fault
        return
    atexit.register(_worker.close)


def _end_with_parent() -> None:
    """A command that is killed cannot end its workers; they notice, and end themselves and their interpreters."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _grade(job: Job) -> Graded:
    if isinstance(_worker, AutograderError):
        raise _worker
    return _worker.grade(job)
