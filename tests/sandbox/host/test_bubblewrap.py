"""bubblewrap's command line, and why it does not work where it does not."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.host import bubblewrap

SYSTEM = [Path(p) for p in ("/lib", "/lib64", "/usr", "/bin")]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    bubblewrap.fault.cache_clear()
    yield
    bubblewrap.fault.cache_clear()


def program(folder: Path, text: str) -> None:
    (folder / "bwrap").write_text(f"#!/bin/sh\n{text}\n")
    (folder / "bwrap").chmod(0o755)


def test_a_missing_program_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bubblewrap.fault() == "bwrap is not installed"


def test_a_refusal_is_told_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bubblewrap.fault() == "bwrap: No permissions to create a new namespace"


def test_a_silent_failure_is_told_by_its_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "exit 7")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bubblewrap.fault() == "bwrap ends with status 7"


def wrapped(script: str, secret: Path) -> str:
    line = bubblewrap.command(["/bin/sh", "-c", script], readable=SYSTEM, scratch_mb=1, env={"GIVEN": "yes"})
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


def test_inside_there_is_only_what_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if bubblewrap.fault() is not None:
        pytest.skip(f"bubblewrap does not work here: {bubblewrap.fault()}")
    (tmp_path / "secret").write_text("the reference")
    monkeypatch.setenv("TOKEN", "secret")
    said = wrapped(f"echo $GIVEN$TOKEN; cat {tmp_path}/secret; touch /x /usr/x; ls /proc | grep -c '^[0-9]'", tmp_path)
    assert said.startswith("yes\n")
    assert "the reference" not in said
    assert said.count("Read-only file system") == 2
    assert int(next(line for line in said.splitlines() if line.isdigit())) <= 5
