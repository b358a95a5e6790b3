"""An account of its own for nbgrader's commands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import small_course
from books import nbgrader
from small_course import NAME, RIGHT, own_solutions

from autograder.authoring.answers import fill
from autograder.authoring.build import build_from_course
from autograder.course import Course, load_course

NOTEBOOK = f"{NAME}.ipynb"


@dataclass(frozen=True)
class Account:
    """A student's home, with nbgrader's configuration and cache of its own."""

    name: str
    home: Path

    def nbgrader(self, *arguments: str) -> str:
        more = {
            "HOME": str(self.home),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_CONFIG_DIR": str(self.home),
        }
        return nbgrader(self.home, *arguments, **more)

    @property
    def notebook(self) -> Path:
        return self.home / NAME / NOTEBOOK

    def submit(self, **answers: str) -> None:
        self.notebook.write_bytes(fill(self.notebook.read_bytes(), RIGHT | answers))
        assert "Submitted as: smallcourse toy" in self.nbgrader("submit", NAME)

    def feedback(self) -> str:
        """The newest page that came back."""
        self.nbgrader("fetch_feedback", NAME)
        pages = sorted((self.home / NAME / "feedback").glob(f"*/{NAME}.html"))
        return pages[-1].read_text()


def account(folder: Path, exchange: Path, name: str) -> Account:
    home = folder / name
    home.mkdir()
    lines = ["c = get_config()", "c.CourseDirectory.course_id = 'smallcourse'"]
    lines += [f"c.CourseDirectory.student_id = {name!r}", f"c.Exchange.root = {str(exchange)!r}"]
    (home / "nbgrader_config.py").write_text("\n".join(lines))
    return Account(name, home)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The small course, which names its exchange, built."""
    root = small_course.write(tmp_path_factory.mktemp("exchange") / "course")
    (root / "course.yml").write_text(f"exchange: ../shared\n{small_course.CONFIG}")
    shared = root.parent / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with own_solutions():
        build_from_course(load_course(root), NAME)
    return load_course(root)
