"""Which files the student's process may read: none of the course, wherever the kit is installed."""

from __future__ import annotations

import site
from pathlib import Path

import pytest
from small_course import PROJECT

from autograder.sandbox.host import readable_paths

SECRET = (
    "solutions/neuron.py",
    "solutions/hidden/test_neuron.py",
    "autograder/testing/suite.py",
    "assignments/neuron.md",
    "course.yml",
)
NEEDED = ("autograder/errors.py", "autograder/sandbox/guest/runner.py", "autograder/sandbox/common/messages.py")


def covered(path: Path, readable: tuple[Path, ...]) -> bool:
    """Whether a rule for one of these places lets the path be read."""
    return any(path == place or path.is_relative_to(place) for place in readable)


@pytest.mark.parametrize("name", SECRET)
def test_no_file_of_the_course_is_readable(name: str) -> None:
    assert (PROJECT / name).is_file()
    assert not covered(PROJECT / name, readable_paths.readable())


@pytest.mark.parametrize("name", NEEDED)
def test_what_runs_beside_the_student_is_readable(name: str) -> None:
    assert covered(PROJECT / name, readable_paths.readable())


def test_packages_are_readable_and_homes_are_not() -> None:
    import numpy

    readable = readable_paths.readable()
    assert covered(Path(numpy.__file__), readable)
    for private in (Path.home() / ".ssh", Path("/etc/passwd"), Path("/etc/shadow"), Path("~root/.netrc").expanduser()):
        assert not covered(private, readable)


def test_an_installed_kit_hides_its_secrets_among_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = tmp_path / "site-packages"
    for name in (*SECRET[:3], *NEEDED, "numpy/__init__.py", "solutions/mistakes/neuron.py", "six.py"):
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).touch()
    package = packages / "autograder"
    monkeypatch.setattr(readable_paths, "PACKAGE", package)
    monkeypatch.setattr(readable_paths, "PROJECT", packages)
    beside = (package / "__init__.py", package / "errors.py", package / "sandbox")
    monkeypatch.setattr(readable_paths, "BESIDE_THE_STUDENT", beside)
    monkeypatch.setattr(site, "getsitepackages", lambda: [str(packages)])
    readable = readable_paths.readable()
    hidden = (*SECRET[:3], "solutions/mistakes/neuron.py")
    assert [name for name in hidden if covered(packages / name, readable)] == []
    assert [name for name in (*NEEDED, "numpy/__init__.py", "six.py") if not covered(packages / name, readable)] == []
