"""The course while it is served: whom it takes submissions from, and what of its files has changed meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import small_course
from small_course import CONFIG, NAME, hand_in

from autograder.course import Course, load_course
from autograder.errors import CourseError
from autograder.runs.serve.course_watch import CHECK_SECONDS, CourseWatch, Watched


@pytest.fixture
def watch(small: Course) -> CourseWatch:
    return CourseWatch(lambda: load_course(small.root))


def check(watch: CourseWatch) -> tuple[bool, list[str], tuple[str, ...]]:
    """Whether something is stale, what is told of it, and whose material has changed."""
    watch.check(watch._next_check + CHECK_SECONDS)
    return watch.stale, list(watch.renew()), watch.renewed()


def config(small: Course, text: str) -> None:
    path = small.root / "course.yml"
    path.write_text(text)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))


def test_nothing_is_stale_as_long_as_nothing_changes(watch: CourseWatch) -> None:
    watch.watch(NAME)
    assert check(watch) == (False, [], ())
    assert watch.open(NAME)


@pytest.mark.parametrize(
    "path",
    [
        lambda course: course.hidden_path(NAME),
        lambda course: course.reference_path(NAME),
        lambda course: course.mistakes_path(NAME),
        lambda course: course.release_dir(NAME) / f"{NAME}.ipynb",
    ],
)
def test_changed_material_is_noticed_once(watch: CourseWatch, path: Callable[[Course], Path]) -> None:
    watch.watch(NAME)
    watch.block(NAME)
    with path(watch.course).open("a") as file:
        file.write("\n")
    assert check(watch) == (True, [], (NAME,))
    assert watch.open(NAME)
    assert check(watch) == (False, [], ())


def test_a_change_beside_one_of_course_yml_is_not_lost(watch: CourseWatch, small: Course) -> None:
    watch.watch(NAME)
    config(small, CONFIG)
    with small.hidden_path(NAME).open("a") as file:
        file.write("\n")
    stale, told, renewed = check(watch)
    assert (stale, renewed) == (True, (NAME,))
    assert told == ["course.yml or the roster has changed and applies from now on."]


def test_a_course_yml_at_fault_closes_and_one_that_is_put_right_opens(watch: CourseWatch, small: Course) -> None:
    config(small, "")
    assert "Nothing is graded until this is fixed" in check(watch)[1][0]
    assert not watch.open(NAME)
    assert check(watch) == (False, [], ())
    config(small, CONFIG)
    check(watch)
    assert watch.open(NAME)


def test_only_the_rosters_students_are_taken(small: Course) -> None:
    (small.root / "roster.csv").write_text("id\nada\n")
    config(small, f"roster: roster.csv\n{CONFIG}")
    watch = CourseWatch(lambda: load_course(small.root))
    hand_in(small.root, "ada")
    hand_in(small.root, "eve")
    arrived = [*watch.watcher.look(0.0), *watch.watcher.look(1.0)]
    assert [arrival.student for arrival in arrived] == ["ada"]
    assert [(odd.path.name, odd.why) for odd in watch.watcher.odd()] == [
        ("eve", "is ignored. roster.csv does not list this student.")
    ]
    (small.root / "roster.csv").write_text("id\nada\neve\n")
    assert check(watch)[0]
    arrived = [*watch.watcher.look(2.0), *watch.watcher.look(3.0)]
    assert {arrival.student for arrival in arrived} == {"ada", "eve"}


def test_when_the_due_date_passes_what_students_see_is_another_thing(
    small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(small, CONFIG.replace("hint: always", "hint: after-due"))
    watched = Watched(load_course(small.root), NAME)
    assert not watched.changed
    later = type("Later", (), {"now": staticmethod(lambda zone: datetime(2031, 1, 1, tzinfo=UTC))})
    monkeypatch.setattr("autograder.runs.serve.course_watch.datetime", later)
    assert watched.changed


def test_without_a_built_assignment_nothing_can_be_served(tmp_path: Path) -> None:
    root = small_course.write(tmp_path / "course")
    with pytest.raises(CourseError, match="run `autograder build` first"):
        CourseWatch(lambda: load_course(root)).likeliest()


def test_an_assignment_that_is_not_listed_is_told(small: Course) -> None:
    with pytest.raises(CourseError, match="no assignment 'tyo'"):
        CourseWatch(lambda: load_course(small.root), "tyo")
