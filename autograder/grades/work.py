"""What each student has for each assignment: points, late penalty, what is missing or waits, and the signed result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from autograder.course import Course
from autograder.course.deadlines import aware, penalty
from autograder.course.grade_ids import is_test
from autograder.errors import GradebookError
from autograder.gradebook.book import Book, Mark
from autograder.gradebook.penalties import StudentDeadline
from autograder.workspace.corrections import corrected, of_tests
from autograder.workspace.lateness import due_of, student_deadlines
from autograder.workspace.log import LogEntry, lines_of, read_log
from autograder.workspace.roster import RosterEntry, load_roster
from autograder.workspace.store import Store
from autograder.workspace.submissions import students as who_handed_in

EQUAL = 1e-6
"""Points in the gradebook and in the log that differ by no more than this are the same."""


class State(StrEnum):
    """The state of one student's assignment."""

    graded = "graded"
    missing = "missing"  # due, and nothing was handed in: counts 0
    not_gradable = "not gradable"  # what was handed in is no notebook of this assignment: counts 0
    waiting = "waiting"  # handed in, and without a score that is not the student's fault: does not count yet
    open = "open"  # not due yet for this student


@dataclass(frozen=True)
class Work:
    """One student's assignment. ``score`` is what was earned, ``penalty`` what being late takes of it.

    ``cells`` are the exercises and questions as they count, ``waits`` those that a person has to grade. ``result`` is
    the signature of the result behind it, and ``line`` its line in the log; ``disagrees`` when the gradebook's points
    are not the signed ones.
    """

    state: State
    score: float = 0.0
    penalty: float = 0.0
    max_score: float = 0.0
    cells: Mapping[str, Mark] = field(default_factory=dict)
    waits: tuple[str, ...] = ()
    result: str = ""
    line: int = 0
    disagrees: bool = False

    @property
    def points(self) -> float:
        """What counts."""
        return max(0.0, self.score - self.penalty)

    @property
    def counts(self) -> bool:
        """Whether it is part of the total so far."""
        return self.state not in (State.waiting, State.open)


@dataclass(frozen=True)
class AssignmentWork:
    """An assignment with everybody's work. ``cells`` are its exercises and questions, in order, with their points."""

    name: str
    title: str
    cells: Mapping[str, float]
    of: Mapping[str, Work]

    @property
    def max_score(self) -> float:
        """All its points, as they count."""
        return sum(self.cells.values())

    @property
    def counts(self) -> bool:
        """Whether anybody has a score in it, and it is worth anything: until then it counts for nobody."""
        return self.max_score > 0 and any(one.state is State.graded for one in self.of.values())


@dataclass(frozen=True)
class ClassWork:
    """All assignments of all students. ``unknown`` are in the gradebook but not in the roster."""

    course: Course
    students: tuple[RosterEntry, ...]
    assignments: tuple[AssignmentWork, ...]
    unknown: tuple[str, ...] = ()


def read_class(course: Course, now: datetime | None = None) -> ClassWork:
    """Reads the gradebook and the log; writes nothing.

    Raises:
        CourseError: if the roster is invalid.
        GradebookError: when the gradebook cannot be read, or no assignment was built yet.
    """
    now = now or datetime.now(UTC)
    roster = load_roster(course)
    logged = _logged(course)
    with Book(course.gradebook, course.course_id) as book:
        built = [name for name in course.assignments if name in book.assignments()]
        if not built:
            raise GradebookError(book.url, "has no assignment of this course yet: run `autograder build` first")
        known = {name for name in built for name in book.timestamps(name)}
        people = roster.students or tuple(RosterEntry(name) for name in sorted(known))
        works = tuple(_Reader(course, book, name, logged, now).read(people) for name in built)
    return ClassWork(course, people, works, tuple(sorted(name for name in known if roster.misses(name))))


def assignment_work(course: Course, book: Book, name: str) -> AssignmentWork:
    """The work of everybody who handed one assignment in."""
    people = tuple(RosterEntry(student) for student in sorted(book.timestamps(name)))
    return _Reader(course, book, name, _logged(course), datetime.now(UTC)).read(people)


def _logged(course: Course) -> dict[tuple[str, str], LogEntry]:
    """The last result of each student and assignment in the log."""
    found = {}
    for line in lines_of(read_log(course.workspace)):
        if line.entry is not None and line.entry.event == "graded":
            found[line.entry.assignment, line.entry.student] = line.entry
    return found


class _Reader:
    """Reads one assignment."""

    def __init__(
        self, course: Course, book: Book, name: str, logged: Mapping[tuple[str, str], LogEntry], now: datetime
    ) -> None:
        self.course, self.name, self.logged, self.now = course, name, logged, now
        self.corrections = course.assignment(name).corrections
        self.marks, self.deadlines = book.marks(name), student_deadlines(course, name, book)
        self.points = book.points(name)
        self.here = frozenset(who_handed_in(course.submitted_dir, name)) if course.submitted_dir.is_dir() else None
        self.store = Store(course, name) if of_tests(course, name) else None

    def read(self, people: tuple[RosterEntry, ...]) -> AssignmentWork:
        """Everybody's work."""
        of = {one.id: self._of(one.id) for one in people}
        cells = dict(self.points)
        for work in of.values():
            if work.state is State.graded:
                cells |= {cell: mark.max_score for cell, mark in work.cells.items()}
                break  # corrections are the same for everybody
        order = [cell for cell in self.points if is_test(cell)] + [cell for cell in self.points if not is_test(cell)]
        title = self.course.assignment(self.name).title
        return AssignmentWork(self.name, title, {cell: cells[cell] for cell in order}, of)

    def _of(self, student: str) -> Work:
        entry = self.logged.get((self.name, student))
        gone = self.here is not None and student not in self.here
        marks = {} if gone else self.marks.get(student, {})
        signed = {"result": entry.result, "line": entry.n} if entry else {}
        if not any(mark.auto is not None or mark.manual is not None for mark in marks.values() if mark.max_score):
            return Work(self._state(student, entry, gone), max_score=sum(self.points.values()), **signed)  # type: ignore[arg-type]
        result = self.store.load(student) if self.store else None
        cells = corrected(self.corrections, marks, result)
        score = sum(mark.score or 0.0 for mark in cells.values())
        percent = self.deadlines.get(student, StudentDeadline(None, None)).percent
        return Work(
            State.graded,
            score,
            penalty(score, percent or 0.0),
            sum(mark.max_score for mark in cells.values()),
            cells,
            tuple(cell for cell, mark in cells.items() if mark.needs_manual_grade),
            disagrees=entry is None or _disagree(marks, entry),
            **signed,  # type: ignore[arg-type]
        )

    def _state(self, student: str, entry: LogEntry | None, gone: bool) -> State:
        """Of somebody without points."""
        if not gone and entry is not None:
            return State.not_gradable if entry.status == "not_gradable" else State.waiting
        if not gone and self.here is not None:
            return State.waiting  # handed in, and not graded yet
        due = due_of(self.course, self.name, student)
        return State.open if due is not None and self.now < aware(due) else State.missing


def _disagree(marks: Mapping[str, Mark], entry: LogEntry) -> bool:
    """Whether the automatic points are others than the log's entry of the signed result."""
    automatic = sum(mark.auto or 0.0 for cell, mark in marks.items() if is_test(cell))
    return entry.score is None or abs(automatic - entry.score) > EQUAL
