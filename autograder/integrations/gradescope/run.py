"""Grades one submission in Gradescope's container: `python -m autograder.integrations.gradescope.run --root DIR`.

Everything goes through the same two processes and walls as `autograder grade`. Where a wall cannot be built, or we fail
in another way, there is no results.json and the exit status is 1: Gradescope then reports that the autograder failed,
and nobody gets a zero for it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder.course import Course, load_course
from autograder.errors import AutograderError
from autograder.grading.grade import blank
from autograder.grading.material import load_material
from autograder.grading.worker import Job, Worker
from autograder.integrations.gradescope.results_json import results_json
from autograder.results import Result, Status
from autograder.sandbox.host.doctor import walls
from autograder.workspace.files import write_atomically
from autograder.workspace.signing import seed_for
from autograder.workspace.submissions import (
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_FILES_BYTES,
    MAX_WITH_OUTPUTS,
    Submission,
    load,
)

STUDENT = "student"  # Gradescope knows who it is
LARGEST = max(MAX_WITH_OUTPUTS, MAX_FILES_BYTES)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Grades the submission in Gradescope's container.")
    parser.add_argument("--root", type=Path, default=Path("/autograder"), help="Gradescope's folder.")
    parser.add_argument("--assignment", required=True, help="The assignment's name.")
    parser.add_argument("--check", action="store_true", help="Do not grade; check whether grading would work here.")
    given = parser.parse_args(arguments)
    root: Path = given.root.resolve()
    try:
        with tempfile.TemporaryDirectory(prefix="introdl-") as folder:
            course = load_course(root / "source" / "course", root / "source" / "course" / "workspace")
            if given.check:
                check(course, given.assignment)
                return 0
            result = grade(course, given.assignment, root / "submission", Path(folder))
            if result.status is Status.ungraded:
                raise AutograderError(result.reason)
            data = msgspec.json.format(msgspec.json.encode(results_json(course, result)), indent=1)
            write_atomically(root / "results" / "results.json", data + b"\n", root=root / "results")
    except AutograderError as fault:
        print(f"Nothing was graded, and the student is not to blame: {fault}", file=sys.stderr)
        return 1
    score = "no score" if result.score is None else f"{result.score:g} of {result.max_score:g} points"
    print(f"{result.status}: {score}. {result.reason}".strip())
    return 0


def check(course: Course, assignment: str) -> None:
    """Collects the hidden tests and tries the walls. One that does not hold is only reported: an image is not always
    built where submissions are graded, and there grading is refused without it.

    Raises:
        AutograderError: if the course or its hidden tests are invalid.
    """
    load_material(course, assignment).suite.close()
    required = course.config.walls.bubblewrap == "required"
    for wall in walls():
        needed = wall.needed or (wall.name == "bubblewrap" and required)
        said = "holds" if wall.good else f"WARNING: cannot be built here: {wall.detail}"
        print(f"wall {wall.name}: {said if wall.good or needed else 'not available, and not required'}")


def grade(course: Course, assignment: str, handed_in: Path, folder: Path) -> Result:
    """Grades what is in Gradescope's submission folder, with the usual rule for which notebook counts."""
    _lay_out(handed_in, folder / STUDENT / assignment)
    worker = Worker(course, assignment)
    try:
        found = load(folder, assignment, STUDENT, expected=worker.material.expected)
        if isinstance(found, Submission):
            return worker.grade(Job(found, seed_for(course, assignment, found.sha256))).result
        nothing = Submission(assignment, STUDENT, found.path, b"")
        return blank(nothing, worker.material, 0, Status.not_gradable, found.reason)
    finally:
        worker.close()


def _lay_out(handed_in: Path, folder: Path) -> None:
    """Copies what was handed in; links stay links, and are refused when they are read."""
    folder.mkdir(parents=True)
    count = 0
    for here, folders, files in os.walk(handed_in, followlinks=False):
        into = folder / Path(here).relative_to(handed_in)
        folders[:] = [name for name in folders if len(into.relative_to(folder).parts) < MAX_DEPTH]
        into.mkdir(exist_ok=True)
        for name in sorted(files):
            mode = os.lstat(path := Path(here, name))
            count += 1
            kept = stat.S_ISLNK(mode.st_mode) or stat.S_ISREG(mode.st_mode)
            if kept and mode.st_size <= LARGEST + 1 and count <= MAX_ENTRIES:
                shutil.copyfile(path, into / name, follow_symlinks=False)


if __name__ == "__main__":
    sys.exit(main())
