"""Doubts: a code leads to its call, the call is replayed, and the decision is signed and reaches everybody alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import small_course
from nbgrader.api import Gradebook as Nbgrader
from small_course import NAME, WRONG

from autograder.course import Course
from autograder.desk.answers import Notebooks
from autograder.desk.clusters import CodeAnswers
from autograder.desk.doubts import Decision, DoubtDesk, UnknownCode
from autograder.desk.gradebook import Gradebook
from autograder.reports.student.codes import codes_of
from autograder.reports.write import write_feedback
from autograder.runs.batch import grade_assignment
from autograder.runs.verify import verify_log, workspace_key
from autograder.workspace.log import DESK_LOG, lines_of, read_log
from autograder.workspace.store import Store

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # in nbgrader


@pytest.fixture
def desk(graded: Course) -> Iterator[DoubtDesk]:
    gradebook = Gradebook(graded)
    code = CodeAnswers(graded, Notebooks(graded), gradebook)
    opened = DoubtDesk(graded, code, gradebook)
    yield opened
    opened.close()
    code.close()
    gradebook.close()


def quoted(course: Course, student: str = "bob") -> str:
    """The first code in a student's report."""
    write_feedback(course, NAME)
    found = re.search(r"Quote <code>([0-9A-Z]{4}-[0-9A-Z]{4})</code>", course.feedback_path(student, NAME).read_text())
    assert found
    return found[1]


def held(course: Course, student: str = "bob") -> tuple[float | None, str | None]:
    with Nbgrader(course.gradebook, course.course_id) as book:
        comment: str | None = book.find_comment("double", NAME, NAME, student).manual_comment
        return book.find_grade("test_double", NAME, NAME, student).manual_score, comment


def test_the_code_in_a_report_leads_to_its_test_however_it_is_typed(graded: Course, desk: DoubtDesk) -> None:
    code = quoted(graded)
    assert desk.open(f" {code.lower().replace('-', ' ')} ", "I disagree.", "ada") == code
    doubt = desk.doubt(code)
    assert doubt is not None
    assert (doubt.student, doubt.exercise, doubt.words, doubt.is_open) == ("bob", "double", "I disagree.", True)
    found = desk.finding(doubt)
    assert found is not None
    assert found.test is not None
    assert found.test.counterexample is not None
    with pytest.raises(UnknownCode):
        desk.open("0000-0000", "", "ada")


def test_a_replay_grades_the_submission_behind_the_walls_and_says_the_same_again(
    graded: Course, desk: DoubtDesk
) -> None:
    code = desk.open(quoted(graded), "", "ada")
    doubt = desk.doubt(code)
    assert doubt is not None
    desk.replay(doubt, "ada")
    result, same = desk.replays[code]
    again, reported = desk.finding(doubt, result), desk.finding(doubt)
    assert same
    assert again is not None
    assert reported is not None
    assert again.test == reported.test
    after = desk.doubt(code)
    assert after is not None
    assert after.history[-1][1] == "ada replayed it: failed"


def test_points_by_hand_reach_gradebook_report_and_log(graded: Course, desk: DoubtDesk) -> None:
    code = desk.open(quoted(graded), "", "ada")
    doubt = desk.doubt(code)
    assert doubt is not None
    desk.decide(doubt, Decision.points, "You have a point.", "ada", points=1.25)
    assert held(graded) == (1.25, "You have a point.")
    page = graded.feedback_path("bob", NAME).read_text()
    assert "You have a point." in page
    assert "1.25 points" in page
    after = desk.doubt(code)
    assert after is not None
    assert not after.is_open
    assert verify_log(graded, workspace_key(graded)).faults == []
    told = [line.entry for line in lines_of(read_log(graded.workspace, DESK_LOG)) if line.entry]
    assert [entry.event for entry in told] == ["doubt", "doubt-decided", "doubt-settled"]
    grade_assignment(graded, NAME, workers=1, force=True)
    assert held(graded) == (1.25, "You have a point.")


def test_a_hidden_test_at_fault_gives_its_points_to_all_who_fail_it(graded: Course, desk: DoubtDesk) -> None:
    small_course.hand_in(graded.root, "cleo", double=WRONG["double"])
    small_course.hand_in(graded.root, "dan", double="def double(x):\n    return x * 3.0")
    grade_assignment(graded, NAME, workers=1)
    result = Store(graded, NAME).load("bob")
    assert result is not None
    code = next(each.code for each in codes_of(result) if each.test == "test_double_of_many")
    doubt = desk.doubt(desk.open(code, "", "ada"))
    assert doubt is not None
    assert desk.like(doubt) == ("cleo",), "of the same behaviour"
    desk.decide(doubt, Decision.test_at_fault, "", "ada", like=True)
    before = [0.5 if outcome == "passed" else 0.0 for outcome in ("failed", "failed", "failed")]
    assert [held(graded, who)[0] for who in ("bob", "cleo", "dan", "ada")] == [*(1.0 + b for b in before), None]


def test_what_formgrader_entered_meanwhile_stands_and_is_told(
    graded: Course, desk: DoubtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubt = desk.doubt(desk.open(quoted(graded), "", "ada"))
    assert doubt is not None
    with monkeypatch.context() as away:
        away.setattr(desk.background, "run", lambda seconds: None)
        desk.decide(doubt, Decision.points, "", "ada", points=1.0)
    with Nbgrader(graded.gradebook, graded.course_id) as book:
        book.find_grade("test_double", NAME, NAME, "bob").manual_score = 0.75
        book.db.commit()
    assert desk.deliver()
    after = desk.doubt(doubt.code)
    assert after is not None
    assert after.overtaken == {"bob": 0.75}
    assert held(graded)[0] == 0.75


def test_a_code_of_an_earlier_report_still_opens_a_doubt(graded: Course, desk: DoubtDesk) -> None:
    code = quoted(graded)
    small_course.hand_in(graded.root, "bob")
    grade_assignment(graded, NAME, workers=1)
    doubt = desk.doubt(desk.open(code, "It was right!", "ada"))
    assert doubt is not None
    assert (doubt.student, doubt.exercise, doubt.is_open) == ("bob", "", True)
    desk.decide(doubt, Decision.upheld, "", "ada")
    assert [each.is_open for each in desk.all()] == [False]
