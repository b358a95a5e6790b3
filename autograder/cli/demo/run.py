"""The main workflow on a made-up class: build, hand in, grade, feedback, class report, and nbgrader's own export."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.authoring.build import build_from_course
from autograder.authoring.sample_class import hand_in, make_class
from autograder.cli import console, demo
from autograder.cli.views import course as course_shown
from autograder.cli.views import machine
from autograder.course import Course
from autograder.errors import GradebookError, WorkspaceError
from autograder.reports.write import write_class_report, write_feedback
from autograder.results import Result, Status
from autograder.runs.batch import Summary, grade_assignment
from autograder.workspace.files import write_atomically
from autograder.workspace.lock import locked
from autograder.workspace.submissions import all_students

SEED = 20261016


@dataclass(frozen=True)
class Demonstration:
    """The demo's results, and the files worth opening."""

    summary: Summary
    to_open: tuple[tuple[str, Path], ...]


def run_demo(course: Course, *, students: int, jobs: int) -> Demonstration:
    """Runs the main workflow for the first assignment of the course.

    Raises:
        AutograderError: if something is wrong with the course, the workspace or the machine.
    """
    name = course.first
    _only_for_made_up_students(course)
    with locked(course):
        machine.say_walls(course)
        built = build_from_course(course, name)
        course_shown.built(built)
        for number, handed in enumerate(make_class(course, name, students=students, seed=SEED)):
            hand_in(course, name, handed, number)
        with console.grading(name, students) as heard:
            summary = grade_assignment(course, name, workers=jobs, progress=heard)
        write_feedback(course, name)
        for anonymous in (False, True):
            write_class_report(course, name, anonymous=anonymous)
        table = export(course)
        _write_page(course, name, summary, table)
    return Demonstration(summary, _to_open(course, name, summary, table))


def _only_for_made_up_students(course: Course) -> None:
    """Keeps a made-up class out of a real one's gradebook."""
    real = [student for student in all_students(course.submitted_dir) if not re.fullmatch(r"student-\d{3,}", student)]
    if real:
        what = f"holds work of '{real[0]}', who is not made up. Nothing was written; keep the demo's class apart"
        raise WorkspaceError(course.submitted_dir, f"{what}: autograder demo --workspace demo")


def export(course: Course) -> Path:
    """Writes the gradebook's scores as CSV with nbgrader's own `export`."""
    table = course.workspace / "grades.csv"
    command = [sys.executable, "-m", "nbgrader", "export", "--to", str(table)]
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = os.environ | {"PATH": programs}  # nbgrader runs alembic by name
    done = subprocess.run(command, cwd=course.workspace, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise GradebookError(course.gradebook, f"nbgrader export ended with {done.returncode}: {done.stderr[-500:]}")
    return table


def page_path(course: Course) -> Path:
    return course.workspace / "demo.html"


def _write_page(course: Course, name: str, summary: Summary, table: Path) -> None:
    """Links to everything that was made, relative to the workspace."""
    release = course.release_notebook(name)
    files = (
        ("The class at a glance", "what a teacher reads before the next lecture", course.class_report_path(name)),
        ("The same for a slide", "without names", course.class_report_path(name, anonymous=True)),
        ("The notebook", "what students get", release),
        ("The scores", "nbgrader's own export", table),
    )
    made = tuple(demo.DemoAssignment(title, about, _href(course, path)) for title, about, path in files)
    handed = tuple(
        demo.DemoSubmission.of(result, _href(course, course.feedback_path(result.student, name)))
        for result in summary.results
    )
    page = demo.render(course.title, course.assignment(name).title, made, handed)
    write_atomically(page_path(course), page.encode(), root=course.workspace)


def _href(course: Course, path: Path) -> str:
    return quote(path.relative_to(course.workspace).as_posix())


def _to_open(course: Course, name: str, summary: Summary, table: Path) -> tuple[tuple[str, Path], ...]:
    shown = _telling(summary)
    files = [
        ("everything, by link", page_path(course)),
        ("the class at a glance", course.class_report_path(name)),
        ("the students' notebook", course.release_notebook(name)),
    ]
    if shown is not None:
        executed = course.executed_notebook(shown.student, name)
        files += [
            ("a student's report", course.feedback_path(shown.student, name)),
            ("its executed notebook", executed),
        ]
    return (*files, ("all scores, by nbgrader", table), ("all results", course.results_dir(name)))


def _telling(summary: Summary) -> Result | None:
    """The result with the most interesting report: the one with the most misconceptions."""
    scored = [result for result in summary.results if result.status is Status.graded]
    return max(scored, key=lambda r: sum(e.misconception is not None for e in r.exercises), default=None)
