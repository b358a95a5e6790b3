"""course.yml as typed structures: what is refused, on which line, and where everything of a course lies."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course import Course, Revealed, load_course
from autograder.errors import CourseError

GOOD = """\
course: introdl
title: Deep Learning
assignments:
  neuron:
    title: The neuron
    due: 2026-10-16T23:59:00+02:00
  layers:
    title: Layers
limits:
  call_seconds: 3
feedback:
  hint: after-due
  counterexample: never
"""


def loaded(folder: Path, text: str = GOOD) -> Course:
    (folder / "course.yml").write_text(text, encoding="utf-8")
    return load_course(folder)


def fault(folder: Path, text: str) -> str:
    with pytest.raises(CourseError) as caught:
        loaded(folder, text)
    return str(caught.value).removeprefix(str(folder) + "/")


def test_the_assignments_keep_their_order(tmp_path: Path) -> None:
    course = loaded(tmp_path)
    assert list(course.assignments) == ["neuron", "layers"]
    assert (course.course_id, course.title) == ("introdl", "Deep Learning")


def test_what_is_not_set_has_its_default(tmp_path: Path) -> None:
    limits = loaded(tmp_path).config.limits
    assert (limits.call_seconds, limits.cell_seconds, limits.answer_mb) == (3.0, 10.0, 16)
    assert loaded(tmp_path).config.walls.bubblewrap == "if-available"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD + "grading: fast\n", "course.yml:14: unknown key 'grading'"),
        (GOOD.replace("call_seconds", "calls"), "course.yml:10: unknown key 'calls'"),
        (GOOD.replace("    title: Layers", "    titel: Layers"), "course.yml:8: unknown key 'titel'"),
        (
            GOOD.replace("call_seconds: 3", "call_seconds: 0"),
            "course.yml:10: 'limits.call_seconds': must be more than 0",
        ),
        (GOOD.replace("hint: after-due", "hint: soon"), "course.yml:12: 'feedback.hint': cannot be 'soon'"),
        (GOOD.replace("title: Deep Learning\n", ""), "course.yml:1: 'title' is missing"),
        (
            GOOD.replace("course: introdl", "course: Intro DL"),
            "course.yml:1: 'course': must be a name of lower-case letters",
        ),
        (GOOD + "site: javascript:alert(1)\n", "course.yml:14: 'site': must be an address that begins with https://"),
        (GOOD.replace("2026-10-16T23:59:00+02:00", "tomorrow"), "course.yml:6: "),
        ("course: [1, 2\n", "course.yml:2: is not valid YAML: expected ',' or ']'"),
        ("", "course.yml: must be a section with keys of its own, and is empty"),
        ("- course\n", "course.yml:1: must be a section with keys of its own, and is a list"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    assert fault(tmp_path, text).startswith(told)


@pytest.mark.parametrize("name", ["../neuron", "Neuron", "a b", "neuron/x", ""])
def test_an_assignments_name_is_an_identifier(tmp_path: Path, name: str) -> None:
    assert fault(tmp_path, GOOD.replace("  neuron:", f'  "{name}":')).startswith("course.yml")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match="is not in UTF-8: save it as UTF-8"):
        load_course(tmp_path)


def test_a_bomb_of_aliases_or_brackets_is_refused(tmp_path: Path) -> None:
    assert fault(tmp_path, "[" * 5000).startswith("course.yml")


def test_an_unknown_assignment_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no assignment 'x'; it lists: neuron, layers"):
        loaded(tmp_path).assignment("x")


def test_a_relative_gradebook_lies_in_the_workspace(tmp_path: Path) -> None:
    assert loaded(tmp_path).gradebook == f"sqlite:///{tmp_path}/workspace/gradebook.db"
    for url in ("sqlite:////var/gradebook.db", "postgresql://teacher@db/course"):
        assert loaded(tmp_path, f"gradebook: {url}\n{GOOD}").gradebook == url


def test_another_workspace_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text(GOOD)
    course = load_course(tmp_path, tmp_path / "other")
    assert course.release_dir("neuron") == tmp_path / "other" / "release" / "neuron"
    assert course.feedback_path("ada", "neuron") == tmp_path / "other" / "feedback" / "ada" / "neuron" / "neuron.html"


def test_what_is_revealed_changes_when_the_assignment_is_due(tmp_path: Path) -> None:
    course = loaded(tmp_path)
    before, after = datetime(2026, 10, 16, 21, 58, tzinfo=UTC), datetime(2026, 10, 16, 21, 59, tzinfo=UTC)
    assert course.revealed("neuron", before) == Revealed(score=True, hint=False, counterexample=False)
    assert course.revealed("neuron", after) == Revealed(score=True, hint=True, counterexample=False)


def test_an_assignment_without_a_date_is_always_due(tmp_path: Path) -> None:
    assert loaded(tmp_path).revealed("layers", datetime(2000, 1, 1, tzinfo=UTC)).hint


LATE = GOOD + "late:\n  percent_per_day: 10\n  at_most_percent: 25\n  grace_minutes: 15\n"
DUE, EXTENSION = "2026-10-16T23:59:00+02:00", "2026-10-18T23:59:00+02:00"
EXTENDED = LATE.replace(f"{DUE}\n", f"{DUE}\n    extensions:\n      ada: {EXTENSION}\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LATE.replace("_day: 10", "_day: 101"), "course.yml:15: 'late.percent_per_day': must be at most 100"),
        (LATE.replace("grace_minutes", "grace"), "course.yml:17: unknown key 'grace'"),
        (EXTENDED.replace(EXTENSION, "soon"), "course.yml:8: 'assignments.neuron.extensions.ada': "),
        (EXTENDED.replace("10-18", "10-11"), "course.yml:4: 'assignments.neuron': the extension for ada ends before"),
        (EXTENDED.replace(f"    due: {DUE}\n", ""), "course.yml:4: 'assignments.neuron': an extension for ada, but no"),
    ],
)
def test_a_fault_in_a_deadline_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    assert fault(tmp_path, text).startswith(told)


def test_an_extension_is_a_students_own_due_date(tmp_path: Path) -> None:
    course = loaded(tmp_path, EXTENDED)
    assert course.due("neuron") == course.due("neuron", "bob") == datetime(2026, 10, 16, 21, 59, tzinfo=UTC)
    assert course.due("neuron", "ada") == datetime(2026, 10, 18, 21, 59, tzinfo=UTC)
    assert course.due("layers", "ada") is None
    assert course.late_policy("neuron").percent_per_day == 10


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-10-16T23:59:00+02:00", "2026-10-16T23:59:00+02:00"),
        ("2026-10-16T21:59:00Z", "2026-10-16T23:59:00+02:00"),
        ("2026-10-16 23:59", "2026-10-16T23:59:00+02:00"),
        ("2026-10-16 23:59:00", "2026-10-16T23:59:00+02:00"),
        ("16.10.2026 23:59", "2026-10-16T23:59:00+02:00"),
        ("Oct 16, 2026 11:59 PM", "2026-10-16T23:59:00+02:00"),
        ("2026-10-16", "2026-10-16T23:59:59+02:00"),
        ("2026-11-16", "2026-11-16T23:59:59+01:00"),
    ],
)
def test_a_due_date_is_in_the_courses_time_zone(tmp_path: Path, written: str, moment: str) -> None:
    due = loaded(tmp_path, "timezone: Europe/Berlin\n" + GOOD.replace(DUE, written)).due("neuron")
    assert due is not None
    assert due.isoformat() == moment


def test_without_a_time_zone_a_date_keeps_its_own_and_else_is_utc(tmp_path: Path) -> None:
    for written, moment in ((DUE, DUE), ("2026-10-16 23:59", "2026-10-16T23:59:00+00:00")):
        due = loaded(tmp_path, GOOD.replace(DUE, written)).due("neuron")
        assert due is not None
        assert due.isoformat() == moment


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace(DUE, "10/03/2026"), "'assignments.neuron.due': '10/03/2026' is ambiguous"),
        (
            GOOD.replace(DUE, "2026-10-16 23:59 IST"),
            "'assignments.neuron.due': '2026-10-16 23:59 IST' has an ambiguous",
        ),
        (GOOD.replace(DUE, "2026-02-30"), "'assignments.neuron.due': '2026-02-30' is not in the calendar"),
        (GOOD.replace(DUE, "12:30"), "'assignments.neuron.due': '12:30' is not a date and time"),
        (GOOD.replace(DUE, "20261016"), "'assignments.neuron.due': '20261016' is not a date and time"),
        (GOOD.replace(DUE, "[2026]"), "'assignments.neuron.due': must be a date with a time, and is a list"),
        (GOOD.replace(DUE, "true"), "'assignments.neuron.due': must be a date with a time, and is true or false"),
        (GOOD.replace("call_seconds: 3", "call_seconds: soon"), "must be a number, and is text"),
        (GOOD.replace("title: The neuron", "title:"), "must be text, and is empty"),
        ("timezone: CEST\n" + GOOD, "'timezone': 'CEST' is not a time zone"),
        ("timezone: Berlin\n" + GOOD, "'timezone': 'Berlin' is not a time zone"),
        ("timezone: 2\n" + GOOD, "'timezone': must be text, and is a whole number"),
        ("timezone: Europe/Berlin\n" + GOOD.replace(DUE, "2026-03-29 02:30"), "does not exist"),
        (GOOD.replace(f"    due: {DUE}\n", f"    due: {DUE}\n    due: 2027-01-01\n"), "'due' appears twice"),
        (EXTENDED.replace("      ada:", "      ada: 2026-12-01\n      ada:"), "'ada' appears twice"),
    ],
)
def test_a_value_that_is_none_is_told_in_words(tmp_path: Path, text: str, told: str) -> None:
    said = fault(tmp_path, text)
    assert told in said
    assert "`" not in said
    assert "Expected" not in said


def test_an_id_of_digits_is_a_student(tmp_path: Path) -> None:
    for student in ("0012", "20260001", "1e5", "no"):
        course = loaded(tmp_path, EXTENDED.replace("ada:", f"{student}:"))
        assert list(course.assignment("neuron").extensions) == [student]


def test_an_id_in_another_spelling_is_the_same_student(tmp_path: Path) -> None:
    course = loaded(tmp_path, EXTENDED.replace("ada:", "stu\u0308dent-001:"))
    assert course.due("neuron", "st\u00fcdent-001") == datetime(2026, 10, 18, 21, 59, tzinfo=UTC)
