"""Files are written whole, below the workspace, and over no symbolic link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.errors import SubmissionError, WorkspaceError
from autograder.workspace.files import read_bounded, remove_leftovers, remove_others, write_atomically, write_named


def test_missing_folders_are_made(tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    write_atomically(root / "results" / "neuron" / "ada.json", b"{}", root=root)
    assert (root / "results" / "neuron" / "ada.json").read_bytes() == b"{}"
    assert [path.name for path in (root / "results" / "neuron").iterdir()] == ["ada.json"]


def test_a_link_at_the_final_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "ada.json").symlink_to(outside)
    write_atomically(root / "ada.json", b"new", root=root)
    assert outside.read_bytes() == b"precious"
    assert not (root / "ada.json").is_symlink()
    assert (root / "ada.json").read_bytes() == b"new"


def test_a_linked_folder_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "feedback").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WorkspaceError, match=r"workspace/feedback: is a symbolic link") as caught:
        write_atomically(root / "feedback" / "ada" / "a.html", b"x", root=root)
    assert caught.value.path == root / "feedback"
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_named_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target, link = tmp_path / "new" / "grades.csv", tmp_path / "link.csv"
    write_named(target, b"old")
    link.symlink_to(target)
    with target.open("rb") as reading:
        write_named(link, b"new")
        assert reading.read() == b"old"  # who reads the old one reads it to its end
    assert (target.read_bytes(), link.is_symlink()) == (b"new", True)
    assert [path.name for path in target.parent.iterdir()] == ["grades.csv"]


def test_a_named_device_is_written_to_and_stays(tmp_path: Path) -> None:
    write_named(Path("/dev/null"), b"x")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(WorkspaceError, match="cannot be written: Is a directory"):
        write_named(tmp_path, b"x")


@pytest.mark.parametrize("where", ["../escaped", "a/../../escaped", "."])
def test_a_place_outside_is_refused(tmp_path: Path, where: str) -> None:
    root = tmp_path / "workspace"
    with pytest.raises(WorkspaceError, match="is not inside"):
        write_atomically(root / where, b"x", root=root)
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize("obstacle", ["folder", "file"])
def test_what_is_in_the_way_is_named_and_nothing_is_left_behind(tmp_path: Path, obstacle: str) -> None:
    if obstacle == "folder":
        (tmp_path / "results" / "ada.json").mkdir(parents=True)
    else:
        (tmp_path / "results").write_bytes(b"")
    with pytest.raises(WorkspaceError, match="cannot be"):
        write_atomically(tmp_path / "results" / "ada.json", b"x", root=tmp_path)
    assert not list(tmp_path.rglob(".tmp-*"))


def test_leftovers_of_a_crash_are_removed_once_they_are_old(tmp_path: Path) -> None:
    old, fresh, other = tmp_path / ".tmp-old", tmp_path / "a" / ".tmp-fresh", tmp_path / "kept"
    (tmp_path / "a").mkdir()
    for path in (old, fresh, other):
        path.write_bytes(b"")
    os.utime(old, (0, 0))
    assert remove_leftovers(tmp_path) == 1
    assert (old.exists(), fresh.exists(), other.exists()) == (False, True, True)


def test_other_files_of_a_folder_are_removed_and_folders_stay(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "kept").write_bytes(b"")
    (tmp_path / "in" / "stale").symlink_to(tmp_path)
    remove_others(tmp_path / "in", frozenset({"kept"}), root=tmp_path)
    remove_others(tmp_path / "absent", frozenset(), root=tmp_path)
    assert sorted(path.name for path in (tmp_path / "in").iterdir()) == ["deep", "kept"]
    assert not (tmp_path / "absent").exists()


def test_a_file_at_the_limit_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    with pytest.raises(SubmissionError, match="is larger than 4 bytes"):
        read_bounded(path, 4)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    kinds = {"folder": "a folder", "link": "a symbolic link", "pipe": "a named pipe"}
    for name, kind in kinds.items():
        with pytest.raises(SubmissionError, match=f"{name}: is {kind}, not a file"):
            read_bounded(tmp_path / name, 10)
    with pytest.raises(SubmissionError, match="is missing"):
        read_bounded(tmp_path / "absent", 10)
    with pytest.raises(SubmissionError, match="/dev/zero: is a device, not a file"):
        read_bounded(Path("/dev/zero"), 10)
