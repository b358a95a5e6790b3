"""Grades one submission in Gradescope's container: `python -m autograder.integrations.gradescope.run --root DIR`.

Everything goes through the same two processes and walls as `autograder grade`. Where a wall cannot be built, or we
fail in another way, there is no results.json and the exit status is 1: Gradescope then tells that the autograder
failed, and nobody gets a zero for it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder.course import Course, load_course
from autograder.errors import AutograderError
from autograder.files import write_atomically
from autograder.grading.grade import Graded, blank
from autograder.grading.material import load_material
from autograder.grading.worker import Job, Worker
from autograder.integrations.gradescope.results_json import results_json
from autograder.results import Result, Status
from autograder.sandbox.host.doctor import walls
from autograder.workspace.signing import seed_for
from autograder.workspace.submissions import MAX_FILES_BYTES, MAX_NOTEBOOK, Rejected, Submission, load

STUDENT = "student"  # Gradescope knows who it is
LARGEST = max(MAX_NOTEBOOK, MAX_FILES_BYTES)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Grades the submission in Gradescope's container.")
    parser.add_argument("--root", type=Path, default=Path("/autograder"), help="Gradescope's folder.")
    parser.add_argument("--assignment", required=True, help="The assignment's name.")
    parser.add_argument("--check", action="store_true", help="Grade nothing: try whether grading would work here.")
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
        print(f"Nothing was graded, through no fault of the student's: {fault}", file=sys.stderr)
        return 1
    score = "no score" if result.score is None else f"{result.score:g} of {result.max_score:g} points"
    print(f"{result.status}: {score}. {result.reason}".strip())
    return 0


def check(course: Course, assignment: str) -> None:
    """Collects the hidden tests and tries the walls. One that does not hold is only told: an image is not always
    built where submissions are graded, and there grading is refused without it.

    Raises:
        AutograderError: when the course or its hidden tests are at fault.
    """
    load_material(course, assignment).suite.close()
    required = course.config.walls.bubblewrap == "required"
    for wall in walls():
        needed = wall.needed or (wall.name == "bubblewrap" and required)
        said = "holds" if wall.good else f"WARNING: cannot be built here: {wall.detail}"
        print(f"wall {wall.name}: {said if wall.good or needed else 'not here, and not required'}")


def grade(course: Course, assignment: str, handed_in: Path, folder: Path) -> Result:
    """Grades what lies in Gradescope's submission folder; a notebook of another name counts when it is the only one."""
    notes = _lay_out(handed_in, folder / STUDENT / assignment, f"{assignment}.ipynb")
    found = load(folder, assignment, STUDENT)
    worker = Worker(course, assignment)
    try:
        if isinstance(found, Rejected):
            nothing = Submission(assignment, STUDENT, found.path, b"")
            graded = Graded(blank(nothing, worker.material, 0, Status.not_gradable, found.reason))
        else:
            graded = worker.grade(Job(found, seed_for(course, assignment, found.sha256)))
    finally:
        worker.close()
    return msgspec.structs.replace(graded.result, notes=(*notes, *graded.result.notes))


def _lay_out(handed_in: Path, folder: Path, wanted: str) -> tuple[str, ...]:
    """Copies the files that lie directly in the submission; links stay links, and are refused when they are read."""
    folder.mkdir(parents=True)
    entries = [entry for entry in os.scandir(handed_in) if not entry.is_dir(follow_symlinks=False)]
    notebooks = [entry.name for entry in entries if entry.name.endswith(".ipynb")]
    renamed = notebooks[0] if len(notebooks) == 1 and notebooks[0] != wanted else None
    for entry in entries:
        regular = entry.is_symlink() or entry.is_file(follow_symlinks=False)
        if regular and entry.stat(follow_symlinks=False).st_size <= LARGEST + 1:
            name = wanted if entry.name == renamed else entry.name
            shutil.copyfile(entry.path, folder / name, follow_symlinks=False)
    return (f"The notebook is called {renamed!a} and was taken as {wanted}.",) if renamed else ()


if __name__ == "__main__":
    sys.exit(main())
