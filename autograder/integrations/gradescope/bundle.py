"""Writes autograder.zip as Gradescope documents it: setup.sh and run_autograder at the root, and everything they need.

The zip holds hidden tests and reference of one assignment. Gradescope unpacks it where submissions are graded; the same
walls as everywhere keep the student's process from reading it.
"""

from __future__ import annotations

import io
import re
import stat
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import msgspec
import yaml

from autograder.course import CONFIG_NAME, Course
from autograder.errors import CourseError
from autograder.sandbox.host.readable_paths import PACKAGE, PROJECT
from autograder.workspace.context import load_release
from autograder.workspace.files import write_named

KIT, COURSE = "kit", "course"
SETUP = Path(__file__).with_name("setup.sh")
EPOCH = (2020, 1, 1, 0, 0, 0)  # the same course gives the same bytes

RUN = """\
#!/usr/bin/env bash
# Runs for each submission. What it prints is for instructors; students read results/results.json.
set -euo pipefail
root="${{AUTOGRADER_ROOT:-/autograder}}"
python="${{AUTOGRADER_PYTHON:-$root/venv/bin/python}}"
export PYTHONPATH="$root/source/{kit}"
exec "$python" -m autograder.integrations.gradescope.run --root "$root" --assignment {assignment} "$@"
"""

NOT_THERE = ("jupytext", "nbconvert", "nbgrader", "otter-grader", "rich", "sqlalchemy", "typer")
"""What the kit needs but grading one submission does not: building, gradebook, terminal."""

NOT_FOR_GRADING = ("jupyterlab", "otter-grader")
"""What a student installs to work, but a notebook does not use while it is graded."""


def write_bundle(course: Course, assignment: str, target: Path) -> Path:
    """Writes the zip of a built assignment and returns its path.

    Raises:
        CourseError: if the assignment has not been built yet, or a file of the course is missing.
        WorkspaceError: if the zip cannot be written.
    """
    load_release(course, assignment)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data, executable in _files(course, assignment):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, data)
    write_named(target, packed.getvalue())
    return target


def _files(course: Course, assignment: str) -> Iterator[tuple[str, bytes, bool]]:
    yield "setup.sh", SETUP.read_bytes(), True
    yield "run_autograder", RUN.format(kit=KIT, assignment=assignment).encode(), True
    yield f"{KIT}/requirements.txt", _requirements(course, assignment).encode(), False
    constraints = PROJECT / "constraints.txt"
    yield f"{KIT}/constraints.txt", constraints.read_bytes() if constraints.is_file() else b"", False
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE)
        if path.is_file() and "__pycache__" not in inside.parts:
            yield f"{KIT}/autograder/{inside.as_posix()}", path.read_bytes(), False
    yield f"{COURSE}/{CONFIG_NAME}", _settings(course, assignment), False
    for path in _of_course(course, assignment):
        if not path.is_file():
            raise CourseError(path, "not found")
        yield f"{COURSE}/{path.relative_to(course.root).as_posix()}", path.read_bytes(), False
    released = course.release_notebook(assignment)
    yield f"{COURSE}/workspace/release/{assignment}/{assignment}.ipynb", released.read_bytes(), False
    earlier = course.releases_path(assignment)
    if earlier.is_file():
        yield f"{COURSE}/workspace/releases/{assignment}.json", earlier.read_bytes(), False


def _of_course(course: Course, assignment: str) -> Iterator[Path]:
    yield course.reference_path(assignment)
    yield course.mistakes_path(assignment)
    yield course.hidden_path(assignment)


def _settings(course: Course, assignment: str) -> bytes:
    """course.yml with only what grading needs: no gradebook address, no student names."""
    config = course.config
    kept = {
        "course": config.course,
        "title": config.title,
        "assignments": {assignment: {"title": course.assignment(assignment).title}},
        "limits": msgspec.to_builtins(config.limits),
        "walls": msgspec.to_builtins(config.walls),
        "feedback": msgspec.to_builtins(config.feedback),
    }
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True).encode()


def _requirements(course: Course, assignment: str) -> str:
    """The dependencies of the kit that grading uses, and what the notebook itself imports."""
    checkout = PROJECT / "pyproject.toml"
    if checkout.is_file():
        needed = tomllib.loads(checkout.read_text(encoding="utf-8"))["project"]["dependencies"]
    else:
        needed = [one for one in metadata.requires("introdl-autograder") or () if "extra ==" not in one]
    lines = {one for one in needed if _name(one) not in NOT_THERE}
    students = course.release_dir(assignment) / "requirements.txt"
    if students.is_file():
        lines |= {one for one in students.read_text(encoding="utf-8").split() if _name(one) not in NOT_FOR_GRADING}
    return "".join(f"{one}\n" for one in sorted(lines))


def _name(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    return found[0].lower() if found else requirement
