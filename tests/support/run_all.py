"""*Run All* with each known mistake in place, in an ordinary Jupyter kernel: does it reach the last cell?

`python tests/support/run_all.py [assignment ...]` prints each mistake that stops it and a count; `make run-all`. The
kernel stays and is emptied between two notebooks. It works in an empty folder: a notebook needs no file beside it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.manager import start_new_kernel

from autograder.authoring.answers import fill, reference_sources, renamed_source
from autograder.authoring.build import build_from_course
from autograder.course import Course, load_course
from autograder.grading.material import load_mistakes

PROJECT = Path(__file__).parents[2]
CELL_SECONDS = 600  # a mistake may make training as slow as a minute, and a busy machine that tenfold


class Kernel:
    """One kernel for many notebooks, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._manager, self._client = start_new_kernel(kernel_name="python3", cwd=str(folder))

    def stopped_at(self, notebook: bytes) -> str:
        """The first line of the cell at which *Run All* stops, with the error; empty if it reaches the end."""
        self._run("%reset -f")
        for cell in json.loads(notebook)["cells"]:
            if cell["cell_type"] == "code" and (fault := self._run("".join(cell["source"]))):
                return f"{''.join(cell['source']).splitlines()[0]}: {fault}"
        return ""

    def _run(self, source: str) -> str:
        try:
            reply = self._client.execute_interactive(
                source, timeout=CELL_SECONDS, allow_stdin=False, output_hook=lambda message: None
            )
        except TimeoutError:
            self._manager.restart_kernel(now=True)
            self._client.wait_for_ready(60)
            return f"still running after {CELL_SECONDS} seconds"
        content: dict[str, Any] = reply["content"]
        return "" if content["status"] == "ok" else f"{content['ename']}: {content['evalue']}"

    def stop(self) -> None:
        """Ends the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


@contextmanager
def kernel() -> Iterator[Kernel]:
    """A kernel in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        running = Kernel(Path(folder))
        try:
            yield running
        finally:
            running.stop()


def mistaken(course: Course, assignment: str) -> Iterator[tuple[str, bytes]]:
    """The released notebook with right answers but for one known mistake, for each of them."""
    release = (course.release_dir(assignment) / f"{assignment}.ipynb").read_bytes()
    answers = reference_sources(course, assignment)
    for mistake in load_mistakes(course, assignment):
        wrong = renamed_source(mistake.function, mistake.exercise)
        yield f"{mistake.exercise}: {mistake.function.__name__}", fill(release, answers | {mistake.exercise: wrong})


def main(assignments: list[str]) -> int:
    """Prints what stops, and how many of how many reached the end."""
    with tempfile.TemporaryDirectory() as workspace, kernel() as running:
        course = load_course(PROJECT, Path(workspace))
        tried = stopped = 0
        for assignment in assignments or list(course.assignments):
            build_from_course(course, assignment)
            for name, notebook in mistaken(course, assignment):
                fault = running.stopped_at(notebook)
                tried, stopped = tried + 1, stopped + bool(fault)
                if fault:
                    print(f"{assignment}, {name}: {fault}", flush=True)
            print(f"{assignment}: {tried - stopped} of {tried} so far reached the last cell", flush=True)
    return int(stopped > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
