"""course.yml as typed, frozen structures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from autograder.course.deadlines import Late, aware
from autograder.course.schemes import Correction, Grades, NotNegative

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Address = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s\"'<>]+$")]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Megabytes = Annotated[int, msgspec.Meta(ge=1, le=65536)]
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
Reveal = Literal["always", "after-due", "never"]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of each part of course.yml: frozen, and an unknown key is an error."""


class Assignment(Section, frozen=True, kw_only=True):
    """One assignment of the course. ``extensions`` are single students' due dates; ``late`` replaces the course's."""

    title: str
    """The title that students see."""
    due: datetime | None = None
    """When submissions are due. Without it, nothing is late and `after-due` means always."""
    late: Late | None = None
    """What a late submission to this assignment costs, instead of the course's `late`."""
    extensions: dict[str, datetime] = {}  # msgspec copies an empty default
    """Due dates of single students, by student id. Each must be after `due`."""
    sections: dict[str, datetime] = {}
    """Due dates of sections, by the roster's column `section`; the others have `due`."""
    category: str | None = None
    """The category of `grades` that it belongs to."""
    weight: NotNegative = 1.0
    """What it counts in its category, or in the course without categories; only the ratio matters."""
    extra_credit: bool = False
    """Whether it only adds: its weight is not part of what makes 100 percent, and it is never dropped."""
    corrections: list[Correction] = []
    """Exercises and hidden tests that turned out unfair."""

    def __post_init__(self) -> None:
        """Refuses invalid extensions."""
        if self.due is None and (self.extensions or self.sections):
            kind, whose = ("an extension", self.extensions) if self.extensions else ("a due date", self.sections)
            raise ValueError(f"{kind} for {next(iter(whose))}, but no due date")
        for student, until in self.extensions.items():
            if self.due is not None and aware(until) <= aware(self.due):
                raise ValueError(f"the extension for {student} ends before the assignment's due date")


class Limits(Section, frozen=True, kw_only=True):
    """What one submission may use in the student's process: seconds of wall-clock time, and megabytes (2**20 bytes)."""

    cell_seconds: Positive = 10.0
    """Time for one cell; a released cell that calls exercises first gets `call_seconds`."""
    call_seconds: Positive = 2.0
    """Time for one call of a student's function. A hidden test can ask for more."""
    submission_seconds: Positive = 120.0
    """Time for the whole submission."""
    memory_mb: Megabytes = 1024
    """Memory, on top of what the warmed interpreter uses itself."""
    answer_mb: Megabytes = 16
    """Size of one answer."""
    scratch_mb: Megabytes = 64
    """Size of the files that a notebook writes."""


class Walls(Section, frozen=True, kw_only=True):
    """Which of the optional walls are required. seccomp, Landlock, rlimits and the supervisor always must."""

    bubblewrap: Literal["if-available", "required"] = "if-available"
    """Whether to refuse grading where bubblewrap does not work."""


class Feedback(Section, frozen=True, kw_only=True):
    """When students see what."""

    score: Reveal = "always"
    """Points, of the total and of each exercise and test."""
    hint: Reveal = "always"
    """The misconception, and the hint that goes with it."""
    counterexample: Reveal = "always"
    """The smallest call that gives a wrong answer, with the expected answer."""


class Attempts(Section, frozen=True, kw_only=True):
    """Which of a student's attempts at an assignment counts, and how many `autograder serve` grades."""

    count: Literal["latest", "best"] = "latest"
    """The attempt that counts; of equal ones the later."""
    per_hour: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """How many attempts of a student at an assignment are graded in any hour; the next one waits for its turn."""
    per_day: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """Like `per_hour`, but in any 24 hours."""


class Config(Section, frozen=True, kw_only=True):
    """course.yml as written. Without a ``timezone``, a date keeps the zone it was written with, or UTC."""

    course: Name
    """The course's id, as in nbgrader's gradebook and exchange."""
    title: str
    """The course's title for people."""
    timezone: str | None = None
    """The zone of due dates, such as Europe/Berlin. Without it each date keeps the zone it was written with."""
    assignments: dict[Name, Assignment]
    """All assignments, in teaching order. The name is that of the files: `assignments/<name>.md` and so on."""
    gradebook: str = "sqlite:///gradebook.db"
    """The database's URL: SQLite, relative to the workspace, or PostgreSQL."""
    exchange: str | None = None
    """The folder of nbgrader's exchange, relative to the course. Without it, nbgrader's own setting applies."""
    roster: str | None = None
    """A CSV file of all students, relative to the course."""
    who_is_who: dict[str, str] = {}
    """Who handed in an imported file if two students share a name: the import's name for it, and the student's id."""
    site: Address | None = None
    """Where the course's site is published. Reports then link to the section of the book that an exercise is about."""
    late: Late = Late()
    """What a late submission costs."""
    attempts: Attempts = Attempts()
    """Which attempt counts, and how many are graded."""
    grades: Grades = Grades()
    """How points become final grades."""
    form: Percent = 25.0
    """Percent of an exercise's points that a wrong form costs, such as a list for an array. Its values still count."""
    limits: Limits = Limits()
    """What one submission may use."""
    figures: bool = True
    """Whether to draw figures into executed notebooks."""
    walls: Walls = Walls()
    """Which optional walls are required."""
    feedback: Feedback = Feedback()
    """When students see what."""
