"""Writes the reports: one page for each student, from the result and a TA's comments, and one for the class."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from autograder.course import Course
from autograder.course.grade_ids import is_test, is_written, name_of
from autograder.errors import CourseError, SubmissionError, WorkspaceError
from autograder.gradebook.book import Book, Mark
from autograder.reports.class_report import render as class_page
from autograder.reports.class_report import tally
from autograder.reports.course_report import AssignmentResults
from autograder.reports.course_report import render as course_page
from autograder.reports.course_report import tally as tally_course
from autograder.reports.student import Comment, ManualScore, Revealed, conceal, render
from autograder.results import Result, Status
from autograder.workspace.corrections import corrected, corrected_result, sentences
from autograder.workspace.files import read_bounded, write_atomically
from autograder.workspace.lateness import apply_lateness
from autograder.workspace.roster import Roster, load_roster
from autograder.workspace.signing import Key, secret_of, signed_page
from autograder.workspace.store import Store
from autograder.workspace.submissions import SECRET, TIMESTAMP, folder_of, withdrawn

EVERYTHING = Revealed(score=True, hint=True, counterexample=True)


@dataclass(frozen=True)
class Written:
    """The reports of one assignment: all of them, how many have changed, and why some students have none."""

    paths: tuple[Path, ...]
    changed: int
    skipped: tuple[tuple[str, str], ...] = ()


def write_feedback(
    course: Course,
    assignment: str,
    *,
    student: str | None = None,
    only: Collection[str] | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> Written:
    """Writes the reports of an assignment's students, or of one; an unchanged report is not written again.

    ``only`` leaves all others' reports as they are.

    A result that cannot be read or shown is skipped and named, so that it holds up nobody else.

    Raises:
        CourseError: if nobody, or not this student, has a result.
        GradebookError: if the gradebook cannot be read.
        WorkspaceError: if a report cannot be written.
    """
    store = Store(course, assignment)
    gone = withdrawn(course, assignment, store.students())
    names = tuple(name for name in store.students() if name not in gone) if student is None else (student,)
    names = names if only is None else tuple(name for name in names if name in only)
    revealed = course.revealed(assignment, datetime.now(UTC))
    with Book(course.gradebook, course.course_id) as book:
        apply_lateness(course, assignment, book)
        comments, marks = book.comments(assignment), book.marks(assignment)
    paths, changed, skipped = [], 0, []
    for name in names:
        result = store.load(name)
        if result is None and student is not None:
            raise CourseError(store.path(name), "no result: run `autograder grade` first")
        try:
            if result is None:
                raise CourseError(store.path(name), "this result cannot be read; run `autograder grade` again")
            changed += _report(course, result, revealed, comments.get(name, ()), marks.get(name, {}))
            paths.append(course.feedback_path(name, assignment))
        except WorkspaceError:
            raise
        except Exception as fault:  # whatever is in one student's result, the others get their reports
            skipped.append((name, f"{type(fault).__name__}: {fault}"[:300]))
        progress(name)
    return Written(tuple(paths), changed, tuple(skipped))


def write_report(course: Course, result: Result, book: Book, note: str = "") -> Path:
    """Writes the report of one result, from an up-to-date gradebook, at a cost independent of the class's size.

    ``note`` is what the student should know of another attempt.

    Raises:
        GradebookError: if the gradebook cannot be read.
        WorkspaceError: if the report cannot be written.
    """
    student, assignment = result.student, result.assignment
    comments, marks = book.comments(assignment, student), book.marks(assignment, student)
    revealed = course.revealed(assignment, datetime.now(UTC))
    _report(course, result, revealed, comments.get(student, ()), marks.get(student, {}), note)
    return course.feedback_path(student, assignment)


def _report(
    course: Course,
    result: Result,
    revealed: Revealed,
    comments: tuple[tuple[str, str], ...],
    marks: dict[str, Mark],
    note: str = "",
) -> bool:
    corrections = course.assignment(result.assignment).corrections
    texts, whole = sentences(corrections, result), result
    result, marks = corrected_result(corrections, result), corrected(corrections, marks, result)
    page = render(
        result,
        course_title=course.title,
        assignment_title=course.assignment(result.assignment).title,
        revealed=revealed,
        comments=tuple(Comment(cell, text) for cell, text in comments),
        written=_written(marks) if result.status is Status.graded else (),
        given=_given(marks),
        corrections=texts,
        note=note,
        section=partial(course.section, result.assignment),
    )
    path = course.feedback_path(result.student, result.assignment)
    page = signed_page(page, Key(secret_of(course)), whole)
    changed = _write(course, path, page.encode())
    _lay_beside(course, result, path.parent)
    return changed


def write_class_report(course: Course, assignment: str, *, anonymous: bool = False) -> Path:
    """Writes the report of the class; an anonymous one is for students, and shows only what they may see.

    Raises:
        GradebookError: if the gradebook cannot be read.
        WorkspaceError: if it cannot be written.
    """
    title = course.assignment(assignment).title
    revealed = course.revealed(assignment, datetime.now(UTC)) if anonymous else EVERYTHING
    roster = load_roster(course)
    gone = frozenset(withdrawn(course, assignment, Store(course, assignment).students()))
    unreadable: list[str] = []
    of_class = _of_class(Store(course, assignment), gone, roster, unreadable)
    missing = _missing(course, assignment, roster, gone)
    found = tally(assignment, of_class, missing, unreadable, seen=partial(conceal, revealed=revealed))
    unit = "point" if revealed.score else "test"
    page = class_page(found, course_title=course.title, assignment_title=title, anonymous=anonymous, unit=unit)
    path = course.class_report_path(assignment, anonymous=anonymous)
    _write(course, path, page.encode())
    return path


def _of_class(store: Store, gone: frozenset[str], roster: Roster, unreadable: list[str]) -> Iterator[Result]:
    """The results of those who are in the class; whose result is damaged goes to ``unreadable``."""
    for student in store.students():
        if student in gone or roster.misses(student):
            continue
        result = store.load(student)
        if result is None:
            unreadable.append(student)
        else:
            yield result


def write_course_report(course: Course, *, anonymous: bool = False) -> Path:
    """Writes the page over all assignments; an anonymous one is for a slide.

    Raises:
        CourseError: if the roster is invalid.
        WorkspaceError: if it cannot be written.
    """
    roster, now = load_roster(course), datetime.now(UTC)
    found = []
    for name, config in course.assignments.items():
        store = Store(course, name)
        gone = frozenset(withdrawn(course, name, store.students()))
        own = (r.brief() for r in store.all() if r.student not in gone and not roster.misses(r.student))
        shown = (conceal(r, course.revealed(name, now)) for r in own) if anonymous else own
        found.append(AssignmentResults(name, config.title, course.is_due(name, now), tuple(shown)))
    page = course_page(
        tally_course(found, (student.id for student in roster.students)), course_title=course.title, anonymous=anonymous
    )
    path = course.course_report_path(anonymous=anonymous)
    _write(course, path, page.encode())
    return path


def _missing(course: Course, assignment: str, roster: Roster, gone: frozenset[str]) -> tuple[str, ...]:
    """The students of the roster (or else the gradebook) without a result; nobody before anything has been graded."""
    if not course.results_dir(assignment).is_dir():
        return ()
    known: Iterable[str] = (student.id for student in roster.students)
    if not roster.students:
        with Book(course.gradebook, course.course_id) as book:
            known = book.students()
    there = set(Store(course, assignment).students()) - gone
    return tuple(student for student in known if student not in there)


def _written(marks: dict[str, Mark]) -> tuple[ManualScore, ...]:
    return tuple(
        ManualScore(
            name=name,
            title=name_of(name).replace("_", " ").capitalize(),
            score=None if mark.needs_manual_grade and mark.manual is None else mark.score,
            max_score=mark.max_score,
        )
        for name, mark in marks.items()
        if is_written(name)
    )


def _given(marks: dict[str, Mark]) -> dict[str, float]:
    """By exercise, the points that a teacher gave instead of the tests' points or on top of them."""
    return {
        name_of(name): mark.score
        for name, mark in marks.items()
        if is_test(name) and mark.score is not None and (mark.manual is not None or mark.extra)
    }


def _write(course: Course, path: Path, page: bytes) -> bool:
    with suppress(SubmissionError):  # a file that is not there, or too large, is not the same
        if read_bounded(path, len(page) + 1) == page:
            return False
    write_atomically(path, page, root=course.workspace)
    return True


def _lay_beside(course: Course, result: Result, folder: Path) -> None:
    """Copies the two files by which nbgrader's `release_feedback` recognizes a submission."""
    submitted = folder_of(course.submitted_dir, result.student) / result.assignment
    for name in (TIMESTAMP, SECRET):
        try:
            _write(course, folder / name, read_bounded(submitted / name, 10_000))
        except SubmissionError:
            continue  # not handed in through nbgrader's exchange
