"""course.yml as typed, frozen structures, and every path of the course and its workspace."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec
import yaml

from autograder import moments
from autograder.deadlines import Late, aware
from autograder.errors import CourseError
from autograder.schemes import Category, Correction, Grades, NotNegative

CONFIG_NAME = "course.yml"
NO_CHANGES: Mapping[str, str] = MappingProxyType({})

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


class Revealed(msgspec.Struct, frozen=True):
    """What students may see now: the points, the misconceptions with their hints, and the counterexamples."""

    score: bool
    hint: bool
    counterexample: bool


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A course: its configuration and where its files are. All paths are absolute."""

    config: Config
    root: Path
    workspace: Path

    @property
    def course_id(self) -> str:
        """The course's id, which is also used in nbgrader's gradebook."""
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
        return f"sqlite:///{quoted(str(self.workspace))}/{match[1]}" if match else self.config.gradebook

    def assignment(self, name: str) -> Assignment:
        """The assignment of that name.

        Raises:
            CourseError: if course.yml lists no such assignment.
        """
        if name not in self.assignments:
            known = ", ".join(self.assignments)
            raise CourseError(self.root / CONFIG_NAME, f"no assignment '{name}'; it lists: {known}")
        return self.assignments[name]

    @property
    def first(self) -> str:
        """The name of the first assignment.

        Raises:
            CourseError: if course.yml lists none yet.
        """
        if not self.assignments:
            raise CourseError(self.root / CONFIG_NAME, "lists no assignment yet; `autograder new NAME` starts one")
        return next(iter(self.assignments))

    @property
    def exchange(self) -> Path | None:
        """The folder of nbgrader's exchange, relative to the course; None for nbgrader's own choice."""
        return None if self.config.exchange is None else (self.root / self.config.exchange).resolve()

    @property
    def roster(self) -> Path | None:
        """The list of students, relative to the course, if there is one."""
        return None if self.config.roster is None else (self.root / self.config.roster).resolve()

    def is_due(self, name: str, now: datetime) -> bool:
        """Whether the due date has passed, and the last section's; an assignment without one counts as past due."""
        one = self.assignment(name)
        return one.due is None or now >= max(aware(due) for due in (one.due, *one.sections.values()))

    @property
    def timezone(self) -> tzinfo | None:
        """The time zone in course.yml; None if each date keeps its own."""
        return None if self.config.timezone is None else moments.zone_named(self.config.timezone)

    def due(self, name: str, student: str | None = None, section: str = "") -> datetime | None:
        """The due date in the course's time zone, or a student's extension; None without one."""
        assignment = self.assignment(name)
        due = assignment.extensions.get(student or "") or assignment.sections.get(section) or assignment.due
        if due is None or due.tzinfo is None:
            return None if due is None else aware(due)
        return due if self.timezone is None else due.astimezone(self.timezone)

    def late_policy(self, name: str) -> Late:
        """What a late submission to this assignment loses."""
        return self.assignment(name).late or self.config.late

    def revealed(self, name: str, now: datetime) -> Revealed:
        """What students may see of the assignment at that time."""
        feedback, due = self.config.feedback, self.is_due(name, now)
        return Revealed(
            *(
                when == "always" or (when == "after-due" and due)
                for when in (feedback.score, feedback.hint, feedback.counterexample)
            )
        )

    def line_of(self, *keys: str) -> int | None:
        """The line of course.yml at which these keys are, for messages; of the last one that is there."""
        with suppress(OSError, UnicodeDecodeError, yaml.YAMLError):
            text = (self.root / CONFIG_NAME).read_text(encoding="utf-8-sig")
            return _line_of(yaml.compose(text, Loader=_Loader), list(keys))
        return None

    def section(self, name: str, exercise: str) -> str:
        """The address of the section about an exercise on the course's site; empty without one."""
        site = self.config.site
        return f"{site.rstrip('/')}/{name}.html#exercise-{exercise}" if site else ""

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

    def marking_path(self, question: str) -> Path:
        """The marking guide of a written question."""
        return self.root / "solutions" / "marking" / f"{question}.md"

    # the workspace's folders
    def source_dir(self, name: str) -> Path:
        """nbgrader's instructor version."""
        return self.workspace / "source" / name

    def release_dir(self, name: str) -> Path:
        """What students get."""
        return self.workspace / "release" / name

    def releases_path(self, name: str) -> Path:
        """The record of the cells of all releases of one assignment."""
        return self.workspace / "releases" / f"{name}.json"

    def release_notebook(self, name: str) -> Path:
        """The notebook that students get."""
        return self.release_dir(name) / f"{name}.ipynb"

    def grades_path(self, suffix: str) -> Path:
        """The final grades, as a file of that kind."""
        return self.workspace / "grades" / f"grades.{suffix}"

    @property
    def submitted_dir(self) -> Path:
        """The submissions: <student>/<assignment>/."""
        return self.workspace / "submitted"

    def autograded_dir(self, student: str, name: str) -> Path:
        """The folder of one student's executed notebook."""
        return self.workspace / "autograded" / student / name

    def executed_notebook(self, student: str, name: str) -> Path:
        """The executed notebook of one student."""
        return self.autograded_dir(student, name) / f"{name}.ipynb"

    def results_dir(self, name: str) -> Path:
        """The results of one assignment, one file per student."""
        return self.workspace / "results" / name

    def feedback_path(self, student: str, name: str) -> Path:
        """The report of one student."""
        return self.workspace / "feedback" / student / name / f"{name}.html"

    def course_report_path(self, *, anonymous: bool = False) -> Path:
        """The report over all assignments."""
        return self.workspace / "reports" / f"course{'-anonymous' if anonymous else ''}.html"

    def class_report_path(self, name: str, *, anonymous: bool = False) -> Path:
        """The report of the class."""
        return self.workspace / "reports" / f"{name}{'-anonymous' if anonymous else ''}.html"


def quoted(path: str) -> str:
    """A path as part of a database URL, where ? and % have a special meaning."""
    return path.replace("%", "%25").replace("?", "%3F")


def load_course(root: Path, workspace: Path | None = None, *, changes: Mapping[str, str] = NO_CHANGES) -> Course:
    """Reads ``root/course.yml``. The workspace is ``root/workspace`` unless another is named.

    Args:
        root: the course's folder.
        workspace: the folder for all output.
        changes: values to take in place of what the file says, by their keys: ``{"grades.pass_from": "45"}``.

    Raises:
        CourseError: if the file is missing, is not YAML, or has an unknown key or a wrong value; with its line.
    """
    root = root.resolve()
    path = root / CONFIG_NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=_Loader)
        raw = yaml.load(text, Loader=_Loader)
    except FileNotFoundError:
        raise CourseError(path, "not found; run this command in a course's folder, or name one with --course") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CourseError(path, f"cannot be read: {fault}") from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        problem = getattr(fault, "problem", None) or str(fault)
        raise CourseError(path, f"is not valid YAML: {problem}", line=mark.line + 1 if mark else None) from None
    except RecursionError:
        raise CourseError(path, "is nested too deeply") from None
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as fault:
        # what PyYAML raises for a value that contradicts its own tag, such as `!!int soon`
        raise CourseError(path, f"contains an invalid value: {fault}") from None
    for keys, value in changes.items():
        _change(raw, keys.split("."), value, path)
    return Course(config=_decode(raw, node, path), root=root, workspace=(workspace or root / "workspace").resolve())


def _change(raw: Any, keys: Sequence[str], value: str, path: Path) -> None:
    """Puts a value in the place of what course.yml has there.

    Raises:
        CourseError: if there is no such place, or the value is not YAML.
    """
    for key in keys[:-1]:
        raw = raw.setdefault(key, {}) if isinstance(raw, dict) else None
    if not isinstance(raw, dict):
        raise CourseError(path, f"there is no '{'.'.join(keys)}' to change")
    try:
        raw[keys[-1]] = yaml.load(value, Loader=_Loader)
    except yaml.YAMLError:
        raise CourseError(path, f"'{'.'.join(keys)}': '{value}' is not a value") from None


class _Loader(yaml.SafeLoader):
    """Leaves dates as written, for `moments` to read, and keys as well: 0012 is a student's id, not ten."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping with its keys as text.

        Raises:
            ConstructorError: if a key appears twice, since YAML would silently take the last.
        """
        self.flatten_mapping(node)
        made: dict[Any, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is not plain text", key.start_mark)
            name = unicodedata.normalize("NFC", key.value)
            if name in made:
                raise yaml.constructor.ConstructorError(None, None, f"'{name}' appears twice", key.start_mark)
            made[name] = self.construct_object(value, deep=deep)
        return made


def _read_moments(raw: Any, node: yaml.Node | None, path: Path) -> None:
    """Replaces the dates in course.yml by moments.

    Raises:
        CourseError: if one of them is not a date or is ambiguous; with its line.
    """
    if not isinstance(raw, dict):
        return

    def read(value: object, keys: list[str]) -> object:
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            return value
        try:
            return moments.read(str(value), zone or UTC)
        except moments.Doubtful as fault:
            what = f"'{'.'.join(keys)}': '{value}' {fault}. Write it like 2026-10-16 23:59, or add a zone: +02:00"
            raise CourseError(path, what, line=_line_of(node, keys)) from None

    zone = _zone(raw.get("timezone"), node, path)
    assignments = raw.get("assignments")
    for name, one in assignments.items() if isinstance(assignments, dict) else ():
        here = ["assignments", str(name)]
        if isinstance(one, dict) and "due" in one:
            one["due"] = read(one["due"], [*here, "due"])
        for key in ("extensions", "sections"):
            if isinstance(one, dict) and isinstance(one.get(key), dict):
                one[key] = {who: read(until, [*here, key, who]) for who, until in one[key].items()}


def _zone(name: object, node: yaml.Node | None, path: Path) -> tzinfo | None:
    if not isinstance(name, str):
        return None  # msgspec says what is wrong with it
    try:
        return moments.zone_named(name)
    except moments.Doubtful as fault:
        raise CourseError(path, f"'timezone': '{name}' {fault}", line=_line_of(node, ["timezone"])) from None


_KINDS = {
    "str": "text", "float": "a number", "int": "a whole number", "bool": "true or false", "null": "nothing",
    "object": "a section with keys of its own", "array": "a list", "datetime": "a date with a time",
}  # fmt: skip


def _in_words(message: str) -> str:
    """msgspec's message about a value, in words that an author of course.yml understands.

    >>> _in_words("Expected `float | null`, got `str`"), _in_words("Object missing required field `title`")
    ('must be a number, and is text', "'title' is missing")
    """
    if match := re.fullmatch(r"Object missing required field `(.+)`", message):
        return f"'{match[1]}' is missing"
    if match := re.fullmatch(r"Expected `(.+)`, got `(.+)`", message):
        wanted = [kind for kind in match[1].split(" | ") if kind != "null"]
        found = "empty" if match[2] == "null" else _KINDS.get(match[2], match[2])
        return f"must be {' or '.join(_KINDS.get(kind, kind) for kind in wanted)}, and is {found}"
    if match := re.fullmatch(r"Expected `\w+` ([<>]=?) ([\d.]+)", message):
        signs = {">": "more than", ">=": "at least", "<": "less than", "<=": "at most"}
        return f"must be {signs[match[1]]} {float(match[2]):g}"
    if message.startswith("Expected `str` matching regex '^https"):
        return "must be an address that begins with https:// or http://"
    if message.startswith("Expected `str` matching regex"):
        return "must be a name of lower-case letters, digits and _ that begins with a letter"
    if match := re.fullmatch(r"Invalid enum value (.+)", message):
        return f"cannot be {match[1]}"
    return message


def _decode(raw: object, node: yaml.Node | None, path: Path) -> Config:
    if isinstance(raw, dict) and raw.get("assignments", ...) is None:
        raw["assignments"] = {}  # nothing is listed yet
    _read_moments(raw, node, path)
    try:
        config = msgspec.convert(raw, Config)
    except UnicodeEncodeError:
        raise CourseError(path, "holds half a character (a lone surrogate)") from None
    except msgspec.ValidationError as fault:
        message, _, where = str(fault).partition(" - at `")
        message = _in_words(message)
        unknown = re.search(r"unknown field `(.+?)`", message)
        keys = _keys_of(where.rstrip("`"), raw)
        if unknown:
            keys, message = [*keys, unknown[1]], f"unknown key '{unknown[1]}'"
        elif keys:
            message = f"'{'.'.join(map(str, keys))}': {message}"
        raise CourseError(path, message, line=_line_of(node, keys)) from None
    for keys, what in _contradictions(config):
        raise CourseError(path, f"'{'.'.join(keys)}': {what}", line=_line_of(node, keys))
    return config


def _contradictions(config: Config) -> Iterator[tuple[list[str], str]]:
    """What in the rules for late work and final grades contradicts itself: where, and what to do."""
    grades, assignments = config.grades, config.assignments
    for name, category in grades.categories.items():
        own = [one for one in assignments.values() if one.category == name]
        here = ["grades", "categories", name]
        if not own:
            yield here, f"no assignment has this category; add 'category: {name}' to those that belong to it"
        elif not any(one.weight and not one.extra_credit for one in own):
            yield here, "the weights of its assignments add up to nothing; give one of them a weight"
        elif len(own) <= category.drop_lowest:
            yield [*here, "drop_lowest"], f"cannot be {category.drop_lowest}: the category has {len(own)} assignments"
    for name, one in assignments.items():
        if one.late is not None and one.late.free_days:
            yield (
                ["assignments", name, "late", "free_days"],
                "is of the whole course; write it into the course's 'late'",
            )
        known = ", ".join(grades.categories) or "none"
        if one.category is None and grades.categories:
            yield ["assignments", name], f"names no category; 'grades' has: {known}"
        elif one.category is not None and one.category not in grades.categories:
            yield ["assignments", name, "category"], f"there is no category '{one.category}'; 'grades' has: {known}"
    counting = [one for one in assignments.values() if one.weight and not one.extra_credit]
    if assignments and not counting:
        yield ["assignments"], "all weights add up to nothing; give at least one assignment a weight"
    if grades.categories and not any(each.weight and not each.extra_credit for each in grades.categories.values()):
        yield ["grades", "categories"], "all weights add up to nothing; give at least one category a weight"
    if grades.categories and grades.drop_lowest:
        yield ["grades", "drop_lowest"], "there are categories; write drop_lowest into the one that it is for"
    if counting and grades.drop_lowest >= len(assignments):
        yield ["grades", "drop_lowest"], f"cannot be {grades.drop_lowest}: there are {len(assignments)} assignments"
    yield from _faults_of_scale(grades)


def _faults_of_scale(grades: Grades) -> Iterator[tuple[list[str], str]]:
    marks: dict[float, str] = {}
    for mark, lowest in grades.scale.items():
        if lowest in marks:
            yield ["grades", "scale", mark], f"begins at {lowest:g} like '{marks[lowest]}'; give one of them another"
        marks[lowest] = mark
    if marks and min(marks) > 0:
        gap = f"nobody below {min(marks):g} percent would get a mark; add one that begins at 0"
        yield ["grades", "scale"], f"has a gap: {gap}"


_BY_NAME: dict[str, Any] = {
    "assignments": dict[Name, Assignment],
    "categories": dict[str, Category],
    "scale": dict[str, Percent],
}
"""The sections whose keys the author chose, by name, and what their values are."""


def _keys_of(where: str, raw: Any) -> list[str]:
    """The keys in msgspec's path, such as `$.limits.cell_seconds`; `[...]` hides a key, so look for the culprit."""
    if "[...]" not in where:
        return _keys_in(where)
    head, _, tail = where.partition("[...]")
    keys = _keys_in(head)
    for key in keys:
        raw = raw[key]
    for key, value in raw.items():
        if _is_fault({key: value}, _BY_NAME[keys[-1]]):
            here = [*keys, str(key), *_keys_in(tail)]
            dates = re.fullmatch(r"\.(extensions|sections)\[\.\.\.\]", tail)
            students = value[dates[1]].items() if dates else ()
            return here + [str(student) for student, date in students if _is_fault(date, datetime)][:1]
    return keys


def _keys_in(where: str) -> list[str]:
    return [name or place for name, place in re.findall(r"\.(\w+)|\[(\d+)\]", where)]


def _is_fault(raw: object, kind: Any) -> bool:
    try:
        msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        return True
    return False


def _line_of(node: yaml.Node | None, keys: list[str]) -> int | None:
    line = node.start_mark.line + 1 if node else None
    for key in keys:
        if isinstance(node, yaml.SequenceNode) and key.isdigit():
            node = node.value[int(key)]
            line = node.start_mark.line + 1
            continue
        if not isinstance(node, yaml.MappingNode):
            break
        for name, value in node.value:
            if str(name.value) == key:
                line, node = name.start_mark.line + 1, value
                break
        else:
            break
    return line
