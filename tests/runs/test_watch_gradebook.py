"""From a comment in the gradebook to the student's report, without a word in between."""

from __future__ import annotations

import signal
import subprocess
import threading

import pytest
from nbgrader.api import Gradebook
from small_course import NAME, PROGRAM

from autograder.course import Course
from autograder.gradebook.connection import touched
from autograder.reports.write import write_feedback
from autograder.runs.watch_gradebook import Watcher, watch
from autograder.workspace.lock import locked

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # in nbgrader


def comment(course: Course, student: str, text: str) -> None:
    with Gradebook(course.gradebook, course.course_id) as gradebook:
        gradebook.find_comment("written_why", NAME, NAME, student).manual_comment = text
        gradebook.db.commit()


def report(course: Course, student: str) -> str:
    return course.feedback_path(student, NAME).read_text(encoding="utf-8")


def test_only_the_commented_students_report_is_written(graded: Course) -> None:
    write_feedback(graded, NAME)
    before = graded.feedback_path("ada", NAME).stat().st_mtime_ns
    watcher = Watcher(graded, [NAME])
    assert list(watcher.look()) == []
    comment(graded, "bob", "Come and see me.")
    assert list(watcher.look()) == [(NAME, "bob", True)]
    assert "Come and see me." in report(graded, "bob")
    assert graded.feedback_path("ada", NAME).stat().st_mtime_ns == before
    assert list(watcher.look()) == []


def test_a_look_at_an_untouched_gradebook_reads_nothing(graded: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    watcher = Watcher(graded, [NAME])
    monkeypatch.setattr(watcher, "_read", lambda name: pytest.fail("it was read"))
    assert list(watcher.look()) == []


def test_a_database_without_files_is_always_read() -> None:
    assert touched("postgresql://somebody@localhost/gradebook") is None


def test_while_the_workspace_is_in_use_the_watch_waits_and_then_goes_on(graded: Course) -> None:
    watcher, said, wrote = Watcher(graded, [NAME]), [], []
    comment(graded, "bob", "Come and see me.")
    turns = iter([True, True, False])
    with locked(graded):
        watch(watcher, lambda *seen: wrote.append(seen), said.append, lambda: next(turns))
    assert len(said) == 1
    assert "another autograder command is already running here" in said[0]
    turns = iter([True, False])
    watch(watcher, lambda *seen: wrote.append(seen), said.append, lambda: next(turns))
    assert wrote == [(NAME, "bob", True)]


@pytest.mark.slow
def test_the_command_tells_each_report_and_ends_with_ctrl_c(graded: Course) -> None:
    command = [str(PROGRAM), "feedback", NAME, "--watch"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=graded.root, **pipes) as running:  # type: ignore[call-overload]
        alarm = threading.Timer(60, running.kill)
        alarm.start()
        assert running.stderr.readline().startswith("Watching the gradebook")
        comment(graded, "ada", "Well done.")
        out = [running.stdout.readline() for _ in range(3)]
        running.send_signal(signal.SIGINT)
        err = running.communicate()[1]
        alarm.cancel()
    assert out[2] == "ada toy: written\n"
    assert "Well done." in report(graded, "ada")
    assert "Ended." in err
    assert running.returncode == 0
