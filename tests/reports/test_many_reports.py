"""The reports of a large class: one comment renews one report, and the zips hold everybody."""

from __future__ import annotations

import sys
import time
import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace
from nbgrader.api import Gradebook
from small_course import NAME, hand_in

from autograder.course import Course, load_course
from autograder.gradebook.book import Book
from autograder.integrations.lms.feedback_zip import write_zip
from autograder.reports.write import write_class_report, write_feedback
from autograder.runs.watch_gradebook import Watcher
from autograder.workspace.store import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]

MANY = 300


def crowd(course: Course, many: int) -> tuple[str, ...]:
    """So many students more, with ada's and bob's results in turn, in the workspace and in the gradebook."""
    store = Store(course, NAME)
    pair = [store.load("ada"), store.load("bob")]
    made = [replace(pair[i % 2], student=f"student-{i:04}") for i in range(many)]  # type: ignore[type-var]
    for result in made:
        hand_in(course.root, result.student)
        store.save(result)
    with Book(course.gradebook, course.course_id) as book:
        book.record(made)
    return tuple(result.student for result in made)


def comment(course: Course, student: str, text: str) -> None:
    with Gradebook(course.gradebook, course.course_id) as gradebook:
        gradebook.find_comment("written_why", NAME, NAME, student).manual_comment = text
        gradebook.db.commit()


def times(course: Course) -> dict[str, int]:
    """When each report was written, by student."""
    return {path.parts[-3]: path.stat().st_mtime_ns for path in course.workspace.glob(f"feedback/*/{NAME}/{NAME}.html")}


def test_one_comment_renews_one_report_of_300(graded: Course, tmp_path: Path) -> None:
    students = crowd(graded, MANY)
    assert write_feedback(graded, NAME).changed == MANY + 2
    before = times(graded)
    comment(graded, students[7], "Come and see me.")
    again = write_feedback(graded, NAME)
    assert (len(again.paths), again.changed) == (MANY + 2, 1)
    assert {name for name, at in times(graded).items() if before[name] != at} == {students[7]}
    watcher = Watcher(graded, [NAME])
    comment(graded, students[8], "You too.")
    assert list(watcher.look()) == [(NAME, students[8], True)]
    packed = write_zip(graded, "folder", NAME, tmp_path / "all.zip")
    with zipfile.ZipFile(packed.path) as made:
        assert len(made.namelist()) == MANY + 2
        assert b"Come and see me." in made.read(f"{students[7]}/{NAME}.html")


def test_a_class_report_of_a_thousand_is_a_page(graded: Course) -> None:
    crowd(graded, 1_000)
    assert write_class_report(graded, NAME).stat().st_size < 1_000_000


def measure(root: Path) -> None:
    """Prints how long it takes: `python tests/reports/test_many_reports.py COURSE`, of a copy of a graded course."""
    course = load_course(root)
    students = crowd(course, MANY)
    for what in ("all written", "one comment more, again"):
        start = time.perf_counter()
        done = write_feedback(course, NAME)
        print(f"{what}: {len(done.paths)} reports, {done.changed} changed, {time.perf_counter() - start:.2f} s")
        comment(course, students[7], "Come and see me.")
    watcher = Watcher(course, [NAME])
    comment(course, students[8], "You too.")
    start = time.perf_counter()
    (seen,) = watcher.look()
    print(f"a look after a comment: {seen[1]} written in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
