"""What is measured: each contender lays out a fresh workspace, names its command, and tells the scores it gave.

A new contender is a new function here that returns a `Contender`, and its place in `CONTENDERS`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.course import Course, load_course
from autograder.gradebook.book import Book
from bench import floor, nbgrader_course, otter_course
from bench.material import ClassMaterial, lay_out_submissions
from bench.meter import PROJECT

Kind = Literal["engine", "rival", "floor"]
Scores = Mapping[str, Mapping[str, float | None]]
"""By student and test cell, the points in the gradebook."""


@dataclass(frozen=True)
class Contender:
    """One way to grade.

    Attributes:
        name: as the table shows it.
        jobs: how many submissions it grades at the same time.
        lay_out: makes a fresh workspace in a folder, without submissions.
        command: grades that workspace's submissions.
        kind: this engine, a rival with whom it is compared, or the floor that no grader can go below.
        scores: the points that it gave, read from its workspace.
    """

    name: str
    jobs: int
    lay_out: Callable[[ClassMaterial, Course], None]
    command: Callable[[ClassMaterial, Course], list[str]]
    kind: Kind = "engine"
    scores: Callable[[Course, str], Scores] = lambda course, assignment: {}
    figures: bool = True

    @property
    def rival(self) -> bool:
        """Whether this engine is compared with it."""
        return self.kind == "rival"


def engine(jobs: int, *, figures: bool = True) -> Contender:
    """`autograder grade`, with gradebook, results and executed notebooks."""
    options = ["--jobs", str(jobs), *([] if figures else ["--no-figures"])]

    def lay_out(material: ClassMaterial, course: Course) -> None:
        shutil.copytree(material.workspace, course.workspace)

    def command(material: ClassMaterial, course: Course) -> list[str]:
        workspace = ["--workspace", str(course.workspace), "--course", str(PROJECT)]
        return [program("autograder"), "grade", material.assignment, *options, *workspace]

    name = f"autograder grade {' '.join(options)}"
    return Contender(name, jobs, lay_out, command, scores=in_the_gradebook, figures=figures)


def nbgrader() -> Contender:
    """Stock `nbgrader autograde`, which runs the same hidden tests in the student's kernel."""

    def command(material: ClassMaterial, course: Course) -> list[str]:
        return [program("nbgrader"), "autograde", material.assignment]

    return Contender("nbgrader autograde", 1, nbgrader_course.lay_out, command, "rival", in_the_gradebook)


def otter() -> Contender:
    """`otter.api.grade_submission` on each submission, which runs the same hidden tests in the student's kernel."""

    def command(material: ClassMaterial, course: Course) -> list[str]:
        module = [sys.executable, "-m", "bench.otter_course", otter_course.ZIP]
        return [*module, str(course.submitted_dir), material.assignment, otter_course.SCORES]

    def given(course: Course, assignment: str) -> Scores:
        found: Scores = json.loads((course.workspace / otter_course.SCORES).read_bytes())
        return found

    return Contender("otter.api.grade_submission", 1, otter_course.lay_out, command, "rival", given)


def bare_cells() -> Contender:
    """The floor: the cells alone."""

    def command(material: ClassMaterial, course: Course) -> list[str]:
        return [sys.executable, "-m", "bench.floor", str(course.submitted_dir), material.assignment]

    return Contender("floor: the bare cells", 1, floor.lay_out, command, "floor")


def fresh_course(contender: Contender, material: ClassMaterial, folder: Path, count: int | None) -> tuple[Course, int]:
    """A workspace in ``folder`` with the first ``count`` submissions, not graded yet; and how many they are."""
    course = load_course(PROJECT, folder)
    contender.lay_out(material, course)
    return course, lay_out_submissions(material, course, count)


def in_the_gradebook(course: Course, assignment: str) -> Scores:
    """The points of all graded test cells, as the workspace's gradebook has them."""
    with Book(course.gradebook, course.course_id) as book:
        return {
            student: {name: points for name, points in marks.items() if name.startswith("test_")}
            for student, marks in book.recorded(assignment).items()
        }


def environment() -> dict[str, str]:
    """The programs of this Python first, as nbgrader calls some by name; and the project, for the kernels to import."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return dict(os.environ) | {"PATH": programs, "PYTHONPATH": str(PROJECT)}


def program(name: str) -> str:
    """A command of this Python's environment."""
    return str(Path(sys.executable).parent / name)


CONTENDERS = (engine(1), engine(2), engine(2, figures=False), bare_cells(), otter(), nbgrader())
