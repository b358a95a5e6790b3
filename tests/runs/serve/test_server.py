"""`autograder serve` as a real process: what arrives is graded at once, in order, and nothing is lost or done twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
import small_course
from books import rows
from serving_process import Serving, until
from small_course import NAME, WRONG, autograder, hand_in, put, results
from walls import REFUSING

from autograder.course import Course, load_course
from autograder.workspace.lock import locked

pytestmark = pytest.mark.slow

ENDLESS = "def double(x):\n    while True: pass"


@pytest.fixture(scope="module")
def shared(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One command that several tests hand in to, each in the names of students of its own."""
    root = Path(shutil.copytree(_small_built, tmp_path_factory.mktemp("served") / "course"))
    config = "gradebook: sqlite:///gradebook.db?timeout=0.2\n" + small_course.CONFIG
    (root / "course.yml").write_text(config)
    with Serving(root, "--jobs", 2) as serving:
        yield serving


@pytest.fixture
def root(shared: Serving) -> Path:
    folder = Path(os.readlink(f"/proc/{shared.process.pid}/cwd"))
    shared.rest()
    return folder


def graded_lines(root: Path) -> Counter[str]:
    """How often the log says that a student was graded."""
    lines = (root / "workspace" / "log.jsonl").read_text().splitlines()
    return Counter(line["student"] for line in map(json.loads, lines) if line["event"] == "graded")


def told(shared: Serving) -> tuple[str, str, float | None]:
    """Of the next report whose it is, what became of the submission, and its score."""
    line = shared.report()
    return (line["student"], line["status"], line["score"])


def test_a_submission_has_result_gradebook_executed_notebook_and_report_at_once(shared: Serving, root: Path) -> None:
    hand_in(root, "ada", double=WRONG["double"])
    line = shared.report()
    assert (line["student"], line["assignment"], line["status"], line["score"]) == ("ada", NAME, "graded", 2.0)
    assert 0 < line["queued"] < line["seconds"] < 60
    course = load_course(root)
    assert results(root)["ada"]["score"] == 2.0
    assert rows(course.gradebook, course.course_id, NAME)["ada"].score == 2.0
    assert (course.autograded_dir("ada", NAME) / f"{NAME}.ipynb").is_file()
    assert Path(line["report"]) == course.feedback_path("ada", NAME)
    assert "a function that squares" in Path(line["report"]).read_text()


def test_the_report_is_the_one_that_feedback_writes(shared: Serving, root: Path) -> None:
    hand_in(root, "same", mean=WRONG["mean"])
    report = Path(shared.report()["report"])
    before = report.read_bytes()
    report.unlink()
    assert autograder("feedback", NAME, "--student", "same", cwd=root).returncode == 0
    assert report.read_bytes() == before


def test_grading_by_hand_survives_and_other_commands_work_while_nothing_is_to_be_done(
    shared: Serving, root: Path
) -> None:
    hand_in(root, "manual")
    shared.report()
    until(lambda: autograder("grade", NAME, cwd=root).returncode == 0, 20)
    assert graded_lines(root)["manual"] == 1
    with sqlite3.connect(root / "workspace" / "gradebook.db") as book:
        book.execute(
            "UPDATE grade SET manual_score = 7 WHERE cell_id IN (SELECT id FROM base_cell WHERE name = 'written_why')"
        )
    book.close()
    hand_in(root, "manual", double=WRONG["double"])
    assert shared.report()["score"] == 2.0
    course = load_course(root)
    assert rows(course.gradebook, course.course_id, NAME)["manual"].grades["written_why"][1] == 7
    assert "7" in course.feedback_path("manual", NAME).read_text()


def test_the_workspace_in_use_and_a_locked_gradebook_are_waited_for(shared: Serving, root: Path) -> None:
    with locked(load_course(root)):
        hand_in(root, "patient")
        assert "another autograder command is already running here" in shared.heard("Waiting")
    assert shared.report()["student"] == "patient"
    book = sqlite3.connect(root / "workspace" / "gradebook.db", isolation_level=None)
    book.execute("BEGIN IMMEDIATE")
    hand_in(root, "patient", double=WRONG["double"])
    assert "is locked by another program" in shared.heard("Waiting")
    refused = autograder("grade", NAME, cwd=root)
    assert refused.returncode == 1
    assert re.search(
        r"another autograder command is already running here: autograder serve, process \d+", refused.stderr
    )
    book.execute("ROLLBACK")
    book.close()
    assert shared.report()["score"] == 2.0


def test_a_burst_is_taken_in_the_order_of_handing_in_and_none_is_lost(shared: Serving, root: Path) -> None:
    data = small_course.notebook(root)
    names = [f"burst-{number:02}" for number in range(24)]
    for number, name in enumerate(reversed(names)):
        path = hand_in(root, name, data)
        os.utime(path, (1_800_000_000 + number, 1_800_000_000 + number))
    lines = shared.several(len(names))
    assert {line["student"] for line in lines} == set(names)
    first, *rest = (line["student"] for line in sorted(lines, key=lambda line: line["number"]))
    places = [names[::-1].index(name) for name in (first, *rest)]
    late = [place for before, place in pairwise(places) if place < before]
    assert len(late) <= 3  # a look that falls between two files
    assert all(graded_lines(root)[name] == 1 for name in names)


def test_handed_in_again_while_it_is_graded_it_is_graded_again_and_others_go_on(shared: Serving, root: Path) -> None:
    hand_in(root, "endless", double=ENDLESS)
    until(lambda: not list((root / "workspace" / ".lock").parent.glob("results/toy/endless.json")))
    hand_in(root, "quick")
    assert shared.report()["student"] == "quick"  # it did not wait for the endless loop
    hand_in(root, "endless")
    first, second = shared.several(2)
    assert (first["student"], second["student"]) == ("endless", "endless")
    assert (first["score"], second["score"]) == (2.0, 3.5)
    assert results(root)["endless"]["score"] == 3.5


def test_a_bad_file_is_told_once_and_graded_when_it_has_changed(shared: Serving, root: Path) -> None:
    hand_in(root, "bad", b'{"cells": 5}')
    line = shared.report()
    assert (line["status"], line["score"]) == ("not_gradable", None)
    assert line["reason"]
    path = hand_in(root, "linked")
    path.rename(root / "elsewhere.ipynb")
    path.symlink_to(root / "elsewhere.ipynb")
    assert "is a symbolic link" in shared.report()["reason"]
    half = small_course.notebook(root)
    hand_in(root, "half", half[: len(half) // 2])
    assert shared.report()["status"] == "not_gradable"
    (root / "workspace" / "submitted" / "ada2" / "tyo").mkdir(parents=True)
    assert "belongs to no assignment in course.yml" in shared.heard("ada2/tyo")
    hand_in(root, "bad")
    hand_in(root, "half", half)
    assert {line["student"]: line["score"] for line in shared.several(2)} == {"bad": 3.5, "half": 3.5}
    assert shared.reports.empty()
    assert shared.rest() == []
    assert graded_lines(root)["linked"] == 1


def test_a_dead_worker_and_a_dead_forkserver_are_replaced(shared: Serving, root: Path) -> None:
    for kind in ("worker", "forkserver"):
        children = psutil.Process(shared.process.pid).children()
        server = next(child for child in children if "forkserver" in " ".join(child.cmdline()))
        (server.children()[0] if kind == "worker" else server).kill()
        hand_in(root, f"after-{kind}")
        assert shared.report()["score"] == 3.5
        assert "A grading process ended unexpectedly" in shared.heard("process ended")


def test_a_second_serve_is_refused(shared: Serving, root: Path) -> None:
    refused = autograder("serve", cwd=root)
    assert refused.returncode == 1
    assert f"is already served: autograder serve, process {shared.process.pid}" in refused.stderr


def test_changed_tests_count_from_then_on_and_broken_ones_are_told_and_waited_for(shared: Serving, root: Path) -> None:
    before = results(root)["ada"]
    hidden = root / "solutions" / "hidden" / "test_toy.py"
    good = hidden.read_bytes()
    put(hidden, b"def (\n")
    shared.heard("has changed and applies from now on")  # what comes before that is graded with what was there
    hand_in(root, "changed", double=WRONG["double"])
    shared.heard("toy waits until this is fixed")
    put(hidden, good.replace(b"for size in (2, 5)", b"for size in ()"))
    shared.heard("has changed and applies from now on")
    assert told(shared) == ("changed", "graded", 3.0)
    put(hidden, good)
    shared.heard("has changed and applies from now on")
    assert "`autograder grade toy` to renew them" in shared.heard("results from earlier hidden tests")
    hand_in(root, "changed", b"{}")
    assert told(shared) == ("changed", "not_gradable", None)
    hand_in(root, "changed", double=WRONG["double"])
    assert told(shared) == ("changed", "graded", 2.0)
    assert results(root)["ada"] == before


def test_a_broken_course_yml_is_told_and_waited_for(shared: Serving, root: Path) -> None:
    config = (root / "course.yml").read_bytes()
    put(root / "course.yml", b"course: 5\n")
    assert "course.yml:1" in shared.heard("Nothing is graded until this is fixed")
    hand_in(root, "later")
    put(root / "course.yml", config.replace(b"title: Toys", b"title: Playthings"))
    line = shared.report()
    assert line["student"] == "later"
    assert "Playthings" in Path(line["report"]).read_text()


def test_however_it_ends_the_next_one_goes_on_and_does_nothing_twice(small: Course) -> None:
    data = small_course.notebook(small.root)
    names = [f"student-{number:03}" for number in range(24)]
    for name in names:
        hand_in(small.root, name, data)
    reported: list[str] = []
    for how, status in ((signal.SIGINT, 0), (signal.SIGKILL, -9), (None, 0)):
        with Serving(small.root, "--jobs", 2) as serving:
            reported += [line["student"] for line in serving.several(4 if how else len(names) - len(set(reported)))]
            if how is signal.SIGINT:
                os.killpg(serving.process.pid, how)  # as Ctrl-C does
                assert serving.end(None) == status
                assert not [line for line in serving.rest() if "Traceback" in line]
            else:
                assert serving.end(how or signal.SIGTERM) == status
            reported += [json.loads(text)["student"] for text in serving.reports.queue]
    assert set(reported) == set(results(small.root)) == set(names)
    assert graded_lines(small.root) == Counter(names)
    assert len(rows(small.gradebook, small.course_id, NAME)) == len(names)
    assert all(small.feedback_path(name, NAME).is_file() for name in names)
    assert autograder("verify", NAME, cwd=small.root).returncode == 0


def test_a_wall_that_cannot_be_built_stops_it_as_it_stops_grade(small: Course, tmp_path: Path) -> None:
    hand_in(small.root, "ada")
    serving = Serving(
        small.root, before=(sys.executable, "-c", REFUSING, "landlock_create_ruleset"), PATH=str(tmp_path)
    )
    assert "the wall 'landlock' cannot be built" in serving.heard("Error")
    assert serving.end(None) == 1
    assert not list((small.workspace / "results").rglob("*.json"))
