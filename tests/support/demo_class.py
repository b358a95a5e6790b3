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


def handed_in(built: Course, workspace: Path) -> Course:
    """The built course with the class's submissions, in a new workspace. Copies of it draw the same inputs."""
    course = load_course(small_course.PROJECT, Path(shutil.copytree(built.workspace, workspace)))
    for number, handed in enumerate(make_class(course, NAME, students=STUDENTS, seed=SEED)):
        hand_in(course, NAME, handed, number)
    seed_for(course, NAME, "")
    return course
