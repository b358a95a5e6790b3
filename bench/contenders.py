"""What is measured: each contender lays out a fresh workspace, names its command, and tells the scores it gave.

A new contender is a new function here that returns a `Contender`, and its place in `CONTENDERS`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, load_course
from autograder.gradebook import Book
from bench import nbgrader_course
from bench.material import ClassMaterial, lay_out_submissions
from bench.meter import PROJECT

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
        rival: whether the others are compared with this one.
    """

    name: str
    jobs: int
    lay_out: Callable[[ClassMaterial, Course], None]
    command: Callable[[ClassMaterial, Course], list[str]]
    rival: bool = False


def engine(jobs: int) -> Contender:
    """`autograder grade`, with gradebook, results and executed notebooks."""

    def lay_out(material: ClassMaterial, course: Course) -> None:
        shutil.copytree(material.workspace, course.workspace)

    def command(material: ClassMaterial, course: Course) -> list[str]:
        workspace = ["--workspace", str(course.workspace), "--course", str(PROJECT)]
        return [program("autograder"), "grade", material.assignment, "--jobs", str(jobs), *workspace]

    return Contender(f"autograder grade --jobs {jobs}", jobs, lay_out, command)


def nbgrader() -> Contender:
    """Stock `nbgrader autograde`, which runs the same hidden tests in the student's kernel."""

    def command(material: ClassMaterial, course: Course) -> list[str]:
        return [program("nbgrader"), "autograde", material.assignment]

    return Contender("nbgrader autograde", 1, nbgrader_course.lay_out, command, rival=True)


CONTENDERS = (engine(1), engine(2), nbgrader())


def fresh_course(contender: Contender, material: ClassMaterial, folder: Path, count: int | None) -> tuple[Course, int]:
    """A workspace in ``folder`` with the first ``count`` submissions, not graded yet; and how many they are."""
    course = load_course(PROJECT, folder)
    contender.lay_out(material, course)
    return course, lay_out_submissions(material, course, count)


def scores(course: Course, assignment: str) -> Scores:
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
