"""After a change only what it can touch is graded again, and comes out as if everything had been."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import small_course
from msgspec import structs
from nbgrader.api import Gradebook
from small_course import AUTHOR, HIDDEN, MISTAKES, NAME, REFERENCE, WRONG, hand_in, own_solutions

from autograder.batch import grade_assignment
from autograder.building import build_from_course
from autograder.course import Course, load_course
from autograder.results import Result
from autograder.store import Store
from autograder.submission import Submission
from autograder.verify import verify, verify_log, workspace_key
from autograder.worker import Job, Worker

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # in nbgrader

COUNTS = "seen = []\ndef mean(x):\n    seen.append(1)\n    return float(np.mean(x))"
SLOW = "def mean(x):\n    while len(x) > 5:\n        pass\n    return float(np.mean(x))"
LEANS = "def mean(x):\n    return float(np.sum(double(x)) / len(x) / 2)"
DRAWS = """```{code-cell} ipython3
:tags: [needs-double]
drawn = []
drawn += [double(np.ones(size)).sum() for size in range(3) if drawn is not None]
```
"""
LEANS_ON_THE_DRAWING = "def mean(x):\n    drawn.append(x)\n    return float(np.mean(x))"
HARDER = HIDDEN.replace("agree.mean(draw(4,", "agree.mean(draw(7,")
SOFTER = HIDDEN.replace("for size in (2, 5)", "for size in (2,)")
DOUBLE = {"double_of_many", "double_leaves_its_input_alone"}
ALL = DOUBLE | {"mean_of_many"}


def noting(root: Path, hidden: str = HIDDEN) -> str:
    """The hidden tests, each of which leaves its name in a file when it runs."""
    note = f"\n\ndef note(name):\n    with open({str(root / 'ran')!r}, 'a') as file:\n        file.write(name + ' ')\n"
    for name in ("double_of_many", "double_leaves_its_input_alone", "mean_of_many"):
        head, mark, body = hidden.partition(f"def test_{name}(")
        first, end, rest = body.partition('."""\n')
        hidden = f"{head}{mark}{first}{end}    note({name!r})\n{rest}"
    return hidden + note


def ran(root: Path) -> set[str]:
    path = root / "ran"
    found = set(path.read_text().split()) if path.exists() else set()
    path.unlink(missing_ok=True)
    return found


def change(course: Course, **changed: str) -> Course:
    hidden = noting(course.root, changed.pop("hidden", HIDDEN))
    return load_course(small_course.write(course.root, hidden=hidden, **changed))


def bare(result: Result) -> Any:
    return structs.replace(result, seconds=0.0, proof=None)


class Grader:
    """One worker that turns to the course as it is after each change."""

    def __init__(self, course: Course) -> None:
        self.course = change(course)
        self.worker = Worker(self.course, NAME)

    def grade(self, earlier: Result | None = None, **answers: str) -> Result:
        ran(self.course.root)
        data = small_course.notebook(self.course.root, **answers)
        submission = Submission(NAME, "ada", Path(f"{NAME}.ipynb"), data, (), None, "0" * 64)
        with own_solutions():
            self.worker.turn_to(self.course, NAME)
            return self.worker.grade(Job(submission, 7, earlier=earlier)).result

    def again(self, answers: dict[str, str], **changed: str) -> tuple[Result, set[str]]:
        """A result after a change, which is the same as with all tests run, and the tests that ran for it."""
        self.course = change(self.course)
        earlier = self.grade(**answers)
        self.course = change(self.course, **changed)
        result = self.grade(earlier, **answers)
        found = ran(self.course.root)
        assert bare(result) == bare(self.grade(**answers))
        return result, found


@pytest.fixture(scope="module")
def grader(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    root = Path(shutil.copytree(_small_built, tmp_path_factory.mktemp("takeover") / "course"))
    with own_solutions():
        made = Grader(load_course(root))
    yield made
    made.worker.close()


def test_only_what_a_change_can_touch_is_run(grader: Grader) -> None:
    assert grader.again({}, hidden=HARDER)[1] == {"mean_of_many"}
    assert grader.again(dict(WRONG), hidden=HARDER)[1] == {"mean_of_many"}
    assert grader.again({}, hidden=SOFTER)[1] == DOUBLE  # what comes after it passed by itself
    assert grader.again(dict(WRONG), hidden=SOFTER)[1] == ALL  # what comes after it failed
    assert grader.again({}, hidden=HIDDEN + "\nSIZES = (2, 5)\n")[1] == ALL


def test_a_cell_that_draws_is_no_hindrance_as_it_was_released(tmp_path: Path) -> None:
    root = small_course.write(tmp_path / "course", author=AUTHOR.replace("## Exercise 2", f"{DRAWS}\n## Exercise 2"))
    with own_solutions():
        build_from_course(load_course(root), NAME)
        grader = Grader(load_course(root))
    try:
        assert grader.again({}, hidden=HARDER)[1] == {"mean_of_many"}
        assert grader.again({"mean": LEANS_ON_THE_DRAWING}, hidden=HARDER)[1] == ALL
    finally:
        grader.worker.close()


def test_a_changed_reference_or_mistake_runs_its_own_exercise(grader: Grader) -> None:
    result, found = grader.again(
        dict(WRONG),
        reference=REFERENCE.replace("float(np.sum(x) / len(x))", "float(np.mean(x))"),
        mistakes=MISTAKES.replace("Who gets how much?", "Is it shared out?"),
    )
    assert (result.exercises[1].hint, found) == ("Is it shared out?", {"mean_of_many"})


def test_what_may_remember_a_call_or_ran_over_a_limit_is_run_in_full(grader: Grader) -> None:
    assert grader.again({"mean": COUNTS}, hidden=HARDER)[1] == ALL
    result, found = grader.again({"mean": SLOW}, hidden=HARDER)
    assert (result.score, found) == (1.5, ALL)


def test_an_earlier_wrong_answer_still_stands_aside_for_a_later_exercise(grader: Grader) -> None:
    result, found = grader.again({"double": WRONG["double"], "mean": LEANS}, hidden=HARDER)
    assert (result.score, result.exercises[1].follow_through, found) == (2.0, ("double",), {"mean_of_many"})


@pytest.fixture
def course(small: Course) -> Course:
    hand_in(small.root, "ada")
    hand_in(small.root, "bob", double=WRONG["double"], mean=WRONG["mean"])
    grade_assignment(change(small), NAME, workers=1)
    assert ran(small.root) == ALL
    return small


def test_a_class_is_graded_again_where_it_was_touched_and_a_teachers_entries_survive(course: Course) -> None:
    with Gradebook(course.gradebook, course.course_id) as book:
        book.find_grade("test_mean", NAME, NAME, "bob").manual_score = 1.0
        book.find_comment("written_why", NAME, NAME, "bob").manual_comment = "Say more."
        book.db.commit()
    summary = grade_assignment(change(course, hidden=HARDER), NAME, workers=1)
    assert (len(summary.graded), ran(course.root)) == (2, {"mean_of_many"})
    with Gradebook(course.gradebook, course.course_id) as book:
        assert book.find_grade("test_mean", NAME, NAME, "bob").manual_score == 1.0
        assert book.find_grade("test_mean", NAME, NAME, "bob").score == 1.0
        assert book.find_comment("written_why", NAME, NAME, "bob").comment == "Say more."


def test_a_change_that_touches_no_exercise_runs_nothing_and_leaves_a_proven_result(course: Course) -> None:
    before = {r.student: bare(r) for r in Store(course, NAME).all()}
    summary = grade_assignment(change(course, hidden=HIDDEN + "\n\n# the end\n"), NAME, workers=1)
    assert (len(summary.graded), ran(course.root)) == (0, set())
    after = Store(course, NAME).load("bob")
    assert after is not None
    assert bare(after) == structs.replace(before["bob"], fingerprint=after.fingerprint, origin=after.origin)
    assert after.fingerprint != before["bob"].fingerprint
    key = workspace_key(course)
    found = verify(course, NAME, verify_log(course, key), key)
    assert (found.faults, found.notes) == ((), ())


def test_a_result_that_was_changed_is_not_built_upon(course: Course) -> None:
    path = Store(course, NAME).path("bob")
    path.write_text(path.read_text().replace('"score": 0.0', '"score": 1.0', 1))
    summary = grade_assignment(change(course, hidden=HARDER), NAME, workers=1)
    assert ran(course.root) == ALL
    assert [r.score for r in summary.results] == [3.5, 0.0]
