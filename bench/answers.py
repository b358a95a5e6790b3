"""Grades answers that others wrote, and tabulates points and diagnosis: `python -m bench.answers FOLDER`.

The folder lies outside of the repository, since most licences do not allow copies. ``index.jsonl`` there has a line for
each answer: ``id`` ("losses/one_hot/003"; the code is in the file of that name with .py), ``behaviour`` ("right",
"wrong" or "textbook departure") and ``what`` is wrong in a few words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from autograder.authoring.answers import fill, lean, reference_sources
from autograder.authoring.build import built_apart
from autograder.course import Course, load_course
from autograder.grading.grade import Graded
from autograder.grading.pool import grade_all
from autograder.grading.worker import Job
from autograder.results import ExerciseResult
from autograder.workspace.submissions import Submission
from bench.meter import PROJECT

SEED = 11


class Answer(msgspec.Struct, frozen=True):
    """One answer of the collection, as its index describes it."""

    id: str
    behaviour: str
    what: str = ""
    source: str = ""

    @property
    def assignment(self) -> str:
        """The assignment that it belongs to."""
        return self.id.split("/")[0]

    @property
    def exercise(self) -> str:
        """The exercise that it answers."""
        return self.id.split("/")[1]


def main(
    folder: Annotated[Path, typer.Argument(help="Where the answers are, with their index.jsonl.", exists=True)],
    jobs: Annotated[int, typer.Option(min=1, help="How many at the same time.")] = 2,
) -> None:
    """Grade a collection of answers, each alone among right ones, and show what became of them."""
    index = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    answers = [msgspec.json.decode(line, type=Answer) for line in index if line.strip()]
    table = Table("answer", "behaviour", "points", "diagnosis")
    named = {"right": 0, "wrong": 0, "textbook departure": 0}
    for answer, result in graded(load_course(PROJECT), folder, answers, jobs):
        behaviour = f"{answer.behaviour}: {answer.what}"
        table.add_row(answer.id, behaviour, f"{result.score:g} of {result.max_score:g}", result.diagnosis)
        named[answer.behaviour] += bool(result.misconception)
    console = Console()
    console.print(table)
    for behaviour, count in named.items():
        console.print(f"{behaviour}: {count} of {sum(a.behaviour == behaviour for a in answers)} named")


def graded(course: Course, folder: Path, answers: list[Answer], jobs: int) -> Iterator[tuple[Answer, ExerciseResult]]:
    """Each answer with its result, assignment by assignment."""
    for assignment in dict.fromkeys(answer.assignment for answer in answers):
        own = {answer.id: answer for answer in answers if answer.assignment == assignment}
        with built_apart(course, assignment) as apart:
            release = lean((apart.release_dir(assignment) / f"{assignment}.ipynb").read_bytes())
            right = reference_sources(apart, assignment)
            work = [_job(folder, answer, release, right) for answer in own.values()]
            for done in grade_all(apart, assignment, work, jobs):
                answer = own[done.result.student]
                result = _result(answer, done)
                if result is not None:
                    yield answer, result


def _job(folder: Path, answer: Answer, release: bytes, right: dict[str, str]) -> Job:
    source = (folder / f"{answer.id}.py").read_text(encoding="utf-8")
    notebook = fill(release, {**right, answer.exercise: source})
    submission = Submission(answer.assignment, answer.id, folder / f"{answer.id}.ipynb", notebook, (), None, answer.id)
    return Job(submission, SEED, answer.exercise)


def _result(answer: Answer, done: Graded) -> ExerciseResult | None:
    return next((each for each in done.result.exercises if each.name == answer.exercise), None)


if __name__ == "__main__":
    typer.run(main)
