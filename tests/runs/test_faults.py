"""Whatever ends a run, the next one completes the class: same scores, nothing lost, doubled or left behind."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import faults
import pytest
from small_course import NAME

pytestmark = pytest.mark.slow
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a file system")
SEED = random.SystemRandom().randrange(10**6)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[faults.Course]:
    course = faults.Course.make(tmp_path_factory.mktemp("faults") / "course", students=3)
    yield course
    shutil.rmtree(course.temporary)


@pytest.fixture
def course(built: faults.Course) -> Iterator[faults.Course]:
    with built.copy() as apart:
        yield apart


@pytest.fixture
def small_disk(course: faults.Course) -> Iterator[Path]:
    """The workspace on a file system of its own, with 64 KB to spare."""
    workspace, apart = course.root / "workspace", course.root / "apart"
    workspace.rename(apart)
    workspace.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(workspace)], check=True)
    try:
        shutil.copytree(apart, workspace, dirs_exist_ok=True)
        yield workspace
    finally:
        subprocess.run(["umount", "--lazy", str(workspace)], check=True)


def remount(workspace: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(workspace)], check=True)


@pytest.mark.parametrize("victim", [*faults.VICTIMS, "worker", "child"])
def test_a_kill_at_any_moment(course: faults.Course, victim: str, request: pytest.FixtureRequest) -> None:
    seed = SEED + abs(hash(request.node.name)) % 1000
    print(f"seed {seed}")
    assert course.kill(victim, seed).wrong == ()


@pytest.mark.parametrize("steps", [(1, 8), (9, 16), (17, 24)])
def test_a_power_cut_at_any_step_of_what_is_written(course: faults.Course, steps: tuple[int, int]) -> None:
    step = random.Random(SEED).randint(*steps)
    print(f"step {step}")
    crashed, wrong = course.crash(step)
    assert (crashed, wrong) == (True, ())


def test_what_never_reached_the_disk_in_a_power_cut_is_graded_again(course: faults.Course) -> None:
    assert course.grade().returncode == 3
    workspace = course.root / "workspace"
    (workspace / "results" / NAME / "student-0.json").write_bytes(b"")
    notebook = workspace / "autograded" / "student-1" / NAME / f"{NAME}.ipynb"
    notebook.write_bytes(notebook.read_bytes()[:1000])
    log = workspace / "log.jsonl"
    log.write_bytes(log.read_bytes()[:-30])
    (workspace / ".log-head").unlink()
    assert list(course.wrong()) == []


@AS_ROOT
def test_a_full_disk(course: faults.Course, small_disk: Path) -> None:
    used = sum(path.stat().st_size // 4096 * 4 + 4 for path in small_disk.rglob("*") if path.is_file())
    remount(small_disk, f"size={used + 60}k")
    done = course.grade()
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "No space left" in done.stderr or "disk is full" in done.stderr
    remount(small_disk, "size=64m")
    assert list(course.wrong()) == []


@AS_ROOT
def test_a_workspace_that_becomes_read_only(course: faults.Course, small_disk: Path) -> None:
    remount(small_disk, "ro")
    done = course.grade()
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "workspace: cannot be written: Read-only file system" in done.stderr
    remount(small_disk, "rw")
    assert list(course.wrong()) == []


def test_a_gradebook_that_is_locked_for_a_moment_is_waited_for(course: faults.Course) -> None:
    with lock(course, seconds=2.5):
        assert course.grade().returncode == 3
    assert course.said() == course.right


def test_a_gradebook_that_stays_locked_is_told_and_nothing_is_lost(course: faults.Course) -> None:
    with lock(course, seconds=60):
        done = course.grade()
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "is locked by another program: close what writes to it, and try again" in done.stderr
    assert list(course.wrong()) == []


class lock:  # noqa: N801 - reads as a statement
    """Another program that holds the gradebook for itself, until it is left or the time is over."""

    def __init__(self, course: faults.Course, seconds: float) -> None:
        self.path, self.seconds = course.root / "workspace" / "gradebook.db", seconds
        self.held, self.over = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.hold)

    def hold(self) -> None:
        database = sqlite3.connect(self.path, isolation_level=None)
        database.execute("BEGIN EXCLUSIVE")
        self.held.set()
        self.over.wait(self.seconds)
        database.execute("ROLLBACK")
        database.close()

    def __enter__(self) -> None:
        self.thread.start()
        assert self.held.wait(10)
        time.sleep(0.1)

    def __exit__(self, *exception: object) -> None:
        self.over.set()
        self.thread.join()
