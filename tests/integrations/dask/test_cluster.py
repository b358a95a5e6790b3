"""Grading through a real Dask scheduler and real workers: local scores, nothing lost with a worker, nobody unfit."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import small_course
from dask_cluster import PATIENCE, RunningCluster, running
from dask_namespaces import NotHere, SpreadCluster, two_machines
from serving_process import until
from small_course import NAME, PROGRAM, RIGHT, WRONG

import autograder
from autograder.course import Course
from autograder.errors import ClusterError
from autograder.integrations.dask.cluster import Cluster
from autograder.runs.batch import grade_assignment
from autograder.sandbox.host.scratch import sweep

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


SLOW = "import time\ntime.sleep({0})\n" + RIGHT["double"]


def start_command(course: Course, address: str, *prefix: str) -> subprocess.Popen[str]:
    line = [*prefix, str(PROGRAM), "grade", NAME, "--engine", "dask", "--scheduler", address]
    return subprocess.Popen(line, cwd=course.root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def scores(course: Course) -> dict[str, float | None]:
    return {result.student: result.score for result in grade_assignment(course, NAME, workers=1, force=True).results}


def test_the_scores_are_the_local_ones_and_the_next_local_run_agrees(small: Course, cluster: RunningCluster) -> None:
    for student, answers in CLASS.items():
        small_course.hand_in(small.root, student, **answers)
    with Cluster(cluster.address) as pool:
        assert pool.size == 2
        there = grade_assignment(small, NAME, workers=pool)
    assert {result.score for result in there.results} == {3.5, 2.0}
    assert all((small.autograded_dir(student, NAME) / f"{NAME}.ipynb").is_file() for student in CLASS)
    here = grade_assignment(small, NAME, workers=1)
    assert here.graded == ()  # what was graded there counts as unchanged here: the same origin, to the hash
    assert {result.student: result.score for result in there.results} == scores(small)


def test_a_lost_worker_loses_no_submission_and_its_course_is_swept_up(
    small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "t"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)

    def places() -> list[Path]:
        return [path for path in temporary.glob("introdl-scratch-*") if (path / "course" / "course.yml").exists()]

    for student, answers in CLASS.items():
        small_course.hand_in(small.root, student, **answers)
    with running(tmp_path / "cluster", workers=1) as made:
        (doomed,) = made.add_workers(1)
        heard: list[str] = []

        def kill(result: object) -> None:
            heard.append(str(result))
            if len(heard) == 3:
                assert len(places()) == 2
                doomed.kill()

        with Cluster(made.address) as pool:
            there = grade_assignment(small, NAME, workers=pool, progress=kill)
        made.processes.remove(doomed)
        doomed.wait(timeout=20)
        assert len(places()) == 1, "what a killed worker leaves has no owner"
        sweep()
        assert places() == []
    assert {result.student: result.score for result in there.results} == scores(small)
    assert len(heard) == len(CLASS)


def test_two_machines_that_see_only_each_other(small: Course, tmp_path: Path) -> None:
    """The far one is killed in the middle: nothing is lost or graded twice, and the scores are the local ones."""
    for student, answers in CLASS.items():
        small_course.hand_in(small.root, student, **({"double": SLOW.format(0.3)} | answers))
    log = small.workspace / "log.jsonl"
    try:
        with two_machines() as machines:
            spread = SpreadCluster(tmp_path, machines)
            try:
                command = start_command(small, spread.address, *machines[0].prefix)
                until(lambda: log.exists() and log.read_text().count('"event":"graded"') >= 3)
                assert spread.far.children(), "it has no interpreter, and so no part in this"
                spread.far.kill()
                said = command.communicate(timeout=PATIENCE)
            finally:
                spread.close()
    except NotHere as why:
        pytest.skip(f"no two machines here: {why}")
    assert command.returncode == 0, said
    assert log.read_text().count('"event":"graded"') == len(CLASS)
    there = {student: result["score"] for student, result in small_course.results(small.root).items()}
    assert there == scores(small)


def test_a_worker_that_is_asked_to_end_does_so_at_once(small: Course, tmp_path: Path) -> None:
    """Its submission is given to another one, and its interpreter's end is nobody's verdict."""
    for student in ("ada", "bob"):
        small_course.hand_in(small.root, student, double=SLOW.format(3))
    with running(tmp_path / "cluster", workers=1) as made:
        (leaving,) = made.add_workers(1)
        with Cluster(made.address) as pool:
            grading = threading.Thread(target=grade_assignment, args=(small, NAME), kwargs={"workers": pool})
            grading.start()
            until(lambda: bool(psutil.Process(leaving.pid).children()))
            time.sleep(0.5)
            leaving.terminate()
            leaving.wait(timeout=25)  # Dask gives a task that does not end 30 s
            grading.join(timeout=PATIENCE)
        made.processes.remove(leaving)
    there = {student: result["score"] for student, result in small_course.results(small.root).items()}
    assert there == {"ada": 3.5, "bob": 3.5}


def test_the_workers_keep_nothing_of_a_course_that_is_graded(small: Course, cluster: RunningCluster) -> None:
    small_course.hand_in(small.root, "ada")
    with Cluster(cluster.address) as pool:
        grade_assignment(small, NAME, workers=pool)
    workers = [psutil.Process(process.pid) for process in cluster.processes[1:]]
    assert [child for worker in workers for child in worker.children(recursive=True)] == []


def test_an_address_where_nobody_listens_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ClusterError, match=f"{address}: the scheduler cannot be reached .*or grade here"):
        Cluster(address)


def test_a_scheduler_without_workers_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.integrations.dask.cluster.CONNECT_SECONDS", 2.0)
    with running(tmp_path / "cluster", workers=0) as made, pytest.raises(ClusterError, match="has no workers; start"):
        Cluster(made.address)


def test_a_worker_that_would_grade_two_at_once_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "cluster", workers=0) as made:
        made.add_workers(1, "--nthreads", "2")
        with pytest.raises(ClusterError, match="runs 2 tasks at once; start it with --nthreads 1"):
            Cluster(made.address)


def test_a_worker_that_joins_later_works_too_and_an_unfit_one_has_to_leave(
    small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.integrations.dask.cluster.COUNT_SECONDS", 0.0)
    for student in ("ada", "bob"):
        small_course.hand_in(small.root, student)
    with running(tmp_path / "cluster", workers=1) as made, Cluster(made.address) as pool:
        grade_assignment(small, NAME, ("ada",), workers=pool)
        late = made.start("worker", made.address, "--nthreads", "2", "--no-nanny", "--no-dashboard")
        late.wait(timeout=PATIENCE)
        assert "Leaves, as it runs 2 tasks at once; start it with --nthreads 1" in made.said(10_000)
        made.processes.remove(late)
        made.add_workers(1)
        there = grade_assignment(small, NAME, workers=pool)
        assert pool.size == 2
    assert {result.student: result.score for result in there.results} == {"ada": 3.5, "bob": 3.5}


def test_the_command_names_an_unfit_worker_and_grades_nothing(small: Course, tmp_path: Path) -> None:
    """The worker is of another version for real. To grade on this machine is offered, and not silently done."""
    small_course.hand_in(small.root, "ada")
    package = Path(autograder.__file__).parent
    other = Path(shutil.copytree(package, tmp_path / "other" / "autograder", ignore=shutil.ignore_patterns("*.pyc")))
    (other / "__init__.py").write_text('__version__ = "9.9"\n', encoding="utf-8")
    with running(tmp_path / "cluster", workers=0) as made:
        made.add_workers(1, env={"PYTHONPATH": str(other.parent)})
        command = start_command(small, made.address)
        said = " ".join(command.communicate(timeout=PATIENCE)[1].split())
    assert command.returncode == 1
    assert "has another version of the kit (9.9," in said
    assert "fix them, or grade here, without --engine and --scheduler" in said
    assert small_course.results(small.root) == {}


OLD_KERNEL = """
import errno, pyseccomp
old = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
old.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "landlock_create_ruleset")
old.load()
"""


def test_a_worker_without_walls_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its kernel does not know Landlock's system calls."""
    (tmp_path / "sitecustomize.py").write_text(OLD_KERNEL, encoding="utf-8")
    with running(tmp_path / "cluster", workers=0) as made:
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
        made.add_workers(1)
        with pytest.raises(ClusterError, match="the wall 'landlock' cannot be built"):
            Cluster(made.address)
