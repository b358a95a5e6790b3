"""What is written of one submission at a time, and what an interruption left undone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from small_course import NAME, WRONG, hand_in

from autograder.course import Course
from autograder.grading.grade import Graded, blank
from autograder.grading.material import load_material
from autograder.grading.worker import Job
from autograder.results import Status
from autograder.runs.serve.recorder import AlreadyGraded, Recorder
from autograder.workspace.lock import locked
from autograder.workspace.log import AuditLog


@pytest.fixture
def recorder(graded: Course) -> Iterator[Recorder]:
    """At work where ada and bob are graded; nobody has a report yet."""
    with locked(graded):
        made = Recorder(graded)
        made.open()
        list(made.publish())
        yield made
        made.release()
        made.close()


def taken(recorder: Recorder, student: str) -> AlreadyGraded:
    found = recorder.take(NAME, student)
    assert isinstance(found, AlreadyGraded)
    return found


def spoil(gradebook: Path) -> None:
    with closing(sqlite3.connect(gradebook)) as book:
        book.executescript("UPDATE grade SET auto_score = 9")


def published(recorder: Recorder) -> list[str]:
    return [result.student for result, _ in recorder.publish()]


def test_a_report_that_is_missing_is_written_and_nothing_is_graded_again(recorder: Recorder, graded: Course) -> None:
    assert not taken(recorder, "ada").whole
    assert recorder.has_unpublished
    assert published(recorder) == ["ada"]
    assert "All 2 tests passed" in graded.feedback_path("ada", NAME).read_text()
    assert not recorder.has_unpublished
    assert taken(recorder, "ada").whole


@pytest.mark.parametrize(
    "undone",
    [
        lambda course: spoil(course.workspace / "gradebook.db"),
        lambda course: course.feedback_path("bob", NAME).unlink(),
    ],
    ids=["the gradebook's rows", "the report"],
)
def test_what_an_interruption_left_undone_is_done(
    recorder: Recorder, graded: Course, undone: Callable[[Course], object]
) -> None:
    taken(recorder, "bob")
    published(recorder)
    recorder.release()
    undone(graded)
    recorder.open()
    assert not taken(recorder, "bob").whole
    assert published(recorder) == ["bob"]
    assert taken(recorder, "bob").whole


def test_a_result_that_was_changed_by_hand_is_computed_anew(recorder: Recorder, graded: Course) -> None:
    path = graded.results_dir(NAME) / "bob.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"score": 3.5}))
    assert isinstance(recorder.take(NAME, "bob"), Job)


def test_what_cannot_be_read_gets_its_reason_as_a_report(recorder: Recorder, graded: Course) -> None:
    path = hand_in(graded.root, "bob")
    path.unlink()
    path.symlink_to("elsewhere")
    assert recorder.take(NAME, "bob") is None
    assert published(recorder) == ["bob"]
    assert "symbolic link" in graded.feedback_path("bob", NAME).read_text()
    assert taken(recorder, "bob").whole


def test_results_of_other_tests_stay_and_are_counted(recorder: Recorder, graded: Course) -> None:
    hidden = graded.hidden_path(NAME)
    hidden.write_text(hidden.read_text().replace("for size in (2, 5)", "for size in (2, 6)"))
    assert recorder.renew(NAME)
    taken(recorder, "bob")
    assert recorder.outdated == {NAME: {"bob"}}
    assert not recorder.renew(NAME)


def test_a_log_that_another_command_wrote_in_is_read_anew(recorder: Recorder, graded: Course) -> None:
    recorder.records(NAME)
    recorder.release()
    other = AuditLog(graded.workspace, recorder.records(NAME).proofs.key)
    other.add("started", assignment=NAME)
    other.sync()
    other.close()
    recorder.open()
    taken(recorder, "ada")
    recorder.close()
    numbers = [line.split(b",")[0] for line in (graded.workspace / "log.jsonl").read_bytes().splitlines()]
    assert len(set(numbers)) == len(numbers)


def test_of_two_results_that_wait_for_the_gradebook_the_later_one_counts(recorder: Recorder, graded: Course) -> None:
    material = load_material(graded, NAME)
    for answer in (WRONG["double"], WRONG["mean"].replace("mean", "double")):
        hand_in(graded.root, "ada", double=answer)
        job = recorder.take(NAME, "ada")
        assert isinstance(job, Job)
        recorder.keep(Graded(blank(job.submission, material, job.seed, Status.ungraded, "Twice.")))
    material.suite.close()
    assert published(recorder) == ["ada"]
    assert isinstance(recorder.take(NAME, "ada"), Job)  # our own fault: it is tried again
    assert Path(graded.feedback_path("ada", NAME)).is_file()
