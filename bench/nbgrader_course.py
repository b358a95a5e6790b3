"""nbgrader's own course of the same assignment: its test cells run the same hidden tests in the student's kernel.

A test cell holds nothing but a hidden test in nbgrader's sense. So its text is not in what students got, and nbgrader's
autograde puts it into the submission before it runs the cells. The submissions are the same files, byte for byte.
"""

from __future__ import annotations

import json
import subprocess

from autograder.course import Course
from autograder.workspace.files import write_atomically
from bench.material import ClassMaterial

STOCK = """\
c = get_config()
c.CourseDirectory.course_id = {course_id!r}
c.CourseDirectory.db_url = {db_url!r}
"""
"""nbgrader as it comes. The kit's own nbgrader_config.py would have it grade through the kit's engine."""

TEST_CELL = """\
### BEGIN HIDDEN TESTS
from bench.inkernel import score
score({assignment!r}, {exercise!r}, globals())
### END HIDDEN TESTS
"""


def write_stock_config(course: Course) -> None:
    """Has nbgrader's commands in the workspace be the stock ones."""
    stock = STOCK.format(course_id=course.course_id, db_url=course.gradebook)
    (course.workspace / "nbgrader_config.py").write_text(stock, encoding="utf-8")


def lay_out(material: ClassMaterial, course: Course) -> None:
    """Writes nbgrader's source with such test cells into the course's workspace, and has nbgrader make the release."""
    from bench.contenders import environment, program

    name = material.assignment
    course.workspace.mkdir(parents=True)
    write_stock_config(course)
    built = (material.course.source_dir(name) / f"{name}.ipynb").read_bytes()
    source = course.source_dir(name) / f"{name}.ipynb"
    write_atomically(source, with_tests_in_the_kernel(built, name), root=course.workspace)
    command = [program("nbgrader"), "generate_assignment", name]
    subprocess.run(command, cwd=course.workspace, env=environment(), check=True, capture_output=True)


def with_tests_in_the_kernel(source: bytes, assignment: str) -> bytes:
    """The source notebook, whose test cells end in the exercise's points instead of running the public checks."""
    notebook = json.loads(source)
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if grade_id.startswith("test_"):
            cell["source"] = TEST_CELL.format(assignment=assignment, exercise=grade_id.removeprefix("test_"))
    return json.dumps(notebook, indent=1).encode()
