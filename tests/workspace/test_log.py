"""The log: lines are added, and none can be changed, put in or taken out unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import small_course

from autograder.course import Course, load_course
from autograder.errors import WorkspaceError
from autograder.runs.verify import verify_log
from autograder.workspace.log import HEAD_NAME, LOG_NAME, AuditLog, latest, lines_of, me, read_log
from autograder.workspace.signing import Key, secret_of


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(small_course.write(tmp_path))


def log(course: Course) -> AuditLog:
    return AuditLog(course.workspace, Key(secret_of(course)))


def write(course: Course, *students: str) -> None:
    opened = log(course)
    for student in students:
        opened.add("graded", assignment="toy", student=student, score=1.0, result=f"seal of {student}")
    opened.sync()
    opened.close()


def told(course: Course) -> list[str]:
    found = verify_log(course, Key(secret_of(course)))
    return [f"{fault.place}: {fault.what}" for fault in found.faults]


def change(course: Course, how: Callable[[list[bytes]], list[bytes]]) -> None:
    path = course.workspace / LOG_NAME
    path.write_bytes(b"".join(how(path.read_bytes().splitlines(keepends=True))))


def test_a_line_tells_who_did_what_when(course: Course) -> None:
    write(course, "ada")
    write(course, "bob", "ada")
    entries = [line.entry for line in lines_of(read_log(course.workspace))]
    assert [(e.n, e.who, e.event, e.student) for e in entries if e] == [
        (1, me(), "graded", "ada"),
        (2, me(), "graded", "bob"),
        (3, me(), "graded", "ada"),
    ]
    assert all(e and e.at.endswith("Z") for e in entries)
    assert latest(read_log(course.workspace), "toy") == {"ada": "seal of ada", "bob": "seal of bob"}
    assert told(course) == []


def test_a_changed_line_is_found(course: Course) -> None:
    write(course, "ada", "bob", "carl")
    change(course, lambda lines: [lines[0], lines[1].replace(b'"score":1.0', b'"score":2.0'), lines[2]])
    assert told(course) == [
        "log.jsonl:2: was changed, or written with another key",
        "log.jsonl:3: does not follow the line before it: lines were changed, inserted or removed there",
    ]


@pytest.mark.parametrize(
    "how",
    [
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [lines[0], *lines],
        lambda lines: [lines[1], lines[0], lines[2]],
    ],
    ids=["removed", "put in", "swapped"],
)
def test_lines_that_were_removed_put_in_or_swapped_are_found(
    course: Course, how: Callable[[list[bytes]], list[bytes]]
) -> None:
    write(course, "ada", "bob", "carl")
    change(course, how)
    assert any("does not follow the line before it" in one for one in told(course))


def test_missing_last_lines_are_found_also_after_others_were_added(course: Course) -> None:
    write(course, "ada", "bob", "carl")
    change(course, lambda lines: lines[:1])
    assert told(course) == ["log.jsonl: has 1 lines and had 3: the last ones were removed"]
    write(course, "dora")
    assert told(course) == ["log.jsonl:2: before this line 2 lines of 3 are gone"]


def test_a_removed_log_is_found(course: Course) -> None:
    write(course, "ada")
    (course.workspace / LOG_NAME).unlink()
    assert told(course) == ["log.jsonl: has 0 lines and had 1: the last ones were removed"]


def test_a_removed_or_changed_note_of_the_end_is_found(course: Course) -> None:
    write(course, "ada")
    head = course.workspace / HEAD_NAME
    head.write_bytes(head.read_bytes().replace(b'"lines":1', b'"lines":0'))
    assert told(course) == [".log-head: was changed, or written with another key"]
    head.unlink()
    assert told(course) == [".log-head: is missing: it records how long the log is"]


def test_a_line_torn_by_a_power_cut_is_kept_told_and_no_fault(course: Course) -> None:
    write(course, "ada")
    opened = log(course)
    opened.add("graded", assignment="toy", student="bob")
    opened.close()
    path = course.workspace / LOG_NAME
    torn = path.read_bytes()[:-40]
    path.write_bytes(torn)
    found = verify_log(course, Key(secret_of(course)))
    assert (found.faults, found.notes) == ([], ["log.jsonl:2 was torn when a run was cut off; the next run notes it."])
    write(course, "carl")
    assert path.read_bytes().startswith(torn + b"\n")
    found = verify_log(course, Key(secret_of(course)))
    assert found.faults == []
    assert found.notes == ["log.jsonl:2 was torn when a run was cut off, and the next run noted it."]
    assert found.last == {("toy", "ada"): "seal of ada", ("toy", "carl"): "seal of carl"}


def test_a_torn_line_below_the_noted_end_was_no_power_cut(course: Course) -> None:
    write(course, "ada", "bob")
    path = course.workspace / LOG_NAME
    path.write_bytes(path.read_bytes()[:-40])
    assert told(course) == ["log.jsonl:2: is not the line that used to be the last"]


def test_a_log_that_is_no_file_is_named(course: Course) -> None:
    secret_of(course)
    (course.workspace / LOG_NAME).symlink_to("/dev/full")
    with pytest.raises(WorkspaceError, match=r"log\.jsonl: is a symbolic link, not a file"):
        log(course)
