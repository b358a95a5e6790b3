"""How each system names its downloads: from a file's name to its student and attempt."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import yaml

from autograder.course import moments
from autograder.course.deadlines import aware
from autograder.errors import SubmissionError
from autograder.integrations.lms.archive import ArchiveEntry
from autograder.notebooks.candidates import stem_of
from autograder.workspace.owners import NOTEBOOK, owner_depth, owner_of
from autograder.workspace.roster import Roster, RosterEntry


@dataclass(frozen=True)
class ImportedFile:
    """One file of one student. Files of equal attempts belong together; a higher ``order`` is newer."""

    owner: str
    found: tuple[RosterEntry, ...]
    attempt: float
    order: int
    name: str
    entry: ArchiveEntry
    moment: datetime | None = None
    late: bool = False
    label: str = ""

    @property
    def key(self) -> str:
        """What tells this student from another of the same name; `who_is_who` in course.yml can list it."""
        return self.label or self.owner


Reader = Callable[..., Iterator[ImportedFile]]

# onestudent_12345_678901_neuron.ipynb, onestudent_LATE_12345_678902_neuron-1.ipynb
CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)
CANVAS_AGAIN = re.compile(r"-\d+(?=\.\w+$)")

# Student One_123456_assignsubmission_file_/neuron.ipynb, or all in the file's name
MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<participant>\d+)_assignsubmission_(?P<kind>file|onlinetext|comments)_?(?P<rest>.*)", re.DOTALL
)
ONLINE_TEXT = "onlinetext.html"
"""What Moodle makes of text that a student typed in, which is not a student's file."""

# Neuron_sone_attempt_2026-10-16-21-40-23_neuron.ipynb, and the same without a file for Blackboard's own text
BLACKBOARD = re.compile(r"(?P<head>.+)_attempt_(?P<at>\d{4}(?:-\d\d){5})(?:_(?P<rest>.+)|\.txt)?", re.DOTALL | re.ASCII)

# 1234-5678 - Student One - Oct 16, 2026 940 PM/neuron.ipynb
BRIGHTSPACE = re.compile(
    r"(?P<number>\d+-\d+)\s*- (?P<name>.+?)\s*- "
    r"(?P<day>[A-Z][a-z]{2} \d{1,2}, \d{4}) (?P<clock>\d{3,4}) (?P<half>[AP]M)",
    re.DOTALL,
)

# One_Student_sone_12345/20261016214023_neuron.ipynb
ILIAS = re.compile(r"(?P<head>.+_.+)_(?P<number>\d+)", re.DOTALL | re.ASCII)
ILIAS_FILE = re.compile(r"(?P<at>\d{14})_(?P<rest>.+)", re.DOTALL | re.ASCII)

BRANCH = re.compile(r"-(?:main|master)$")
"""What GitHub adds to the folder of a downloaded repository."""

SUBMISSION = re.compile(r"submission_\d+", re.ASCII)
METADATA = "submission_metadata.yml"


def canvas(entries: list[ArchiveEntry], roster: Roster, assignment: str) -> Iterator[ImportedFile]:
    """Canvas: the student's id and the file's in each name. A file handed in again has a higher id.

    The first folder or file with such a name says whose it is; anything below is the student's own.
    """
    for entry in entries:
        match = first_match(CANVAS, entry)
        if match is None:
            yield ImportedFile(entry.shown, (), 0, 0, entry.name, entry)
            continue
        found = roster.by("canvas_id", match["user"]) or roster.by_name(match["name"])
        name = CANVAS_AGAIN.sub("", match["rest"]) if match.string == entry.name else entry.name
        owner = f"{match['name']} ({match['user']})"
        yield ImportedFile(owner, found, 0, int(match["file"]), name, entry, late=bool(match["late"]))


def first_match(pattern: re.Pattern[str], entry: ArchiveEntry) -> re.Match[str] | None:
    """The first of an entry's folders, or its name, that matches a system's pattern."""
    return next((match for part in entry.parts if (match := pattern.fullmatch(part))), None)


def moodle(entries: list[ArchiveEntry], roster: Roster, assignment: str) -> Iterator[ImportedFile]:
    """Moodle: the full name and the number as a participant, in a folder's name or in the file's."""
    for entry in entries:
        match = first_match(MOODLE, entry)
        if match is None:
            yield ImportedFile(entry.shown, (), 0, 0, entry.name, entry)
            continue
        name = match["rest"] if match.string == entry.name else entry.name
        name = name if match["kind"] == "file" else ONLINE_TEXT
        label = f"{match['name']} ({match['participant']})"
        yield ImportedFile(match["name"], roster.by_name(match["name"]), 0, 0, name, entry, label=label)


def blackboard(
    entries: list[ArchiveEntry], roster: Roster, assignment: str, zone: tzinfo = UTC
) -> Iterator[ImportedFile]:
    """Blackboard: title, login and the attempt's time in each name; a text file of Blackboard's own beside them."""
    for entry in entries:
        match = first_match(BLACKBOARD, entry)
        if match is None:
            yield ImportedFile(entry.shown, (), 0, 0, entry.name, entry)
        elif match["rest"] or match.string != entry.name:
            owner, found = _known_end(match["head"], "_", roster, ("login", "id", "sis_id"))
            name = match["rest"] if match.string == entry.name else entry.name
            moment = _local(match["at"], "%Y-%m-%d-%H-%M-%S", zone)
            yield ImportedFile(owner, found, _seconds(moment), 0, name, entry, moment)


def brightspace(
    entries: list[ArchiveEntry], roster: Roster, assignment: str, zone: tzinfo = UTC
) -> Iterator[ImportedFile]:
    """Brightspace: a folder for each attempt, with numbers, the full name and the time; and its own index.html."""
    for entry in entries:
        match = first_match(BRIGHTSPACE, entry)
        if match is None:
            if entry.parts != ("index.html",):
                yield ImportedFile(entry.shown, (), 0, 0, entry.name, entry)
            continue
        clock = f"{match['day']} {match['clock'][:-2]}:{match['clock'][-2:]} {match['half']}"
        moment = _local(clock, "%b %d, %Y %I:%M %p", zone)
        label = f"{match['name']} ({match['number']})"
        found = roster.by_name(match["name"])
        yield ImportedFile(match["name"], found, _seconds(moment), 0, entry.name, entry, moment, label=label)


def ilias(entries: list[ArchiveEntry], roster: Roster, assignment: str, zone: tzinfo = UTC) -> Iterator[ImportedFile]:
    """ILIAS: a folder Last_First_login_number for each student, and the time before each file's name."""
    for entry in entries:
        matches = [match for part in entry.parts[:-1] if (match := ILIAS.fullmatch(part))]
        ends = [(*_known_end(match["head"], "_", roster, ("login", "id")), match) for match in matches]
        chosen = next((end for end in ends if end[1]), ends[0] if ends else None)
        if chosen is None:
            yield ImportedFile(entry.shown, (), 0, 0, entry.name, entry)
            continue
        owner, found, match = chosen
        stamp = ILIAS_FILE.fullmatch(entry.name)
        moment = _local(stamp["at"], "%Y%m%d%H%M%S", zone) if stamp else None
        name, label = stamp["rest"] if stamp else entry.name, f"{match['head']} ({match['number']})"
        yield ImportedFile(owner, found, _seconds(moment), 0, name, entry, moment, label=label)


def github(entries: list[ArchiveEntry], roster: Roster, assignment: str) -> Iterator[ImportedFile]:
    """GitHub Classroom: a clone for each student, whose folder ends with the account's name."""
    for entry in entries:
        if ".git" in entry.parts:
            continue
        folders = [BRANCH.sub("", part) for part in entry.parts[:-1]]
        ends = (_known_end(part, "-", roster, ("github", "login", "id")) for part in folders)
        owner, found = next((end for end in ends if end[1]), (entry.shown, ()))
        if not roster.students:
            own = next((part for part in folders if part.startswith(f"{assignment}-")), None)
            owner = own.removeprefix(f"{assignment}-") if own else entry.shown
            found = (RosterEntry(owner),) if own else ()
        yield ImportedFile(owner, found, 0, 0, entry.name, entry)


def _known_end(text: str, between: str, roster: Roster, columns: Sequence[str]) -> tuple[str, tuple[RosterEntry, ...]]:
    """The longest end of a text that the roster knows; names before it and names themselves may hold the sign too.

    Without a roster, what follows the last sign is the student.
    """
    parts = text.split(between)
    for nth in range(len(parts)):
        end = between.join(parts[nth:])
        found = next((known for column in columns if (known := roster.by(column, end))), ())
        if found:
            return end, found
    return (text, ()) if roster.students else (parts[-1], (RosterEntry(parts[-1]),))


def _local(text: str, shape: str, zone: tzinfo) -> datetime | None:
    try:
        return aware(datetime.strptime(text, shape).replace(tzinfo=zone))
    except ValueError:
        return None


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def gradescope(entries: list[ArchiveEntry], roster: Roster, assignment: str) -> Iterator[ImportedFile]:
    """Gradescope's export: folders submission_<id>, and submission_metadata.yml that says whose they are, and when.

    That file is beside those folders; one inside them is a student's own.
    """
    listing = _beside_submissions(entries)
    metadata, depth = _metadata(listing), len(listing.parts) - 1
    for entry in entries:
        key = (
            entry.parts[depth] if entry.parts[:depth] == listing.parts[:depth] and len(entry.parts) > depth + 1 else ""
        )
        if not SUBMISSION.fullmatch(key):
            continue
        about = metadata.get(key, {})
        moment = _moment(about.get(":created_at"))
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


def _moment(written: object) -> datetime | None:
    if isinstance(written, datetime):
        return aware(written)
    try:
        return aware(moments.read(written)) if isinstance(written, str) else None
    except moments.Doubtful:
        return None


def _beside_submissions(entries: list[ArchiveEntry]) -> ArchiveEntry:
    """Gradescope's own list of submissions: the only one that is not inside a submission.

    Raises:
        SubmissionError: if there is none or more than one.
    """
    found = [e for e in entries if e.name == METADATA and not any(map(SUBMISSION.fullmatch, e.parts[:-1]))]
    if not found:
        raise SubmissionError(METADATA, "is not in the download: export the submissions once more")
    top = min(len(entry.parts) for entry in found)
    first, *others = [entry for entry in found if len(entry.parts) == top]
    if others:
        raise SubmissionError(METADATA, f"is there twice: {first.shown} and {others[0].shown}")
    return first


def _metadata(entry: ArchiveEntry) -> Mapping[str, Any]:
    try:
        found = yaml.safe_load(entry.read())
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


def folder(
    entries: list[ArchiveEntry], roster: Roster, assignment: str, known: Collection[str] = ()
) -> Iterator[ImportedFile]:
    """A folder per student, `<student>/...`, or a file: `<student>.ipynb`, `<student>_<assignment>.ipynb`.

    ``known`` are ids that handed in before.

    Raises:
        SubmissionError: if it is not clear which of two folders is the student.
    """
    depth = owner_depth([entry.parts for entry in entries if not entry.fault], roster, assignment, known)
    for entry in entries:
        owned = owner_of(entry.parts, depth, roster, assignment)
        if owned is None and not entry.fault:
            continue
        owner, found = owned or (entry.shown, ())
        single = len(entry.parts) == depth + 1 and stem_of(entry.name) is not None
        yield ImportedFile(owner, found, 0, 0, f"{assignment}{NOTEBOOK}" if single else entry.name, entry)


READERS: Mapping[str, Reader] = {
    "canvas": canvas,
    "moodle": moodle,
    "gradescope": gradescope,
    "blackboard": blackboard,
    "brightspace": brightspace,
    "ilias": ilias,
    "github": github,
    "folder": folder,
}
NEED_A_ROSTER = ("canvas", "moodle", "brightspace")
WITH_TIMES = ("blackboard", "brightspace", "ilias")
"""Systems that write the time into names, without its zone: it is the course's."""
