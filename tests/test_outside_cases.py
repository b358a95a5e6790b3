"""The notebooks of nbgrader's own tests: none crashes this engine, stops a batch or earns a point by tricks.

Each goes through the engine twice. As it is, it is a submission to an assignment that is not its own. And all its code
stands in a submission of our own small course, in which one answer is right and one is wrong; so whatever the code does
(loops, recursion, patched tracebacks, files) is really executed, and the right answer keeps its points.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import nbgrader
import pytest
import small_course
from small_course import NAME, RIGHT, WRONG, hand_in, own_solutions

from autograder.batch import grade_assignment
from autograder.compose import edit, fill
from autograder.course import Course, load_course
from autograder.errors import SubmissionError
from autograder.ipynb import read_ipynb
from autograder.lms.importing import import_submissions
from autograder.results import Result, Status

pytestmark = pytest.mark.slow

FILES = Path(nbgrader.__file__).parent / "tests"
FOUND = sorted(path.relative_to(FILES) for path in FILES.glob("**/files/*.ipynb"))

# Where nbgrader's own tests state a score or a fault: what they state, what this engine gives, and why.
STATED = {
    "apps/files/submitted-unchanged.ipynb": (
        "1 of 7: the cell that only prints counts",
        "is not the notebook of 'toy'",
        "a test cell without a test earns nothing here: points belong to hidden tests",
    ),
    "apps/files/submitted-changed.ipynb": (
        "2 of 7",
        "is not the notebook of 'toy'",
        "its test reads a variable of the student's; here exercises are functions that are called",
    ),
    "apps/files/submitted-cheat-attempt.ipynb": (
        "1 of 7: no point for a traceback that is not shown",
        "is not the notebook of 'toy'",
        "in our own notebook the same trick earns nothing: answers are compared in another process",
    ),
    "apps/files/submitted-cheat-attempt-alternative.ipynb": (
        "1 of 7: the same with None in place of the function",
        "is not the notebook of 'toy'",
        "as above",
    ),
    "apps/files/infinite-loop.ipynb": (
        "the notebook is autograded, after Execute.timeout",
        "is not the notebook of 'toy'",
        "in our own notebook the cell is stopped, a note says so, and the others are graded",
    ),
    "apps/files/infinite-loop-with-output.ipynb": (
        "skipped, as it takes all memory; else autograde ends with 1",
        "is not the notebook of 'toy'",
        "output is bounded while the cell runs",
    ),
    "apps/files/timeout.ipynb": (
        "1 or 0 of 1, by Execute.timeout",
        "is not the notebook of 'toy'",
        "limits are of a cell and of a call, in course.yml",
    ),
    "apps/files/too-new.ipynb": (
        "update and validate end with 1",
        "is not the notebook of 'toy'",
        "marks of any schema are held against the release; the batch goes on",
    ),
    "preprocessors/files/duplicate-grade-ids.ipynb": (
        "ValidationError stops the submission",
        "is not the notebook of 'toy'",
        "a copied cell is put right: the first one counts",
    ),
    "preprocessors/files/blank-points.ipynb": (
        "ValidationError",
        "is not the notebook of 'toy'",
        "points come from the release, never from the submission",
    ),
    "preprocessors/files/no-cell-type.ipynb": (
        "no error: marks without a cell's type are taken",
        "is not the notebook of 'toy'",
        "what a cell is comes from the release",
    ),
}


def id_of(path: Path, how: str) -> str:
    return f"{how}-{path.parts[-3]}-{path.stem}"


def code_of(path: Path) -> list[dict[str, Any]]:
    """All code cells, without marks."""
    try:
        cells = read_ipynb((FILES / path).read_bytes()).cells
    except SubmissionError:
        return []
    sources = [cell.source for cell in cells if cell.kind == "code"]
    return [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": s} for s in sources]


@pytest.fixture(scope="module")
def outcome(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """All of them in one batch, between two students of our own."""
    root = tmp_path_factory.mktemp("outside") / "course"
    shutil.copytree(_small_built, root)
    limits = small_course.CONFIG.replace("cell_seconds: 5", "cell_seconds: 1")
    (root / "course.yml").write_text(limits)
    for student in ("aaa", "zzz"):
        hand_in(root, student)
    half = fill(small_course.release(root), RIGHT | {"double": WRONG["double"]})
    for path in FOUND:
        hand_in(root, id_of(path, "as-it-is"), data=(FILES / path).read_bytes())
        cells = code_of(path)
        hand_in(root, id_of(path, "code-of"), data=edit(half, lambda own, cells=cells: own.extend(cells)))
    with own_solutions():
        heard: list[Result] = []
        grade_assignment(load_course(root), NAME, workers=2, progress=heard.append)
    return {result.student: result for result in heard}


def test_there_are_the_files_that_we_mean() -> None:
    assert len(FOUND) >= 60
    assert [name for name in STATED if Path(name) not in FOUND] == []


def test_none_stops_the_batch(outcome: dict[str, Result]) -> None:
    assert len(outcome) == 2 + 2 * len(FOUND)
    assert outcome["aaa"].score == outcome["zzz"].score == 3.5
    assert [r.student for r in outcome.values() if r.status is Status.ungraded] == []


@pytest.mark.parametrize("path", FOUND, ids=str)
def test_a_foreign_notebook_is_refused_with_its_reason(path: Path, outcome: dict[str, Result]) -> None:
    result = outcome[id_of(path, "as-it-is")]
    assert (result.status, result.score) == (Status.not_gradable, None)
    assert result.reason.startswith("toy.ipynb ")
    if str(path) in STATED:
        assert STATED[str(path)][1] in result.reason


@pytest.mark.parametrize("path", FOUND, ids=str)
def test_its_code_costs_and_earns_nothing(path: Path, outcome: dict[str, Result]) -> None:
    result = outcome[id_of(path, "code-of")]
    assert (result.status, result.score) == (Status.graded, 2.0), result.reason
    if path.stem.startswith("infinite-loop"):
        assert any("was stopped: it was not done within 1 seconds" in note for note in result.notes)


def test_nbgraders_archive_is_read_and_nobody_in_it_is_invented(small: Course) -> None:
    done = import_submissions(small, "folder", FILES / "apps" / "files" / "notebooks.zip", NAME)
    assert len(done.taken) == 4  # without a roster each file's name is a student
    taken = list(small.submitted_dir.glob("*/*/*.ipynb"))
    assert len(taken) == 4
    assert all(json.loads(path.read_bytes()) for path in taken)
