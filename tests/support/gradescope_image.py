"""A folder laid out as Gradescope lays out its image, and its two scripts run as Gradescope runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from small_course import NAME

from autograder.course import Course
from autograder.integrations.gradescope.bundle import write_bundle

FOLDERS = ("source", "submission", "results")


def unpacked(course: Course, root: Path) -> Path:
    """Gradescope's /autograder, with the bundle unpacked and an empty submission."""
    for name in FOLDERS:
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(write_bundle(course, NAME, root.with_suffix(".zip"))) as bundle:
        bundle.extractall(root / "source")
        for entry in bundle.infolist():
            (root / "source" / entry.filename).chmod(entry.external_attr >> 16)
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (root / "run_autograder").chmod(0o755)
    return root


def script(root: Path, *command: object, code: int = 0, **environment: str) -> str:
    """Runs one of the two as Gradescope does; returns all that it said. It must end with ``code``."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=root,
        env=kept | {"AUTOGRADER_ROOT": str(root)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def run(root: Path, *, code: int = 0) -> str:
    """Grades the submission; this environment's Python stands in for the image's."""
    return script(root, root / "run_autograder", code=code, AUTOGRADER_PYTHON=sys.executable)


def results(root: Path) -> Any:
    """What Gradescope would read."""
    return json.loads((root / "results" / "results.json").read_bytes())


def hand_in(root: Path, data: bytes, name: str = f"{NAME}.ipynb") -> None:
    """Lays a file where Gradescope does."""
    (root / "submission" / name).write_bytes(data)


def programs(folder: Path, *names: str) -> str:
    """A PATH on which there are these programs and no others."""
    folder.mkdir()
    for name in names:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return str(folder)
