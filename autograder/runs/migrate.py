"""Which format a course and its workspace have, and bringing those of version 0.1.0 to this one's, when asked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.build import build_from_course
from autograder.course import Course
from autograder.errors import CourseError
from autograder.runs.readiness import built_by_another_version
from autograder.workspace.files import write_named

NOW = 2
"""Format 2: hidden tests in solutions/hidden/, `mistake` from autograder.testing. Format 1 was version 0.1.0's."""

OLD_IMPORT = re.compile(r"^from solutions\.mistakes import mistake$", re.MULTILINE)
NEW_IMPORT = "from autograder.testing import mistake"


@dataclass(frozen=True)
class Formats:
    """The formats that were found; a workspace of None is not there yet."""

    course: int
    workspace: int | None

    @property
    def current(self) -> bool:
        """Whether there is nothing to migrate."""
        return self.course == NOW and self.workspace in (None, NOW)


def formats(course: Course) -> Formats:
    """Looks at the files; changes nothing."""
    old = bool([*_old_hidden(course), *_old_mistakes(course)])
    workspace = None
    if any(course.release_notebook(name).is_file() for name in course.assignments):
        workspace = 1 if built_by_another_version(course) else NOW
    return Formats(1 if old else NOW, workspace)


def migrate(course: Course) -> Iterator[str]:
    """Brings a course and its workspace to this version's format; yields a sentence for each thing that it did.

    Results, executed notebooks, attempts and what people entered into the gradebook stay.

    Raises:
        CourseError: if a hidden test is in both places and differs; nothing has changed then.
    """
    moves = [(old, course.root / "solutions" / "hidden" / old.name) for old in _old_hidden(course)]
    for old, new in moves:
        if new.exists() and new.read_bytes() != old.read_bytes():
            raise CourseError(new, f"differs from {old}; keep the one that counts, and remove the other", line=1)
    for old, new in moves:
        write_named(new, old.read_bytes())
        old.unlink()
        yield f"moved {_short(course, old)} to {_short(course, new)}"
    if moves:
        yield from _tidy(course)
    for path in list(_old_mistakes(course)):
        write_named(path, OLD_IMPORT.sub(NEW_IMPORT, path.read_text(encoding="utf-8")).encode())
        yield f"{_short(course, path)}: `mistake` is imported from autograder.testing"
    if formats(course).workspace == 1:
        for name in course.assignments:
            if course.release_notebook(name).is_file():
                build_from_course(course, name)
                yield f"built {name}: nbgrader's settings name this version's modules"


def _tidy(course: Course) -> Iterator[str]:
    """Removes the folder that held them if nothing else is in it: Python would take it for the kit itself."""
    kit = course.root / "autograder"
    left = [path for path in kit.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    if all(path == kit / "hidden" / "__init__.py" for path in left):
        shutil.rmtree(kit)
        yield "removed autograder/, which held nothing else"
    else:
        yield "autograder/ is the kit of version 0.1.0: move it out of the course, or Python takes it for the new one"


def _old_hidden(course: Course) -> Iterator[Path]:
    """Hidden tests of this course's assignments where version 0.1.0 had them, and the list of equivalent mutants."""
    folder = course.root / "autograder" / "hidden"
    for name in ("equivalent.yml", *(course.hidden_path(name).name for name in course.assignments)):
        if (folder / name).is_file():
            yield folder / name


def _old_mistakes(course: Course) -> Iterator[Path]:
    for name in course.assignments:
        path = course.mistakes_path(name)
        if path.is_file() and OLD_IMPORT.search(path.read_text(encoding="utf-8", errors="replace")):
            yield path


def _short(course: Course, path: Path) -> str:
    return path.relative_to(course.root).as_posix()
