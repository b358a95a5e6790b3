"""Due dates by section, and late days that cost nothing: of all assignments together, in the order of due dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.workspace.lateness import due_of, free_days, lateness_at

CONFIG = """\
course: c
title: C
roster: roster.csv
late:
  percent_per_day: 10
  closes_after_days: 5
  free_days: 3
assignments:
  second:
    title: Second
    due: 2027-02-20 12:00
  first:
    title: First
    due: 2027-02-10 12:00
    sections:
      Thursday: 2027-02-12 12:00
    extensions:
      bob: 2027-02-15 12:00
"""
FIRST, SECOND = datetime(2027, 2, 10, 12, tzinfo=UTC), datetime(2027, 2, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    (tmp_path / "course.yml").write_text(CONFIG)
    (tmp_path / "roster.csv").write_text("id,section\nada,Tuesday\nbob,Thursday\ncyd,Thursday\n")
    return load_course(tmp_path)


def percent(course: Course, moments: dict[str, datetime], name: str, student: str = "ada") -> float:
    """What being late takes of one of the assignments that were handed in at these moments."""
    late = lateness_at(course, name, student, moments[name], 10.0, moments)
    return 0.0 if late is None else late.percent


def test_a_section_has_its_date_and_an_extension_goes_before_it(course: Course) -> None:
    dates = {student: due_of(course, "first", student) for student in ("ada", "bob", "cyd", "eve")}
    days = {student: due.day for student, due in dates.items() if due}
    assert days == {"ada": 10, "bob": 15, "cyd": 12, "eve": 10}


def test_a_changed_roster_counts_at_once(course: Course) -> None:
    assert due_of(course, "first", "ada") == FIRST
    (course.root / "roster.csv").write_text("id,section\nada,Thursday\nbob,\n")
    assert due_of(course, "first", "ada") == FIRST + 2 * DAY


def test_what_is_revealed_after_the_due_date_waits_for_the_last_section(course: Course) -> None:
    assert not course.is_due("first", FIRST + DAY)
    assert course.is_due("first", FIRST + 2 * DAY)


def test_free_days_are_taken_in_the_order_of_due_dates(course: Course) -> None:
    moments = {"second": SECOND + 2 * DAY, "first": FIRST + 2 * DAY}
    assert free_days(course, "ada", moments) == {"first": 2, "second": 1}
    assert percent(course, moments, "first") == 0
    assert percent(course, moments, "second") == 10


def test_they_are_counted_from_a_students_own_due_date(course: Course) -> None:
    moments = {"second": SECOND + 3 * DAY, "first": FIRST + 2 * DAY}
    assert free_days(course, "cyd", moments) == {"second": 3}
    assert percent(course, moments, "second", "cyd") == 0


def test_what_is_closed_all_the_same_takes_none(course: Course) -> None:
    moments = {"second": SECOND + 2 * DAY, "first": FIRST + 9 * DAY}
    assert free_days(course, "ada", moments) == {"second": 2}
    assert percent(course, moments, "first") == 100
    assert percent(course, moments, "second") == 0
