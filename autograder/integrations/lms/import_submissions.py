"""Puts downloaded submissions where `autograder grade` and nbgrader look for them, and reports what it left out."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from autograder.course import CONFIG_NAME, Course, line_of
from autograder.course.deadlines import timestamp_text
from autograder.errors import CourseError, SubmissionError
from autograder.integrations.lms.archive import filled, opened
from autograder.integrations.lms.attempts import keep_others, keep_replaced, may_be_a_name
from autograder.integrations.lms.file_names import (
    METADATA,
    NEED_A_ROSTER,
    ONLINE_TEXT,
    READERS,
    WITH_TIMES,
    ImportedFile,
)
from autograder.notebooks.candidates import choose, instead, may_hold_one, stem_of
from autograder.notebooks.release import Release
from autograder.workspace.attempts import OURS, attempts_dir
from autograder.workspace.context import load_release
from autograder.workspace.files import remove_others, write_atomically
from autograder.workspace.owners import NOTEBOOK
from autograder.workspace.roster import Roster, RosterEntry, load_roster
from autograder.workspace.submissions import MAX_FILES, TIMESTAMP, fault_of_id, folder_of, nfc, students

NEVER = frozenset({METADATA, ONLINE_TEXT})


@dataclass
class Imported:
    """What an import did:

    ``left_out`` are files with the reason, ``unknown`` owners who are not in the roster. ``kept`` says whose other
    attempts were kept, and where.
    """

    taken: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def import_submissions(course: Course, system: str, path: Path, assignment: str) -> Imported:
    """Imports each student's latest attempt from a download. The workspace must be locked.

    Raises:
        CourseError: if the roster is invalid, or needed but missing.
        SubmissionError: if the download cannot be read at all, or it is not clear who handed in.
        WorkspaceError: if the workspace cannot be written.
    """
    roster = load_roster(course)
    if system in NEED_A_ROSTER and not roster.students:
        what = (
            f"names no roster, and {system} names files by its own numbers and by people's names: see docs/ecosystem.md"
        )
        raise CourseError(course.root / "course.yml", what)
    done = Imported(warnings=list(roster.notes))
    expected = load_release(course, assignment) if course.release_notebook(assignment).is_file() else None
    with opened(path) as entries:
        more: dict[str, object] = {"zone": course.timezone or UTC} if system in WITH_TIMES else {}
        more |= {"known": students(course.submitted_dir, assignment)} if system == "folder" else {}
        named = (_who(course, roster, file) for file in READERS[system](entries, roster, assignment, **more))
        for student, files in sorted(_sorted(named, done).items()):
            _take(course, assignment, student, files, expected, done)
    done.missing = _missing(course, assignment, roster)
    return done


def _who(course: Course, roster: Roster, file: ImportedFile) -> ImportedFile:
    """The file as its student's own where course.yml says who that is.

    Raises:
        CourseError: if it names somebody whom the roster does not list.
    """
    student = course.config.who_is_who.get(nfc(file.key))
    if student is None:
        return file
    if roster.misses(student):
        line = line_of(course, "who_is_who", file.key)
        what = f"'who_is_who' names '{student}', who is not in {roster.path.name if roster.path else 'the roster'}"
        raise CourseError(course.root / CONFIG_NAME, what, line=line)
    return dataclasses.replace(file, found=roster.by("id", student) or (RosterEntry(student),))


def _sorted(files: Iterable[ImportedFile], done: Imported) -> dict[str, list[ImportedFile]]:
    """The files by student; those of unknown or ambiguous people are reported."""
    belonging: dict[str, list[ImportedFile]] = defaultdict(list)
    unknown = dict.fromkeys(done.unknown)
    for handed in files:
        if handed.entry.fault and len(handed.found) != 1:
            done.left_out.append((handed.entry.shown, handed.entry.fault))
        if not handed.found:
            unknown.setdefault(handed.owner)
        elif len(handed.found) > 1:
            names = ", ".join(student.id for student in handed.found)
            done.left_out.append(
                (handed.entry.shown, f"could be from any of {names}, who have the same name; {_say_who(handed)}")
            )
        else:
            belonging[handed.found[0].id].append(handed)
    done.unknown = list(unknown)
    return belonging


def _say_who(file: ImportedFile) -> str:
    return f"say in course.yml whose it is: who_is_who: {{'{file.key}': {file.found[0].id}}}"


def _take(
    course: Course, assignment: str, student: str, files: list[ImportedFile], expected: Release | None, done: Imported
) -> None:
    fault = fault_of_id(student)
    if fault:
        done.left_out.append((files[0].owner, fault))
        return
    try:
        read = filled(file.entry for file in files)
    except SubmissionError as too_much:
        done.left_out.append((student, too_much.fault))
        return
    files = [dataclasses.replace(file, entry=entry) for file, entry in zip(files, read, strict=True)]
    done.left_out += [(file.entry.shown, file.entry.fault) for file in files if file.entry.fault]
    online = [file for file in files if file.name == ONLINE_TEXT]
    files = [file for file in files if file.name != ONLINE_TEXT]
    attempts = {file.attempt for file in files}
    everything = [file for file in files if not file.entry.fault]
    files = [file for file in everything if file.attempt == max(attempts, default=0)]
    newest = _newest_of_each(files)
    notebooks = {name: file for name, file in newest.items() if stem_of(file.name) is not None}
    notebooks = notebooks or {name: file for name, file in newest.items() if may_hold_one(file.name, file.entry.data)}
    try:
        picked = choose({name: file.entry.data for name, file in notebooks.items()}, assignment, expected)
    except SubmissionError as error:
        others = [file.name for file in files if file.name not in NEVER]
        what = error.fault if notebooks else f"handed in no notebook: it {instead(others, f'{assignment}{NOTEBOOK}')}"
        what = "handed in no notebook: only text that was typed in" if online and not others else what
        done.left_out.append((student, what))
        return
    chosen = notebooks[picked.name]
    beside = _beside(files)
    laid = [chosen, *beside.values()]
    replaced = _write(course, assignment, student, chosen, beside)
    kept = keep_others(course, assignment, student, [f for f in everything if not any(f is one for one in laid)])
    older = len(attempts) - 1 + sum(file.order < chosen.order for file in files if stem_of(file.name) is not None)
    if older:
        done.notes.append((student, f"{older + 1} attempts; the latest was taken, {chosen.entry.shown}"))
    done.notes += [(student, note) for note in picked.notes]
    if any(file.late for file in files):
        done.late.append(student)
    if kept or replaced:
        done.kept.append((student, _shown(course, assignment, student, kept, replaced)))
    done.taken.append(student)


def _shown(course: Course, assignment: str, student: str, kept: int, replaced: bool) -> str:
    what = [f"{kept} other attempt{'s' if kept > 1 else ''}"] if kept else []
    what += ["the submission that was here"] if replaced else []
    return f"{' and '.join(what)}: {attempts_dir(course, student, assignment).relative_to(course.workspace)}/"


def _newest_of_each(files: Sequence[ImportedFile]) -> dict[str, ImportedFile]:
    """The newest of the files with one name; files in different places of the download stay apart."""
    found: dict[str, ImportedFile] = {}
    for file in sorted(files, key=lambda file: file.order):
        older = found.get(file.name)
        if older is not None and older.order == file.order:
            found["/".join(file.entry.parts)] = file
        else:
            found[file.name] = file
    top = max((file.order for file in found.values() if stem_of(file.name) is not None), default=0)
    return {name: file for name, file in found.items() if file.order == top or stem_of(file.name) is None}


def _beside(files: Sequence[ImportedFile]) -> dict[str, ImportedFile]:
    """The newest of each other file; grading looks at them again."""
    others = sorted((file for file in files if stem_of(file.name) is None), key=lambda file: file.order)
    found = {file.name: file for file in others if may_be_a_name(file.name) and file.name not in NEVER}
    return dict(list(found.items())[:MAX_FILES])


def _write(
    course: Course, assignment: str, student: str, chosen: ImportedFile, beside: dict[str, ImportedFile]
) -> bool:
    """Returns whether there was another submission, which is kept before this one replaces it."""
    folder = folder_of(course.submitted_dir, student) / assignment
    files = {name: file.entry.data for name, file in beside.items()}
    if chosen.moment is not None:
        files[TIMESTAMP] = timestamp_text(chosen.moment)
    notebook = f"{assignment}{NOTEBOOK}"
    replaced = keep_replaced(course, assignment, student, files | {notebook: chosen.entry.data})
    ours = frozenset() if replaced else OURS  # a time that somebody wrote beside the same submission stays
    remove_others(folder, frozenset({notebook, *files}) | ours, root=course.workspace)
    for name, data in files.items():
        write_atomically(folder / name, data, root=course.workspace)
    write_atomically(folder / notebook, chosen.entry.data, root=course.workspace)
    return replaced


def _missing(course: Course, assignment: str, roster: Roster) -> list[str]:
    there = course.submitted_dir
    named = Path(assignment) / f"{assignment}{NOTEBOOK}"
    return [student.id for student in roster.students if not (folder_of(there, student.id) / named).exists()]
