"""Which attempt counts, and how many are graded in an hour: the student reads when the next one is."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest
import small_course
from serving_process import Serving, until
from small_course import NAME, WRONG, hand_in, results

from autograder.course import Attempts, Course, load_course
from autograder.runs.serve.attempt_limits import AttemptLimits
from autograder.runs.serve.recorder import WORSE

KEY = ("ada", NAME)
WAITS = "not graded yet, as 1 an hour count. The next one that counts is graded at "
NOW = datetime(2029, 12, 1, 12, 0, tzinfo=UTC)


def page_of(course: Course, student: str) -> str:
    """The student's report, '' where there is none yet."""
    path = course.feedback_path(student, NAME)
    return path.read_text() if path.is_file() else ""


def with_attempts(course: Course, **rules: object) -> Course:
    """The course with these rules in its course.yml."""
    text = (course.root / "course.yml").read_text()
    listed = "".join(f"  {key}: {value}\n" for key, value in rules.items())
    (course.root / "course.yml").write_text(f"{text}attempts:\n{listed}")
    found = load_course(course.root)
    assert found.config.attempts == Attempts(**rules)  # type: ignore[arg-type]
    return found


def test_the_next_attempt_counts_when_an_hour_and_a_day_have_room(graded: Course) -> None:
    limits = AttemptLimits(with_attempts(graded, per_hour=2, per_day=3))
    key = ("eve", NAME)
    limits.add(key, NOW)
    assert limits.next_at(key, NOW) is None
    limits.add(key, NOW + timedelta(minutes=30))
    assert limits.next_at(key, NOW + timedelta(minutes=31)) == NOW + timedelta(hours=1)
    assert limits.next_at(key, NOW + timedelta(hours=1)) is None
    limits.add(key, NOW + timedelta(hours=2))
    assert limits.next_at(key, NOW + timedelta(hours=4)) == NOW + timedelta(days=1)
    assert limits.next_at(("bob", NAME), NOW + timedelta(days=3)) is None
    assert limits.in_words() == "2 an hour and 3 a day"


def test_attempts_before_a_restart_count(graded: Course) -> None:
    limits = AttemptLimits(with_attempts(graded, per_day=1))
    later = limits.next_at(KEY, datetime.now(UTC))
    assert later is not None
    assert later > datetime.now(UTC)


@pytest.mark.slow
def test_an_attempt_too_many_is_not_graded_and_the_report_says_when(graded: Course) -> None:
    course = with_attempts(graded, per_hour=1)
    with Serving(course.root, "--jobs", 1) as serving:
        hand_in(course.root, "bob")
        assert "bob toy: waits until " in serving.heard("waits until")
        until(lambda: WAITS in page_of(course, "bob"))
    assert results(course.root)["bob"]["score"] == 2.0


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["best", "latest"])
def test_the_best_attempt_stays_and_the_latest_replaces(graded: Course, rule: str) -> None:
    course = with_attempts(graded, count=rule)
    hand_in(course.root, "bob")
    assert small_course.autograder("grade", cwd=course.root).returncode == 0
    hand_in(course.root, "bob", double=WRONG["double"])
    done = small_course.autograder("grade", cwd=course.root)
    assert done.returncode == 0, done.stderr
    assert results(course.root)["bob"]["score"] == (3.5 if rule == "best" else 2.0)
    again = small_course.autograder("grade", cwd=course.root)
    assert "0 graded" in again.stdout
    assert small_course.autograder("verify", cwd=course.root).returncode == 0
    kept = course.workspace / "attempts" / "bob" / NAME
    assert len(list(kept.glob("*"))) == (2 if rule == "best" else 0)


@pytest.mark.slow
def test_a_file_that_is_no_notebook_costs_nobody_the_best_attempt(graded: Course) -> None:
    course = with_attempts(graded, count="best")
    hand_in(course.root, "bob")
    assert small_course.autograder("grade", cwd=course.root).returncode == 0
    hand_in(course.root, "bob", data=b"I could not export it")
    done = small_course.autograder("grade", cwd=course.root)
    assert done.returncode == 0, done.stderr
    assert results(course.root)["bob"]["score"] == 3.5
    shutil.rmtree(course.submitted_dir / "bob")
    small_course.autograder("grade", cwd=course.root)
    assert results(course.root)["bob"]["score"] is None  # what is taken away does not come back


@pytest.mark.slow
def test_serve_tells_that_an_earlier_attempt_counts(graded: Course) -> None:
    course = with_attempts(graded, count="best")
    with Serving(course.root, "--jobs", 1):
        hand_in(course.root, "bob")
        until(lambda: results(course.root)["bob"]["score"] == 3.5)
        hand_in(course.root, "bob", double=WRONG["double"])
        until(lambda: WORSE in page_of(course, "bob"))
    assert results(course.root)["bob"]["score"] == 3.5
