"""Comments on clusters: what is said of one way to be wrong reaches everybody whose answer behaves so, later ones too.

The text is a paragraph of each student's manual comment in the gradebook, where reports, formgrader and nbgrader's own
feedback read it. The desk's log knows which paragraph was given, so that it can be changed or taken back, and nothing
else of the comment is touched.

A behaviour is known by its answers to calls of the hidden tests, so it has another name once these change. A student
who handed in nothing new keeps the comment then: it is about the same code, as long as that is still wrong.
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
    """By student, the paragraph now in the comment on an exercise; empty where there is none now.

    ``submissions`` has the hashes of what these students had handed in.
    """

    exercise: str
    texts: dict[str, str]
    submissions: dict[str, str] = {}


@dataclass(frozen=True)
class Behaving:
    """One student's answer to one exercise; ``behaviour`` is empty where it has none, or is right.

    ``submission`` is the hash of the notebook.
    """

    student: str
    exercise: str
    behaviour: str
    submission: str


class ClusterComments:
    """All comments on clusters of a workspace, and who was given which."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.log = DeskLog(course, self)
        self._said: dict[tuple[str, str, str], ClusterComment] = {}
        self._given: dict[tuple[str, str, str], tuple[str, str]] = {}
        """By assignment, exercise and student: the text, and the submission's hash."""

    def reset(self) -> None:
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
                given = (text, told.submissions.get(student, ""))
                self._given[entry.assignment, told.exercise, student] = given

    def on(self, assignment: str, exercise: str, behaviour: str) -> str:
        """The comment on a cluster; empty where there is none."""
        said = self._said.get((assignment, exercise, behaviour))
        return said.text if said else ""

    def kept(self, assignment: str, answer: Behaving) -> str:
        """What was said of this answer before the hidden tests changed, if nobody has said anything of its cluster."""
        text, submission = self._given.get((assignment, answer.exercise, answer.student), ("", ""))
        is_new = (assignment, answer.exercise, answer.behaviour) not in self._said
        return text if is_new and answer.behaviour and submission == answer.submission else ""

    def _wanted(self, assignment: str, answer: Behaving) -> str:
        return self.on(assignment, answer.exercise, answer.behaviour) or self.kept(assignment, answer)

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
            changed += self._give(assignment, exercise, book, [each for each in answers if each.exercise == exercise])
        return tuple(dict.fromkeys(changed))

    def _give(self, assignment: str, exercise: str, book: Book, answers: Sequence[Behaving]) -> list[str]:
        had = {each.student: self._given.get((assignment, exercise, each.student), ("", "")) for each in answers}
        wanted = {each.student: (self._wanted(assignment, each), each.submission) for each in answers}
        other = [student for student, (text, _) in wanted.items() if text != had[student][0]]
        place = Place(test_id(exercise), exercise)
        rows = book.rows_by_hand(assignment, place, other) if other else {}
        entries = [_entry(each, rows[each], had[each][0], wanted[each][0]) for each in other if each in rows]
        refused = book.enter(assignment, place, entries) if entries else {}
        changed = [entry.student for entry in entries if entry.student not in refused]
        later = [each for each, now in wanted.items() if now[0] and each not in other and now != had[each]]
        if changed or later:
            given = {student: wanted[student] for student in (*changed, *later)}
            texts, submissions = ({student: pair[i] for student, pair in given.items()} for i in (0, 1))
            told = Given(exercise=exercise, texts=texts, submissions=submissions)
            with self.log.writing() as add:
                add(GIVEN, assignment=assignment, data=msgspec.to_builtins(told))
        return changed


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
    return [
        Behaving(result.student, e.name, e.behaviour if isinstance(e.behaviour, str) else "", result.submission_sha256)
        for e in exercises
    ]
