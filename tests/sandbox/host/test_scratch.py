"""Scratch folders: a living program's are its own, a dead one's are swept up."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.host.scratch import PREFIX, Scratch, place_for_sockets, sweep

HOLDER = (
    "import time; from autograder.sandbox.host.scratch import Scratch; "
    "print(Scratch().path, flush=True); time.sleep(60)"
)


@pytest.fixture(autouse=True)
def own_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_in_use_stays_and_goes_with_its_owner(tmp_path: Path) -> None:
    scratch = Scratch()
    (scratch.path / "file").touch()
    assert (sweep(), scratch.path.is_dir()) == (0, True)
    scratch.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_is_swept_up(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, env=environment) as holder:
        assert holder.stdout is not None
        folder = Path(holder.stdout.readline().decode().strip())
        (folder / "deep" / "down").mkdir(parents=True)
        assert (sweep(), folder.is_dir()) == (0, True)
        holder.send_signal(signal.SIGKILL)
    assert (sweep(), folder.exists()) == (1, False)


def test_what_is_no_folder_of_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / f"{PREFIX}file").touch()
    assert sweep() == 0
    assert len(list(tmp_path.iterdir())) == 3


def test_a_socket_fits_into_its_folder_however_long_the_temporary_folders_path_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("short", "long" * 40):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / name))
        (tmp_path / name).mkdir()
        scratch = Scratch(place_for_sockets())
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(scratch.path / "listener-12345678"))
        scratch.remove()
        assert not scratch.path.exists()
