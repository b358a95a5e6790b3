"""A course of two exercises and a written question, made by nbgrader itself, for tests that need its gradebook."""

from __future__ import annotations

import os
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.notebooks.release import Release
from autograder.results import ExerciseResult, Outcome, Result, Status, TestResult

COURSE = "tinycourse"
POINTS = {"add": 2.0, "twice": 1.5}


def config(root: Path) -> Config:
    """nbgrader's configuration for the course in this folder."""
    made = Config()
    made.CourseDirectory.root = str(root)
    made.CourseDirectory.course_id = COURSE
    made.CourseDirectory.db_url = url(root)
    return made


def url(root: Path) -> str:
    """The gradebook's URL."""
    return f"sqlite:///{root / 'gradebook.db'}"


def build(root: Path, course: str = COURSE) -> Path:
    """Writes source/tiny and has nbgrader make its release and gradebook."""
    (root / "source" / "tiny").mkdir(parents=True)
    nbformat.write(source(), root / "source" / "tiny" / "tiny.ipynb")
    settings = config(root)
    settings.CourseDirectory.course_id = course
    settings.CourseDirectory.assignment_id = "tiny"
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic
    with chdir(root):
        GenerateAssignment(coursedir=CourseDirectory(config=settings), config=settings).start()
    return root


def source() -> nbformat.NotebookNode:
    """nbgrader's instructor version."""
    notebook = v4.new_notebook(metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}})
    notebook.cells = [
        _cell("code", "check = print", "setup", locked=True),
        v4.new_markdown_cell("# Tiny"),
        *[cell for name in POINTS for cell in _exercise(name)],
        _cell("markdown", "Why?", "written_why", grade=True, solution=True, points=2),
    ]
    return notebook


def _exercise(name: str) -> list[nbformat.NotebookNode]:
    body = f"def {name}(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
    return [
        _cell("code", body, name, solution=True),
        _cell("code", f'check("{name}")', f"test_{name}", grade=True, locked=True, points=POINTS[name]),
    ]


def _cell(kind: str, text: str, grade_id: str, **marks: Any) -> nbformat.NotebookNode:
    make = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
    defaults = {"grade": False, "locked": False, "solution": False, "schema_version": 3, "grade_id": grade_id}
    return make(text, metadata={"nbgrader": defaults | marks}, id=grade_id.replace("_", "-"))


def release(root: Path) -> bytes:
    """The released notebook."""
    return (root / "release" / "tiny" / "tiny.ipynb").read_bytes()


def expected(root: Path) -> Release:
    """What a submission is held against."""
    return Release.from_release(release(root), "tiny")


def result(student: str, status: Status = Status.graded, **scores: float) -> Result:
    """A result with these scores, one test an exercise; full marks where none is given."""
    exercises = tuple(_exercise_result(name, scores.get(name, points)) for name, points in POINTS.items())
    graded = status is Status.graded
    return Result(
        assignment="tiny",
        student=student,
        status=status,
        score=sum(exercise.score for exercise in exercises) if graded else None,
        max_score=sum(POINTS.values()),
        submission_sha256="0" * 64,
        seed=1,
        exercises=exercises if graded else (),
    )


def _exercise_result(name: str, score: float) -> ExerciseResult:
    points = POINTS[name]
    outcome = Outcome.passed if score == points else Outcome.failed
    test = TestResult(name=f"test_{name}", title=f"It can {name}.", outcome=outcome, score=score, max_score=points)
    return ExerciseResult(name=name, title=name, score=score, max_score=points, tests=(test,))
