"""otter's own autograder of the same assignment: each hidden test is a test case of otter's, in the student's kernel.

Run as a command, `python -m bench.otter_course ZIP SUBMITTED ASSIGNMENT SCORES`, it grades every submission below a
folder with `otter.api.grade_submission`, one after the other, as otter does without containers.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from autograder.course import Course
from bench.inkernel import tests
from bench.material import ClassMaterial

ZIP = "autograder.zip"
SCORES = "otter-scores.json"

TEST_FILE = """\
from otter.test_files import test_case

OK_FORMAT = False
name = "{exercise}"
points = None
"""

TEST_CASE = """

@test_case(name="{test}", points={points}, hidden=True)
def {test}(env):
    from bench.inkernel import passes_named

    assert passes_named("{assignment}", "{test}", env)
"""


def lay_out(material: ClassMaterial, course: Course) -> None:
    """Writes otter's test files, and has `otter generate` make its autograder of them."""
    from bench.contenders import environment, program

    folder = course.workspace / "otter-tests"
    folder.mkdir(parents=True)
    for exercise, cases in tests(material.assignment).items():
        text = TEST_FILE.format(exercise=exercise) + "".join(
            TEST_CASE.format(test=test.__name__, points=points, assignment=material.assignment)
            for test, points in cases
        )
        (folder / f"{exercise}.py").write_text(text, encoding="ascii")
    command = [program("otter"), "generate", "-t", folder.name, "-o", ZIP, "--no-requirements", "--no-environment"]
    subprocess.run(command, cwd=course.workspace, env=environment(), check=True, capture_output=True)


def main(autograder: str, submitted: str, assignment: str, scores: str) -> None:
    """Grades all submissions and writes the points of each exercise, by student."""
    import otter.api

    found = {}
    for notebook in sorted(Path(submitted).glob(f"*/{assignment}/{assignment}.ipynb")):
        results = otter.api.grade_submission(str(notebook), autograder, quiet=True)
        found[notebook.parents[1].name] = {f"test_{name}": one["score"] for name, one in results.to_dict().items()}
    Path(scores).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
