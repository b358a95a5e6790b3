"""The list of students: a CSV file that course.yml names, with nbgrader's own column names and the LMS's ids."""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from autograder.course import Course
from autograder.errors import CourseError
from autograder.text import decoded
from autograder.workspace.submissions import all_students, fault_of_id, nfc

MAX_ROSTER = 20_000_000
OTHER_NAMES = {
    "student_id": "id", "studentid": "id", "username": "login", "user_name": "login", "login_id": "login",
    "sis_login_id": "login", "sis_user_id": "sis_id", "id_number": "sis_id", "e_mail": "email",
    "email_address": "email", "mail": "email", "firstname": "first_name", "given_name": "first_name",
    "lastname": "last_name", "surname": "last_name", "family_name": "last_name", "canvas_user_id": "canvas_id",
    "github_username": "github", "github_login": "github",
}  # fmt: skip
"""Other systems' names for our columns."""

ROUNDED = re.compile(r"\d[.,]?\d*[eE]\+\d+")
"""A long number as a spreadsheet shows and saves it, without its last digits."""

UNIQUE = ("id", "email", "canvas_id", "sis_id", "login", "github")
COLUMNS = (*UNIQUE, "first_name", "last_name", "section")


@dataclass(frozen=True)
class RosterEntry:
    """One line of the roster. ``id`` is the name of the student's folder; missing values are ''."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    canvas_id: str = ""
    sis_id: str = ""
    login: str = ""
    github: str = ""
    section: str = ""
    line: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        """First and last name, or the id if there are none."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


@dataclass(frozen=True)
class Roster:
    """All students, in the order of the file. Without a roster it is empty, and everybody is known by the id only."""

    students: tuple[RosterEntry, ...]
    path: Path | None = None
    notes: tuple[str, ...] = ()

    def misses(self, student: str) -> bool:
        """Whether there is a roster, and this id is not in it."""
        return bool(self.students) and nfc(student) not in self._ids

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(student.id for student in self.students)

    def meant(self, written: str) -> str:
        """The id of the student who was probably meant, by a similar id, a name or an address; '' if unclear."""
        return _closest(written, self._spellings)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        """By everything that may stand in an id's place, in plain letters, the id; '' for what several share."""
        found: dict[str, str] = {}
        for student in self.students:
            values = (student.name, *(getattr(student, column) for column in UNIQUE[1:]))
            for plain in {squeezed(value) for value in values if value}:
                found[plain] = "" if plain in found else student.id
        found |= {squeezed(student.id).lstrip("0"): student.id for student in self.students}
        return found | {squeezed(student.id): student.id for student in self.students}

    def by(self, column: str, value: str) -> tuple[RosterEntry, ...]:
        """Those with this value, compared without case; nobody for an empty one."""
        wanted = nfc(value.strip()).casefold()
        return tuple(s for s in self.students if wanted and getattr(s, column).casefold() == wanted)

    def by_name(self, name: str) -> tuple[RosterEntry, ...]:
        """Those with this name, in either order, whatever has happened to its accents and spaces."""
        wanted = squeezed(name)
        return tuple(s for s in self.students if wanted and wanted in _spellings(s))


def squeezed(name: str) -> str:
    """Only letters and digits, in lower case and without accents.

    >>> squeezed("Öne, Stüdent-Zwei")
    'onestudentzwei'
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return "".join(char for char in plain.casefold() if char.isalnum())


def _spellings(student: RosterEntry) -> tuple[str, str]:
    first, last = squeezed(student.first_name), squeezed(student.last_name)
    return first + last, last + first


def load_roster(course: Course) -> Roster:
    """The course's roster; an empty one when course.yml names none.

    Raises:
        CourseError: if the file is missing, has no column `id`, or two students share what must be unique.
    """
    return Roster(()) if course.roster is None else _read(course.roster)


def _read(path: Path) -> Roster:
    try:
        text, guessed = decoded(path.read_bytes()[:MAX_ROSTER])
    except OSError as fault:
        raise CourseError(path, f"cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise CourseError(path, "is in an unknown encoding: save it as CSV UTF-8") from None
    try:
        students = tuple(_students(path, text, guessed=guessed))
    except csv.Error as fault:
        raise CourseError(path, f"is not a table: {fault}") from None
    if not students:
        raise CourseError(path, "lists nobody")
    note = f"{path.name} is not in UTF-8 and was read as Windows-1252: look at the names with accents"
    return Roster(students, path, (note,) if guessed else ())


def sections(course: Course) -> Mapping[str, str]:
    """By student, the section in which the roster has them; the roster is read again when its file has changed.

    Raises:
        CourseError: if it cannot be read, or somebody is in two sections that have due dates of their own.
    """
    if course.roster is None:
        return {}
    try:
        state = course.roster.stat()
    except OSError as fault:
        raise CourseError(course.roster, f"cannot be read: {fault.strerror}") from None
    dated = frozenset(section for one in course.assignments.values() for section in one.sections)
    return _sections(course.roster, dated, (state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=4)
def _sections(path: Path, dated: frozenset[str], state: tuple[int, int]) -> Mapping[str, str]:
    found = {}
    for student in _read(path).students:
        mine = [student.section] if student.section in dated else sections_in(student.section)
        named = [section for section in mine if section in dated]
        if len(named) > 1:
            what = f"'{student.id}' is in two sections with due dates of their own, {' and '.join(named)}"
            raise CourseError(path, f"{what}; keep one of them", line=student.line)
        found[student.id] = named[0] if named else student.section
    return found


def sections_in(written: str) -> list[str]:
    """The sections of one student, as a roster lists them.

    >>> sections_in("Tuesday, Group 3 and Lab")
    ['Tuesday', 'Group 3', 'Lab']
    """
    return re.split(r"\s*(?:[;,&/]| and )\s*", written)


def _columns(path: Path, names: Sequence[str]) -> dict[str, str]:
    """By our column, what the file calls it.

    Raises:
        CourseError: if two columns mean the same, or there is no `id`.
    """
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[\s.-]+", "_", name.strip().casefold())
        column = OTHER_NAMES.get(plain, plain)
        if column not in COLUMNS:
            continue
        if column in found:
            raise CourseError(path, f"has two columns for '{column}': '{found[column]}' and '{name}'", line=1)
        found[column] = name
    if "id" not in found:
        raise CourseError(path, f"has no column 'id'; its columns can be {', '.join(COLUMNS)}", line=1)
    return found


def table(text: str) -> csv.DictReader[str]:
    """The rows of a table, whatever separates its columns."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # Excel of older Macs ends lines with CR alone
    first, _, rest = text.partition("\n")
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == 5:  # for Excel
        return csv.DictReader(io.StringIO(rest), delimiter=first.strip()[4], restval="")
    between = max(",;\t|", key=first.count)
    return csv.DictReader(io.StringIO(text), delimiter=between, restval="")


def _students(path: Path, text: str, *, guessed: bool = False) -> Iterator[RosterEntry]:
    reader = table(text)
    columns = _columns(path, reader.fieldnames or ())
    seen: dict[tuple[str, str], int] = {}
    for row in reader:
        line = reader.line_num
        values = {name: nfc((row.get(called) or "").strip()) for name, called in columns.items()}
        if not any(values.values()):
            continue
        fault = fault_of_id(values["id"])
        if ROUNDED.fullmatch(values["id"]):
            fault = f"'{values['id']}' is a number that a spreadsheet rounded: format the column as text"
        if guessed and not values["id"].isascii():
            fault = f"the id '{values['id']}' may be wrong, because the file is not in UTF-8: save it as CSV UTF-8"
        if fault:
            raise CourseError(path, fault, line=line)
        for column in (name for name in UNIQUE if name in columns):
            key = (column, values[column].casefold())
            if values[column] and key in seen:
                raise CourseError(path, f"{column} '{values[column]}' is already in line {seen[key]}", line=line)
            seen[key] = line
        yield RosterEntry(**values, line=line)


@dataclass(frozen=True)
class DoubtfulDate:
    """A date in course.yml that is for nobody: where it is there, and what is wrong."""

    keys: tuple[str, ...]
    text: str


def doubtful_dates(course: Course, assignment: str, *, certain: bool = False) -> tuple[DoubtfulDate, ...]:
    """Extensions for unknown people and due dates of sections that nobody is in, with what was probably meant.

    Known people are those in the roster, or without one, those who have handed in anything. In the second case somebody
    unknown may simply not have started yet: if only ``certain`` mistakes are wanted, a known name must be close.

    Raises:
        CourseError: if the roster cannot be read.
    """
    roster = load_roster(course)
    found = (
        *_doubtful_extensions(course, assignment, roster, certain=certain),
        *_doubtful_sections(course, assignment, roster),
    )
    return tuple(DoubtfulDate(("assignments", assignment, *keys), text) for keys, text in found)


def _doubtful_extensions(
    course: Course, assignment: str, roster: Roster, *, certain: bool
) -> Iterator[tuple[tuple[str, str], str]]:
    known = roster if roster.students else Roster(tuple(map(RosterEntry, all_students(course.submitted_dir))))
    why = f"who is not in {roster.path.name}" if roster.path else "who has handed in nothing yet"
    for student in course.assignment(assignment).extensions:
        meant = known.meant(student)
        if known.misses(student) and (roster.path or meant or not certain):
            yield ("extensions", student), f"an extension for '{assignment}' names '{student}', {why}{_question(meant)}"


def _doubtful_sections(course: Course, assignment: str, roster: Roster) -> Iterator[tuple[tuple[str, str], str]]:
    known = {part for student in roster.students for part in (student.section, *sections_in(student.section)) if part}
    why = f"in which {roster.path.name} has nobody" if roster.path else "but course.yml names no roster"
    for section in course.assignment(assignment).sections:
        if section not in known:
            meant = _closest(section, {squeezed(one): one for one in known})
            told = f"a due date for '{assignment}' is of the section '{section}', {why}{_question(meant)}"
            yield ("sections", section), told


def _closest(written: str, spellings: Mapping[str, str]) -> str:
    plain = squeezed(written)
    close = difflib.get_close_matches(plain, spellings, 1, 0.8)
    return spellings.get(plain) or (spellings[close[0]] if close else "")


def _question(meant: str) -> str:
    return f"; did you mean '{meant}'?" if meant else ""
