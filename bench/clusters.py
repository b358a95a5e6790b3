"""Whether mistakes that the course does not know come up at the desk as one cluster each: `make clusters`.

A third of the known mistakes is withheld from a copy of the course, a made-up class makes all of them, and the commands
build and grade as they always do. Then the clusters are compared with who made which mistake.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from autograder.authoring.answers import fill, renamed_source
from autograder.authoring.sample_class import SampleSubmission, alternatives, hand_in
from autograder.course import Course, load_course
from autograder.desk.clusters import Results
from autograder.grading.material import load_mistakes
from autograder.testing.course_package import course_module
from autograder.workspace.context import load_release
from bench import class_course, tables
from bench.machine import this_machine
from bench.meter import PROJECT

PAGE = PROJECT / "docs" / "measured" / "clusters.md"
EVERY = 3
"""One in so many known mistakes is withheld."""
IN_TIME = 80
"""After so many the times of handing in begin anew, so that all are early enough to be graded."""

HEADS = ("assignment", "submissions", "withheld", "one cluster each", "clusters", "wrong answers", "pure")

TEXT = """\
# Clusters of wrong answers

Written by `make clusters`. Do not edit.

{table}

{students} made-up submissions, graded as always by `autograder grade`. A third of the known mistakes was withheld from
the course before. Every student makes some mistakes, withheld ones or others, beside right answers of all kinds.
`dense` is a course of its own whose exercise is a class.

- **Withheld:** how many of these mistakes somebody made and a hidden test caught.
- **One cluster each:** all answers with this mistake are in one cluster, and in that it is the most frequent one.
- **Pure:** the share of answers whose mistake is the most frequent one of their cluster.

Answers that did not come in time are in no cluster, and withheld mistakes among them count as not found.

Measured on {machine}.
"""

Label = tuple[str, str]
"""An exercise and what somebody did there: a mistake's name, or RIGHT."""
RIGHT = "right"


@dataclass(frozen=True)
class Found:
    """How the clusters of one assignment fit the mistakes that were made.

    ``seen`` are withheld mistakes that lost points, ``whole`` those of them with one cluster of their own; ``most`` of
    ``answers`` in ``clusters`` clusters made the mistake that is the most frequent one there.
    """

    assignment: str
    submissions: int
    seen: frozenset[Label]
    whole: frozenset[Label]
    clusters: int
    most: int
    answers: int
    mixed: tuple[tuple[str, Counter[str]], ...]

    def row(self) -> tuple[str, ...]:
        """Its figures, for a table."""
        return _row(self.assignment, [self])


def _row(name: str, found: Sequence[Found]) -> tuple[str, ...]:
    seen, whole = sum(len(each.seen) for each in found), sum(len(each.whole) for each in found)
    most, answers = sum(each.most for each in found), sum(each.answers for each in found)
    submissions, clusters = sum(each.submissions for each in found), sum(each.clusters for each in found)
    shares = (f"{whole} ({whole / max(seen, 1):.1%})", str(clusters), str(answers), f"{most / max(answers, 1):.1%}")
    return (name, str(submissions), str(seen), *shares)


def main(
    submissions: Annotated[int, typer.Option(min=8, help="How many there are, of all assignments.")] = 500,
    seed: int = 21,
    write: Annotated[bool, typer.Option("--write/--no-write")] = True,
) -> None:
    """Grades a made-up class without a third of the known mistakes, prints how they clustered and writes the page."""
    console = Console()
    each_time = -(-submissions // (1 + len(load_course(PROJECT).assignments)))
    with tempfile.TemporaryDirectory(prefix="bench-clusters-") as folder:
        found = measure(class_course.write(Path(folder, "dense")), Path(folder, "a"), each_time, seed)
        for name in [name for name in sys.modules if name.partition(".")[0] == "solutions"]:
            del sys.modules[name]  # those of the other course
        found = [*measure(PROJECT, Path(folder, "b"), each_time, seed), *found]
    rows = [*(each.row() for each in found), _row("all", found)]
    console.print(tables.terminal(HEADS, rows))
    for each in found:
        for exercise, labels in each.mixed:
            console.print(f"{each.assignment}, {exercise}: {dict(labels)} behave alike")
        for exercise, name in sorted(each.seen - each.whole):
            console.print(f"{each.assignment}, {exercise}: {name} is not one cluster")
    if write:
        students, machine = sum(each.submissions for each in found), "; ".join(this_machine().lines)
        PAGE.write_text(
            TEXT.format(table=tables.markdown(HEADS, rows), students=students, machine=machine), encoding="utf-8"
        )


def measure(root: Path, folder: Path, students: int, seed: int) -> list[Found]:
    """Grades ``students`` submissions of each assignment in a copy of the course, and compares."""
    there = folder / "course"
    for part in ("assignments", "solutions"):
        copytree(root / part, there / part)
    (there / "course.yml").write_bytes((root / "course.yml").read_bytes())
    whole, copied = load_course(root), load_course(there)
    withheld = {name: withhold(whole, copied, name) for name in whole.assignments}
    _run(there, "build")
    made = {name: _class(whole, copied, name, students, np.random.default_rng(seed)) for name in whole.assignments}
    _run(there, "grade", "--no-figures")
    return [_compared(copied, name, made[name], withheld[name]) for name in whole.assignments]


def _run(folder: Path, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "autograder", *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def withhold(whole: Course, copied: Course, assignment: str) -> frozenset[Label]:
    """Takes every third known mistake out of the copy, by its decorator alone; says which."""
    known = load_mistakes(whole, assignment)[::EVERY]
    out = {mistake.function.__name__ for mistake in known}
    path = copied.mistakes_path(assignment)
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in out:
            for decorator in node.decorator_list:
                lines[decorator.lineno - 1 : decorator.end_lineno] = [""] * (
                    (decorator.end_lineno or decorator.lineno) - decorator.lineno + 1
                )
    path.write_text("".join(lines), encoding="utf-8")
    return frozenset((mistake.exercise, mistake.function.__name__) for mistake in known)


def _class(
    whole: Course, copied: Course, assignment: str, students: int, rng: np.random.Generator
) -> dict[tuple[str, str], str]:
    """Hands in; returns what everybody did in each exercise, by student and exercise."""
    release = copied.release_notebook(assignment).read_bytes()
    exercises, known = load_release(copied, assignment).exercises, load_mistakes(whole, assignment)
    reference, others = course_module(whole.root, f"solutions.{assignment}"), alternatives(whole, assignment)
    right = {name: (renamed_source(getattr(reference, name), name), *others.get(name, ())) for name in exercises}
    did: dict[tuple[str, str], str] = {}
    for number in range(students):
        student = f"student-{number + 1:03d}"
        order = [known[int(i)] for i in rng.permutation(len(known))]
        chosen = {mistake.exercise: mistake for mistake in order[: rng.integers(1, 2 + len(exercises) // 2)]}
        answers = {name: str(rng.choice(list(sources))) for name, sources in right.items()}
        answers |= {name: renamed_source(mistake.function, name) for name, mistake in chosen.items()}
        did |= {(student, name): RIGHT for name in exercises}
        did |= {(student, name): mistake.function.__name__ for name, mistake in chosen.items()}
        hand_in(copied, assignment, SampleSubmission(student, "mistaken", fill(release, answers)), number % IN_TIME)
    return did


def _compared(course: Course, assignment: str, did: dict[tuple[str, str], str], withheld: frozenset[Label]) -> Found:
    clusters: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    places: dict[Label, set[tuple[str, str]]] = defaultdict(set)
    for answer in Results(course).wrong(assignment):
        label = did[answer.student, answer.exercise]
        clusters[answer.exercise, answer.behaviour][label] += 1
        places[answer.exercise, label].add((answer.exercise, answer.behaviour))
    exact = {key: labels for key, labels in clusters.items() if key[1]}
    seen = withheld & places.keys()
    own = {label for label in seen if len(places[label]) == 1}
    whole = {
        label for label in own if (key := min(places[label])) in exact and exact[key].most_common(1)[0][0] == label[1]
    }
    return Found(
        assignment,
        len({student for student, _ in did}),
        frozenset(seen),
        frozenset(whole),
        len(exact),
        sum(max(labels.values()) for labels in exact.values()),
        sum(labels.total() for labels in exact.values()),
        tuple((key[0], labels) for key, labels in sorted(exact.items()) if len(labels) > 1),
    )


if __name__ == "__main__":
    typer.run(main)
