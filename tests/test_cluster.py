"""Grading through a real Dask scheduler and real workers: local scores, nothing lost with a worker, nobody unfit."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import small_course
from dask_cluster import RunningCluster, running
from small_course import NAME, WRONG

from autograder.batch import grade_assignment
from autograder.cluster import Cluster
from autograder.course import Course
from autograder.errors import ClusterError

pytestmark = [
    pytest.mark.slow,
    # distributed's own, on its way out
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CLASS = {f"student-{n:03}": {} if n % 3 else {"double": WRONG["double"]} for n in range(12)}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCluster]:
    with running(tmp_path_factory.mktemp("dask") / "cluster", workers=2) as made:
        yield made


def scores(course: Course) -> dict[str, float | None]:
    return {result.student: result.score for result in grade_assignment(course, NAME, workers=1, force=True).results}


def test_the_scores_are_the_local_ones_and_the_next_local_run_agrees(small: Course, cluster: RunningCluster) -> None:
    for student, answers in CLASS.items():
        small_course.hand_in(small.root, student, **answers)
    with Cluster(cluster.address) as crew:
        assert crew.size == 2
        there = grade_assignment(small, NAME, workers=crew)
    assert {result.score for result in there.results} == {3.5, 2.0}
    assert all((small.autograded_dir(student, NAME) / f"{NAME}.ipynb").is_file() for student in CLASS)
    here = grade_assignment(small, NAME, workers=1)
    assert here.graded == ()  # what was graded there counts as unchanged here: the same origin, to the hash
    assert {result.student: result.score for result in there.results} == scores(small)


def test_a_lost_worker_loses_no_submission(small: Course, tmp_path: Path) -> None:
    for student, answers in CLASS.items():
        small_course.hand_in(small.root, student, **answers)
    with running(tmp_path / "cluster", workers=1) as made:
        (doomed,) = made.add_workers(1)
        heard: list[str] = []

        def kill(result: object) -> None:
            heard.append(str(result))
            if len(heard) == 3:
                doomed.kill()

        with Cluster(made.address) as crew:
            there = grade_assignment(small, NAME, workers=crew, progress=kill)
        made.processes.remove(doomed)
        doomed.wait(timeout=20)
    assert {result.student: result.score for result in there.results} == scores(small)
    assert len(heard) == len(CLASS)


def test_the_workers_keep_nothing_of_a_course_that_is_graded(small: Course, cluster: RunningCluster) -> None:
    small_course.hand_in(small.root, "ada")
    with Cluster(cluster.address) as crew:
        grade_assignment(small, NAME, workers=crew)
    workers = [psutil.Process(process.pid) for process in cluster.processes[1:]]
    assert [child for worker in workers for child in worker.children(recursive=True)] == []


def test_an_address_where_nobody_listens_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ClusterError, match=f"{address}: the scheduler cannot be reached .*or grade here"):
        Cluster(address)


def test_a_scheduler_without_workers_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.cluster.CONNECT_SECONDS", 2.0)
    with running(tmp_path / "cluster", workers=0) as made, pytest.raises(ClusterError, match="has no workers; start"):
        Cluster(made.address)


def test_a_worker_that_would_grade_two_at_once_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "cluster", workers=0) as made:
        made.add_workers(1, "--nthreads", "2")
        with pytest.raises(ClusterError, match="runs 2 tasks at once; start it with --nthreads 1"):
            Cluster(made.address)


def test_a_worker_of_another_version_is_refused(cluster: RunningCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.clusterworker.__version__", "9.9")
    with pytest.raises(ClusterError, match=r"has another version of the kit .*here 9\.9"):
        Cluster(cluster.address)


def test_a_worker_without_walls_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its Landlock cannot be loaded, as on an old kernel."""
    broken = tmp_path / "old" / "landlock.py"
    broken.parent.mkdir()
    broken.write_text("raise ImportError('no Landlock here')\n", encoding="utf-8")
    with running(tmp_path / "cluster", workers=0) as made:
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(broken.parent), os.environ.get("PYTHONPATH", "")]))
        made.add_workers(1)
        with pytest.raises(ClusterError, match="no Landlock here"):
            Cluster(made.address)
