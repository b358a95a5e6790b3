"""What `autograder doctor` says of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.sandbox.host import bubblewrap, doctor


def test_the_required_walls_stand_here_and_were_tried_from_inside() -> None:
    found = {finding.name: finding for finding in doctor.walls()}
    assert list(found) == ["seccomp", "landlock", "rlimits", "bubblewrap", "control group", "supervisor"]
    assert [name for name, finding in found.items() if finding.needed and not finding.good] == []
    assert found["bubblewrap"].good == (bubblewrap.fault() is None)


def test_a_missing_program_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bubblewrap.fault.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    try:
        (found,) = [finding for finding in doctor.walls() if finding.name == "bubblewrap"]
    finally:
        bubblewrap.fault.cache_clear()
    assert (found.good, found.needed, found.detail) == (False, False, "bwrap is not installed")
    assert "install the package 'bubblewrap'" in found.remedy


def test_the_versions_are_those_that_run() -> None:
    found = {finding.name: finding.detail for finding in doctor.versions()}
    assert found["Python"] == sys.version.split()[0]
    assert all(finding.good for finding in doctor.versions())
    assert "not installed" not in found.values()


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("no-such-package-here",))
    finding = doctor.versions()[-1]
    assert (finding.good, finding.remedy) == (False, "pip install no-such-package-here")


def test_the_machine_is_described() -> None:
    assert {finding.name for finding in doctor.machine()} == {"processor cores", "memory", "free disk space"}
