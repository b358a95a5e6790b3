"""Writes an assignment's public checks as otter's own autograder.zip, for `otter run`. Nothing secret is in it."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from pathlib import Path

from autograder.course import Course
from autograder.errors import CourseError, WorkspaceError
from autograder.workspace.context import load_release


def write_otter_zip(course: Course, assignment: str, target: Path) -> Path:
    """Lets otter pack the checks in the released notebook, and returns the zip's path.

    Raises:
        CourseError: if the assignment has not been built yet.
        WorkspaceError: if the zip cannot be written.
    """
    from otter.generate import main as generate  # takes a second

    load_release(course, assignment)
    path = course.release_notebook(assignment)
    tests = json.loads(path.read_bytes())["metadata"].get("otter", {}).get("tests", {})
    if not tests:
        raise CourseError(path, "carries no public checks: run `autograder build` again")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="introdl-") as folder, contextlib.redirect_stdout(io.StringIO()):
            for name, source in tests.items():
                (Path(folder) / f"{name}.py").write_text(source, encoding="utf-8")
            settings = Path(folder) / "otter_config.json"
            options = {"points_possible": len(tests), "show_hidden": False, "assignment_name": assignment}
            settings.write_text(json.dumps(options), encoding="utf-8")
            needed = course.release_dir(assignment) / "requirements.txt"
            generate(
                tests_dir=folder,
                output_path=str(target.resolve()),
                config=str(settings),
                requirements=str(needed) if needed.is_file() else None,
                no_requirements=not needed.is_file(),
                no_environment=True,
            )
    except OSError as fault:
        raise WorkspaceError(target, f"cannot be written: {fault.strerror}") from None
    return target
