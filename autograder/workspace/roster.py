"""The list of students: a CSV file that course.yml names, with nbgrader's own column names and the LMS's ids."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.errors import CourseError
from autograder.workspace.submissions import fault_of_id

MAX_ROSTER = 20_000_000
UNIQUE = ("id", "email", "canvas_id", "sis_id", "login")
COLUMNS = (*UNIQUE, "first_name", "last_name", "section")


@dataclass(frozen=True)
class RosterEntry:
    """One line of the roster. ``id`` is the name of the student's folder; what a line leaves out is ''."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    canvas_id: str = ""
    sis_id: str = ""
    login: str = ""
    section: str = ""

    @property
    def name(self) -> str:
        """First and last name, the id where there are none."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


@dataclass(frozen=True)
class Roster:
    """All students, in the order of the file. Without a roster it is empty, and everybody is taken by the id."""

    students: tuple[RosterEntry, ...]
    path: Path | None = None

    def by(self, column: str, value: str) -> tuple[RosterEntry, ...]:
        """Those with this value, compared without case; nobody for an empty one."""
        wanted = value.strip().casefold()
        return tuple(s for s in self.students if wanted and getattr(s, column).casefold() == wanted)

    def by_name(self, name: str) -> tuple[RosterEntry, ...]:
        """Those of this name, in either order, whatever became of its accents and spaces on the way."""
        wanted = squeezed(name)
        return tuple(s for s in self.students if wanted and wanted in _spellings(s))


def squeezed(name: str) -> str:
    """Only letters and digits, in lower case and without accents.

    >>> squeezed("Çelik, José-María")
    'celikjosemaria'
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return "".join(char for char in plain.casefold() if char.isalnum())


def _spellings(student: RosterEntry) -> tuple[str, str]:
    first, last = squeezed(student.first_name), squeezed(student.last_name)
    return first + last, last + first


def load_roster(course: Course) -> Roster:
    """The course's roster; an empty one when course.yml names none.

    Raises:
        CourseError: when the file is missing, has no column `id`, or two students share what must be their own.
    """
    path = course.roster
    if path is None:
        return Roster(())
    try:
        data = path.read_bytes()[:MAX_ROSTER]
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise CourseError(path, f"cannot be read: {fault}") from None
    try:
        students = tuple(_students(path, text))
    except csv.Error as fault:
        raise CourseError(path, f"is not a table: {fault}") from None
    if not students:
        raise CourseError(path, "lists nobody")
    return Roster(students, path)


def _students(path: Path, text: str) -> Iterator[RosterEntry]:
    dialect = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=dialect, restval="")
    if "id" not in (reader.fieldnames or ()):
        raise CourseError(path, f"has no column 'id'; its columns can be {', '.join(COLUMNS)}", line=1)
    seen: dict[tuple[str, str], int] = {}
    for row in reader:
        line = reader.line_num
        values = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(values.values()):
            continue
        fault = fault_of_id(values["id"])
        if fault:
            raise CourseError(path, fault, line=line)
        for column in UNIQUE:
            key = (column, values[column].casefold())
            if values[column] and key in seen:
                raise CourseError(path, f"{column} '{values[column]}' stands in line {seen[key]} already", line=line)
            seen[key] = line
        yield RosterEntry(**values)
