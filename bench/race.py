"""One run of the bench: every contender on the same class, and whether they agree about the scores."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import Contender, Scores, environment, fresh_course
from bench.material import ClassMaterial
from bench.meter import Usage, measure

WARM_UP = 2
"""Submissions of the run before, from which files are in memory and Python has compiled what it imports."""


@dataclass(frozen=True)
class Measured:
    """What a contender took for its submissions. ``usage`` tells time, ``memory`` is of a run of its own."""

    contender: Contender
    submissions: int
    usage: Usage
    memory: Usage
    scores: Scores

    @property
    def rate(self) -> float:
        """Submissions a second, the command's start included."""
        return self.submissions / self.usage.seconds

    @property
    def cpu(self) -> float:
        """The processor's seconds for a submission."""
        return self.usage.cpu / self.submissions


@dataclass(frozen=True)
class Agreement:
    """How many exercises have a rival's score, and which have not: (student, cell, ours, the rival's)."""

    rival: str
    students: int
    exercises: int
    different: tuple[tuple[str, str, float | None, float | None], ...]


def run(
    material: ClassMaterial,
    contenders: Sequence[Contender],
    folder: Path,
    *,
    repeats: int = 1,
    rivals: int | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> tuple[Measured, ...]:
    """Measures all contenders by turns, ``repeats`` times, and keeps the fastest run of each.

    ``rivals`` bounds how many submissions a rival grades. Memory is sampled in a run that comes before and is not
    timed: of all submissions for the engine, of a few for a rival, which takes long.
    """
    memory = {}
    for contender in contenders:
        tell(f"{contender.name}: memory")
        count = WARM_UP if contender.rival else None
        memory[contender.name] = _once(material, contender, folder, count, sample=True).usage
    best: dict[str, _Run] = {}
    for turn in range(repeats):
        for contender in contenders:
            tell(f"{contender.name}: run {turn + 1} of {repeats}")
            done = _once(material, contender, folder, rivals if contender.rival else None, sample=False)
            if contender.name not in best or done.usage.seconds < best[contender.name].usage.seconds:
                best[contender.name] = done
    return tuple(
        Measured(c, best[c.name].submissions, best[c.name].usage, memory[c.name], best[c.name].scores)
        for c in contenders
    )


@dataclass(frozen=True)
class _Run:
    submissions: int
    usage: Usage
    scores: Scores


def _once(material: ClassMaterial, contender: Contender, folder: Path, count: int | None, *, sample: bool) -> _Run:
    place = folder / "graded"
    course, submissions = fresh_course(contender, material, place, count)
    command = contender.command(material, course)
    try:
        usage = measure(command, cwd=place, env=environment(), sample=sample)
        return _Run(submissions, usage, contender.scores(course, material.assignment))
    finally:
        shutil.rmtree(place)


def agreement(one: Measured, other: Measured) -> Agreement:
    """Compares the scores of all exercises of the students whom both graded."""
    both = sorted(one.scores.keys() & other.scores.keys())
    pairs = [
        (student, cell, one.scores[student][cell], other.scores[student].get(cell))
        for student in both
        for cell in one.scores[student]
    ]
    return Agreement(other.contender.name, len(both), len(pairs), tuple(pair for pair in pairs if pair[2] != pair[3]))
