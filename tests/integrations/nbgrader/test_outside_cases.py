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

from autograder.authoring.answers import edit, fill
from autograder.course import Course, load_course
from autograder.errors import SubmissionError
from autograder.integrations.lms.import_submissions import import_submissions
from autograder.notebooks.ipynb import read_ipynb
from autograder.results import Result, Status
from autograder.runs.batch import grade_assignment

pytestmark = pytest.mark.slow

FILES = Path(nbgrader.__file__).parent / "tests"
FOUND = sorted(path.relative_to(FILES) for path in FILES.glob("**/files/*.ipynb"))

# What this engine gives each of them: as it is, no score, for this reason; and its code in our own notebook, what the
# answers there earn.
FOREIGN = "toy.ipynb is not the notebook of 'toy': it holds 0 of the 2 exercises"
OWN = 2.0

# Where nbgrader's own tests state a score or a fault, by the file's name: what they state, and why it is another here.
NO_TEST_OF_OURS = "its test reads a student's variable; here points belong to hidden tests, which call functions"
MARKS = "points, kinds and names of cells come from the release, never from the submission"
PUT_RIGHT = "nothing is compared by checksum: a changed cell of ours is put right, and a note says so"
BOUNDED = "output is bounded while the cell runs, not afterwards"
STATED = {
    "submitted-unchanged": ("1 of 7, for a cell that only prints; validate: 3 cells fail", NO_TEST_OF_OURS),
    "submitted-changed": ("2 of 7; validate: success", NO_TEST_OF_OURS),
    "submitted-cheat-attempt": ("1 of 7: no point for a hidden traceback", "answers are compared in another process"),
    "submitted-cheat-attempt-alternative": ("1 of 7: the same with None as the function", "as above"),
    "submitted-grade-cell-changed": ("validate: 1 test cell has changed", PUT_RIGHT),
    "submitted-locked-cell-changed": ("validate: 2 test cells have changed", PUT_RIGHT),
    "submitted-grade-cell-type-changed": ("validate: the type of 1 cell has changed", PUT_RIGHT),
    "submitted-answer-cell-type-changed": ("validate: the type of 1 cell has changed", PUT_RIGHT),
    "autotest-simple-unchanged": ("0 of 1", NO_TEST_OF_OURS),
    "autotest-simple-changed": ("1 of 1", NO_TEST_OF_OURS),
    "autotest-hashed-unchanged": ("0 of 1", NO_TEST_OF_OURS),
    "autotest-hashed-changed": ("1 of 1", NO_TEST_OF_OURS),
    "autotest-multi-unchanged": ("0 of 4", NO_TEST_OF_OURS),
    "autotest-multi-changed": ("3 of 4", NO_TEST_OF_OURS),
    "autotest-hidden-unchanged": ("0 points; validate: 1 cell fails", NO_TEST_OF_OURS),
    "autotest-hidden-changed-wrong": ("0 points; validate: success until autograded", NO_TEST_OF_OURS),
    "autotest-hidden-changed-right": ("1 point; validate: success", NO_TEST_OF_OURS),
    "test-hidden-tests": ("1.5 points; validate: success until autograded, then 2 cells fail", NO_TEST_OF_OURS),
    "validating-environment-variable": ("0 points; validate: 1 cell fails", NO_TEST_OF_OURS),
    "validation-zero-points": ("validate: 1 cell fails, though of zero points", NO_TEST_OF_OURS),
    "open_relative_file": (
        "validate: success, as a file lies beside it",
        "a file that is not there is the cell's error",
    ),
    "side-effects": ("its file lies in autograded/, not in submitted/", "files stay in a folder that is thrown away"),
    "test-with-output": ("executed anew, unless --no-execute", "always executed anew"),
    "infinite-loop": ("autograded, after Execute.timeout", "the cell is stopped, a note says so, the rest is graded"),
    "infinite-loop-with-output": ("skipped, as it takes all memory; else autograde ends with 1", BOUNDED),
    "long-output": ("cut to 1000 lines", BOUNDED),
    "infinite-recursion": ("its traceback is cut to 100 lines", BOUNDED),
    "warning-pattern": ("an output that a pattern names is removed", "what goes to stderr costs nothing"),
    "timeout": ("1, or 0 with a shorter Execute.timeout", "limits are of a cell and of a call, in course.yml"),
    "too-new": ("update and validate end with 1", "marks of any schema are held against the release"),
    "old-schema": ("an error in the page of its marks", "as above"),
    "test-v0": ("autograde ends with 1 until it is updated", "as above"),
    "test-v0-invalid": ("update and validate end with 1", "as above"),
    "duplicate-grade-ids": ("ValidationError", "a copied cell is repaired: the first one counts"),
    "blank-grade-id": ("ValidationError", MARKS),
    "blank-points": ("ValidationError", MARKS),
    "bad-markdown-cell-1": ("ValidationError: a text cell with points, but no answer", MARKS),
    "bad-markdown-cell-2": ("ValidationError: a text cell with an answer, but no points", MARKS),
    "manually-graded-code-cell": ("no error", MARKS),
    "cell-type-changed": ("no error", MARKS),
    "no-cell-type": ("no error: marks without a cell's type are taken", MARKS),
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
    assert STATED.keys() <= {path.stem for path in FOUND}


def test_none_stops_the_batch(outcome: dict[str, Result]) -> None:
    assert len(outcome) == 2 + 2 * len(FOUND)
    assert outcome["aaa"].score == outcome["zzz"].score == 3.5
    assert [r.student for r in outcome.values() if r.status is Status.ungraded] == []


@pytest.mark.parametrize("path", FOUND, ids=str)
def test_a_foreign_notebook_is_refused_with_its_reason(path: Path, outcome: dict[str, Result]) -> None:
    result = outcome[id_of(path, "as-it-is")]
    assert (result.status, result.score) == (Status.not_gradable, None)
    assert result.reason.startswith(FOREIGN)


@pytest.mark.parametrize("path", FOUND, ids=str)
def test_its_code_costs_and_earns_nothing(path: Path, outcome: dict[str, Result]) -> None:
    result = outcome[id_of(path, "code-of")]
    assert (result.status, result.score) == (Status.graded, OWN), result.reason
    if path.stem.startswith("infinite-loop"):
        assert any("was stopped: it took more than 1 seconds" in note for note in result.notes)


def test_nbgraders_archive_is_read_and_nobody_in_it_is_invented(small: Course) -> None:
    done = import_submissions(small, "folder", FILES / "apps" / "files" / "notebooks.zip", NAME)
    assert len(done.taken) == 4  # without a roster each file's name is a student
    taken = list(small.submitted_dir.glob("*/*/*.ipynb"))
    assert len(taken) == 4
    assert all(json.loads(path.read_bytes()) for path in taken)
