"""The class that `autograder demo` makes up, handed in and not graded."""

from __future__ import annotations

import shutil
from pathlib import Path

import small_course

from autograder.authoring.sample_class import hand_in, make_class
from autograder.cli.demo.run import SEED
from autograder.course import Course, load_course
from autograder.workspace.signing import seed_for

NAME = "neuron"
STUDENTS = 40
DUE = "    due: 2026-10-16 23:59\n"
EXTENSION = "    extensions:\n      student-020: 2026-10-18 23:59\n"


def lay_out(root: Path) -> Course:
    """The course in a folder of its own, where a student of the class has an extension."""
    for name in ("assignments", "solutions"):
        shutil.copytree(small_course.PROJECT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    config = (small_course.PROJECT / "course.yml").read_text(encoding="utf-8")
    assert config.count(DUE) == 1
    (root / "course.yml").write_text(config.replace(DUE, DUE + EXTENSION), encoding="utf-8")
    return load_course(root)


def handed_in(built: Course, workspace: Path) -> Course:
    """The built course with the class's submissions, in a new workspace. Copies of it draw the same inputs."""
    course = load_course(built.root, Path(shutil.copytree(built.workspace, workspace)))
    for number, handed in enumerate(make_class(course, NAME, students=STUDENTS, seed=SEED)):
        hand_in(course, NAME, handed, number)
    seed_for(course, NAME, "")
    return course
