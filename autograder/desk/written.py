"""Grading one written question: what an assistant sees of each answer, and what happens with their decisions."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from autograder.course import Course
from autograder.course.grade_ids import written_id
from autograder.desk.agreement import Agreement, agreement
from autograder.desk.answers import Answer, Notebooks, WrittenQuestion, questions
from autograder.desk.gradebook import BackgroundTask, Gradebook
from autograder.desk.groups import Group, grouped
from autograder.desk.markings import (
    MARKED,
    OVERTAKEN,
    READER,
    RECORDED,
    RUBRIC,
    SECOND,
    UNDONE,
    AnswerState,
    Done,
    Mark,
    Marked,
    Markings,
    Question,
    Reader,
    Recorded,
    RubricChanged,
    RubricDone,
    SecondReading,
    Undone,
)
from autograder.desk.rubric import Item, Reading, Rubric, score
from autograder.errors import AutograderError
from autograder.gradebook.by_hand import ByHand, Entry, HandRow, Place
from autograder.workspace.desk_log import SYNC_NAME, DeskLog, held


class ChangedMeanwhile(AutograderError):
    """An answer is no longer what the assistant saw: somebody else graded it, or the student handed in again."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


@dataclass(frozen=True)
class AnswerView:
    """One student's answer, all that is known of it, and whether ``reader`` is done with it."""

    answer: Answer
    state: AnswerState
    row: HandRow | None
    reader: str
    second: bool

    @property
    def is_second(self) -> bool:
        """Whether this reader's reading would be a second one beside the one that counts."""
        return self.second and bool(self.state.counts) and self.state.counts != self.reader

    @property
    def mine(self) -> Reading | None:
        """The reading that this reader may see and change."""
        return self.state.readings.get(self.reader) if self.is_second else self.state.reading

    @property
    def hides_first(self) -> bool:
        """Whether the first reader's score is hidden from this one for now."""
        return self.is_second and not (self.mine and self.mine.is_scored)

    @property
    def is_changed(self) -> bool:
        """Whether the student handed in another answer since it was read."""
        return self.mine is not None and self.mine.answer != self.answer.hash

    @property
    def is_asked_again(self) -> bool:
        """Whether the answer is as it was graded, but in a new submission, so that nbgrader asks for it again."""
        graded = self.mine is not None and not self.is_second and not self.state.waits and not self.is_changed
        return graded and self.row is not None and self.row.waits and self.row.held.score is not None

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to do here for this reader."""
        if self.mine is not None and (self.is_second or self.state.waits):
            return self.mine.is_scored and not self.is_changed
        if self.is_second:
            return False
        return self.row is not None and self.row.score is not None and not self.row.waits and not self.is_changed

    @property
    def foreign(self) -> ByHand | None:
        """What somebody entered in formgrader since, or before the desk knew this answer."""
        if self.row is None or self.state.waits:
            return None
        known = self.state.base if self.state.version else ByHand()
        return self.row.held if self.row.held != known or self.state.overtaken else None


@dataclass(frozen=True)
class GroupView:
    """Equal answers, as one reader sees them."""

    answers: tuple[AnswerView, ...]
    is_blank: bool

    @property
    def first(self) -> AnswerView:
        """The one that is shown: the first that still needs a score from this reader."""
        return next((view for view in self.answers if not view.is_done), self.answers[0])

    @property
    def is_done(self) -> bool:
        """Whether this reader is done with all of them."""
        return all(view.is_done for view in self.answers)

    @property
    def token(self) -> str:
        """Changes with everything that an assistant has seen before deciding."""
        seen = [(v.answer.student, v.answer.hash, v.state.version, v.row and v.row.held) for v in self.answers]
        return hashlib.sha256(repr(seen).encode("utf-8", "replace")).hexdigest()[:24]


@dataclass(frozen=True)
class Decision:
    """What an assistant entered on a page."""

    items: tuple[str, ...] = ()
    none: bool = False
    adjustment: float = 0.0
    comment: str = ""


@dataclass(frozen=True)
class ScoreChange:
    """Whose score another rubric would change."""

    student: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class RubricUndo:
    """The rubric as it was before a change, the version that the change made, and whose score undoing it changes."""

    items: tuple[Item, ...]
    version: int
    changes: tuple[ScoreChange, ...]


class WrittenAnswers:
    """All written questions of a course at the desk. Every method may be called from any thread."""

    def __init__(self, course: Course, notebooks: Notebooks, gradebook: Gradebook) -> None:
        self.course, self.notebooks, self.gradebook = course, notebooks, gradebook
        self.markings = Markings()
        self.log = DeskLog(course, self.markings)
        self._lock = threading.RLock()
        self._questions: dict[str, tuple[object, tuple[WrittenQuestion, ...]]] = {}
        self._groups: dict[tuple[str, str], tuple[object, tuple[Group, ...]]] = {}
        self.background = BackgroundTask(self.record)

    def questions(self, assignment: str) -> tuple[WrittenQuestion, ...]:
        """The written questions of an assignment; none before it is built."""
        try:
            there = self.course.release_notebook(assignment).stat()
        except OSError:
            return ()
        known = self._questions.get(assignment)
        if known is None or known[0] != (there.st_ino, there.st_mtime_ns):
            known = ((there.st_ino, there.st_mtime_ns), questions(self.course, assignment))
            self._questions[assignment] = known
        return known[1]

    def state(self, question: WrittenQuestion) -> Question:
        """What the log says of a question."""
        with self._lock:
            self.log.catch_up()
            return self.markings.question(question.assignment, question.name)

    def groups(self, question: WrittenQuestion, reader: str, *, each: bool = False) -> tuple[GroupView, ...]:
        """All answers, equal ones together unless ``each`` is wanted, like ones next to each other."""
        answers = self.notebooks.answers(question)
        with self._lock:
            mark = tuple((answer.student, answer.hash) for answer in answers)
            known = self._groups.get((question.assignment, question.name))
            if known is None or known[0] != mark:
                known = (mark, grouped(answers))
                self._groups[question.assignment, question.name] = known
            rows = self.gradebook.rows(question.assignment, place_of(question))
            state = self.state(question)
            views = [
                GroupView(tuple(self._view(a, state, rows, reader) for a in group.answers), group.is_blank)
                for group in known[1]
            ]
        if each:
            return tuple(GroupView((view,), group.is_blank) for group in views for view in group.answers)
        return tuple(views)

    def _view(self, answer: Answer, state: Question, rows: Mapping[str, HandRow], reader: str) -> AnswerView:
        who = answer.student
        return AnswerView(answer, state.answer(who), rows.get(who), reader, state.second)

    def mark(
        self, question: WrittenQuestion, students: Sequence[str], token: str, decision: Decision, reader: str
    ) -> None:
        """Gives answers that were seen as ``token`` says the same reading.

        Raises:
            ChangedMeanwhile: when one of them is not what was seen.
            WorkspaceError: when the decision cannot be written down.
        """
        with self._lock, self.log.writing() as add:
            now = self._named(question, students, reader)
            if now is None or now.token != token:
                raise ChangedMeanwhile(_what_changed(now))
            marks = tuple(self._mark(view, decision) for view in now.answers)
            told = Marked(
                question=question.name, most=question.points, marks=marks, second=any(v.is_second for v in now.answers)
            )
            add(MARKED, assignment=question.assignment, data=msgspec.to_builtins(told))
        self.background.run()

    def _named(self, question: WrittenQuestion, students: Sequence[str], reader: str) -> GroupView | None:
        rows = self.gradebook.rows(question.assignment, place_of(question))
        state = self.markings.question(question.assignment, question.name)
        answers = [self.notebooks.answer(question, student) for student in students]
        views = tuple(self._view(answer, state, rows, reader) for answer in answers if answer is not None)
        return GroupView(views, views[0].answer.is_blank) if len(views) == len(answers) > 0 else None

    def _mark(self, view: AnswerView, decision: Decision) -> Mark:
        reading = Reading(
            by=view.reader,
            items=decision.items,
            none=decision.none,
            adjustment=decision.adjustment,
            comment=decision.comment,
            answer=view.answer.hash,
        )
        saw = view.row.held if view.row and not view.state.waits else view.state.base
        return Mark(student=view.answer.student, reading=reading, saw=saw)

    def take_seat(self, name: str, *, again: bool) -> bool:
        """Lets somebody grade under a name; False if the name is known and they do not say that it is theirs.

        Raises:
            WorkspaceError: when it cannot be written down.
        """
        with self._lock, self.log.writing() as add:
            if name in self.markings.readers:
                return again
            add(READER, assignment="", data=msgspec.to_builtins(Reader(name=name)))
            return True

    def undo(self, question: WrittenQuestion, reader: str, version: int | None = None) -> tuple[str, ...]:
        """Undoes what the reader did last; returns whose answers it was about, none if there was nothing to undo.

        A change of the rubric is undone only with the ``version`` for which its consequences were shown.

        Raises:
            ChangedMeanwhile: when somebody else went on from it, or it is not what was shown.
        """
        with self._lock, self.log.writing() as add:
            state = self.markings.question(question.assignment, question.name)
            last = self._undoable(state, reader)
            if last is None:
                return ()
            if version != (last.after if isinstance(last, RubricDone) else None):
                raise ChangedMeanwhile("You or somebody else went on meanwhile, so nothing was undone.")
            told = Undone(question=question.name, by=reader)
            add(UNDONE, assignment=question.assignment, data=msgspec.to_builtins(told))
        self.background.run()
        return () if isinstance(last, RubricDone) else tuple(last.before)

    def _undoable(self, state: Question, reader: str) -> Done | RubricDone | None:
        last = state.undoable(reader)
        if last is None and state.done.get(reader):
            raise ChangedMeanwhile("Somebody changed this after you, so it was not undone.")
        return last

    def undo_of_rubric(self, question: WrittenQuestion, reader: str) -> RubricUndo | None:
        """What undoing would do to the rubric; None when the reader did something else last.

        Raises:
            ChangedMeanwhile: when somebody else went on from it.
        """
        with self._lock:
            state = self.state(question)
            last = self._undoable(state, reader)
            if not isinstance(last, RubricDone):
                return None
            changes = _changes(question, state, last.items, state.readings_undone(last))
            return RubricUndo(last.items, last.after, changes)

    def preview(self, question: WrittenQuestion, items: tuple[Item, ...]) -> tuple[ScoreChange, ...]:
        """Whose score this rubric would change."""
        with self._lock:
            state = self.state(question)
            return _changes(question, state, items, state.readings_with(items))

    def change_rubric(self, question: WrittenQuestion, version: int, items: tuple[Item, ...], by: str) -> None:
        """Replaces the rubric; every score that it changes is recorded.

        Raises:
            ChangedMeanwhile: when somebody else changed the rubric since ``version``.
        """
        with self._lock, self.log.writing() as add:
            if self.markings.question(question.assignment, question.name).rubric.version != version:
                raise ChangedMeanwhile("Somebody changed this rubric while you were editing it.")
            told = RubricChanged(question=question.name, by=by, items=items)
            add(RUBRIC, assignment=question.assignment, data=msgspec.to_builtins(told))
        self.background.run()

    def read_twice(self, question: WrittenQuestion, on: bool, by: str) -> None:
        """Says whether each answer is read by a second person."""
        with self._lock, self.log.writing() as add:
            told = SecondReading(question=question.name, by=by, on=on)
            add(SECOND, assignment=question.assignment, data=msgspec.to_builtins(told))

    def agreement(self, question: WrittenQuestion) -> Agreement | None:
        """How well first and second readers agree; None until something has been read twice."""
        state = self.state(question)
        pairs = [
            (score(a.reading, state.rubric, question.points), score(other, state.rubric, question.points))
            for a in state.answers.values()
            if a.reading is not None
            for by, other in a.readings.items()
            if by != a.counts
        ]
        return agreement([(a, b) for a, b in pairs if a is not None and b is not None], question.points)

    def comments(self, question: WrittenQuestion) -> tuple[str, ...]:
        """Comments that were given on this question, the most frequent first."""
        count: dict[str, int] = {}
        for answer in self.state(question).answers.values():
            for reading in answer.readings.values():
                if reading.comment:
                    count[reading.comment] = count.get(reading.comment, 0) + 1
        return tuple(sorted(count, key=lambda text: (-count[text], text)))

    def record(self) -> bool:
        """Writes what is missing into the gradebook; False if something is left for later."""
        try:
            with held(self.course.workspace / SYNC_NAME):
                with self._lock:
                    self.log.catch_up()
                    waiting = self.markings.waiting()
                done = [self._record(assignment, name) for assignment, name in waiting]
                return all(done)
        except AutograderError as fault:
            self.gradebook.failed(fault)
            return False

    def _record(self, assignment: str, name: str) -> bool:
        with self._lock:
            state = self.markings.question(assignment, name)
            wanted = state.to_record()
            before = {student: state.answer(student) for student in wanted}
        entries = [
            Entry(student, held_by, frozenset({before[student].base, *before[student].offered}))
            for student, held_by in wanted.items()
        ]
        refused = self.gradebook.enter(assignment, place_named(name), entries)
        done = {student: held_by for student, held_by in wanted.items() if student not in refused}
        with self._lock, self.log.writing() as add:
            state = self.markings.question(assignment, name)
            still = {student for student in refused if state.answer(student).version == before[student].version}
            theirs = {student: row.held for student, row in refused.items() if row is not None and student in still}
            for event, rows in ((RECORDED, done), (OVERTAKEN, theirs)):
                if rows:
                    told = Recorded(question=name, rows=rows)
                    add(event, assignment=assignment, data=msgspec.to_builtins(told))
            return not state.to_record()

    def close(self) -> None:
        self.background.close()
        self.log.close()


def _what_changed(now: GroupView | None) -> str:
    if now is None:
        return "The student handed in something else meanwhile, and this answer is gone."
    view = now.first
    if view.is_changed:
        return "The student handed in again while you were reading. This is the answer as it is now."
    if view.foreign is not None:
        return "Somebody entered points or a comment in formgrader meanwhile."
    who = view.state.reading.by if view.state.reading and not view.hides_first else "Somebody else"
    return f"{who} graded this answer meanwhile, or the answer changed. Nothing of theirs was overwritten."


def _changes(
    question: WrittenQuestion, state: Question, items: tuple[Item, ...], readings: Mapping[str, Mapping[str, Reading]]
) -> tuple[ScoreChange, ...]:
    """Whose score another rubric changes, with the readings that go with it."""
    new, found = Rubric(items=items), []
    for student, answer in sorted(state.answers.items()):
        if answer.reading is not None:
            before = score(answer.reading, state.rubric, question.points)
            after = score(readings[student][answer.counts], new, question.points)
            if before != after:
                found.append(ScoreChange(student, before, after))
    return tuple(found)


def place_of(question: WrittenQuestion) -> Place:
    """Where the gradebook has a written question's score and comment."""
    return Place(question.grade_id, question.grade_id)


def place_named(name: str) -> Place:
    """The same, by the question's name."""
    return Place(written_id(name), written_id(name))
