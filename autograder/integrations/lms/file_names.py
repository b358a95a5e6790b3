"""How each system names what it lets teachers download: from a file's name to whose it is, and which attempt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml

from autograder.deadlines import aware
from autograder.errors import SubmissionError
from autograder.integrations.lms.archive import ArchiveEntry
from autograder.notebooks.candidates import stem_of
from autograder.workspace.roster import Roster, RosterEntry

NOTEBOOK = ".ipynb"


@dataclass(frozen=True)
class ImportedFile:
    """One file of one student. Files of equal attempts belong together; among them a higher ``order`` is newer."""

    owner: str
    found: tuple[RosterEntry, ...]
    attempt: float
    order: int
    name: str
    entry: ArchiveEntry
    moment: datetime | None = None
    late: bool = False


Reader = Callable[[list[ArchiveEntry], Roster, str], Iterator[ImportedFile]]

# doejane_12345_678901_neuron.ipynb, doejane_LATE_12345_678902_neuron-1.ipynb
CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)
CANVAS_AGAIN = re.compile(r"-\d+(?=\.\w+$)")

# Jane Doe_123456_assignsubmission_file_/neuron.ipynb, or all in the file's name
MOODLE = re.compile(r"(?P<name>.+?)_(?P<participant>\d+)_assignsubmission_file_?(?P<rest>.*)", re.DOTALL)


def canvas(entries: list[ArchiveEntry], roster: Roster, assignment: str) -> Iterator[ImportedFile]:
    """Canvas: the student's id and the file's in each name. A file handed in again has a higher id."""
    for entry in entries:
        match = CANVAS.fullmatch(entry.name)
        if match is None:
            yield ImportedFile(entry.shown, (), 0, 0, entry.name, entry)
            continue
        found = roster.by("canvas_id", match["user"]) or roster.by_name(match["name"])
        name = CANVAS_AGAIN.sub("", match["rest"])
        owner = f"{match['name']} ({match['user']})"
        yield ImportedFile(owner, found, 0, int(match["file"]), name, entry, late=bool(match["late"]))


def moodle(entries: list[ArchiveEntry], roster: Roster, assignment: str) -> Iterator[ImportedFile]:
    """Moodle: the full name and the number as a participant, in a folder's name or in the file's."""
    for entry in entries:
        match = next((m for part in entry.parts if (m := MOODLE.fullmatch(part))), None)
        if match is None:
            yield ImportedFile(entry.shown, (), 0, 0, entry.name, entry)
            continue
        name = match["rest"] if match.string == entry.name else entry.name
        yield ImportedFile(match["name"], roster.by_name(match["name"]), 0, 0, name, entry)


def gradescope(entries: list[ArchiveEntry], roster: Roster, assignment: str) -> Iterator[ImportedFile]:
    """Gradescope's export: folders submission_<id>, and submission_metadata.yml that says whose they are, and when."""
    told = next((entry for entry in entries if entry.name == "submission_metadata.yml"), None)
    metadata = _metadata(told)
    for entry in entries:
        key = next((part for part in entry.parts if re.fullmatch(r"submission_\d+", part)), None)
        if entry is told or key is None:
            continue
        about = metadata.get(key, {})
        moment = about.get(":created_at")
        moment = aware(moment) if isinstance(moment, datetime) else None
        attempt, order = moment.timestamp() if moment else 0.0, int(key.rpartition("_")[2])
        people = [one for one in about.get(":submitters", ()) if isinstance(one, dict)]
        if not people:
            yield ImportedFile(key, (), attempt, order, entry.name, entry, moment)
        for person in people:  # a group hands in once
            email, number, name = (str(person.get(f":{field}") or "") for field in ("email", "sid", "name"))
            found = roster.by("email", email) or roster.by("sis_id", number) or roster.by("id", number)
            if not roster.students:
                found = (RosterEntry(number or email),)
            yield ImportedFile(name or email or key, found, attempt, order, entry.name, entry, moment)


def _metadata(entry: ArchiveEntry | None) -> Mapping[str, Any]:
    if entry is None:
        raise SubmissionError("submission_metadata.yml", "is not in the download: export the submissions once more")
    try:
        found = yaml.safe_load(entry.data)
    except yaml.YAMLError as fault:
        raise SubmissionError("submission_metadata.yml", f"is not valid YAML: {fault}") from None
    except RecursionError:
        raise SubmissionError("submission_metadata.yml", "is nested too deeply") from None
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as fault:
        # what PyYAML lets through of a value that contradicts its own tag
        raise SubmissionError("submission_metadata.yml", f"contains an invalid value: {fault}") from None
    if not isinstance(found, dict) or not all(isinstance(value, dict) for value in found.values()):
        raise SubmissionError("submission_metadata.yml", "does not list submissions")
    return found


def folder(entries: list[ArchiveEntry], roster: Roster, assignment: str) -> Iterator[ImportedFile]:
    """A folder a student, `<student>/...`, or a file: `<student>.ipynb`, `<student>_<assignment>.ipynb`."""
    for entry in entries:
        if len(entry.parts) > 1:
            owner, name = entry.parts[0], entry.name
        else:
            stem = stem_of(entry.name)
            owner = (stem or entry.name).removesuffix(f"_{assignment}")
            name = entry.name if stem is None else f"{assignment}{NOTEBOOK}"
        found = roster.by("id", owner) or roster.by_name(owner) if roster.students else (RosterEntry(owner),)
        yield ImportedFile(owner, found, 0, 0, name, entry)


READERS: Mapping[str, Reader] = {"canvas": canvas, "moodle": moodle, "gradescope": gradescope, "folder": folder}
NEED_A_ROSTER = ("canvas", "moodle")
