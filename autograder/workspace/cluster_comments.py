"""Comments on clusters: what is said of one way to be wrong reaches everybody whose answer behaves so, later ones too.

The text is a paragraph of each student's manual comment in the gradebook, where reports, formgrader and nbgrader's own
feedback read it. The desk's log knows which paragraph was given, so that it can be changed or taken back, and nothing
else of the comment is touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from autograder.course import Course
from autograder.course.grade_ids import test_id
from autograder.errors import WorkspaceError
from autograder.gradebook.book import Book
from autograder.gradebook.by_hand import ByHand, Entry, HandRow, Place
from autograder.results import Result, Status
from autograder.workspace.desk_log import DeskLog
from autograder.workspace.log import LogEntry

SAID, GIVEN = "cluster-comment", "cluster-comment-given"


class ClusterComment(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says to all whose answer to an exercise behaves so; an empty text takes it back."""

    exercise: str
    behaviour: str
    text: str
    by: str


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """By student, the paragraph now in the comment on an exercise; empty where there is none now."""

    exercise: str
    texts: dict[str, str]


@dataclass(frozen=True)
class Behaving:
    """One student's answer to one exercise; ``behaviour`` is empty where it has none, or is right."""

    student: str
    exercise: str
    behaviour: str


class ClusterComments:
    """All comments on clusters of a workspace, and who was given which."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.log = DeskLog(course, self)
        self._said: dict[tuple[str, str, str], ClusterComment] = {}
        self._given: dict[tuple[str, str, str], str] = {}

    def reset(self) -> None:
        """Forgets everything."""
        self._said.clear()
        self._given.clear()

    def take(self, entry: LogEntry) -> None:
        """Takes a line of the log into account, if it is about clusters."""
        if entry.event == SAID:
            said = msgspec.convert(entry.data, ClusterComment)
            self._said[entry.assignment, said.exercise, said.behaviour] = said
        elif entry.event == GIVEN:
            told = msgspec.convert(entry.data, Given)
            for student, text in told.texts.items():
                self._given[entry.assignment, told.exercise, student] = text

    def on(self, assignment: str, exercise: str, behaviour: str) -> str:
        """The comment on a cluster; empty where there is none."""
        said = self._said.get((assignment, exercise, behaviour))
        return said.text if said else ""

    def say(self, assignment: str, said: ClusterComment) -> None:
        """Writes a comment down; `give` brings it to the students.

        Raises:
            WorkspaceError: if it cannot be written down.
        """
        with self.log.writing() as add:
            add(SAID, assignment=assignment, data=msgspec.to_builtins(said))

    def give_to(self, assignment: str, book: Book, results: Iterable[Result]) -> None:
        """Brings the comments to those whose results were just recorded. A desk that is busy does it later itself."""
        with suppress(WorkspaceError):
            self.log.catch_up()
            if self._said or self._given:
                self.give(assignment, book, [each for result in results for each in behaving(result)])

    def give(self, assignment: str, book: Book, answers: Sequence[Behaving]) -> tuple[str, ...]:
        """Puts each answer's paragraph into the gradebook, or takes it out; returns who has another comment now.

        Raises:
            GradebookError: if the gradebook is locked or away.
            WorkspaceError: if it cannot be written down.
        """
        self.log.catch_up()
        changed: list[str] = []
        for exercise in dict.fromkeys(answer.exercise for answer in answers):
            wanted = {
                answer.student: self.on(assignment, exercise, answer.behaviour)
                for answer in answers
                if answer.exercise == exercise
            }
            had = {student: self._given.get((assignment, exercise, student), "") for student in wanted}
            other = {student: text for student, text in wanted.items() if text != had[student]}
            if other:
                changed += self._put(assignment, exercise, book, other, had)
        return tuple(dict.fromkeys(changed))

    def _put(
        self, assignment: str, exercise: str, book: Book, wanted: dict[str, str], had: dict[str, str]
    ) -> list[str]:
        place = Place(test_id(exercise), exercise)
        rows = book.rows_by_hand(assignment, place, list(wanted))
        entries = [
            _entry(student, rows[student], had[student], wanted[student]) for student in wanted if student in rows
        ]
        refused = book.enter(assignment, place, entries)
        given = {entry.student: wanted[entry.student] for entry in entries if entry.student not in refused}
        if given:
            with self.log.writing() as add:
                add(GIVEN, assignment=assignment, data=msgspec.to_builtins(Given(exercise=exercise, texts=given)))
        return list(given)


def _entry(student: str, row: HandRow, had: str, wanted: str) -> Entry:
    comment = with_paragraph(row.held.comment, had, wanted)
    return Entry(student, ByHand(row.held.score, comment), frozenset({row.held}), comment_only=True)


def with_paragraph(comment: str, had: str, wanted: str) -> str:
    """The comment with a paragraph in place of the one that it had; what somebody wrote besides stays.

    >>> with_paragraph("Well done.", "", "Mind the bias.")
    'Well done.\\n\\nMind the bias.'
    >>> with_paragraph("Well done.\\n\\nMind the bias.", "Mind the bias.", "")
    'Well done.'
    """
    if had and had in comment:
        before, _, after = comment.partition(had)
        parts = [before.rstrip("\n"), wanted, after.lstrip("\n")]
    elif wanted and wanted in comment:  # as after an interruption
        parts = [comment]
    else:
        parts = [comment, wanted]
    return "\n\n".join(part for part in parts if part)


def behaving(result: Result) -> list[Behaving]:
    """How each exercise of a result behaves."""
    exercises = result.exercises if result.status is Status.graded else ()
    return [Behaving(result.student, e.name, e.behaviour if isinstance(e.behaviour, str) else "") for e in exercises]
