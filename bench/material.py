"""The submissions that all contenders grade: the demo's class without its hostile and broken ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.build import build_from_course
from autograder.authoring.sample_class import SampleSubmission, hand_in, make_class
from autograder.cli.demo.run import SEED
from autograder.course import Course, load_course
from bench.meter import PROJECT

LEFT_OUT = frozenset({"hostile", "broken"})


@dataclass(frozen=True)
class ClassMaterial:
    """A built assignment and what a class handed in. ``course`` has its workspace in a temporary folder."""

    course: Course
    assignment: str
    handed: tuple[SampleSubmission, ...]

    @property
    def workspace(self) -> Path:
        """The folder with nbgrader's source, the release and an empty gradebook, from which contenders start."""
        return self.course.workspace


def make_material(folder: Path, *, students: int) -> ClassMaterial:
    """Builds the course's first assignment in ``folder``, and makes up a class as the demo does."""
    course = load_course(PROJECT, folder)
    assignment = next(iter(course.assignments))
    build_from_course(course, assignment)
    everybody = make_class(course, assignment, students=students, seed=SEED)
    return ClassMaterial(course, assignment, tuple(h for h in everybody if h.kind not in LEFT_OUT))


def lay_out_submissions(material: ClassMaterial, course: Course, count: int | None = None) -> int:
    """Hands in the first ``count`` submissions to another workspace of the course; returns how many."""
    chosen = material.handed[:count]
    for number, handed in enumerate(chosen):
        hand_in(course, material.assignment, handed, number)
    return len(chosen)
