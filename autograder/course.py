"""course.yml as typed, frozen structures, and every path of the course and its workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml

from autograder.deadlines import Late, aware
from autograder.errors import CourseError

CONFIG_NAME = "course.yml"

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Megabytes = Annotated[int, msgspec.Meta(ge=1, le=65536)]
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

    def __post_init__(self) -> None:
        """Refuses extensions that are none."""
        for student, until in self.extensions.items():
            if self.due is None:
                raise ValueError(f"an extension for {student}, but no due date")
            if aware(until) <= aware(self.due):
                raise ValueError(f"the extension for {student} ends before the assignment is due")


class Limits(Section, frozen=True, kw_only=True):
    """What one submission may use in the student's process: seconds of wall-clock time, and megabytes (2**20 bytes)."""

    cell_seconds: Positive = 10.0
    """Time for one cell."""
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
    """Which of the optional walls must be there. seccomp, Landlock, rlimits and the supervisor always must."""

    bubblewrap: Literal["if-available", "required"] = "if-available"
    """Whether to refuse grading where bubblewrap does not work."""


class Feedback(Section, frozen=True, kw_only=True):
    """When a student is shown what."""

    score: Reveal = "always"
    """Points, of the total and of each exercise and test."""
    hint: Reveal = "always"
    """The misconception, and the hint that goes with it."""
    counterexample: Reveal = "always"
    """The smallest call that gives a wrong answer, with the expected answer."""


class Config(Section, frozen=True, kw_only=True):
    """course.yml, as it stands."""

    course: Name
    """The course's id, as in nbgrader's gradebook and exchange."""
    title: str
    """The course's title for people."""
    assignments: dict[Name, Assignment]
    """All assignments, in teaching order. The name is that of the files: `assignments/<name>.md` and so on."""
    gradebook: str = "sqlite:///gradebook.db"
    """The database's URL: SQLite, relative to the workspace, or PostgreSQL."""
    exchange: str | None = None
    """The folder of nbgrader's exchange, relative to the course. Without it, nbgrader's own setting applies."""
    roster: str | None = None
    """A CSV file of all students, relative to the course."""
    late: Late = Late()
    """What a late submission costs."""
    limits: Limits = Limits()
    """What one submission may use."""
    figures: bool = True
    """Whether to draw figures into executed notebooks."""
    walls: Walls = Walls()
    """Which optional walls are required."""
    feedback: Feedback = Feedback()
    """When students see what."""


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A course: its configuration, and where its files are. All paths are absolute."""

    config: Config
    root: Path
    workspace: Path

    @property
    def course_id(self) -> str:
        """The course's id, which nbgrader's gradebook knows too."""
        return self.config.course

    @property
    def title(self) -> str:
        """The course's title for people."""
        return self.config.title

    @property
    def assignments(self) -> Mapping[str, Assignment]:
        """The assignments by name, in the order of course.yml."""
        return self.config.assignments

    @property
    def gradebook(self) -> str:
        """The gradebook's database URL; a relative SQLite path is taken from the workspace."""
        match = re.fullmatch(r"sqlite:///([^/].*)", self.config.gradebook)
        return f"sqlite:///{self.workspace / match[1]}" if match else self.config.gradebook

    def assignment(self, name: str) -> Assignment:
        """The assignment of that name.

        Raises:
            CourseError: when course.yml lists no such assignment.
        """
        if name not in self.assignments:
            known = ", ".join(self.assignments)
            raise CourseError(self.root / CONFIG_NAME, f"no assignment '{name}'; it lists: {known}")
        return self.assignments[name]

    @property
    def exchange(self) -> Path | None:
        """The folder of nbgrader's exchange, relative to the course; None for nbgrader's own choice."""
        return None if self.config.exchange is None else (self.root / self.config.exchange).resolve()

    @property
    def roster(self) -> Path | None:
        """The list of students, relative to the course, where there is one."""
        return None if self.config.roster is None else (self.root / self.config.roster).resolve()

    def is_due(self, name: str, now: datetime) -> bool:
        """Whether the assignment's due date has passed; an assignment without one is always due."""
        due = self.assignment(name).due
        return due is None or now >= aware(due)

    def due(self, name: str, student: str | None = None) -> datetime | None:
        """The due date in UTC, for a student with an extension his own; None when there is none."""
        assignment = self.assignment(name)
        due = assignment.extensions.get(student, assignment.due) if student else assignment.due
        return None if due is None else aware(due)

    def late_policy(self, name: str) -> Late:
        """What a late submission to this assignment loses."""
        return self.assignment(name).late or self.config.late

    def reveals(self, what: Literal["score", "hint", "counterexample"], name: str, now: datetime) -> bool:
        """Whether students may see this of the assignment at that moment."""
        when: Reveal = getattr(self.config.feedback, what)
        return when == "always" or (when == "after-due" and self.is_due(name, now))

    # the course's files
    def source_path(self, name: str) -> Path:
        """The notebook's source that students read."""
        return self.root / "assignments" / f"{name}.md"

    def reference_path(self, name: str) -> Path:
        """The reference solutions."""
        return self.root / "solutions" / f"{name}.py"

    def mistakes_path(self, name: str) -> Path:
        """The known-wrong answers."""
        return self.root / "solutions" / "mistakes" / f"{name}.py"

    def hidden_path(self, name: str) -> Path:
        """The hidden tests."""
        return self.root / "solutions" / "hidden" / f"test_{name}.py"

    # the workspace's folders
    def source_dir(self, name: str) -> Path:
        """nbgrader's instructor version."""
        return self.workspace / "source" / name

    def release_dir(self, name: str) -> Path:
        """What students get."""
        return self.workspace / "release" / name

    @property
    def submitted_dir(self) -> Path:
        """What students handed in: <student>/<assignment>/."""
        return self.workspace / "submitted"

    def autograded_dir(self, student: str, name: str) -> Path:
        """The executed notebook of one student."""
        return self.workspace / "autograded" / student / name

    def results_dir(self, name: str) -> Path:
        """The results of one assignment, a file a student."""
        return self.workspace / "results" / name

    def feedback_path(self, student: str, name: str) -> Path:
        """The report of one student."""
        return self.workspace / "feedback" / student / name / f"{name}.html"

    def class_report_path(self, name: str, *, anonymous: bool = False) -> Path:
        """The report of the class."""
        return self.workspace / "reports" / f"{name}{'-anonymous' if anonymous else ''}.html"


def load_course(root: Path, workspace: Path | None = None) -> Course:
    """Reads ``root/course.yml``. The workspace is ``root/workspace`` unless another is named.

    Raises:
        CourseError: when the file is missing, no YAML, or has an unknown key or a wrong value; with its line.
    """
    root = root.resolve()
    path = root / CONFIG_NAME
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text)
    except FileNotFoundError:
        raise CourseError(path, "not found; run this command in a course's folder, or name one with --course") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CourseError(path, f"cannot be read: {fault}") from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        problem = getattr(fault, "problem", None) or str(fault)
        raise CourseError(path, f"is no YAML: {problem}", line=mark.line + 1 if mark else None) from None
    except RecursionError:
        raise CourseError(path, "is nested too deeply") from None
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as fault:
        # what PyYAML lets through of a value that contradicts its own tag, such as `!!int soon`
        raise CourseError(path, f"holds a value that is none: {fault}") from None
    return Course(config=_decode(raw, node, path), root=root, workspace=(workspace or root / "workspace").resolve())


def _decode(raw: object, node: yaml.Node | None, path: Path) -> Config:
    try:
        return msgspec.convert(raw, Config)
    except UnicodeEncodeError:
        raise CourseError(path, "holds half a character (a lone surrogate)") from None
    except msgspec.ValidationError as fault:
        message, _, where = str(fault).partition(" - at `")
        unknown = re.search(r"unknown field `(.+?)`", message)
        keys = _keys_of(where.rstrip("`"), raw)
        if unknown:
            keys, message = [*keys, unknown[1]], f"unknown key '{unknown[1]}'"
        elif keys:
            message = f"'{'.'.join(map(str, keys))}': {message}"
        raise CourseError(path, message, line=_line_of(node, keys)) from None


def _keys_of(where: str, raw: Any) -> list[str]:
    """The keys in msgspec's path, such as `$.limits.cell_seconds`; `[...]` hides a key, so look for the culprit."""
    if "[...]" not in where:
        return re.findall(r"\.(\w+)", where)
    head, _, tail = where.partition("[...]")
    keys = re.findall(r"\.(\w+)", head)
    for key in keys:
        raw = raw[key]
    for key, value in raw.items():
        if _is_fault({key: value}, dict[Name, Assignment]):
            here = [*keys, str(key), *re.findall(r"\.(\w+)", tail)]
            students = value["extensions"].items() if tail == ".extensions[...]" else ()
            return here + [str(student) for student, date in students if _is_fault(date, datetime)][:1]
    return keys


def _is_fault(raw: object, kind: Any) -> bool:
    try:
        msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        return True
    return False


def _line_of(node: yaml.Node | None, keys: list[str]) -> int | None:
    line = node.start_mark.line + 1 if node else None
    for key in keys:
        if not isinstance(node, yaml.MappingNode):
            break
        for name, value in node.value:
            if str(name.value) == key:
                line, node = name.start_mark.line + 1, value
                break
        else:
            break
    return line
