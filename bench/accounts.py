"""After a run over many submissions: is every one there, once, and the same in results, gradebook, log and files?"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.gradebook.book import Book
from autograder.results import Status
from autograder.workspace.log import latest, read_log
from autograder.workspace.store import Store
from autograder.workspace.submissions import students
from bench.timeline import Done, twice


@dataclass(frozen=True)
class Account:
    """What was counted. ``rows`` are submissions whose row in the gradebook has the result's scores.

    ``newest`` are results that are the last ones that the log tells of for their students; ``sizes`` are bytes by part
    of the workspace.
    """

    handed_in: int
    results: int
    graded: int
    executed: int
    rows: int
    newest: int
    in_log: int
    twice: tuple[tuple[str, str], ...]
    sizes: Mapping[str, int]

    @property
    def lost(self) -> int:
        """Submissions without a result."""
        return self.handed_in - self.results

    @property
    def whole(self) -> bool:
        """Whether every submission has its score, everywhere."""
        counts = {self.handed_in, self.results, self.graded, self.executed, self.rows, self.newest, self.in_log}
        return len(counts) == 1


def examine(course: Course, done: tuple[Done, ...], tell: Callable[[str], None]) -> Account:
    """Counts everything in a workspace that was graded."""
    counts: Counter[str] = Counter()
    log = read_log(course.workspace)
    with Book(course.gradebook, course.course_id) as book:
        for name in course.assignments:
            tell(f"counting {name}")
            _examine_one(course, name, book, latest(log, name), counts)
    return Account(
        handed_in=counts["handed in"],
        results=counts["results"],
        graded=counts["graded"],
        executed=counts["executed"],
        rows=counts["rows"],
        newest=counts["newest"],
        in_log=len({(one.assignment, one.student) for one in done}),
        twice=twice(done),
        sizes={name: size_of(course.workspace / place) for name, place in PLACES.items()},
    )


PLACES = {
    "submitted": "submitted",
    "executed notebooks": "autograded",
    "results": "results",
    "gradebook": "gradebook.db",
    "log": "log.jsonl",
}


def _examine_one(course: Course, name: str, book: Book, newest: Mapping[str, str], counts: Counter[str]) -> None:
    rows, store = book.rows(name), Store(course, name)
    for student in students(course.submitted_dir, name):
        counts["handed in"] += 1
        result = store.load(student)
        if result is None:
            continue
        counts["results"] += 1
        counts["graded"] += result.status is Status.graded
        counts["executed"] += (course.autograded_dir(student, name) / f"{name}.ipynb").is_file()
        row = rows.get(student)
        scores = {f"test_{exercise.name}": exercise.score for exercise in result.exercises}
        counts["rows"] += row is not None and scores.items() <= row.scores.items()
        counts["newest"] += result.proof is not None and newest.get(student) == result.proof.signature


def size_of(place: Path) -> int:
    """The bytes of a file, or of all files in a folder."""
    if place.is_file():
        return place.stat().st_size
    return sum(os.stat(Path(folder, name)).st_size for folder, _, names in os.walk(place) for name in names)
