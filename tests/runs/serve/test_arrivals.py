"""What arrives is taken once it is complete, in the order of handing in; what is no submission is told once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.runs.serve.arrivals import PATIENCE_SECONDS, QUIET_SECONDS, SubmittedWatcher

WHOLE = b'{"cells": []}\n'


@pytest.fixture
def watcher(tmp_path: Path) -> SubmittedWatcher:
    return SubmittedWatcher(
        tmp_path, ("toy",), ("toy", "other"), lambda student: "It is Eve." if student == "eve" else ""
    )


def hand_in(watcher: SubmittedWatcher, student: str, data: bytes = WHOLE, at: float | None = None) -> Path:
    path = watcher.submitted / student / "toy" / "toy.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if at is not None:
        os.utime(path, (at, at))
    return path


def students(watcher: SubmittedWatcher, now: float) -> list[str]:
    return [arrival.student for arrival in sorted(watcher.look(now))]


def told(watcher: SubmittedWatcher, now: float = 0.0) -> dict[str, str]:
    list(watcher.look(now))
    return {str(odd.path.relative_to(watcher.submitted)): odd.why for odd in watcher.odd()}


def test_a_submission_arrives_once_when_it_was_quiet_for_a_while(watcher: SubmittedWatcher) -> None:
    hand_in(watcher, "ada")
    assert students(watcher, 0.0) == []
    assert students(watcher, QUIET_SECONDS / 2) == []
    assert students(watcher, QUIET_SECONDS) == ["ada"]
    assert students(watcher, 9.0) == []
    assert not watcher.waits


def test_what_is_written_again_after_it_arrived_is_not_taken_until_that_is_done(watcher: SubmittedWatcher) -> None:
    path = hand_in(watcher, "ada")
    assert not watcher.is_as_it_arrived(("ada", "toy"))
    students(watcher, 0.0)
    assert students(watcher, 1.0) == ["ada"]
    assert watcher.is_as_it_arrived(("ada", "toy"))
    path.write_bytes(b"{")
    assert not watcher.is_as_it_arrived(("ada", "toy"))
    hand_in(watcher, "ada")
    students(watcher, 2.0)
    assert students(watcher, 3.0) == ["ada"]
    assert watcher.is_as_it_arrived(("ada", "toy"))


def test_what_still_changes_is_waited_for(watcher: SubmittedWatcher) -> None:
    hand_in(watcher, "ada", WHOLE)
    assert students(watcher, 0.0) == []
    hand_in(watcher, "ada", WHOLE + b" ")
    assert students(watcher, 1.0) == []
    assert students(watcher, 1.0 + QUIET_SECONDS) == ["ada"]


@pytest.mark.parametrize("half", [WHOLE[:5], b""])
def test_a_half_written_notebook_gets_more_time_and_then_its_turn(watcher: SubmittedWatcher, half: bytes) -> None:
    hand_in(watcher, "ada", half)
    assert students(watcher, 0.0) == students(watcher, PATIENCE_SECONDS / 2) == []
    assert students(watcher, PATIENCE_SECONDS) == ["ada"]


def test_a_folder_that_is_still_empty_gets_more_time(watcher: SubmittedWatcher) -> None:
    (watcher.submitted / "ada" / "toy").mkdir(parents=True)
    assert students(watcher, 0.0) == students(watcher, PATIENCE_SECONDS / 2) == []
    hand_in(watcher, "ada")
    assert students(watcher, 2.0) == []
    assert students(watcher, 2.0 + QUIET_SECONDS) == ["ada"]


def test_a_change_is_an_arrival_even_with_the_same_size_and_time(watcher: SubmittedWatcher) -> None:
    hand_in(watcher, "ada", WHOLE, at=1000.0)
    assert students(watcher, 0.0) + students(watcher, 1.0) == ["ada"]
    hand_in(watcher, "ada", WHOLE.replace(b"cells", b"sells"), at=1000.0)
    assert students(watcher, 2.0) + students(watcher, 3.0) == ["ada"]


def test_who_handed_in_first_is_first_and_names_decide_between_equals(watcher: SubmittedWatcher) -> None:
    for student, at in (("cat", 2000.0), ("bob", 2000.0), ("dan", 1000.0)):
        hand_in(watcher, student, at=at)
    assert students(watcher, 0.0) + students(watcher, 1.0) == ["dan", "bob", "cat"]


def test_what_goes_away_and_comes_back_arrives_again(watcher: SubmittedWatcher) -> None:
    path = hand_in(watcher, "ada")
    assert students(watcher, 0.0) + students(watcher, 1.0) == ["ada"]
    moved = path.parent.rename(watcher.submitted / "ada" / "other")
    assert students(watcher, 2.0) == []
    moved.rename(path.parent)
    assert students(watcher, 3.0) + students(watcher, 4.0) == ["ada"]


def test_only_what_is_open_is_looked_at_in_between(watcher: SubmittedWatcher) -> None:
    hand_in(watcher, "ada")
    list(watcher.look(0.0))
    hand_in(watcher, "bob")
    assert [arrival.student for arrival in watcher.look_again(1.0)] == ["ada"]


def test_a_quick_look_sees_what_comes_and_is_replaced_and_a_thorough_one_what_is_written_over(
    watcher: SubmittedWatcher,
) -> None:
    path = hand_in(watcher, "ada")
    assert students(watcher, 0.0) + students(watcher, 1.0) == ["ada"]

    def quick(now: float) -> list[str]:
        return [arrival.student for arrival in watcher.look(now, thorough=False)]

    hand_in(watcher, "bob")
    assert quick(2.0) + quick(3.0) == ["bob"]
    path.with_name("new").write_bytes(WHOLE)
    path.with_name("new").rename(path)
    assert quick(4.0) + quick(5.0) == ["ada"]
    hand_in(watcher, "ada", WHOLE + b" ")
    assert quick(6.0) + quick(7.0) == []
    assert students(watcher, 8.0) + quick(9.0) == ["ada"]


def test_what_is_no_submission_is_told_once_and_again_when_it_changes(watcher: SubmittedWatcher) -> None:
    (watcher.submitted / "ada" / "tyo").mkdir(parents=True)
    (watcher.submitted / "ada" / "other").mkdir()  # another assignment, which is not served
    (watcher.submitted / "=1+1" / "toy").mkdir(parents=True)
    (watcher.submitted / "toy.ipynb").write_bytes(WHOLE)
    (watcher.submitted / "link").symlink_to("ada")
    hand_in(watcher, "eve")
    found = told(watcher)
    assert found.keys() == {"ada/tyo", "=1+1", "toy.ipynb", "link", "eve"}
    assert found["ada/tyo"] == "belongs to no assignment in course.yml"
    assert found["eve"] == "is ignored. It is Eve."
    assert told(watcher, 1.0) == {}
    (watcher.submitted / "toy.ipynb").write_bytes(WHOLE + WHOLE)
    assert told(watcher, 2.0).keys() == {"toy.ipynb"}


def test_a_link_or_a_pipe_in_place_of_the_notebook_arrives_and_grading_says_why_not(watcher: SubmittedWatcher) -> None:
    path = hand_in(watcher, "ada")
    path.unlink()
    os.mkfifo(path)
    other = hand_in(watcher, "bob")
    other.unlink()
    other.symlink_to(path)
    assert students(watcher, 0.0) + students(watcher, QUIET_SECONDS) == ["ada", "bob"]


def test_no_folder_yet_is_nothing_yet(tmp_path: Path) -> None:
    assert list(SubmittedWatcher(tmp_path / "submitted", ("toy",), ("toy",)).look(0.0)) == []
