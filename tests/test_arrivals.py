"""What arrives is taken once it is complete, in the order of handing in; what is no submission is told once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.arrivals import PATIENCE_SECONDS, QUIET_SECONDS, Doorstep

WHOLE = b'{"cells": []}\n'


@pytest.fixture
def doorstep(tmp_path: Path) -> Doorstep:
    return Doorstep(tmp_path, ("toy",), ("toy", "other"), lambda student: "It is Eve." if student == "eve" else "")


def hand_in(doorstep: Doorstep, student: str, data: bytes = WHOLE, at: float | None = None) -> Path:
    path = doorstep.submitted / student / "toy" / "toy.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if at is not None:
        os.utime(path, (at, at))
    return path


def students(doorstep: Doorstep, now: float) -> list[str]:
    return [arrival.student for arrival in sorted(doorstep.look(now))]


def told(doorstep: Doorstep, now: float = 0.0) -> dict[str, str]:
    list(doorstep.look(now))
    return {str(odd.path.relative_to(doorstep.submitted)): odd.why for odd in doorstep.odd()}


def test_a_submission_arrives_once_when_it_was_quiet_for_a_while(doorstep: Doorstep) -> None:
    hand_in(doorstep, "ada")
    assert students(doorstep, 0.0) == []
    assert students(doorstep, QUIET_SECONDS / 2) == []
    assert students(doorstep, QUIET_SECONDS) == ["ada"]
    assert students(doorstep, 9.0) == []
    assert not doorstep.waits


def test_what_is_written_again_after_it_arrived_is_not_taken_until_that_is_done(doorstep: Doorstep) -> None:
    path = hand_in(doorstep, "ada")
    assert not doorstep.is_as_it_arrived(("ada", "toy"))
    students(doorstep, 0.0)
    assert students(doorstep, 1.0) == ["ada"]
    assert doorstep.is_as_it_arrived(("ada", "toy"))
    path.write_bytes(b"{")
    assert not doorstep.is_as_it_arrived(("ada", "toy"))
    hand_in(doorstep, "ada")
    students(doorstep, 2.0)
    assert students(doorstep, 3.0) == ["ada"]
    assert doorstep.is_as_it_arrived(("ada", "toy"))


def test_what_still_changes_is_waited_for(doorstep: Doorstep) -> None:
    hand_in(doorstep, "ada", WHOLE)
    assert students(doorstep, 0.0) == []
    hand_in(doorstep, "ada", WHOLE + b" ")
    assert students(doorstep, 1.0) == []
    assert students(doorstep, 1.0 + QUIET_SECONDS) == ["ada"]


@pytest.mark.parametrize("half", [WHOLE[:5], b""])
def test_a_half_written_notebook_gets_more_time_and_then_its_turn(doorstep: Doorstep, half: bytes) -> None:
    hand_in(doorstep, "ada", half)
    assert students(doorstep, 0.0) == students(doorstep, PATIENCE_SECONDS / 2) == []
    assert students(doorstep, PATIENCE_SECONDS) == ["ada"]


def test_a_folder_that_is_still_empty_gets_more_time(doorstep: Doorstep) -> None:
    (doorstep.submitted / "ada" / "toy").mkdir(parents=True)
    assert students(doorstep, 0.0) == students(doorstep, PATIENCE_SECONDS / 2) == []
    hand_in(doorstep, "ada")
    assert students(doorstep, 2.0) == []
    assert students(doorstep, 2.0 + QUIET_SECONDS) == ["ada"]


def test_a_change_is_an_arrival_even_with_the_same_size_and_time(doorstep: Doorstep) -> None:
    hand_in(doorstep, "ada", WHOLE, at=1000.0)
    assert students(doorstep, 0.0) + students(doorstep, 1.0) == ["ada"]
    hand_in(doorstep, "ada", WHOLE.replace(b"cells", b"sells"), at=1000.0)
    assert students(doorstep, 2.0) + students(doorstep, 3.0) == ["ada"]


def test_who_handed_in_first_is_first_and_names_decide_between_equals(doorstep: Doorstep) -> None:
    for student, at in (("cat", 2000.0), ("bob", 2000.0), ("dan", 1000.0)):
        hand_in(doorstep, student, at=at)
    assert students(doorstep, 0.0) + students(doorstep, 1.0) == ["dan", "bob", "cat"]


def test_what_goes_away_and_comes_back_arrives_again(doorstep: Doorstep) -> None:
    path = hand_in(doorstep, "ada")
    assert students(doorstep, 0.0) + students(doorstep, 1.0) == ["ada"]
    moved = path.parent.rename(doorstep.submitted / "ada" / "other")
    assert students(doorstep, 2.0) == []
    moved.rename(path.parent)
    assert students(doorstep, 3.0) + students(doorstep, 4.0) == ["ada"]


def test_only_what_is_open_is_looked_at_in_between(doorstep: Doorstep) -> None:
    hand_in(doorstep, "ada")
    list(doorstep.look(0.0))
    hand_in(doorstep, "bob")
    assert [arrival.student for arrival in doorstep.look_again(1.0)] == ["ada"]


def test_a_quick_look_sees_what_comes_and_is_replaced_and_a_thorough_one_what_is_written_over(
    doorstep: Doorstep,
) -> None:
    path = hand_in(doorstep, "ada")
    assert students(doorstep, 0.0) + students(doorstep, 1.0) == ["ada"]

    def quick(now: float) -> list[str]:
        return [arrival.student for arrival in doorstep.look(now, thorough=False)]

    hand_in(doorstep, "bob")
    assert quick(2.0) + quick(3.0) == ["bob"]
    path.with_name("new").write_bytes(WHOLE)
    path.with_name("new").rename(path)
    assert quick(4.0) + quick(5.0) == ["ada"]
    hand_in(doorstep, "ada", WHOLE + b" ")
    assert quick(6.0) + quick(7.0) == []
    assert students(doorstep, 8.0) + quick(9.0) == ["ada"]


def test_what_is_no_submission_is_told_once_and_again_when_it_changes(doorstep: Doorstep) -> None:
    (doorstep.submitted / "ada" / "tyo").mkdir(parents=True)
    (doorstep.submitted / "ada" / "other").mkdir()  # another assignment, which is not served
    (doorstep.submitted / "=1+1" / "toy").mkdir(parents=True)
    (doorstep.submitted / "toy.ipynb").write_bytes(WHOLE)
    (doorstep.submitted / "link").symlink_to("ada")
    hand_in(doorstep, "eve")
    found = told(doorstep)
    assert found.keys() == {"ada/tyo", "=1+1", "toy.ipynb", "link", "eve"}
    assert found["ada/tyo"] == "is of no assignment in course.yml"
    assert found["eve"] == "is not taken. It is Eve."
    assert told(doorstep, 1.0) == {}
    (doorstep.submitted / "toy.ipynb").write_bytes(WHOLE + WHOLE)
    assert told(doorstep, 2.0).keys() == {"toy.ipynb"}


def test_a_link_or_a_pipe_in_place_of_the_notebook_arrives_and_grading_says_why_not(doorstep: Doorstep) -> None:
    path = hand_in(doorstep, "ada")
    path.unlink()
    os.mkfifo(path)
    other = hand_in(doorstep, "bob")
    other.unlink()
    other.symlink_to(path)
    assert students(doorstep, 0.0) + students(doorstep, QUIET_SECONDS) == ["ada", "bob"]


def test_no_folder_yet_is_nothing_yet(tmp_path: Path) -> None:
    assert list(Doorstep(tmp_path / "submitted", ("toy",), ("toy",)).look(0.0)) == []
