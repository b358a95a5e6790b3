"""The least that executing notebooks can cost: their bare cells in a forked, warmed interpreter, and nothing else.

No walls, no hidden tests, no results, no database, no time limits. Run as a command,
`python -m bench.floor SUBMITTED ASSIGNMENT`, it executes every submission below a folder, one after the other.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

from autograder.course import Course
from bench.material import ClassMaterial


def lay_out(material: ClassMaterial, course: Course) -> None:
    """Needs nothing but the submissions."""
    course.workspace.mkdir(parents=True)


def main(submitted: str, assignment: str) -> None:
    """Executes the code cells of all submissions, each in a child of its own, without the public checks."""
    from autograder.sandbox.guest.preload import warm_up
    from autograder.sandbox.guest.runner import Runner

    gc.disable()  # as the engine's own interpreter does
    runner = Runner()
    warm_up(runner)
    gc.freeze()
    gc.enable()
    for notebook in sorted(Path(submitted).glob(f"*/{assignment}/{assignment}.ipynb")):
        child = os.fork()
        if child == 0:
            try:
                for index, source in enumerate(cells(notebook)):
                    runner.execute(index, source)
            finally:
                os._exit(0)
        os.waitpid(child, 0)


def cells(notebook: Path) -> list[str]:
    """The code cells that the engine executes too: all but those that hold a check."""
    found = json.loads(notebook.read_bytes())["cells"]
    return [
        "".join(cell["source"])
        for cell in found
        if cell["cell_type"] == "code"
        and not cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("test_")
    ]


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main(*sys.argv[1:])
