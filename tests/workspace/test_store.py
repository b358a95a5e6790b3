"""Results in the workspace, seeds that cannot be guessed, and the lock."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import small_course

from autograder.course import Course, load_course
from autograder.errors import WorkspaceError
from autograder.results import Result, Status
from autograder.workspace.lock import locked
from autograder.workspace.signing import seed_for
from autograder.workspace.store import Store


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(small_course.write(tmp_path))


def result(student: str) -> Result:
    return Result(
        assignment="toy", student=student, status=Status.graded, score=1.0, max_score=2.0, submission_sha256="", seed=1
    )


def test_a_saved_result_is_read_back(course: Course) -> None:
    store = Store(course, "toy")
    for student in ("bob", "ada.l", "Žofie"):
        store.save(result(student))
    assert store.students() == ("ada.l", "bob", "Žofie")
    assert [one.student for one in store.all()] == ["ada.l", "bob", "Žofie"]
    assert store.load("bob") == result("bob")


def test_what_is_not_there_or_cannot_be_read_is_none(course: Course) -> None:
    store = Store(course, "toy")
    assert (store.load("ada"), store.students()) == (None, ())
    store.save(result("ada"))
    store.path("ada").write_bytes(b"{")
    assert store.load("ada") is None
    assert list(store.all()) == []


def test_a_link_in_a_results_place_is_neither_read_nor_written_through(course: Course, tmp_path: Path) -> None:
    store, elsewhere = Store(course, "toy"), tmp_path / "elsewhere.json"
    elsewhere.write_bytes(result("ada").to_json())
    store.path("ada").parent.mkdir(parents=True)
    store.path("ada").symlink_to(elsewhere)
    assert store.load("ada") is None
    store.save(result("bob"))
    store.save(result("ada"))
    assert not store.path("ada").is_symlink()


def test_a_linked_results_folder_is_refused(course: Course, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    course.workspace.mkdir()
    (course.workspace / "results").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WorkspaceError, match="is a symbolic link"):
        Store(course, "toy").save(result("ada"))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_seed_stays_the_same_and_depends_on_everything(course: Course) -> None:
    seeds = [seed_for(course, assignment, sha) for assignment, sha in (("toy", "a"), ("toy", "b"), ("other", "a"))]
    assert len(set(seeds)) == 3
    assert seed_for(course, "toy", "a") == seeds[0]
    assert all(0 <= seed < 2**48 for seed in seeds)


def test_another_workspace_has_other_seeds_and_its_secret_is_private(course: Course, tmp_path: Path) -> None:
    other = load_course(course.root, tmp_path / "other")
    assert seed_for(course, "toy", "a") != seed_for(other, "toy", "a")
    assert (other.workspace / ".seed").stat().st_mode & 0o777 == 0o600


def test_a_linked_secret_is_refused(course: Course, tmp_path: Path) -> None:
    (tmp_path / "known").write_bytes(b"0" * 32)
    course.workspace.mkdir()
    (course.workspace / ".seed").symlink_to(tmp_path / "known")
    with pytest.raises(WorkspaceError, match=r"\.seed: is a symbolic link"):
        seed_for(course, "toy", "a")


def test_the_lock_is_for_one_at_a_time_and_comes_free_again(course: Course) -> None:
    with locked(course), pytest.raises(WorkspaceError, match="another autograder command"), locked(course):
        pass
    with pytest.raises(KeyError), locked(course):
        raise KeyError
    with locked(course):
        assert course.workspace.is_dir()


def test_the_lock_sweeps_away_what_an_interrupted_command_left(course: Course) -> None:
    (course.workspace / "results").mkdir(parents=True)
    leftover = course.workspace / "results" / ".tmp-0123"
    leftover.write_bytes(b"half")
    with locked(course):
        assert not leftover.exists()


def test_a_linked_lock_or_a_file_in_the_workspaces_place_is_refused(course: Course, tmp_path: Path) -> None:
    course.workspace.mkdir()
    (course.workspace / ".lock").symlink_to(tmp_path / "made")
    with pytest.raises(WorkspaceError), locked(course):
        pass
    assert not os.path.lexists(tmp_path / "made")
    file = load_course(course.root, tmp_path / "course.yml")
    with pytest.raises(WorkspaceError, match="cannot be written"), locked(file):
        pass
