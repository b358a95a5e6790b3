"""`autograder grade --dry-run`: whose score would change, how much and through which test; and nothing is written."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
import small_course
from nbgrader.api import Gradebook
from small_course import HIDDEN, NAME, WRONG, autograder, hand_in

from autograder.course import Course, load_course
from autograder.results import Outcome, Status
from autograder.runs.batch import grade_assignment
from autograder.runs.preview import TestChange, preview_assignment
from autograder.workspace.lock import LOCK_NAME
from autograder.workspace.store import Store

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # in nbgrader

ODD = HIDDEN.replace(
    "    agree.mean(draw(4, low=3.0, high=9.0))",
    "    agree.mean(draw(4, low=3.0, high=9.0))\n    agree.mean(np.array([1, 2]))",
)
FLOATS_ONLY = "def mean(x):\n    if x.dtype.kind == 'i':\n        return 7.0\n    return float(np.mean(x))"


def tree(workspace: Path) -> dict[str, tuple[str, int]]:
    """Every file's hash, and when it was last written."""
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "", path.lstat().st_mtime_ns)
        for path in sorted(workspace.rglob("*"))
    }


def test_it_says_what_grading_then_does_and_writes_nothing(graded: Course) -> None:
    hand_in(graded.root, "carl", mean=FLOATS_ONLY)
    hand_in(graded.root, "dora")
    grade_assignment(graded, NAME, workers=1)
    hand_in(graded.root, "eve")
    hand_in(graded.root, "dora", data=b"{}")
    course = load_course(small_course.write(graded.root, hidden=ODD))
    before = tree(course.workspace)
    found = preview_assignment(course, NAME, workers=1)
    assert tree(course.workspace) == before
    carl, dora = found.changes
    assert (carl.student, carl.before, carl.after, carl.difference) == ("carl", 3.5, 1.5, -2.0)
    changed = TestChange(
        exercise="mean", name="test_mean_of_many", before=Outcome.passed, after=Outcome.failed, difference=-2.0
    )
    assert carl.tests == (changed,)
    assert (dora.before, dora.after, dora.status, dora.difference) == (3.5, None, Status.not_gradable, None)
    assert (found.same_score, found.first_time, found.unchanged) == (("ada", "bob"), ("eve",), 0)
    grade_assignment(course, NAME, workers=1)
    scores = {result.student: result.score for result in Store(course, NAME).all()}
    assert scores == {"ada": 3.5, "bob": 2.0, "carl": 1.5, "dora": None, "eve": 3.5}
    assert preview_assignment(course, NAME, workers=1).changes == ()


def test_a_teachers_own_score_is_told(graded: Course) -> None:
    hand_in(graded.root, "bob", mean=FLOATS_ONLY)
    grade_assignment(graded, NAME, workers=1)
    with Gradebook(graded.gradebook, graded.course_id) as book:
        book.find_grade("test_mean", NAME, NAME, "bob").manual_score = 2.0
        book.db.commit()
    (bob,) = preview_assignment(load_course(small_course.write(graded.root, hidden=ODD)), NAME, workers=1).changes
    assert bob.by_hand == ("mean",)


def test_a_course_that_was_never_graded_stays_untouched(small: Course) -> None:
    hand_in(small.root, "ada")
    before = tree(small.workspace)
    assert preview_assignment(small, NAME, workers=1).first_time == ("ada",)
    assert tree(small.workspace) == before


def test_the_command_shows_it_in_80_columns_and_as_json(graded: Course) -> None:
    for student in ("carl", "a-student-with-a-long-name-that-needs-more-than-one-line"):
        hand_in(graded.root, student, mean=FLOATS_ONLY)
    hand_in(graded.root, "mal", mean=WRONG["mean"])
    assert autograder("grade", "--jobs", "1", cwd=graded.root).returncode == 0
    small_course.write(graded.root, hidden=ODD)
    (graded.workspace / LOCK_NAME).touch()
    before = tree(graded.workspace)
    done = autograder("grade", "--dry-run", "--jobs", "1", cwd=graded.root, COLUMNS="80")
    assert (done.returncode, tree(graded.workspace)) == (0, before)
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert re.search(r"carl +3\.5 +1\.5 +-2 +mean_of_many: passed → failed", done.stdout)
    assert re.search(r"test_mean_of_many +2 +-4", done.stdout)
    assert "toy: 2 scores would change, 3 would be graded again" in " ".join(done.stdout.split())
    told = autograder("grade", "--dry-run", "--json", "--jobs", "1", cwd=graded.root)
    assert '"before": 3.5' in told.stdout
    assert tree(graded.workspace) == before
