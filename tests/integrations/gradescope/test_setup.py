"""The bundle's setup.sh run for real, with no network: pip installs wheels that are made of what is installed here.

What apt-get would install is on every machine that passes these tests, so it is not called; that it would be is seen
where there is none.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
import small_course
from gradescope_image import hand_in, programs, results, script, unpacked
from small_course import WRONG
from wheelhouse import write_wheels

from autograder.course import Course

pytestmark = pytest.mark.slow


def setup(root: Path, wheels: Path, *, code: int = 0, **environment: str) -> str:
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull, "PIP_NO_COMPILE": "1"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return script(root, root / "source" / "setup.sh", code=code, **({"PATH": path} | offline | environment))


def test_from_an_empty_image_to_a_graded_submission(small: Course, tmp_path: Path) -> None:
    root, none = unpacked(small, tmp_path / "autograder"), tmp_path / "none"
    none.mkdir()
    said = setup(root, none, code=1)
    assert "ERROR: " in said  # pip's own reason
    assert "setup.sh: Python's packages could not be installed: see above" in said

    needed = (root / "source" / "kit" / "requirements.txt").read_text().split()
    wheels = write_wheels(needed, tmp_path / "wheels")
    said = setup(root, wheels)  # goes on where the first one ended
    for wall in ("seccomp", "landlock", "rlimits", "supervisor"):
        assert f"wall {wall}: holds" in said
    assert said.splitlines()[-1] == "setup.sh: done"
    assert not {path.name for path in root.glob("venv/lib/*/site-packages/*")} & {"nbgrader", "otter", "sqlalchemy"}

    shutil.rmtree(wheels)
    assert setup(root, none).splitlines()[-1] == "setup.sh: done"  # all is there already

    hand_in(root, small_course.notebook(small.root, double=WRONG["double"]))
    said = script(root, root / "run_autograder")  # by the Python that setup.sh has set up
    assert "graded: 2 of 3.5 points" in said
    found = results(root)
    assert sum(entry.get("score", 0) for entry in found["tests"]) == 2.0
    assert "What is twice three?" in str(found["tests"])


def test_an_image_without_python_and_apt_is_told(small: Course, tmp_path: Path) -> None:
    root = unpacked(small, tmp_path / "autograder")
    said = setup(root, tmp_path, code=1, PATH=programs(tmp_path / "bin", "bash"))
    assert "setup.sh: this image lacks python3 python3-venv and has no apt-get" in said
    assert not (root / "venv").exists()


def test_a_course_at_fault_is_told_when_the_image_is_built(small: Course, tmp_path: Path) -> None:
    root = unpacked(small, tmp_path / "autograder")
    (root / "source" / "course" / "solutions" / "toy.py").unlink()
    said = script(root, root / "source" / "run_autograder", "--check", code=1, AUTOGRADER_PYTHON=sys.executable)
    assert "solutions/toy.py" in said
