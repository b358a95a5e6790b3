"""Doubts: a student quotes the code of a finding, somebody looks at that call again and decides.

Doubts and decisions are lines of the desk's log. A doubt is open until it is decided, whatever happens to the
submission, the results or the hidden tests meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import msgspec

from autograder.course import Course
from autograder.course.grade_ids import test_id
from autograder.desk.clusters import CodeAnswers
from autograder.desk.gradebook import BackgroundTask, Gradebook
from autograder.desk.pending_reports import PendingReports
from autograder.errors import AutograderError
from autograder.gradebook.by_hand import ByHand, Entry, HandRow, Place
from autograder.reports.student.codes import FindingCode, as_code, codes_of, student_part
from autograder.results import ExerciseResult, Outcome, Result, TestResult
from autograder.runs.replay import replay_one
from autograder.workspace.cluster_comments import with_paragraph
from autograder.workspace.desk_log import SYNC_NAME, DeskLog, held
from autograder.workspace.log import LogEntry
from autograder.workspace.store import Store

OPENED, REPLAYED, DECIDED, SETTLED = "doubt", "doubt-replayed", "doubt-decided", "doubt-settled"


class Decision(StrEnum):
    """What somebody decided on a doubt."""

    upheld = "upheld"
    points = "points"
    test_at_fault = "test-at-fault"


IN_WORDS = {
    Decision.upheld: "The finding stands",
    Decision.points: "Points changed by hand",
    Decision.test_at_fault: "The hidden test is wrong",
}


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody doubts a finding. ``test`` and ``exercise`` are empty where no report has the code any more."""

    code: str
    student: str
    exercise: str
    test: str
    words: str
    by: str


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """The submission was graded again: what the test in question said now."""

    code: str
    outcome: str
    by: str


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided, why, and the points that the exercise has from now on, by student; with what they replace."""

    code: str
    decision: Decision
    words: str
    by: str
    points: dict[str, float] = {}
    replaces: dict[str, float | None] = {}
    like: tuple[str, ...] = ()


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """Who has the decision in the gradebook; and in whose place somebody entered other points meanwhile."""

    code: str
    students: tuple[str, ...]
    overtaken: dict[str, float | None] = {}


@dataclass(frozen=True)
class Doubt:
    """One doubt with all that happened to it: ``history`` in sentences, the last at the end."""

    code: str
    assignment: str
    student: str
    exercise: str
    test: str
    words: str
    at: str
    decided: Decided | None = None
    history: tuple[tuple[str, str], ...] = ()
    unsettled: frozenset[str] = frozenset()
    overtaken: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.decided is None


class Doubts:
    """All doubts, as the desk's log has them."""

    def __init__(self) -> None:
        self.all: dict[str, Doubt] = {}

    def reset(self) -> None:
        self.all.clear()

    def take(self, entry: LogEntry) -> None:
        """Takes a line of the log into account, if it is about a doubt."""
        if entry.event == OPENED:
            self._open(entry, msgspec.convert(entry.data, Opened))
        elif entry.event == REPLAYED:
            told = msgspec.convert(entry.data, Replayed)
            self._add(told.code, entry.at, f"{told.by} replayed it: {told.outcome}")
        elif entry.event == DECIDED:
            self._decide(entry, msgspec.convert(entry.data, Decided))
        elif entry.event == SETTLED:
            self._settle(msgspec.convert(entry.data, Settled))

    def _open(self, entry: LogEntry, told: Opened) -> None:
        known = self.all.get(told.code)
        fresh = Doubt(told.code, entry.assignment, told.student, told.exercise, told.test, told.words, entry.at)
        self.all[told.code] = fresh if known is None else replace(known, decided=None, words=told.words or known.words)
        said = f": “{told.words}”" if told.words else ""
        self._add(told.code, entry.at, f"{told.by} {'opened it again' if known else 'entered it'}{said}")

    def _decide(self, entry: LogEntry, told: Decided) -> None:
        doubt = self.all[told.code]
        self.all[told.code] = replace(doubt, decided=told, unsettled=frozenset({doubt.student, *told.like}))
        more = f", for {len(told.like)} others too" if told.like else ""
        said = f": “{told.words}”" if told.words else ""
        self._add(told.code, entry.at, f"{told.by} decided: {IN_WORDS[told.decision]}{more}{said}")

    def _settle(self, told: Settled) -> None:
        doubt = self.all[told.code]
        left = doubt.unsettled - set(told.students) - set(told.overtaken)
        self.all[told.code] = replace(doubt, unsettled=left, overtaken={**doubt.overtaken, **told.overtaken})

    def _add(self, code: str, at: str, what: str) -> None:
        doubt = self.all[code]
        self.all[code] = replace(doubt, history=(*doubt.history, (at, what)))


class UnknownCode(AutograderError):
    """No report and no student has this code."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        super().__init__(f"No report has the code {typed[:40]!r}: ask for it again, it has eight letters and digits.")


@dataclass(frozen=True)
class Finding:
    """What a doubt is about, as the result has it now; ``test`` is None where the exercise's form is doubted."""

    exercise: ExerciseResult
    test: TestResult | None


class DoubtDesk:
    """The doubts of a course, and what becomes of them. Every method may be called from any thread."""

    def __init__(self, course: Course, code: CodeAnswers, gradebook: Gradebook) -> None:
        self.course, self.code, self.gradebook = course, code, gradebook
        self.doubts = Doubts()
        self.log = DeskLog(course, self.doubts)
        self.replays: dict[str, tuple[Result, bool]] = {}
        self._lock = threading.RLock()
        self._reports = PendingReports(course)
        self.background = BackgroundTask(self.deliver)

    def all(self) -> tuple[Doubt, ...]:
        """All doubts: the open ones first, the oldest of them at the top."""
        with self._lock:
            self.log.catch_up()
            return tuple(sorted(self.doubts.all.values(), key=lambda doubt: (not doubt.is_open, doubt.at)))

    def doubt(self, code: str) -> Doubt | None:
        """The doubt with this code."""
        return next((doubt for doubt in self.all() if doubt.code == code), None)

    def open(self, typed: str, words: str, by: str) -> str:
        """Enters a doubt; returns its code.

        Raises:
            UnknownCode: when no report has it, and no student's codes begin so.
            WorkspaceError: when it cannot be written down.
        """
        code = as_code(typed)
        found = self._find(code) if code else None
        if found is None:
            raise UnknownCode(typed)
        assignment, student, finding = found
        exercise, test = (finding.exercise, finding.test) if finding else ("", "")
        told = Opened(code=code, student=student, exercise=exercise, test=test, words=words, by=by)
        with self._lock, self.log.writing() as add:
            add(OPENED, assignment=assignment, student=student, data=msgspec.to_builtins(told))
        return code

    def _find(self, code: str) -> tuple[str, str, FindingCode | None] | None:
        """Whose finding it is; or at least whose code, where the finding is from an earlier report."""
        for assignment in self.course.assignments:
            store = Store(self.course, assignment)
            for student in store.students():
                if student_part(assignment, student) != code.partition("-")[0]:
                    continue
                result = store.load(student)
                known = {each.code: each for each in codes_of(result)} if result else {}
                if code in known:
                    return assignment, student, known[code]
        for assignment in self.course.assignments:
            for student in Store(self.course, assignment).students():
                if student_part(assignment, student) == code.partition("-")[0]:
                    return assignment, student, None
        return None

    def finding(self, doubt: Doubt, result: Result | None = None) -> Finding | None:
        """What a result says of it, the one in the workspace unless another is given."""
        result = result or Store(self.course, doubt.assignment).load(doubt.student)
        exercise = next((e for e in result.exercises if e.name == doubt.exercise), None) if result else None
        if exercise is None:
            return None
        test = next((t for t in exercise.tests if t.name == doubt.test), None)
        return Finding(exercise, test) if test is not None or not doubt.test else None

    def replay(self, doubt: Doubt, by: str) -> None:
        """Grades the submission again, behind the walls, and keeps what comes out.

        Raises:
            AutograderError: when the course, a wall or the submission is the problem.
        """
        result, same = replay_one(self.course, doubt.assignment, doubt.student)
        self.replays[doubt.code] = (result, same)
        found = self.finding(doubt, result)
        outcome = found.test.outcome if found and found.test else result.status
        told = Replayed(code=doubt.code, outcome=str(outcome), by=by)
        with self._lock, self.log.writing() as add:
            add(REPLAYED, assignment=doubt.assignment, student=doubt.student, data=msgspec.to_builtins(told))

    def like(self, doubt: Doubt, *, same_test: bool = False) -> tuple[str, ...]:
        """Others whose answer behaves the same; with ``same_test``, all others who do not pass that hidden test."""
        if same_test:
            return tuple(r.student for r in Store(self.course, doubt.assignment).all() if self._fails(r, doubt))
        answers = self.code.results.behaving(doubt.assignment)
        own = {a.behaviour for a in answers if (a.student, a.exercise) == (doubt.student, doubt.exercise)} - {""}
        alike = (a.student for a in answers if a.exercise == doubt.exercise and a.behaviour in own)
        return tuple(student for student in alike if student != doubt.student)

    def _fails(self, result: Result, doubt: Doubt) -> bool:
        found = self.finding(doubt, result)
        failed = found is not None and found.test is not None and found.test.outcome is not Outcome.passed
        return failed and result.student != doubt.student

    def decide(
        self, doubt: Doubt, decision: Decision, words: str, by: str, *, points: float | None = None, like: bool = False
    ) -> None:
        """Writes a decision down; points and words then go into the gradebook and the reports.

        With ``like``, it is also for everybody of the same behaviour; a wrong hidden test is for all who fail it.

        Raises:
            WorkspaceError: when it cannot be written down.
        """
        others = self.like(doubt, same_test=decision is Decision.test_at_fault) if like else ()
        rows = self.gradebook.rows(doubt.assignment, place_of(doubt))
        students = (doubt.student, *others)
        given = {s: p for s in students if (p := self._points(doubt, decision, s, rows.get(s), points)) is not None}
        told = Decided(
            code=doubt.code,
            decision=decision,
            words=words,
            by=by,
            points=given,
            replaces={student: rows[student].held.score for student in given if student in rows},
            like=others,
        )
        with self._lock, self.log.writing() as add:
            add(DECIDED, assignment=doubt.assignment, student=doubt.student, data=msgspec.to_builtins(told))
        self.background.run(5.0)

    def _points(
        self, doubt: Doubt, decision: Decision, student: str, row: HandRow | None, points: float | None
    ) -> float | None:
        """The exercise's points after a decision; None where they stay."""
        if decision is Decision.points:
            return points
        if decision is Decision.upheld or row is None or row.score is None:
            return None
        result = Store(self.course, doubt.assignment).load(student)
        found = self.finding(doubt, result) if result else None
        if found is None or found.test is None:
            return None
        return round(min(found.exercise.max_score, row.score + found.test.max_score - found.test.score), 6)

    def deliver(self) -> bool:
        """Brings decisions into the gradebook and the reports; False when something is left for later."""
        try:
            with held(self.course.workspace / SYNC_NAME):
                for doubt in self.all():
                    if doubt.decided is not None and doubt.unsettled:
                        self._settle(doubt, doubt.decided)
            self._reports.write()
        except AutograderError as fault:
            self.gradebook.failed(fault)
            return False
        return True

    def _settle(self, doubt: Doubt, decided: Decided) -> None:
        place, students = place_of(doubt), sorted(doubt.unsettled)
        rows = self.gradebook.rows(doubt.assignment, place)
        entries, overtaken = [], {}
        for student in students:
            row = rows.get(student)
            entry = _entry(student, row, decided) if row is not None and doubt.exercise else None
            if entry is not None:
                entries.append(entry)
            elif row is not None and student in decided.points:
                overtaken[student] = row.held.score
        refused = self.gradebook.enter(doubt.assignment, place, entries) if entries else {}
        if refused:
            return  # somebody wrote in this moment: look again with the next try
        told = Settled(code=doubt.code, students=tuple(students), overtaken=overtaken)
        with self._lock, self.log.writing() as add:
            add(SETTLED, assignment=doubt.assignment, student=doubt.student, data=msgspec.to_builtins(told))
        self._reports.add(doubt.assignment, (entry.student for entry in entries))

    def close(self) -> None:
        self.background.close()
        self.log.close()


def _entry(student: str, row: HandRow, decided: Decided) -> Entry | None:
    """What a decision enters for a student; None where somebody has entered other points since."""
    wanted = decided.points.get(student)
    comment = with_paragraph(row.held.comment, "", decided.words)
    if wanted is None:
        entered = ByHand(row.held.score, comment)
        return Entry(student, entered, frozenset({row.held}), comment_only=True)
    if row.held.score not in (wanted, decided.replaces.get(student)):
        return None
    return Entry(student, ByHand(wanted, comment), frozenset({row.held}))


def place_of(doubt: Doubt) -> Place:
    """Where the gradebook has the exercise's score and comment."""
    return Place(test_id(doubt.exercise), doubt.exercise)


def open_ones(doubts: Sequence[Doubt]) -> int:
    """How many wait for a decision."""
    return sum(doubt.is_open for doubt in doubts)
