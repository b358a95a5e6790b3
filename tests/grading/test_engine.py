"""Many submissions through worker processes: none is lost, whatever becomes of a worker."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import psutil
import pytest
import small_course
from dying import DEADLY, workers
from small_course import NAME, job

from autograder import errors
from autograder.course import Course, Walls
from autograder.errors import AutograderError, CourseError, InterpreterGone, WallError
from autograder.grading import dispatcher
from autograder.grading.dispatcher import grade_all
from autograder.grading.forkserver import warm_start
from autograder.grading.pool import WorkerPool
from autograder.grading.worker import TRIES, Worker, use_bubblewrap
from autograder.results import Status
from autograder.sandbox.host import bubblewrap

ERRORS = (
    errors.CourseError("course.yml", "unknown key 'titel'", line=3),
    errors.LeakError(Path("release/toy.ipynb"), "a line of the solution"),
    errors.SubmissionError("ada/toy.ipynb", "is empty"),
    errors.WorkspaceError("workspace", "is full"),
    errors.GradebookError("sqlite:///gradebook.db", "is locked"),
    errors.NoGradebookError("sqlite:///gradebook.db", "is empty"),
    errors.ClusterError("tcp://127.0.0.1:8786", "has no workers", remedy="start some"),
    errors.WallError("landlock", "an old kernel", remedy="a newer one"),
    errors.WireError("no message"),
    InterpreterGone("it ended"),
)


@pytest.fixture
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    bubblewrap.fault.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    yield
    bubblewrap.fault.cache_clear()


def test_all_are_graded_and_no_process_is_left(small: Course) -> None:
    jobs = [job(small, f"student-{n}") for n in range(5)]
    warm_start()  # the process that workers are forked from stays as long as the command
    before = set(psutil.Process().children(recursive=True))
    graded = {one.result.student: one.result.score for one in grade_all(small, NAME, jobs, workers=2)}
    assert graded == dict.fromkeys((one.submission.student for one in jobs), 3.5)
    left = set(psutil.Process().children(recursive=True)) - before
    assert [p for p in left if "resource_tracker" not in " ".join(p.cmdline())] == []


def test_a_killed_worker_loses_no_result_and_leaves_no_process(small: Course) -> None:
    results, family = [], []
    for graded in grade_all(small, NAME, (job(small, f"student-{n}") for n in range(6)), workers=1):
        results.append(graded.result)
        if len(results) == 1:
            (worker,) = workers()
            family = worker.children(recursive=True)
            worker.kill()
    assert sorted(result.student for result in results) == [f"student-{n}" for n in range(6)]
    assert all(result.status is Status.graded for result in results)
    assert family
    assert psutil.wait_procs(family, timeout=30)[1] == []


def test_a_worker_that_does_not_end_when_asked_is_killed_with_the_broken_pool(small: Course) -> None:
    run = grade_all(small, NAME, (job(small, f"student-{n}") for n in range(8)), workers=2)
    done = [next(run).result.student]
    one, other = workers()
    one.suspend()  # no request to end reaches it, as none reaches one that just starts
    other.kill()
    done += [graded.result.student for graded in run]
    assert sorted(done) == [f"student-{n}" for n in range(8)]
    assert psutil.wait_procs([one, other], timeout=30)[1] == []


@pytest.mark.parametrize("how", DEADLY)
def test_what_kills_its_worker_every_time_is_left_ungraded_and_is_no_zero(
    small: Course, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_SECONDS", 0.5)
    small_course.write(small.root, hidden=small_course.deadly(how))
    (graded,) = grade_all(small, NAME, [job(small, "ada")], workers=1)
    assert (graded.result.status, graded.result.score, graded.notebook) == (Status.ungraded, None, None)
    assert f"ended {TRIES} times" in graded.result.reason


def test_a_fault_of_the_course_comes_out_whole(small: Course) -> None:
    small_course.write(small.root, hidden="def test_nothing(:\n")
    with pytest.raises(CourseError) as caught:
        list(grade_all(small, NAME, [job(small, "ada")], workers=1))
    assert caught.value.path == small.hidden_path(NAME)
    assert "SyntaxError" in caught.value.fault
    assert workers() == []


def test_a_fault_of_ours_in_a_hidden_test_is_no_zero(small: Course) -> None:
    broken = small_course.HIDDEN.replace("    agree.mean(", "    undefined_name\n    agree.mean(")
    small_course.write(small.root, hidden=broken)
    (graded,) = grade_all(small, NAME, [job(small, "ada")], workers=1)
    assert (graded.result.status, graded.result.score) == (Status.ungraded, None)
    assert graded.result.reason == "A hidden test of mean failed, which is not the student's fault."


def test_a_lost_interpreter_is_replaced_and_the_submission_graded(small: Course) -> None:
    worker = Worker(small, NAME)
    try:
        worker.interpreter._process.kill()
        assert worker.grade(job(small, "ada")).result.score == 3.5
    finally:
        worker.close()


def test_a_run_that_is_given_up_ends_its_workers(small: Course) -> None:
    run = grade_all(small, NAME, (job(small, f"student-{n}") for n in range(4)), workers=1)
    assert next(run).result.score == 3.5
    assert len(workers()) == 1
    run.close()  # type: ignore[attr-defined]  # it is a generator
    assert workers() == []


def test_a_pool_goes_on_to_the_next_assignment_with_the_same_processes(small: Course, tmp_path: Path) -> None:
    other = msgspec.structs.replace(small, workspace=Path(shutil.copytree(small.workspace, tmp_path / "other")))
    with WorkerPool(1) as pool:
        first = [graded.result.score for graded in grade_all(small, NAME, [job(small, "ada")], pool)]
        before = workers()
        second = [graded.result.score for graded in grade_all(other, NAME, [job(other, "bob")], pool)]
        assert workers() == before
    assert first == second == [3.5]
    assert workers() == []


def test_a_pool_grades_on_after_a_faulty_course(small: Course, tmp_path: Path) -> None:
    with WorkerPool(1) as pool:
        with pytest.raises(CourseError, match="run `autograder build` first"):
            list(grade_all(msgspec.structs.replace(small, workspace=tmp_path), NAME, [job(small, "ada")], pool))
        assert [graded.result.score for graded in grade_all(small, NAME, [job(small, "ada")], pool)] == [3.5]


def test_one_exercise_alone_can_be_graded(small: Course) -> None:
    (graded,) = grade_all(small, NAME, [replace(job(small, "ada"), only="mean")], workers=1)
    assert [exercise.name for exercise in graded.result.exercises] == ["mean"]
    assert graded.notebook is None


@pytest.mark.usefixtures("without_bubblewrap")
def test_bubblewrap_is_missed_only_where_it_is_required(small: Course) -> None:
    assert use_bubblewrap(small) is False
    walls = msgspec.structs.replace(small.config, walls=Walls(bubblewrap="required"))
    with pytest.raises(WallError, match="'bubblewrap' cannot be built: bwrap is not installed"):
        use_bubblewrap(msgspec.structs.replace(small, config=walls))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_cross_from_a_worker_with_their_data(error: AutograderError) -> None:
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is type(error)
    assert (str(arrived), vars(arrived)) == (str(error), vars(error))


def test_every_error_of_the_kit_is_tried_here() -> None:
    public = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AutograderError)}
    assert public - {AutograderError} <= {type(error) for error in ERRORS}
