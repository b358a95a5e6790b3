"""What the desk's log says about written answers: rubrics, readings, and what was written into the gradebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import msgspec

from autograder.desk.rubric import Item, Reading, Rubric, score
from autograder.gradebook.by_hand import ByHand
from autograder.workspace.log import LogEntry

MARKED, UNDONE, RUBRIC, SECOND = "marked", "undone", "rubric", "second-reading"
RECORDED, OVERTAKEN = "recorded", "overtaken"
READER = "reader"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One student's part of a marking: the reading, and what the gradebook contained at that time."""

    student: str
    reading: Reading
    saw: ByHand


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody read an answer, or several equal ones. A ``second`` reading is kept next to the one that counts."""

    question: str
    most: float
    marks: tuple[Mark, ...]
    second: bool = False


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody undid what they did last: a marking, or a change of the rubric."""

    question: str
    by: str


class RubricChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A question's rubric has changed."""

    question: str
    by: str
    items: tuple[Item, ...]


class SecondReading(msgspec.Struct, frozen=True, kw_only=True):
    """Whether each answer is read by a second person, who does not see the first one's score before."""

    question: str
    by: str
    on: bool


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody took a seat at the desk under a name that nobody had before."""

    name: str


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What the gradebook holds now, by student: as the desk wrote it, or as formgrader did meanwhile."""

    question: str
    rows: dict[str, ByHand]


NOTHING = ByHand()


@dataclass(frozen=True)
class AnswerState:
    """One student's answer as the log has it.

    ``counts`` names whose reading the score is from. ``original`` is what the gradebook held before the desk wrote,
    ``base`` what it holds by the log, and ``offered`` what the desk may have written since without noting it.
    """

    readings: Mapping[str, Reading] = field(default_factory=dict)
    counts: str = ""
    version: int = 0
    original: ByHand = NOTHING
    base: ByHand = NOTHING
    offered: frozenset[ByHand] = frozenset()
    waits: bool = False
    overtaken: bool = False

    @property
    def reading(self) -> Reading | None:
        return self.readings.get(self.counts)


UNREAD = AnswerState()


@dataclass(frozen=True)
class Done:
    """A marking that can be undone: the answers as they were before it, and their versions after it."""

    before: Mapping[str, AnswerState]
    after: Mapping[str, int]


@dataclass(frozen=True)
class RubricDone:
    """A change of the rubric that can be undone.

    ``items`` and ``readings``, by student, are those before it; ``before`` and ``after`` the rubric's versions.
    """

    items: tuple[Item, ...]
    readings: Mapping[str, Mapping[str, Reading]]
    before: int
    after: int


class Question:
    """One written question: its rubric and its answers."""

    def __init__(self) -> None:
        self.rubric = Rubric()
        self.most = 0.0
        self.second = False
        self.answers: dict[str, AnswerState] = {}
        self.done: dict[str, list[Done | RubricDone]] = {}

    def answer(self, student: str) -> AnswerState:
        """One student's answer; unread if the log says nothing of it."""
        return self.answers.get(student, UNREAD)

    def wanted(self, state: AnswerState) -> ByHand:
        """What the gradebook should contain about an answer."""
        reading = state.reading
        if reading is None:
            return state.original
        return ByHand(score(reading, self.rubric, self.most), reading.comment)

    def undoable(self, by: str) -> Done | RubricDone | None:
        """What this person did last, unless somebody changed it since."""
        stack = self.done.get(by)
        if not stack:
            return None
        last = stack[-1]
        if isinstance(last, RubricDone):
            changed = self.rubric.version != last.after
        else:
            changed = any(self.answer(s).version != version for s, version in last.after.items())
        return None if changed else last

    def to_record(self) -> dict[str, ByHand]:
        """By student, what is still to be written into the gradebook."""
        waiting = {student: state for student, state in self.answers.items() if state.waits}
        return {student: self.wanted(state) for student, state in waiting.items()}

    def mark(self, told: Marked) -> None:
        """Applies a marking."""
        self.most = told.most
        before = {mark.student: self.answer(mark.student) for mark in told.marks}
        for mark in told.marks:
            self.answers[mark.student] = self._marked(before[mark.student], mark, told.second)
        after = {student: self.answer(student).version for student in before}
        self.done.setdefault(told.marks[0].reading.by, []).append(Done(MappingProxyType(before), after))

    def _marked(self, state: AnswerState, mark: Mark, second: bool) -> AnswerState:
        by = mark.reading.by
        if second:
            return replace(state, readings={**state.readings, by: mark.reading}, version=state.version + 1)
        others = {who: each for who, each in state.readings.items() if who != state.counts}
        original = state.original if state.reading else mark.saw
        return replace(
            state,
            readings={**others, by: mark.reading},
            counts=by,
            version=state.version + 1,
            original=original,
            base=mark.saw,
            offered=self._offered(state) if state.waits else frozenset(),
            waits=True,
            overtaken=False,
        )

    def _offered(self, state: AnswerState) -> frozenset[ByHand]:
        return state.offered | {state.base, self.wanted(state)}

    def undo(self, by: str) -> None:
        """Undoes what a person did last."""
        last = self.done[by].pop()
        if isinstance(last, RubricDone):
            self._undo_rubric(last)
        else:
            self._undo_marking(last)

    def _undo_marking(self, last: Done) -> None:
        for student, before in last.before.items():
            now = self.answer(student)
            waits = now.counts != before.counts or now.reading != before.reading
            self._renumbered(student, before.version, now.version + 1)
            self.answers[student] = replace(
                before,
                readings=self._still(before.readings),
                version=now.version + 1,
                original=now.original,
                base=now.base,
                offered=self._offered(now) if now.waits else frozenset(),
                waits=waits or now.waits,
            )

    def _undo_rubric(self, last: RubricDone) -> None:
        self._replace_rubric(last.items, self.readings_undone(last))
        for stack in self.done.values():
            for i, done in enumerate(stack):
                if isinstance(done, RubricDone) and done.after == last.before:
                    stack[i] = replace(done, after=self.rubric.version)

    def change(self, items: tuple[Item, ...], by: str) -> None:
        """Applies a new rubric; readings with a changed item are recorded again."""
        before, version = self.rubric.items, self.rubric.version
        readings = {student: state.readings for student, state in self.answers.items()}
        self._replace_rubric(items, self.readings_with(items))
        self.done.setdefault(by, []).append(RubricDone(before, readings, version, self.rubric.version))

    def readings_with(self, items: tuple[Item, ...]) -> dict[str, dict[str, Reading]]:
        """By student, the readings as another rubric would leave them: without items that it does not have."""
        return {student: _without(state.readings, items) for student, state in self.answers.items()}

    def readings_undone(self, last: RubricDone) -> dict[str, dict[str, Reading]]:
        """By student, the readings if this change is undone: items it removed are back where nobody went on from it."""
        found = self.readings_with(last.items)
        for student, before in last.readings.items():
            now, left = self.answer(student).readings, _without(before, self.rubric.items)
            found[student] |= {by: reading for by, reading in before.items() if now.get(by) == left[by]}
        return found

    def _replace_rubric(self, items: tuple[Item, ...], readings: Mapping[str, Mapping[str, Reading]]) -> None:
        now = {student: self.wanted(state) for student, state in self.answers.items()}
        offered = {student: self._offered(state) for student, state in self.answers.items() if state.waits}
        self.rubric = Rubric(items=items, version=self.rubric.version + 1)
        for student, state in self.answers.items():
            self._renumbered(student, state.version, state.version + 1)
            state = replace(state, readings=readings[student], version=state.version + 1)
            if self.wanted(state) != now[student] and not state.overtaken:
                known = offered.get(student, frozenset({now[student]}))
                state = replace(state, waits=True, offered=known)
            self.answers[student] = state

    def _still(self, readings: Mapping[str, Reading]) -> dict[str, Reading]:
        return _without(readings, self.rubric.items)

    def _renumbered(self, student: str, before: int, now: int) -> None:
        """What could be taken back at an answer's version ``before`` can be taken back at the version it has now."""
        for stack in self.done.values():
            for i, done in enumerate(stack):
                if isinstance(done, Done) and done.after.get(student) == before:
                    stack[i] = replace(done, after={**done.after, student: now})

    def record(self, rows: Mapping[str, ByHand], *, overtaken: bool) -> None:
        """Applies what the gradebook contains now."""
        for student, held in rows.items():
            state = replace(self.answer(student), base=held, offered=frozenset(), overtaken=overtaken)
            waits = not overtaken and self.wanted(state) != held  # somebody went on while it was written
            self.answers[student] = replace(state, waits=waits, version=state.version + overtaken)


def _without(readings: Mapping[str, Reading], items: tuple[Item, ...]) -> dict[str, Reading]:
    """The readings without items that a rubric does not have."""
    known = {item.id for item in items}
    kept = {by: tuple(each for each in reading.items if each in known) for by, reading in readings.items()}
    return {by: msgspec.structs.replace(reading, items=kept[by]) for by, reading in readings.items()}


class Markings:
    """All written questions of a workspace, as the desk's log has them."""

    def __init__(self) -> None:
        self._questions: dict[tuple[str, str], Question] = {}
        self.readers: set[str] = set()
        """The names of all who ever graded here."""

    def question(self, assignment: str, name: str) -> Question:
        """One question; untouched if the log says nothing of it."""
        return self._questions.setdefault((assignment, name), Question())

    def waiting(self) -> list[tuple[str, str]]:
        """The questions of which the gradebook does not know everything yet."""
        return [key for key, question in self._questions.items() if question.to_record()]

    def reset(self) -> None:
        self._questions.clear()
        self.readers.clear()

    def take(self, entry: LogEntry) -> None:
        """Takes a line of the log into account; one that is about something else, or damaged, says nothing here."""
        if entry.event == READER:
            self.readers.add(msgspec.convert(entry.data, Reader).name)
        how = _HOW.get(entry.event)
        if how is not None:
            kind, apply = how
            told = msgspec.convert(entry.data, kind)
            apply(self.question(entry.assignment, told.question), told)


_HOW: Mapping[str, tuple[type[Any], Any]] = {
    MARKED: (Marked, lambda question, told: question.mark(told)),
    UNDONE: (Undone, lambda question, told: question.undo(told.by)),
    RUBRIC: (RubricChanged, lambda question, told: question.change(told.items, told.by)),
    SECOND: (SecondReading, lambda question, told: setattr(question, "second", told.on)),
    RECORDED: (Recorded, lambda question, told: question.record(told.rows, overtaken=False)),
    OVERTAKEN: (Recorded, lambda question, told: question.record(told.rows, overtaken=True)),
}
