"""What is written of one submission at a time, and what an interruption left undone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from small_course import NAME, WRONG, hand_in

from autograder.clerk import Clerk, Held
from autograder.course import Course
from autograder.grading import Graded, blank
from autograder.journal import Journal
from autograder.material import load_material
from autograder.results import Status
from autograder.store import locked
from autograder.worker import Job


@pytest.fixture
def clerk(graded: Course) -> Iterator[Clerk]:
    """A clerk at work where ada and bob are graded; nobody has a report yet."""
    with locked(graded):
        made = Clerk(graded)
        made.sit_down()
        list(made.publish())
        yield made
        made.get_up()
        made.close()


def taken(clerk: Clerk, student: str) -> Held:
    found = clerk.take(NAME, student)
    assert isinstance(found, Held)
    return found


def spoil(gradebook: Path) -> None:
    with closing(sqlite3.connect(gradebook)) as book:
        book.executescript("UPDATE grade SET auto_score = 9")


def published(clerk: Clerk) -> list[str]:
    return [result.student for result, _ in clerk.publish()]


def test_a_report_that_is_missing_is_written_and_nothing_is_graded_again(clerk: Clerk, graded: Course) -> None:
    assert not taken(clerk, "ada").whole
    assert clerk.owes
    assert published(clerk) == ["ada"]
    assert "All 2 tests passed" in graded.feedback_path("ada", NAME).read_text()
    assert not clerk.owes
    assert taken(clerk, "ada").whole


@pytest.mark.parametrize(
    "undone",
    [
        lambda course: spoil(course.workspace / "gradebook.db"),
        lambda course: course.feedback_path("bob", NAME).unlink(),
    ],
    ids=["the gradebook's rows", "the report"],
)
def test_what_an_interruption_left_undone_is_done(
    clerk: Clerk, graded: Course, undone: Callable[[Course], object]
) -> None:
    taken(clerk, "bob")
    published(clerk)
    clerk.get_up()
    undone(graded)
    clerk.sit_down()
    assert not taken(clerk, "bob").whole
    assert published(clerk) == ["bob"]
    assert taken(clerk, "bob").whole


def test_a_result_that_was_changed_by_hand_is_computed_anew(clerk: Clerk, graded: Course) -> None:
    path = graded.results_dir(NAME) / "bob.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"score": 3.5}))
    assert isinstance(clerk.take(NAME, "bob"), Job)


def test_what_cannot_be_read_gets_its_reason_as_a_report(clerk: Clerk, graded: Course) -> None:
    path = hand_in(graded.root, "bob")
    path.unlink()
    path.symlink_to("elsewhere")
    assert clerk.take(NAME, "bob") is None
    assert published(clerk) == ["bob"]
    assert "symbolic link" in graded.feedback_path("bob", NAME).read_text()
    assert taken(clerk, "bob").whole


def test_results_of_other_tests_stay_and_are_counted(clerk: Clerk, graded: Course) -> None:
    hidden = graded.hidden_path(NAME)
    hidden.write_text(hidden.read_text().replace("for size in (2, 5)", "for size in (2, 6)"))
    assert clerk.renew(NAME)
    taken(clerk, "bob")
    assert clerk.outdated == {NAME: {"bob"}}
    assert not clerk.renew(NAME)


def test_a_log_that_another_command_wrote_in_is_read_anew(clerk: Clerk, graded: Course) -> None:
    clerk.desk(NAME)
    clerk.get_up()
    other = Journal(graded.workspace, clerk.desk(NAME).ledger.key)
    other.add("started", assignment=NAME)
    other.sync()
    other.close()
    clerk.sit_down()
    taken(clerk, "ada")
    clerk.close()
    numbers = [line.split(b",")[0] for line in (graded.workspace / "log.jsonl").read_bytes().splitlines()]
    assert len(set(numbers)) == len(numbers)


def test_of_two_results_that_wait_for_the_gradebook_the_later_one_counts(clerk: Clerk, graded: Course) -> None:
    material = load_material(graded, NAME)
    for answer in (WRONG["double"], WRONG["mean"].replace("mean", "double")):
        hand_in(graded.root, "ada", double=answer)
        job = clerk.take(NAME, "ada")
        assert isinstance(job, Job)
        clerk.keep(Graded(blank(job.submission, material, job.seed, Status.ungraded, "Twice.")))
    material.suite.close()
    assert published(clerk) == ["ada"]
    assert isinstance(clerk.take(NAME, "ada"), Job)  # our own fault: it is tried again
    assert Path(graded.feedback_path("ada", NAME)).is_file()
