"""Grading written answers: what reaches the gradebook, and that nobody overwrites anybody."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import desks
import pytest
import small_course
from desks import entered, formgrader, group, mark, question
from small_course import NAME, RIGHT

from autograder.authoring.answers import fill
from autograder.course import Course
from autograder.desk.rubric import Item
from autograder.desk.written import ChangedMeanwhile, Decision
from autograder.runs.batch import grade_assignment
from autograder.runs.verify import verify_log, workspace_key

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # in nbgrader

ITEMS = (Item(id="reason", text="A reason", points=1.0), Item(id="example", text="An example", points=0.5))


@pytest.fixture
def course(class_course: Course) -> Course:
    with desks.written(class_course) as desk:
        desk.change_rubric(question(class_course), 0, ITEMS, "carol")
    return class_course


def test_points_and_comment_are_in_nbgraders_own_tables(course: Course) -> None:
    with desks.written(course) as desk:
        mark(desk, "student-003", "reason", comment="Say more.")
    assert entered(course, "student-003") == (1.0, "Say more.", False)


def test_a_regrade_keeps_what_was_entered(course: Course) -> None:
    with desks.written(course) as desk:
        mark(desk, "student-003", "reason", comment="Say more.")
    grade_assignment(course, NAME, workers=1, force=True)
    assert entered(course, "student-003") == (1.0, "Say more.", False)


def test_equal_answers_are_graded_together_and_like_ones_are_neighbours(course: Course) -> None:
    with desks.written(course) as desk:
        groups = desk.groups(question(course), "ada")
        names = [[view.answer.student for view in each.answers] for each in groups]
        mark(desk, "student-001", "reason", each=False)
    assert names in (
        [["student-001", "student-002"], ["student-003"], ["student-004"], ["student-005", "student-006"]],
        [["student-003"], ["student-004"], ["student-001", "student-002"], ["student-005", "student-006"]],
        [["student-001", "student-002"], ["student-004"], ["student-003"], ["student-005", "student-006"]],
        [["student-004"], ["student-003"], ["student-001", "student-002"], ["student-005", "student-006"]],
    )
    assert [entered(course, each)[0] for each in ("student-001", "student-002", "student-003")] == [1, 1, None]


def test_a_comment_alone_is_no_score(course: Course) -> None:
    with desks.written(course) as desk:
        mark(desk, "student-003", comment="Interesting.")
        assert not group(desk, "student-003").is_done
    assert entered(course, "student-003") == (None, "Interesting.", True)


def test_who_saw_an_older_answer_overwrites_nothing(course: Course) -> None:
    with desks.written(course) as one, desks.written(course) as two:
        seen = group(two, "student-003", "bob")
        mark(one, "student-003", "reason")
        with pytest.raises(ChangedMeanwhile, match="ada graded this answer"):
            two.mark(question(course), ["student-003"], seen.token, Decision(("example",)), "bob")
        mark(two, "student-003", "example", reader="bob")
    assert entered(course, "student-003")[0] == 0.5


def test_what_formgrader_entered_is_shown_and_stands_until_somebody_who_saw_it_decides(course: Course) -> None:
    with desks.written(course) as desk:
        seen = group(desk, "student-003")
        formgrader(course, "student-003", 1.5, "Good.")
        with pytest.raises(ChangedMeanwhile, match="formgrader"):
            desk.mark(question(course), ["student-003"], seen.token, Decision(("reason",)), "ada")
        view = group(desk, "student-003").first
        assert view.foreign is not None
        assert (view.foreign.score, view.foreign.comment, view.is_done) == (1.5, "Good.", True)
        mark(desk, "student-003", "reason")
    assert entered(course, "student-003") == (1.0, None, False)


def test_an_entry_of_formgraders_in_the_same_moment_is_not_overwritten(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desks.written(course) as desk:
        write = desk.gradebook.enter
        monkeypatch.setattr(desk.gradebook, "enter", lambda *a: (formgrader(course, "student-003", 2.0), write(*a))[1])
        mark(desk, "student-003", "reason")
        desk.background.run(30)
        view = group(desk, "student-003").first
        assert view.state.overtaken
        assert view.state.reading is not None
        assert view.state.reading.items == ("reason",), "what ada found is still known"
    assert entered(course, "student-003")[0] == 2.0


def test_a_locked_gradebook_loses_nothing(course: Course) -> None:
    book = sqlite3.connect(course.workspace / "gradebook.db", isolation_level=None)
    with desks.written(course) as desk:
        group(desk, "student-003")
        book.execute("BEGIN EXCLUSIVE")
        mark(desk, "student-003", "reason", comment="Say more.")
        state = desk.state(question(course))
        assert "student-003" in state.to_record()
        assert group(desk, "student-003").is_done
        book.execute("COMMIT")
        desk.background.run(30)
        assert not desk.state(question(course)).to_record()
    book.close()
    assert entered(course, "student-003") == (1.0, "Say more.", False)


def test_a_desk_that_was_killed_before_it_wrote_is_made_good_by_the_next(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desks.written(course) as desk:
        monkeypatch.setattr(desk.background, "run", lambda: None)
        mark(desk, "student-003", "reason")
    assert entered(course, "student-003")[0] is None
    with desks.written(course) as desk:
        desk.background.run(30)
    assert entered(course, "student-003")[0] == 1.0


def test_undo_goes_back_step_by_step_to_what_was_there_before(course: Course) -> None:
    with desks.written(course) as desk:
        mark(desk, "student-003", "reason", comment="Say more.")
        mark(desk, "student-003", "reason", "example")
        assert desk.undo(question(course), "ada") == ("student-003",)
        assert entered(course, "student-003") == (1.0, "Say more.", False)
        assert desk.undo(question(course), "ada") == ("student-003",)
        assert entered(course, "student-003") == (None, None, True)
        assert desk.undo(question(course), "ada") == ()


def test_undo_takes_nothing_of_somebody_else_back(course: Course) -> None:
    with desks.written(course) as desk:
        mark(desk, "student-003", "reason")
        mark(desk, "student-003", "example", reader="bob")
        with pytest.raises(ChangedMeanwhile):
            desk.undo(question(course), "ada")
    assert entered(course, "student-003")[0] == 0.5


def test_a_changed_item_recalculates_all_that_have_it_after_showing_whose_score_changes(course: Course) -> None:
    more = (Item(id="reason", text="A reason", points=1.5), ITEMS[1])
    with desks.written(course) as desk:
        mark(desk, "student-003", "reason")
        mark(desk, "student-004", "example")
        changes = [(c.student, c.before, c.after) for c in desk.preview(question(course), more)]
        assert changes == [("student-003", 1.0, 1.5)]
        assert entered(course, "student-003")[0] == 1.0, "looking changes nothing"
        desk.change_rubric(question(course), 1, more, "ada")
        assert [entered(course, s)[0] for s in ("student-003", "student-004")] == [1.5, 0.5]
        desk.change_rubric(question(course), 2, more[1:], "ada")
        assert entered(course, "student-003") == (None, None, True), "nothing that it had is left"
        with pytest.raises(ChangedMeanwhile):
            desk.change_rubric(question(course), 2, ITEMS, "bob")


def test_undo_of_a_rubric_change_brings_items_and_scores_back_after_showing_whose_change(course: Course) -> None:
    asked = question(course)
    with desks.written(course) as desk:
        mark(desk, "student-003", "reason", "example", comment="Good.")
        mark(desk, "student-004", "example", reader="bob")
        more = (Item(id="example", text="An example", points=0.25), Item(id="new", text="A proof", points=1.0))
        desk.change_rubric(asked, 1, more, "ada")
        mark(desk, "student-001", "new", reader="bob")
        assert [entered(course, f"student-00{n}")[0] for n in (3, 4, 1)] == [0.25, 0.25, 1.0]
        undo = desk.undo_of_rubric(asked, "ada")
        assert undo is not None
        assert undo.items == ITEMS
        assert [(c.student, c.before, c.after) for c in undo.changes] == [
            ("student-001", 1.0, None),
            ("student-003", 0.25, 1.5),
            ("student-004", 0.25, 0.5),
        ]
        with pytest.raises(ChangedMeanwhile):
            desk.undo(asked, "ada")
        assert entered(course, "student-003")[0] == 0.25, "looking changes nothing"
        assert desk.undo(asked, "ada", undo.version) == ()
        assert desk.state(asked).rubric.items == ITEMS
    assert [entered(course, f"student-00{n}") for n in (3, 4, 1)] == [
        (1.5, "Good.", False),
        (0.5, None, False),
        (None, None, True),
    ]
    with desks.written(course) as desk:
        assert desk.undo(asked, "ada") == ("student-003",), "then the marking before it"
    assert entered(course, "student-003") == (None, None, True)


def test_rubric_changes_are_undone_one_by_one_and_what_was_marked_since_stays(course: Course) -> None:
    asked = question(course)
    with desks.written(course) as desk:
        mark(desk, "student-003", "reason")
        desk.change_rubric(asked, 1, ITEMS[1:], "ada")
        desk.change_rubric(asked, 2, (), "ada")
        mark(desk, "student-003", adjustment=2.0, reader="bob")
        for version, items in ((3, ITEMS[1:]), (4, ITEMS)):
            undo = desk.undo_of_rubric(asked, "ada")
            assert undo is not None
            assert (undo.version, undo.items) == (version, items)
            desk.undo(asked, "ada", version)
    assert entered(course, "student-003")[0] == 2.0


def test_a_rubric_that_somebody_changed_since_is_not_undone(course: Course) -> None:
    asked = question(course)
    with desks.written(course) as desk:
        undo = desk.undo_of_rubric(asked, "carol")
        assert undo is not None
        desk.change_rubric(asked, 1, ITEMS[1:], "bob")
        with pytest.raises(ChangedMeanwhile):
            desk.undo(asked, "carol", undo.version)
        assert desk.state(asked).rubric.items == ITEMS[1:]


def test_more_than_the_question_has_is_never_given(course: Course) -> None:
    with desks.written(course) as desk:
        desk.change_rubric(question(course), 1, (Item(id="a", text="All", points=9.0),), "ada")
        mark(desk, "student-003", "a", adjustment=1.0)
        mark(desk, "student-004", "a", adjustment=-20.0)
    assert [entered(course, s)[0] for s in ("student-003", "student-004")] == [2.0, 0.0]


def test_where_items_only_take_points_counting_starts_at_full_marks(course: Course) -> None:
    with desks.written(course) as desk:
        items = (Item(id="vague", text="Vague", points=-0.5), Item(id="fine", text="All right", points=0.0))
        desk.change_rubric(question(course), 1, items, "ada")
        mark(desk, "student-003", "vague")
        mark(desk, "student-004", "fine")
    assert [entered(course, s)[0] for s in ("student-003", "student-004")] == [1.5, 2.0]


def test_a_second_reader_does_not_see_the_first_score_before_giving_their_own(course: Course) -> None:
    with desks.written(course) as desk:
        desk.read_twice(question(course), True, "ada")
        mark(desk, "student-003", "reason")
        view = group(desk, "student-003", "bob").first
        assert (view.is_second, view.hides_first, view.mine, view.is_done) == (True, True, None, False)
        mark(desk, "student-003", "example", reader="bob")
        view = group(desk, "student-003", "bob").first
        assert (view.hides_first, view.is_done) == (False, True)
        assert entered(course, "student-003")[0] == 1.0, "the first one counts"
        mark(desk, "student-004", "reason")
        mark(desk, "student-004", "reason", reader="bob")
        found = desk.agreement(question(course))
    assert found is not None
    assert (found.answers, found.equal) == (2, 1)


def test_an_answer_that_was_handed_in_again_while_it_was_read_is_shown_first(course: Course) -> None:
    with desks.written(course) as desk:
        mark(desk, "student-003", "reason")
        seen = group(desk, "student-003")
        again = fill(small_course.release(course.root), RIGHT, {"why": "Now I know."})
        small_course.hand_in(course.root, "student-003", data=again)
        grade_assignment(course, NAME, workers=1)
        with pytest.raises(ChangedMeanwhile, match="handed in again"):
            desk.mark(question(course), ["student-003"], seen.token, Decision(("example",)), "ada")
        view = group(desk, "student-003").first
        assert (view.answer.text, view.is_changed, view.is_done) == ("Now I know.", True, False)
        mark(desk, "student-003", "example")
        assert group(desk, "student-003").is_done
    assert entered(course, "student-003") == (0.5, None, False)


def test_a_line_that_somebody_put_into_the_log_gives_nobody_points(course: Course) -> None:
    with desks.written(course) as desk:
        mark(desk, "student-003", "reason")
    log = Path(course.workspace / "desk.jsonl")
    last = log.read_text().splitlines()
    forged = next(line for line in last if '"marked"' in line).replace("student-003", "student-004")
    log.write_text("\n".join([*last, forged]) + "\n")
    with desks.written(course) as desk:
        desk.background.run(30)
        assert not desk.state(question(course)).answer("student-004").version
    assert entered(course, "student-004")[0] is None


def test_verify_follows_the_desks_log(course: Course) -> None:
    log = course.workspace / "desk.jsonl"
    assert verify_log(course, workspace_key(course)).faults == []
    log.write_text(log.read_text().replace("A reason", "No reason"))
    assert "desk.jsonl:1" in {fault.place for fault in verify_log(course, workspace_key(course)).faults}
