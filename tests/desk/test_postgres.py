"""The desk on a gradebook in PostgreSQL: the same promises, and a server that is down loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import desks
import pytest
import small_course
from desks import entered, formgrader, group, mark, question
from postgres import Server, postgres
from small_course import NAME, WRONG, own_solutions

from autograder.authoring.build import build_from_course
from autograder.course import Course, load_course
from autograder.desk.written import ChangedMeanwhile, Decision
from autograder.gradebook.book import Book
from autograder.runs.batch import grade_assignment
from autograder.workspace.cluster_comments import ClusterComment, ClusterComments, behaving
from autograder.workspace.store import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]


@pytest.fixture(scope="module")
def served_book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Course, Server]]:
    with postgres() as server, own_solutions():
        config = f"{small_course.CONFIG}gradebook: {server.url}\n"
        root = small_course.write(tmp_path_factory.mktemp("postgres"), config=config)
        build_from_course(load_course(root), NAME)
        yield desks.write_class(root, {"student-001": "One.", "student-002": "Two."}, student_001=WRONG), server


def test_what_formgrader_entered_stands_and_points_of_the_desk_are_nbgraders(
    served_book: tuple[Course, Server],
) -> None:
    course, _ = served_book
    with desks.written(course) as desk:
        mark(desk, "student-001", "guide-1", none=True, comment="Good.")
        assert entered(course, "student-001") == (0.0, "Good.", False), "no rubric was entered yet"
        seen = group(desk, "student-002")
        formgrader(course, "student-002", 1.5, "Fine.")
        with pytest.raises(ChangedMeanwhile, match="formgrader"):
            desk.mark(question(course), ["student-002"], seen.token, Decision(none=True), "ada")
    assert entered(course, "student-002") == (1.5, "Fine.", False)


def test_a_server_that_is_down_loses_nothing(served_book: tuple[Course, Server]) -> None:
    course, server = served_book
    with desks.written(course) as desk:
        group(desk, "student-001")
        server.stop()
        mark(desk, "student-001", adjustment=1.25, comment="Better.")
        desk.background.run(30)
        assert "does not answer" in desk.gradebook.trouble
        assert group(desk, "student-001").is_done
        server.start()
        desk.background.run(30)
    assert entered(course, "student-001") == (1.25, "Better.", False)


def test_a_comment_on_a_cluster_reaches_it_and_a_regrade_keeps_it(served_book: tuple[Course, Server]) -> None:
    course, _ = served_book
    result = Store(course, NAME).load("student-001")
    assert result is not None
    double = next(each for each in behaving(result) if each.exercise == "double")
    comments = ClusterComments(course)
    comments.say(NAME, ClusterComment(exercise="double", behaviour=double.behaviour, text="Twice?", by="ada"))
    grade_assignment(course, NAME, workers=1, force=True)
    with Book(course.gradebook, course.course_id) as book:
        assert ("double", "Twice?") in book.comments(NAME)["student-001"]
    assert Path(course.workspace / "desk.jsonl").exists()
