"""Many submissions of all assignments: what a large course hands in over a term, made up the same way every time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from autograder.authoring.build import build_from_course
from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.authoring.sample_class import hand_in, make_class
from autograder.cli.demo.run import SEED
from autograder.course import Course, load_course
from bench.meter import PROJECT

SHARES = (0.35, 0.5, 0.15, 0.0, 0.0)
"""Right in several styles, mixtures of known mistakes, unfinished; a hostile one takes as long as its limits let it."""
IN_TIME = 80
"""After so many the times of handing in begin anew, so that one in ten is late, however large the class."""


def share_out(count: int, assignments: int) -> tuple[int, ...]:
    """How many submissions there are of each assignment.

    >>> share_out(10, 7)
    (2, 2, 2, 1, 1, 1, 1)
    """
    each, more = divmod(count, assignments)
    return tuple(each + (place < more) for place in range(assignments))


def build_all(folder: Path, tell: Callable[[str], None]) -> Course:
    """The whole course, built once: a workspace without submissions, from which others start."""
    course = load_course(PROJECT, folder)
    for name in course.assignments:
        tell(f"building {name}")
        build_from_course(course, name)
    return course


def fresh(built: Course, folder: Path, count: int, tell: Callable[[str], None]) -> tuple[Course, tuple[int, ...]]:
    """A copy of the workspace into which ``count`` submissions were handed in; and how many of each assignment."""
    shutil.copytree(built.workspace, folder)
    course = load_course(PROJECT, folder)
    write_nbgrader_config(course)  # the copied one names the first workspace's gradebook
    shares = share_out(count, len(course.assignments))
    for place, (name, students) in enumerate(zip(course.assignments, shares, strict=True)):
        tell(f"making {students} submissions of {name}")
        made = make_class(course, name, students=students, seed=SEED + place, shares=SHARES)
        for number, handed in enumerate(islice(made, students)):
            hand_in(course, name, handed, number % IN_TIME)
    return course, shares
