"""Checks everything that grading wrote against its proofs: results, executed notebooks, gradebook rows, the log.

Nothing is written. A teacher's manual scores and comments are never reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from autograder.course import Course
from autograder.course.deadlines import utc_text
from autograder.course.grade_ids import test_id
from autograder.errors import SubmissionError
from autograder.gradebook.book import Book
from autograder.results import Result, Status
from autograder.workspace.context import load_release
from autograder.workspace.files import read_bounded
from autograder.workspace.fingerprint import fingerprint_of, provenance_of
from autograder.workspace.lateness import other_deadlines
from autograder.workspace.log import (
    DESK_LOG,
    HEADS,
    LOG_NAME,
    START,
    LogLine,
    head_holds,
    lines_of,
    read_head,
    read_log,
    signature_holds,
)
from autograder.workspace.proofs import MAX_EXECUTED, differences
from autograder.workspace.signing import SECRET_NAME, Key, known_secret, page_fault
from autograder.workspace.signing import signature_holds as result_signature_holds
from autograder.workspace.store import MAX_RESULT, Store
from autograder.workspace.submissions import TIMESTAMP, Rejected, Submission, students, submission_of

MAX_PAGE = 5_000_000


@dataclass(frozen=True)
class VerifyFault:
    """Something that is not as grading left it: where (a file or a gradebook row), and what differs."""

    place: str
    what: str
    student: str = ""


@dataclass(frozen=True)
class Verified:
    """What was checked in one assignment. ``notes`` are worth knowing but nothing is wrong."""

    assignment: str
    results: int
    notebooks: int
    rows: int
    faults: tuple[VerifyFault, ...]
    notes: tuple[str, ...]


@dataclass
class Log:
    """The log as it is: what is wrong with it, and by assignment and student the signature of the last result."""

    lines: int = 0
    faults: list[VerifyFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    last: dict[tuple[str, str], str] = field(default_factory=dict)


def workspace_key(course: Course) -> Key | None:
    """The key that signed the workspace's results; None if it is gone or was never created."""
    secret = known_secret(course)
    return Key(secret) if secret is not None else None


def verify_log(course: Course, key: Key | None) -> Log:
    """Follows the audit log and the desk's log, each from its first line to its last."""
    found, desk = _follow(course, key, LOG_NAME), _follow(course, key, DESK_LOG)
    found.faults += desk.faults
    found.notes += desk.notes
    return found


def _follow(course: Course, key: Key | None, name: str) -> Log:
    found = Log()
    previous, torn, reached_head = START, None, False
    head = read_head(course.workspace, name)
    for line in lines_of(read_log(course.workspace, name)):
        found.lines = line.number
        if line.entry is None:
            torn = line
            continue
        told = line.entry.told if line.entry.event == "torn" else ""
        if torn is not None and told != torn.hash:
            found.faults.append(VerifyFault(f"{name}:{torn.number}", "cannot be read: it was changed"))
        elif torn is not None:
            found.notes.append(f"{name}:{torn.number} was torn when a run was cut off, and the next run noted it.")
        torn = None
        found.faults += [VerifyFault(f"{name}:{line.number}", what) for what in _wrong_with(line, previous, key)]
        if line.entry.event == "graded":
            found.last[line.entry.assignment, line.entry.student] = line.entry.result
        if line.entry.event == "mended":
            found.notes.append(f"{name}:{line.number} repaired {line.entry.student}'s rows: {line.entry.told}.")
        if line.entry.event == "cut":
            found.faults.append(VerifyFault(f"{name}:{line.number}", f"before this line {line.entry.told}"))
        previous = line.hash
        reached_head |= head is not None and (line.number, line.hash) == (head.lines, head.last)
    if torn is not None:
        found.notes.append(f"{name}:{torn.number} was torn when a run was cut off; the next run notes it.")
    if head is None and found.lines:
        found.faults.append(VerifyFault(HEADS[name], "is missing: it records how long the log is"))
    elif head is not None and key is not None and not head_holds(head, key):
        found.faults.append(VerifyFault(HEADS[name], "was changed, or written with another key"))
    elif head is not None and found.lines < head.lines:
        found.faults.append(
            VerifyFault(name, f"has {found.lines} lines and had {head.lines}: the last ones were removed")
        )
    elif head is not None and not reached_head:
        found.faults.append(VerifyFault(f"{name}:{head.lines}", "is not the line that used to be the last"))
    return found


def _wrong_with(line: LogLine, previous: str, key: Key | None) -> Iterator[str]:
    assert line.entry is not None
    if key is not None and not signature_holds(line, key):
        yield "was changed, or written with another key"
    if line.entry.previous != previous:
        yield "does not follow the line before it: lines were changed, inserted or removed there"
    elif line.entry.n != line.number:
        yield f"says that it is line {line.entry.n}"


def verify(course: Course, assignment: str, log: Log, key: Key | None) -> Verified:
    """Checks one assignment's results, executed notebooks and gradebook rows against their proofs.

    Raises:
        AutograderError: if the course, the workspace or the gradebook cannot be read.
    """
    return _Verification(course, assignment, log, key).run()


def _graded_cells(result: Result) -> set[str]:
    """The cells that had a score or waited for one when the result was recorded."""
    return set(result.proof.recorded.scores) if result.proof else set()


def _outside(changed: Collection[str]) -> Callable[[str], bool]:
    """Whether a cell, or the one whose comment it holds, is none of those that a later build changed."""
    return lambda cell: cell not in changed and test_id(cell) not in changed


class _Verification:
    """One look at one assignment."""

    def __init__(self, course: Course, assignment: str, log: Log, key: Key | None) -> None:
        self.course, self.assignment, self.log, self.key = course, assignment, log, key
        self.store = Store(course, assignment)
        self.faults: list[VerifyFault] = []
        self.notes: list[str] = []
        self.results: dict[str, Result] = {}
        self.notebooks = self.rows = 0

    def run(self) -> Verified:
        if self.key is None and (self.store.students() or self.log.lines):
            self.fault(SECRET_NAME, "is gone: without it no signature can be checked")
        for student in self.store.students():
            self.one_result(student)
        self.executed_notebooks()
        self.missing_results()
        self.gradebook()
        self.deadlines()
        self.pages()
        self.submissions()
        return Verified(
            self.assignment, len(self.results), self.notebooks, self.rows, tuple(self.faults), tuple(self.notes)
        )

    def fault(self, place: str | Path, what: str, student: str = "") -> None:
        if isinstance(place, Path) and place.is_relative_to(self.course.workspace):
            place = place.relative_to(self.course.workspace)
        self.faults.append(VerifyFault(str(place), what, student))

    def one_result(self, student: str) -> None:
        path = self.store.path(student)
        try:
            data = read_bounded(path, MAX_RESULT)
            result = Result.from_json(data)
        except (SubmissionError, msgspec.MsgspecError) as fault:
            return self.fault(path, f"cannot be read as a result: {fault}"[:300], student)
        what = self.wrong_with(result, student, data)
        if what:
            return self.fault(path, what, student)
        self.results[student] = result
        return None

    def wrong_with(self, result: Result, student: str, data: bytes) -> str:
        if result.proof is None:
            return "has no signature"
        if self.key is not None and result.proof.key != self.key.name:
            return f"is signed with another key ({result.proof.key}; this workspace's is {self.key.name})"
        if self.key is not None and not result_signature_holds(result, self.key):
            return "was changed: its signature does not hold"
        if data != result.to_json():
            return "was rewritten by another program: same content, different formatting"
        if (result.assignment, result.student) != (self.assignment, student):
            return f"is the result of {result.student} in {result.assignment}"
        last = self.log.last.get((self.assignment, student))
        if last is None:
            return "is not in the log"
        if last != result.proof.signature:
            return "is not the last one in the log: it is older, or the last run was interrupted"
        return ""

    def executed_notebooks(self) -> None:
        for student, result in self.results.items():
            assert result.proof is not None
            path = self.executed(student)
            if not result.proof.notebook:
                if path.exists():
                    self.fault(path, f"should not be there: the submission is {result.status}", student)
                continue
            self.notebooks += 1
            try:
                now = hashlib.sha256(read_bounded(path, MAX_EXECUTED)).hexdigest()
            except SubmissionError as fault:
                self.fault(path, fault.fault, student)
                continue
            if now != result.proof.notebook:
                self.fault(path, f"was changed: its hash is {now[:12]}, and was {result.proof.notebook[:12]}", student)
        known = set(self.store.students())
        for path in sorted((self.course.workspace / "autograded").glob(f"*/{self.assignment}/{self.assignment}.ipynb")):
            if path.parts[-3] not in known:
                self.fault(path, "belongs to no result", path.parts[-3])

    def executed(self, student: str) -> Path:
        return self.course.executed_notebook(student, self.assignment)

    def missing_results(self) -> None:
        known = set(self.store.students())
        for assignment, student in sorted(self.log.last):
            if assignment == self.assignment and student not in known:
                self.fault(self.store.path(student), "is missing, although the log mentions it", student)

    def gradebook(self) -> None:
        with Book(self.course.gradebook, self.course.course_id) as book:
            rows, points = book.rows(self.assignment), book.points(self.assignment)
        released = load_release(self.course, self.assignment).cells
        graded = {name for name, cell in released.items() if cell.marks.get("grade")}
        older = []
        for result in self.results.values():
            self.rows += result.status is Status.graded
            changed = _graded_cells(result) ^ graded if result.status is Status.graded else set()
            older += [result.student] if changed else []
            for what in differences(result, rows.get(result.student), _outside(changed)):
                self.fault(f"gradebook: {result.student}", what, result.student)
        for name in sorted({*points, *graded}):
            worth, now = points.get(name), released[name].points if name in graded else None
            if worth != now:
                self.fault(f"gradebook: {name}", f"is worth {worth}, and in the release {now}")
        self.note("Graded before exercises were removed, added or renamed (run `autograder grade`)", older)
        known = set(self.store.students())
        for student, row in sorted(rows.items()):
            scores = [name for name, score in row.scores.items() if score is not None]
            if student not in known and scores:
                self.fault(f"gradebook: {student}", f"has scores ({', '.join(scores)}) but no result", student)

    def deadlines(self) -> None:
        """Checks that due date, extensions and penalties in the gradebook are those of course.yml."""
        with Book(self.course.gradebook, self.course.course_id) as book:
            found, old = other_deadlines(self.course, self.assignment, book)
        for student, what in found:
            self.fault(f"gradebook: {student or self.assignment}", f"{what}: `autograder grade` writes it", student)
        self.note("Late penalties older than a teacher's points (run `autograder grade`)", old)

    def pages(self) -> None:
        """Checks that each student's page is unchanged; nbgrader's own pages have no signature."""
        unsigned, older = [], []
        for student, result in self.results.items():
            path = self.course.feedback_path(student, self.assignment)
            try:
                page = read_bounded(path, MAX_PAGE).decode("utf-8", "replace")
            except SubmissionError as fault:
                if path.exists():
                    self.fault(path, fault.fault, student)
                continue
            what = page_fault(page, self.key, result) if self.key else None
            if what == "changed":
                self.fault(path, "was changed: its signature does not hold", student)
            unsigned += [student] if what == "unsigned" else []
            older += [student] if what == "older" else []
        self.note("Unsigned pages, from nbgrader or an earlier version of this kit", unsigned)
        self.note("Pages older than their results (run `autograder feedback`)", older)

    def submissions(self) -> None:
        expected = load_release(self.course, self.assignment)
        origin = provenance_of(self.course, self.assignment)
        names = students(self.course.submitted_dir, self.assignment)
        handed = [submission_of(self.course, self.assignment, name, expected) for name in names]
        now = {one.student: "" if isinstance(one, Rejected) else one.sha256 for one in handed}
        self.note("Submissions not graded yet", [s for s in now if not self.store.path(s).exists()])
        self.note("Results that no longer have a submission", [s for s in self.results if s not in now])
        changed = [s for s, r in self.results.items() if s in now and now[s] != r.submission_sha256]
        self.note("Submissions resubmitted since they were graded", changed)
        self.times({one.student: one for one in handed if isinstance(one, Submission)})
        other = [s for s, r in self.results.items() if r.fingerprint != fingerprint_of(origin)]
        self.note("Results computed with other tests, settings or versions", other)

    def times(self, handed: Mapping[str, Submission]) -> None:
        """Checks that unchanged work has kept its time of handing in: an earlier or missing one would hide lateness."""
        later = []
        for student, result in self.results.items():
            one = handed.get(student)
            if one is None or result.proof is None or one.sha256 != result.submission_sha256:
                continue
            now, then = utc_text(one.timestamp), result.proof.recorded.timestamp
            if now is not None and then is not None and now > then:
                later.append(student)
            elif now != then:
                what = f"says {now or 'nothing'} UTC, but said {then or 'nothing'} UTC when it was graded"
                self.fault(one.path.with_name(TIMESTAMP), what, student)
        self.note("Submissions with a later time than when they were graded", later)

    def note(self, what: str, who: Sequence[str]) -> None:
        if who:
            shown = ", ".join(sorted(who)[:3]) + (", ..." if len(who) > 3 else "")
            self.notes.append(f"{what}: {len(who)} ({shown}).")
