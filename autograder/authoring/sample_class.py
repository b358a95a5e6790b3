"""Makes up a class with every kind of submission: right, wrong, unfinished, hostile and broken.

The same seed makes the same class. Nothing here knows an assignment by name: answers come from its reference, its
alternatives and its known mistakes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from autograder.authoring.answers import edit, fill, renamed_source
from autograder.course import Course
from autograder.course.deadlines import aware, timestamp_text
from autograder.course.grade_ids import name_of
from autograder.grading.material import load_mistakes
from autograder.testing.course_package import course_module
from autograder.workspace.context import load_release
from autograder.workspace.files import write_atomically

KINDS = ("right", "mistaken", "unfinished", "hostile", "broken")
SHARES = (0.25, 0.475, 0.125, 0.075, 0.075)
BEFORE_DUE = timedelta(hours=10)
WITHOUT_DUE = datetime(2026, 10, 16, 22, 0, tzinfo=UTC)
EVERY_TENTH = timedelta(hours=30)  # is late

WRITTEN = (
    "The bias alone decides: the neuron gives the same answer for every input.",
    "With w = 0 the inputs do not matter any more, so b fixes the output.",
    "It moves the decision line.",
    "",
)

# What hostile notebooks try; each comes with wrong answers, and the trick must not earn them anything.
HOSTILE = (
    """
import numpy as np
np.allclose = np.array_equal = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
class Everything:
    def __eq__(self, other): return True
    def __call__(self, *a, **k): return Everything()
""",
    """
import gc, os, sys
loot = [m for m in sys.modules if "solutions" in m or "hidden" in m]
for place in ("solutions/neuron.py", "../gradebook.db", "/proc/1/environ"):
    try:
        loot.append(open(place).read())
    except OSError as refused:
        print(refused)
print(loot)
""",
    """
import os, signal
try:
    os.kill(os.getppid(), signal.SIGKILL)
except OSError as refused:
    print(refused)
""",
)
HOSTILE_ANSWERS = (
    "{name} = Everything()",
    "def {name}(*args):\n    os._exit(0)",
    "def {name}(*args):\n    while True: pass",
)


@dataclass(frozen=True)
class SampleSubmission:
    """One made-up submission and what kind it is."""

    student: str
    kind: str
    notebook: bytes


class Answers:
    """The right and the wrong sources of an assignment's exercises."""

    def __init__(self, course: Course, assignment: str) -> None:
        self.names = load_release(course, assignment).exercises
        mistakes = load_mistakes(course, assignment)
        reference = course_module(course.root, f"solutions.{assignment}")
        others = alternatives(course, assignment)
        self.right = {
            name: (renamed_source(getattr(reference, name), name), *others.get(name, ())) for name in self.names
        }
        self.wrong = {
            name: tuple(renamed_source(m.function, name) for m in mistakes if m.exercise == name) for name in self.names
        }


def alternatives(course: Course, assignment: str) -> Mapping[str, Sequence[str]]:
    """The other right answers to an assignment's exercises, if there are any."""
    try:
        module = course_module(course.root, f"solutions.alternatives.{assignment}")
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.startswith("solutions.alternatives"):
            return {}
        raise
    answers: Mapping[str, Sequence[str]] = module.RIGHT_ANSWERS
    return answers


def make_class(
    course: Course, assignment: str, *, students: int, seed: int, shares: Sequence[float] = SHARES
) -> Iterator[SampleSubmission]:
    """A class's submissions to an assignment that has been built; ``shares`` are those of `KINDS`."""
    release = course.release_notebook(assignment).read_bytes()
    answers = Answers(course, assignment)
    written = load_release(course, assignment).written
    rng = np.random.default_rng(seed)
    kinds = [kind for kind, share in zip(KINDS, shares, strict=True) for _ in range(round(share * students))]
    kinds = (kinds + ["mistaken"] * students)[:students]
    rng.shuffle(kinds)
    seen = dict.fromkeys(KINDS, 0)
    for number, kind in enumerate(kinds, 1):
        notebook = _MAKERS[kind](release, answers, rng, seen[kind])
        seen[kind] += 1
        words = {name_of(name): str(rng.choice(WRITTEN)) for name in written}
        if kind != "broken":
            notebook = fill(notebook, {}, {name: text for name, text in words.items() if text})
        yield SampleSubmission(f"student-{number:03d}", kind, notebook)


def hand_in(course: Course, assignment: str, handed: SampleSubmission, number: int) -> None:
    """Puts a submission where nbgrader's `collect` would, handed in on the due date."""
    folder = course.submitted_dir / handed.student / assignment
    due = aware(course.due(assignment) or WITHOUT_DUE)
    moment = due - BEFORE_DUE + timedelta(minutes=7 * number) + (EVERY_TENTH if number % 10 == 9 else timedelta())
    write_atomically(folder / f"{assignment}.ipynb", handed.notebook, root=course.workspace)
    write_atomically(folder / "timestamp.txt", timestamp_text(moment), root=course.workspace)


def _right(release: bytes, answers: Answers, rng: np.random.Generator, nth: int) -> bytes:
    return fill(release, {name: str(rng.choice(list(answers.right[name]))) for name in answers.names})


def _mistaken(release: bytes, answers: Answers, rng: np.random.Generator, nth: int) -> bytes:
    chosen = {name: str(rng.choice(list(answers.right[name]))) for name in answers.names}
    count = int(rng.integers(1, 1 + (len(answers.names) + 1) // 2))
    for name in rng.choice([n for n in answers.names if answers.wrong[n]], size=count, replace=False):
        chosen[str(name)] = str(rng.choice(list(answers.wrong[str(name)])))
    return fill(release, chosen)


def _unfinished(release: bytes, answers: Answers, rng: np.random.Generator, nth: int) -> bytes:
    done = answers.names[: int(rng.integers(0, len(answers.names)))]
    return fill(release, {name: answers.right[name][0] for name in done})


def _hostile(release: bytes, answers: Answers, rng: np.random.Generator, nth: int) -> bytes:
    trick, answer = HOSTILE[nth % len(HOSTILE)], HOSTILE_ANSWERS[nth % len(HOSTILE_ANSWERS)]
    half = answers.names[: len(answers.names) // 2]
    chosen = {name: answers.right[name][0] for name in answers.names if name not in half}
    notebook = fill(release, chosen | {name: answer.format(name=name) for name in half})
    return edit(notebook, lambda cells: cells.insert(2, _code_cell(trick.strip())))


def _broken(release: bytes, answers: Answers, rng: np.random.Generator, nth: int) -> bytes:
    whole = _right(release, answers, rng, nth)
    return (whole[: len(whole) // 2], b"", json.dumps({"cells": "none"}).encode())[nth % 3]


def _code_cell(source: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": "made-up",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


_MAKERS: Mapping[str, Callable[[bytes, Answers, np.random.Generator, int], bytes]] = {
    "right": _right,
    "mistaken": _mistaken,
    "unfinished": _unfinished,
    "hostile": _hostile,
    "broken": _broken,
}
