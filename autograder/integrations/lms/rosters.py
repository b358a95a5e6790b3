"""Makes the course's roster from what a learning platform exports: Canvas's gradebook or Moodle's participants."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from autograder.errors import CourseError
from autograder.text import decoded
from autograder.workspace.files import write_named
from autograder.workspace.roster import COLUMNS, table
from autograder.workspace.submissions import fault_of_id, nfc

Row = Mapping[str, str]
NOBODY = ("points possible", "student, test", "test student")
"""Lines of Canvas's gradebook that are not students."""


def _canvas(row: Row) -> dict[str, str] | None:
    """Canvas's gradebook: 'One, Student', its own number, and the institution's id and login."""
    name = row.get("Student", "").strip()
    if not name or name.casefold() in NOBODY:
        return None
    last, comma, first = name.partition(",")
    first, last = (first, last) if comma else (" ".join(name.split()[:-1]), name.split()[-1])
    login, sis = row.get("SIS Login ID", ""), row.get("SIS User ID", "")
    return {
        "id": login or sis or row.get("ID", ""),
        "first_name": first,
        "last_name": last,
        "email": login if "@" in login else "",
        "canvas_id": row.get("ID", ""),
        "sis_id": sis,
        "login": login,
        "section": row.get("Section", ""),
    }


def _moodle(row: Row) -> dict[str, str] | None:
    """Moodle's participants, with whatever columns the site shows: names, number, username, address, groups."""
    email = row.get("Email address", "")
    login, sis = row.get("Username", ""), row.get("ID number", "")
    return {
        "id": login or sis or email.partition("@")[0],
        "first_name": row.get("First name", ""),
        "last_name": row.get("Last name", row.get("Surname", "")),
        "email": email,
        "sis_id": sis,
        "login": login,
        "section": row.get("Groups", row.get("Group", "")),
    }


SYSTEMS: Mapping[str, tuple[str, Callable[[Row], dict[str, str] | None]]] = {
    "canvas": ("Student", _canvas),
    "moodle": ("First name", _moodle),
}


def roster_rows(system: str, path: Path) -> list[dict[str, str]]:
    """The students of an export, as the roster's columns.

    Raises:
        CourseError: if the file cannot be read or is another one, or two students have the same id; with its line.
    """
    needed, read = SYSTEMS[system]
    try:
        text, _ = decoded(path.read_bytes())
    except OSError as fault:
        raise CourseError(path, f"cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise CourseError(path, "is in an unknown encoding: save it as CSV UTF-8") from None
    reader = table(text)
    if needed not in (reader.fieldnames or ()):
        raise CourseError(path, f"has no column '{needed}': it is not what {system} exports", line=1)
    rows: dict[str, dict[str, str]] = {}
    for line, row in _lines(reader):
        values = read(row)
        if values is None:
            continue
        values = {name: nfc(value.strip()) for name, value in values.items()}
        unusable = fault_of_id(values["id"])
        if unusable:
            raise CourseError(path, f"{unusable} Give each student a login or a number there", line=line)
        if values["id"].casefold() in rows:
            raise CourseError(path, f"'{values['id']}' appears twice; remove one of the lines", line=line)
        rows[values["id"].casefold()] = values
    if not rows:
        raise CourseError(path, "lists nobody")
    return list(rows.values())


def _lines(reader: csv.DictReader[str]) -> Iterator[tuple[int, Row]]:
    for row in reader:
        yield reader.line_num, {(key or "").strip(): (value or "").strip() for key, value in row.items() if key}


def write_roster(system: str, source: Path, target: Path) -> int:
    """Writes the roster and returns how many students it has. One that is there and differs stays.

    Raises:
        CourseError: if the export cannot be used, or there is another roster already.
        WorkspaceError: if it cannot be written.
    """
    rows = roster_rows(system, source)
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    data = file.getvalue().encode()
    if target.exists() and target.read_bytes() != data:
        raise CourseError(
            target, "already exists and lists other students; write to another file with --to, and compare"
        )
    write_named(target, data)
    return len(rows)
