"""`autograder verify` finds whatever is not as grading left it, and takes a teacher's own entries for what they are."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import small_course
from msgspec import structs
from nbgrader.api import Gradebook
from small_course import NAME, hand_in

from autograder.course import Course, load_course
from autograder.reports.write import write_feedback
from autograder.results import Outcome
from autograder.runs.batch import grade_assignment
from autograder.runs.replay import compared, replay
from autograder.runs.verify import VerifyFault, verify, verify_log, workspace_key
from autograder.workspace.signing import SECRET_NAME, Key, secret_of
from autograder.workspace.store import Store

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # in nbgrader


def faults(course: Course) -> list[VerifyFault]:
    key = workspace_key(course)
    log = verify_log(course, key)
    return [*log.faults, *verify(course, NAME, log, key).faults]


def only_fault(course: Course) -> str:
    (fault,) = faults(course)
    return f"{fault.place}: {fault.what}"


def sql(course: Course, statement: str, *values: object) -> None:
    with sqlite3.connect(course.workspace / "gradebook.db") as database:
        assert database.execute(statement, values).rowcount >= 1
    database.close()


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text()
    assert change(before) != before
    path.write_text(change(before))


def cells(name: str) -> str:
    return f"cell_id IN (SELECT id FROM base_cell WHERE name = '{name}')"


def test_what_grading_left_holds(graded: Course) -> None:
    key = workspace_key(graded)
    found = verify(graded, NAME, verify_log(graded, key), key)
    assert (found.results, found.notebooks, found.rows) == (2, 2, 2)
    assert (faults(graded), found.notes) == ([], ())


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"score": 2.0', '"score": 3.5'),
        ("What is twice three?", "Well done."),
        ('"outcome": "failed"', '"outcome": "passed"'),
    ],
    ids=["a score", "a hint", "an outcome"],
)
def test_a_changed_result_is_found(graded: Course, was: str, now: str) -> None:
    edit(Store(graded, NAME).path("bob"), lambda text: text.replace(was, now, 1))
    assert only_fault(graded) == "results/toy/bob.json: was changed: its signature does not hold"


def test_a_result_in_other_words_is_found(graded: Course) -> None:
    edit(Store(graded, NAME).path("bob"), lambda text: json.dumps(json.loads(text)))
    assert "same content, different formatting" in only_fault(graded)


def test_a_result_that_was_copied_from_another_student_is_found(graded: Course) -> None:
    store = Store(graded, NAME)
    shutil.copyfile(store.path("ada"), store.path("bob"))
    assert only_fault(graded) == "results/toy/bob.json: is the result of ada in toy"


def test_an_older_result_that_was_put_back_is_found(graded: Course) -> None:
    path = Store(graded, NAME).path("ada")
    older = path.read_bytes()
    hand_in(graded.root, "ada", mean=small_course.WRONG["mean"])
    grade_assignment(graded, NAME, workers=1)
    path.write_bytes(older)
    assert "is not the last one in the log" in only_fault(graded)


def test_a_missing_result_and_one_too_many_are_found(graded: Course) -> None:
    store = Store(graded, NAME)
    store.path("eve").write_bytes(store.path("ada").read_bytes().replace(b'"ada"', b'"eve"'))
    store.path("bob").unlink()
    found = {fault.place: fault.what for fault in faults(graded)}
    assert found["results/toy/eve.json"] == "was changed: its signature does not hold"
    assert found["results/toy/bob.json"] == "is missing, although the log mentions it"
    assert found["gradebook: bob"] == "has scores (test_double, test_mean, written_why) but no result"


def test_a_changed_executed_notebook_is_found(graded: Course) -> None:
    edit(graded.autograded_dir("bob", NAME) / "toy.ipynb", lambda text: text.replace("0 of 1.5", "1.5 of 1.5"))
    assert only_fault(graded).startswith("autograded/bob/toy/toy.ipynb: was changed: its hash is ")


def test_a_missing_executed_notebook_and_one_too_many_are_found(graded: Course) -> None:
    shutil.move(graded.workspace / "autograded" / "bob", graded.workspace / "autograded" / "eve")
    assert {fault.place: fault.what for fault in faults(graded)} == {
        "autograded/bob/toy/toy.ipynb": "is missing",
        "autograded/eve/toy/toy.ipynb": "belongs to no result",
    }


def test_a_changed_row_is_found_and_says_what_it_was(graded: Course) -> None:
    sql(graded, f"UPDATE grade SET auto_score = 1.5 WHERE auto_score = 0 AND {cells('test_double')}")
    assert only_fault(graded) == "gradebook: bob: test_double: the score is 1.5, and the result says 0"


def test_a_changed_comment_a_time_and_a_cells_worth_are_found(graded: Course) -> None:
    sql(graded, "UPDATE comment SET auto_comment = 'Well done.' WHERE auto_comment LIKE 'What is%'")
    sql(graded, "UPDATE submitted_assignment SET timestamp = '2026-01-01 00:00:00' WHERE student_id = 'ada'")
    sql(graded, "UPDATE grade_cells SET max_score = 9 WHERE max_score = 2 AND cell_type = 'code'")
    found = {fault.place: fault.what for fault in faults(graded)}
    assert found == {
        "gradebook: bob": "double: the comment is 'Well done.', and the result says 'What is twice three?'",
        "gradebook: ada": "handed in at 2026-01-01T00:00:00, and the result says None",
        "gradebook: test_mean": "is worth 9.0, and in the release 2.0",
    }


def test_missing_rows_are_found(graded: Course) -> None:
    with Gradebook(graded.gradebook, graded.course_id) as book:
        book.remove_submission(NAME, "ada")
    assert only_fault(graded) == "gradebook: ada: there is no row of this submission"


def test_what_a_teacher_enters_is_no_fault(graded: Course) -> None:
    with Gradebook(graded.gradebook, graded.course_id) as book:
        grade = book.find_grade("test_double", NAME, NAME, "bob")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.0, 0.5, False
        book.find_comment("written_why", NAME, NAME, "bob").manual_comment = "Say more."
        book.db.commit()
    assert faults(graded) == []


def test_results_of_another_key_are_told(graded: Course) -> None:
    before = workspace_key(graded)
    assert before is not None
    (graded.workspace / SECRET_NAME).write_bytes(bytes(32))
    other = Key(secret_of(graded))
    found = {fault.place: fault.what for fault in faults(graded)}
    told = f"is signed with another key ({before.name}; this workspace's is {other.name})"
    assert found["results/toy/ada.json"] == told
    assert found["log.jsonl:1"] == found[".log-head"] == "was changed, or written with another key"


def test_without_its_key_nothing_counts_as_verified(graded: Course) -> None:
    (graded.workspace / SECRET_NAME).unlink()
    assert only_fault(graded) == ".seed: is gone: without it no signature can be checked"
    assert not (graded.workspace / SECRET_NAME).exists()


def test_what_is_new_is_a_note_and_no_fault(graded: Course) -> None:
    hand_in(graded.root, "ada", mean=small_course.WRONG["mean"])
    hand_in(graded.root, "carl")
    shutil.rmtree(graded.submitted_dir / "bob")
    small_course.write(graded.root, hidden=small_course.HIDDEN + "\n")
    key = workspace_key(graded)
    found = verify(graded, NAME, verify_log(graded, key), key)
    assert found.faults == ()
    assert found.notes == (
        "Submissions not graded yet: 1 (carl).",
        "Results that no longer have a submission: 1 (bob).",
        "Submissions resubmitted since they were graded: 1 (ada).",
        "Results computed with other tests, settings or versions: 2 (ada, bob).",
    )


def test_grading_again_trusts_no_result_that_was_changed(graded: Course) -> None:
    edit(Store(graded, NAME).path("bob"), lambda text: text.replace('"score": 2.0', '"score": 3.5', 1))
    edit(graded.autograded_dir("ada", NAME) / "toy.ipynb", lambda text: text.replace("1.5 of 1.5", "9 of 1.5"))
    summary = grade_assignment(graded, NAME, workers=1)
    assert sorted((r.student, r.score) for r in summary.graded) == [("ada", 3.5), ("bob", 2.0)]
    assert faults(graded) == []


def test_grading_again_puts_a_changed_row_right_and_the_log_keeps_what_it_said(graded: Course) -> None:
    (graded.submitted_dir / "bob" / NAME / "timestamp.txt").write_text("2026-10-16 12:00:00.000000 UTC")
    assert [r.student for r in grade_assignment(graded, NAME, workers=1).unchanged] == ["ada"]
    assert faults(graded) == []
    sql(graded, f"UPDATE grade SET auto_score = 1.5 WHERE auto_score = 0 AND {cells('test_double')}")
    summary = grade_assignment(graded, NAME, workers=1)
    assert summary.repaired == (("bob", "test_double: the score is 1.5, and the result says 0"),)
    assert faults(graded) == []
    assert "repaired bob's rows: test_double: the score is 1.5" in verify_log(graded, workspace_key(graded)).notes[0]


def test_a_replay_gives_the_same_and_writes_nothing(graded: Course) -> None:
    before = {path: path.read_bytes() for path in graded.workspace.rglob("*") if path.is_file()}
    played = replay(graded, NAME, 5, workers=1)
    assert (played.students, played.differences, played.left_out) == (("ada", "bob"), (), 0)
    assert {path: path.read_bytes() for path in graded.workspace.rglob("*") if path.is_file()} == before


def test_a_replay_tells_what_comes_out_otherwise(graded: Course) -> None:
    store = Store(graded, NAME)
    bob = store.load("bob")
    assert bob is not None
    double, mean = bob.exercises
    tests = tuple(structs.replace(test, outcome=Outcome.passed, score=test.max_score) for test in double.tests)
    forged = structs.replace(bob, score=3.5, exercises=(structs.replace(double, score=1.5, tests=tests), mean))
    store.save(forged)  # as somebody with the key could do it
    played = replay(graded, NAME, 2, workers=1)
    assert ("bob", "score: 3.5 before, 2.0 now") in played.differences
    assert ("bob", "test_double_of_many: passed before, failed now") in played.differences
    assert {who for who, _ in played.differences} == {"bob"}


def test_messages_that_depend_on_the_clock_are_not_compared(graded: Course) -> None:
    bob = Store(graded, NAME).load("bob")
    assert bob is not None

    def late(message: str) -> object:
        tests = (structs.replace(bob.exercises[0].tests[0], outcome=Outcome.timeout, message=message),)
        return structs.replace(bob, exercises=(structs.replace(bob.exercises[0], tests=tests),))

    assert list(compared(late("after 1 s"), late("after 2 s"))) == []  # type: ignore[arg-type]


DUE_WITH_LATE = "late:\n  percent_per_day: 10\n"


@pytest.fixture
def late(graded: Course) -> Course:
    """bob handed in a day late, which costs him a tenth."""
    path = graded.root / "course.yml"
    path.write_text(path.read_text() + DUE_WITH_LATE)
    (graded.submitted_dir / "bob" / NAME / "timestamp.txt").write_text("2030-02-01 11:00:00 UTC")
    course = load_course(graded.root)
    grade_assignment(course, NAME, workers=1)
    write_feedback(course, NAME)
    assert faults(course) == []
    return course


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE assignment SET duedate = '2030-03-01 12:00:00.000000'", "the due date is 2030-03-01"),
        ("UPDATE assignment SET duedate = NULL", "the due date is None"),
        ("UPDATE submitted_notebook SET late_submission_penalty = 0", "the late penalty is 0, but course.yml says 0.2"),
        ("UPDATE submitted_notebook SET late_submission_penalty = NULL", "the late penalty is 0, but course.yml"),
        ("UPDATE submitted_assignment SET extension = '1970-01-03 00:00:00.000000'", "the extension is 2 days"),
    ],
)
def test_a_changed_date_extension_or_penalty_in_the_gradebook_is_found(late: Course, statement: str, told: str) -> None:
    sql(late, statement)
    assert any(told in fault.what for fault in faults(late))


def test_a_penalty_older_than_points_by_hand_is_a_note(late: Course) -> None:
    with Gradebook(late.gradebook, late.course_id) as gradebook:
        gradebook.find_grade("written_why", NAME, NAME, "bob").manual_score = 2.0
        gradebook.db.commit()
    key = workspace_key(late)
    found = verify(late, NAME, verify_log(late, key), key)
    assert found.faults == ()
    assert any("Late penalties older than a teacher's points" in note for note in found.notes)


def test_a_changed_page_is_found(late: Course) -> None:
    edit(late.feedback_path("bob", NAME), lambda text: text.replace("bob", "rob", 1))
    assert only_fault(late) == f"feedback/bob/{NAME}/{NAME}.html: was changed: its signature does not hold"


def test_a_page_of_somebody_else_is_found(late: Course) -> None:
    shutil.copyfile(late.feedback_path("ada", NAME), late.feedback_path("bob", NAME))
    assert "was changed" in only_fault(late)


def test_a_page_without_a_signature_and_an_older_one_are_notes(late: Course) -> None:
    edit(late.feedback_path("bob", NAME), lambda text: text.partition("<!-- signed:")[0])
    hand_in(late.root, "ada", small_course.notebook(late.root, mean=small_course.WRONG["mean"]))
    grade_assignment(late, NAME, workers=1)
    key = workspace_key(late)
    found = verify(late, NAME, verify_log(late, key), key)
    assert found.faults == ()
    assert any("Unsigned pages" in note and "bob" in note for note in found.notes)
    assert any("Pages older than their results" in note and "ada" in note for note in found.notes)


@pytest.mark.parametrize("text", ["2030-01-31 11:00:00 UTC", None])
def test_a_time_that_was_put_earlier_or_removed_is_found(late: Course, text: str | None) -> None:
    path = late.submitted_dir / "bob" / NAME / "timestamp.txt"
    path.unlink() if text is None else path.write_text(text)
    assert f"submitted/bob/{NAME}/timestamp.txt: says" in only_fault(late)
    assert "but said 2030-02-01T11:00:00 UTC when it was graded" in only_fault(late)


def test_a_later_time_of_the_same_work_is_a_note(late: Course) -> None:
    (late.submitted_dir / "bob" / NAME / "timestamp.txt").write_text("2030-02-03 11:00:00 UTC")
    key = workspace_key(late)
    found = verify(late, NAME, verify_log(late, key), key)
    assert found.faults == ()
    assert any("Submissions with a later time" in note for note in found.notes)
