"""A person is asked again for what they scored by hand only where the work, or that exercise's verdicts, changed."""

from __future__ import annotations

import pytest
from small_course import NAME, RIGHT, WRONG, hand_in, notebook

from autograder.authoring.build import build_from_course
from autograder.course import Course
from autograder.gradebook.book import Book
from autograder.integrations.lms.grades_csv import sheet
from autograder.runs.batch import grade_assignment
from autograder.workspace.store import Store

CELLS = ("test_double", "test_mean", "written_why")


def score(course: Course, student: str = "bob", **cells: float) -> None:
    """What a teacher enters in formgrader, which then no longer waits."""
    from nbgrader.api import Gradebook

    with Gradebook(course.gradebook, course.course_id) as gradebook:
        for name, points in cells.items():
            grade = gradebook.find_grade(name, NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()


@pytest.fixture
def scored(graded: Course) -> Course:
    """The graded course, in which a teacher has scored all of bob's cells."""
    score(graded, **dict.fromkeys(CELLS, 1.0))
    return graded


def waiting(course: Course, student: str = "bob") -> set[str]:
    with Book(course.gradebook, course.course_id) as book:
        marks = book.marks(NAME)[student]
    assert all(marks[name].manual == 1.0 for name in CELLS)
    return {name for name, mark in marks.items() if mark.needs_manual_grade}


def regrade(course: Course, *, force: bool = False) -> None:
    grade_assignment(course, NAME, workers=1, force=force)


def changed_tests(course: Course, old: str, new: str) -> None:
    """Changes the hidden tests, and builds again."""
    path = course.hidden_path(NAME)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    build_from_course(course, NAME)


def test_a_regrade_that_finds_the_same_asks_nobody(scored: Course) -> None:
    regrade(scored, force=True)
    assert waiting(scored) == set()
    found = sheet(scored, NAME)
    assert (found.waiting, found.stale) == ((), ())


def test_changed_tests_that_change_no_verdict_ask_nobody(scored: Course) -> None:
    changed_tests(scored, "low=3.0, high=9.0))\n", "low=3.5, high=9.5))\n")
    regrade(scored)
    assert waiting(scored) == set()


def test_a_corrected_text_asks_nobody(scored: Course) -> None:
    path = scored.source_path(NAME)
    path.write_text(path.read_text().replace("# Toys", "# More toys"))
    build_from_course(scored, NAME)
    regrade(scored)
    assert waiting(scored) == set()


def test_other_points_for_the_same_verdicts_ask_nobody(scored: Course) -> None:
    changed_tests(scored, '@points("mean", 2.0)', '@points("mean", 4.0)')
    regrade(scored)
    assert waiting(scored) == set()


def test_a_changed_verdict_asks_for_its_own_exercise(scored: Course) -> None:
    path = scored.reference_path(NAME)
    path.write_text(path.read_text().replace("/ len(x))", "/ len(x) + 1.0)"))  # so that bob's mean is wrong
    build_from_course(scored, NAME)
    regrade(scored)
    assert waiting(scored) == {"test_mean"}
    found = sheet(scored, NAME)
    assert "bob" in found.stale
    assert "bob" not in found.waiting


def test_a_new_submission_asks_for_all(scored: Course) -> None:
    hand_in(scored.root, "bob", notebook(scored.root, mean=WRONG["mean"], double=WRONG["double"]))
    regrade(scored)
    assert waiting(scored) == set(CELLS)


def test_the_same_work_with_another_time_asks_nobody(scored: Course) -> None:
    path = scored.submitted_dir / "bob" / NAME / "timestamp.txt"
    path.write_text("2030-01-30 12:00:00 UTC")
    regrade(scored)
    assert waiting(scored) == set()


def test_what_waits_already_goes_on_waiting(scored: Course) -> None:
    with Book(scored.gradebook, scored.course_id) as book:
        book.wait_for(NAME, "bob", ["written_why"])
    regrade(scored, force=True)
    assert waiting(scored) == {"written_why"}


def test_of_another_student_nothing_is_touched(scored: Course) -> None:
    hand_in(scored.root, "ada", notebook(scored.root, mean=WRONG["mean"]))
    regrade(scored)
    assert waiting(scored) == set()


def test_a_run_that_was_cut_off_before_the_gradebook_asks_for_what_changed(
    scored: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(scored.root, "bob", notebook(scored.root, **RIGHT))
    (scored.submitted_dir / "bob" / NAME / "timestamp.txt").write_text("2030-01-30 12:00:00 UTC")
    monkeypatch.setattr(Book, "record", interrupted)
    with pytest.raises(KeyboardInterrupt):
        regrade(scored)
    monkeypatch.undo()
    assert Store(scored, NAME).load("bob") is not None
    regrade(scored)
    assert waiting(scored) == set(CELLS)


def interrupted(*arguments: object, **more: object) -> None:
    raise KeyboardInterrupt


def test_rows_that_somebody_changed_are_put_right_and_ask_for_themselves(scored: Course) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(scored.gradebook, scored.course_id) as gradebook:
        gradebook.find_grade("test_mean", NAME, NAME, "bob").auto_score = 0.25
        gradebook.db.commit()
    regrade(scored)
    assert waiting(scored) == {"test_mean"}


@pytest.mark.slow
def test_nbgraders_autograde_asks_nobody_either(scored: Course) -> None:
    import os
    import subprocess
    import sys
    from pathlib import Path

    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME, "--force"]
    done = subprocess.run(
        command, cwd=scored.workspace, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert waiting(scored) == set()
