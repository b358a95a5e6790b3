"""Writes autograder.zip as Gradescope documents it: setup.sh and run_autograder at the root, and all that they need.

The zip holds hidden tests and reference of one assignment. Gradescope unpacks it where a submission is graded too; the
student's process cannot read it there, by the same walls as everywhere.
"""

from __future__ import annotations

import stat
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import msgspec
import yaml

from autograder import __version__
from autograder.course import CONFIG_NAME, Course
from autograder.errors import CourseError, WorkspaceError
from autograder.material import load_expected
from autograder.sandbox.places import PACKAGE, PROJECT

KIT, COURSE = "kit", "course"
EPOCH = (2020, 1, 1, 0, 0, 0)  # the same course gives the same bytes

SETUP = """\
#!/usr/bin/env bash
# Runs once, when Gradescope builds the image.
set -euo pipefail
apt-get update -q
apt-get install -q -y python3 python3-venv libseccomp2
python3 -m venv /autograder/venv
cd /autograder/source/kit
/autograder/venv/bin/pip install -q --constraint constraints.txt --editable .
"""

RUN = """\
#!/usr/bin/env bash
# Runs for each submission. What it prints is for instructors; students read results/results.json.
set -euo pipefail
root="${{AUTOGRADER_ROOT:-/autograder}}"
python="${{AUTOGRADER_PYTHON:-$root/venv/bin/python}}"
export PYTHONPATH="$root/source/{kit}"
exec "$python" -P -m autograder.gradescope.run --root "$root" --assignment {assignment}
"""

PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "introdl-autograder"
version = "{version}"
requires-python = ">=3.11"
dependencies = [
{dependencies}]

[tool.setuptools]
packages = {{ find = {{ include = ["autograder*"] }} }}
package-data = {{ autograder = ["feedback/templates/*"] }}
"""


def write_bundle(course: Course, assignment: str, target: Path) -> Path:
    """Writes the zip of a built assignment and returns its path.

    Raises:
        CourseError: when the assignment is not built yet, or a file of the course is missing.
        WorkspaceError: when the zip cannot be written.
    """
    load_expected(course, assignment)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, data, executable in _files(course, assignment):
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                bundle.writestr(entry, data)
    except OSError as fault:
        raise WorkspaceError(target, f"cannot be written: {fault.strerror}") from None
    return target


def _files(course: Course, assignment: str) -> Iterator[tuple[str, bytes, bool]]:
    yield "setup.sh", SETUP.encode(), True
    yield "run_autograder", RUN.format(kit=KIT, assignment=assignment).encode(), True
    yield f"{KIT}/pyproject.toml", _pyproject().encode(), False
    constraints = PROJECT / "constraints.txt"
    yield f"{KIT}/constraints.txt", constraints.read_bytes() if constraints.is_file() else b"", False
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE)
        if path.is_file() and inside.parts[0] != "hidden" and "__pycache__" not in inside.parts:
            yield f"{KIT}/autograder/{inside.as_posix()}", path.read_bytes(), False
    yield f"{COURSE}/{CONFIG_NAME}", _settings(course, assignment), False
    for path in _of_course(course, assignment):
        if not path.is_file():
            raise CourseError(path, "not found")
        yield f"{COURSE}/{path.relative_to(course.root).as_posix()}", path.read_bytes(), False
    released = course.release_dir(assignment) / f"{assignment}.ipynb"
    yield f"{COURSE}/workspace/release/{assignment}/{assignment}.ipynb", released.read_bytes(), False


def _of_course(course: Course, assignment: str) -> Iterator[Path]:
    yield course.root / "solutions" / "__init__.py"
    yield course.root / "solutions" / "mistakes" / "__init__.py"
    yield course.reference_path(assignment)
    yield course.mistakes_path(assignment)
    yield course.hidden_path(assignment)


def _settings(course: Course, assignment: str) -> bytes:
    """course.yml with what grading needs: no address of a gradebook, no names of students."""
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


def _pyproject() -> str:
    checkout = PROJECT / "pyproject.toml"
    if checkout.is_file():
        needed = tomllib.loads(checkout.read_text(encoding="utf-8"))["project"]["dependencies"]
    else:
        needed = [one for one in metadata.requires("introdl-autograder") or () if "extra ==" not in one]
    lines = "".join(f'    "{one}",\n' for one in sorted(needed))
    return PYPROJECT.format(version=__version__, dependencies=lines)
