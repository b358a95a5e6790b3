"""What the command does itself for each submission, without anybody who grades: `python -m bench.alone`.

A few submissions are graded for real. They are then read, and what came back of them decoded and kept, again and again
under other students' names, by the code that does so in a run: sealed, logged, written to results and executed
notebooks, recorded in the gradebook. This tells how many workers one command can serve, and whether anything that it
does grows with the number of submissions.
"""

from __future__ import annotations

import pickle
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec
import psutil
import sqlalchemy as sa
import typer
from msgspec import structs
from rich.console import Console
from rich.table import Table

from autograder.course import Course
from autograder.gradebook.book import Book
from autograder.grading.grade import Graded
from autograder.grading.worker import Job, Worker
from autograder.runs.decide import Regrade
from autograder.runs.run import RECORD_EVERY, Run
from autograder.workspace.context import read_context
from autograder.workspace.lock import locked
from autograder.workspace.submissions import Submission, find, load
from bench import tables
from bench.material import lay_out_submissions, make_material

SAMPLES = 24
STEPS = 10
ROWS = ("grade", "comment", "submitted_notebook", "submitted_assignment", "student")


@dataclass(frozen=True)
class Step:
    """One tenth of the submissions: seconds of all, of files and of the gradebook, and what the process then holds."""

    submissions: int
    seconds: float
    files: float
    gradebook: float
    memory: int


@dataclass(frozen=True)
class Alone:
    """What keeping ``submissions`` took. ``sent`` and ``back`` are the mean bytes that travel to a worker and back."""

    submissions: int
    rows: int
    steps: tuple[Step, ...]
    sent: float
    back: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return sum(step.seconds for step in self.steps)

    @property
    def rate(self) -> float:
        """Submissions a second."""
        return self.submissions / self.seconds

    @property
    def rows_a_second(self) -> float:
        """Rows of the gradebook that are written in a second of writing there."""
        return self.rows / sum(step.gradebook for step in self.steps)


def measure_alone(folder: Path, count: int) -> Alone:
    """Keeps ``count`` submissions of the first assignment in a workspace in ``folder``."""
    material = make_material(folder, students=SAMPLES)
    course, assignment = material.course, material.assignment
    lay_out_submissions(material, course)
    with locked(course):
        run = Run(read_context(course, assignment))
        samples = tuple(_graded(course, assignment, run))
        before = _rows(course)
        steps = tuple(_keep(course, run, samples, count))
    sent = sum(len(pickle.dumps(Job(submission, 0))) for submission, _ in samples) / len(samples)
    back = sum(len(came_back) for _, came_back in samples) / len(samples)
    return Alone(count, _rows(course) - before, steps, sent, back)


def _graded(course: Course, assignment: str, run: Run) -> Iterator[tuple[Submission, bytes]]:
    worker = Worker(course, assignment)
    try:
        for found in find(course.submitted_dir, assignment):
            assert isinstance(found, Submission)
            yield found, msgspec.json.encode(worker.grade(Job(found, run.proofs.seed(found.sha256))))
    finally:
        worker.close()


def _keep(course: Course, run: Run, samples: Sequence[tuple[Submission, bytes]], count: int) -> Iterator[Step]:
    """As `grade_assignment` keeps what a worker pool yields; a step at a time."""
    this = psutil.Process()
    with ExitStack() as stack:
        book = stack.enter_context(Book(course.gradebook, course.course_id))
        stack.enter_context(run.proofs.run(()))
        done = 0
        for step in range(1, STEPS + 1):
            spent = dict(run.watch.seconds)
            start, first = time.perf_counter(), done
            for done in range(first + 1, count * step // STEPS + 1):
                student = f"made-up-{done:06d}"
                known, came_back = samples[done % len(samples)]
                submission = load(course.submitted_dir, run.assignment, known.student)
                assert isinstance(submission, Submission)
                graded = msgspec.json.decode(came_back, type=Graded)
                run.begin(Regrade(Job(replace(submission, student=student), 0), None))
                run.keep(Graded(structs.replace(graded.result, student=student), graded.notebook))
                run.record(book, at_least=RECORD_EVERY)
            run.record(book)
            seconds = time.perf_counter() - start
            files, gradebook = (run.watch.seconds.get(p, 0.0) - spent.get(p, 0.0) for p in ("files", "gradebook"))
            yield Step(done - first, seconds, files, gradebook, this.memory_info().rss)
        run.repair_gradebook(book)


def _rows(course: Course) -> int:
    engine = sa.create_engine(course.gradebook)
    with engine.connect() as connection:
        counts = [connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in ROWS]
    engine.dispose()
    return sum(count or 0 for count in counts)


def terminal_table(alone: Alone) -> Table:
    """Each step."""
    rows, done = [], 0
    for step in alone.steps:
        done += step.submissions
        parts = (1000 * part / step.submissions for part in (step.seconds, step.files, step.gradebook))
        rows.append((str(done), *(f"{part:.2f}" for part in parts), f"{step.memory / 2**20:.0f}"))
    return tables.terminal(("submissions", "ms each", "files, ms", "gradebook, ms", "command's RSS, MiB"), rows)


def main(
    submissions: Annotated[int, typer.Option(min=STEPS, help="How many are kept.")] = 10_000,
) -> None:
    """Measure what the command does for each submission beside the grading."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        alone = measure_alone(Path(folder) / "course", submissions)
    screen = Console()
    screen.print(terminal_table(alone))
    screen.print(f"{alone.rate:.0f} submissions a second; {alone.rows} rows, {alone.rows_a_second:.0f} a second.")
    screen.print(f"{alone.sent / 1000:.0f} KB to a worker and {alone.back / 1000:.0f} KB back for each.")


if __name__ == "__main__":
    typer.run(main)
