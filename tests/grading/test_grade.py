"""One submission to one result, through the student's process and the hidden tests."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import small_course
from small_course import NAME, POINTS

from autograder.authoring.answers import edit
from autograder.course import Course
from autograder.grading.grade import Graded
from autograder.grading.worker import Job, Worker
from autograder.results import Outcome, Status
from autograder.workspace.submissions import Submission


@pytest.fixture
def worker(small: Course) -> Iterator[Worker]:
    made = Worker(small, NAME)
    yield made
    made.close()


def graded(worker: Worker, data: bytes, **more: Any) -> Graded:
    return worker.grade(Job(Submission(NAME, "ada", Path(f"{NAME}.ipynb"), data, **more), seed=3))


def test_each_verdict_is_reached_by_a_notebook(worker: Worker) -> None:
    """One worker, many notebooks: what one leaves behind does not reach the next."""
    root = worker.course.root
    for double, outcome in {
        "def double(x):\n    return x * 2.0": Outcome.passed,
        "def double(x):\n    return x * 3.0": Outcome.failed,
        "def double(x):\n    return x['no']": Outcome.error,
        "": Outcome.missing,
        "def double(x):\n    while True: pass": Outcome.timeout,
        "import os\ndef double(x):\n    os._exit(1)": Outcome.killed,
    }.items():
        result = graded(worker, small_course.notebook(root, double=double)).result
        first, second = result.exercises
        assert {test.outcome for test in first.tests} == {outcome}
        assert (result.status, second.score) == (Status.graded, POINTS["mean"])
        assert first.score == (POINTS["double"] if outcome is Outcome.passed else 0.0)


def test_the_result_names_all_that_it_stands_on(worker: Worker) -> None:
    data = small_course.notebook(worker.course.root)
    result = graded(worker, data, notes=("The file 'x' was left out: it is a folder, not a file.",)).result
    assert (result.assignment, result.student, result.seed) == (NAME, "ada", 3)
    assert result.submission_sha256 == Submission(NAME, "bob", Path("other.ipynb"), data).sha256
    assert result.fingerprint == worker.material.fingerprint
    assert (result.score, result.max_score, result.unanswered) == (3.5, 3.5, ("written_why",))
    assert result.notes == ("The file 'x' was left out: it is a folder, not a file.",)


def test_the_executed_notebook_has_the_outputs_and_says_which_cell_was_stopped(worker: Worker) -> None:
    new = {"cell_type": "code", "id": "new", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**new, "source": "print('hello')"}, {**new, "id": "end", "source": "import os; os._exit(1)"}]
    data = edit(small_course.notebook(worker.course.root), lambda all_cells: all_cells.extend(cells))
    one = graded(worker, data)
    assert one.notebook is not None
    *_, hello, stopped = json.loads(one.notebook)["cells"]
    assert hello["outputs"][0]["text"] in ("hello\n", ["hello\n"])
    assert "This cell was stopped: the process ended itself" in json.dumps(stopped["outputs"])
    assert any("was stopped: the process ended itself." in note for note in one.result.notes)


def test_a_file_that_is_no_notebook_is_not_gradable(worker: Worker) -> None:
    one = graded(worker, b"\x00\x01")
    assert (one.result.status, one.result.score, one.notebook) == (Status.not_gradable, None, None)
    assert one.result.reason.startswith("toy.ipynb ")
    assert one.result.max_score == 3.5


def test_an_answer_that_hangs_for_some_inputs_keeps_the_points_for_the_others(worker: Worker) -> None:
    hangs = "def double(x):\n    while x.size == 2: pass\n    return x * 2.0"
    first, second = graded(worker, small_course.notebook(worker.course.root, double=hangs)).result.exercises
    assert [test.outcome for test in first.tests] == [Outcome.timeout, Outcome.passed]
    assert (first.score, second.score) == (0.5, POINTS["mean"])


# Names its thread, so that the test sees when it is asked, and takes some processor time.
SLOW = """
import ctypes, time

def double(x):
    ctypes.CDLL(None).prctl(15, b"asked", 0, 0, 0)
    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass
    return x * 2.0
"""


def test_a_test_that_timed_out_without_processor_time_is_tried_again(worker: Worker) -> None:
    """As on a busy machine: the process is stopped in the middle of a call, once, and is never continued."""
    stopped: list[int] = []

    def stop_once() -> None:
        while not done.wait(0.001) and not stopped:
            for process in psutil.Process(worker.interpreter._process.pid).children(recursive=True):
                if process.name() == "asked":
                    process.send_signal(signal.SIGSTOP)
                    stopped.append(process.pid)
                    break

    done = threading.Event()
    watch = threading.Thread(target=stop_once)
    watch.start()
    try:
        result = graded(worker, small_course.notebook(worker.course.root, double=SLOW)).result
    finally:
        done.set()
        watch.join()
    assert stopped
    assert result.score == sum(POINTS.values())
