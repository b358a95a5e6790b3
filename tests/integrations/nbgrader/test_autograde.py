"""`nbgrader autograde` in the workspace grades as this engine does, to the point; manual work survives both ways."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import small_course
from books import Row, nbgrader, rows
from nbgrader.api import Gradebook
from small_course import NAME, RIGHT, WRONG, hand_in, own_solutions

from autograder.authoring.answers import edit, fill
from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.course import Course, load_course
from autograder.notebooks.authored import read_notebook
from autograder.reports.write import write_feedback
from autograder.runs.batch import grade_assignment
from autograder.workspace.signing import seed_for
from autograder.workspace.store import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]

DUE = datetime(2030, 1, 31, 12, tzinfo=UTC)
LATE = f"""\
late:
  percent_per_day: 10
  at_most_percent: 50
  grace_minutes: 15
assignments:
  {NAME}:
    title: Toys
    due: {DUE.isoformat()}
    extensions:
      fay: {(DUE + timedelta(days=2)).isoformat()}
      gil: {(DUE + timedelta(days=1)).isoformat()}
"""
CONFIG = f"course: smallcourse\ntitle: A Small Course\n{LATE}limits:{small_course.CONFIG.partition('limits:')[2]}"


def twice(cells: list[dict[str, Any]]) -> None:
    """The student has copied a test cell and an answer cell."""
    for place in (4, 3):
        cells.insert(place, json.loads(json.dumps(cells[place])))


def without_a_test_cell(cells: list[dict[str, Any]]) -> None:
    del cells[4]


def warning(cells: list[dict[str, Any]]) -> None:
    cells.insert(2, {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": WARNS})


WARNS = "import warnings\nwarnings.warn('this alone costs all points where stderr counts')\nprint(1)"


def everybody(root: Path) -> Mapping[str, tuple[bytes, timedelta]]:
    """The class: each notebook, and how long after the due date it was handed in."""
    release = small_course.release(root)
    right, wrong = fill(release, RIGHT, {"why": "Because."}), fill(release, RIGHT | {"double": WRONG["double"]})
    hours = timedelta(hours=1)
    return {
        "ada": (right, -5 * hours),
        "bob": (wrong, -4 * hours),
        "cyd": (release, -3 * hours),
        "dan": (edit(right, twice), -2 * hours),
        "eve": (right, 25 * hours),
        "fay": (right, 25 * hours),
        "gil": (wrong, 25 * hours),
        "hal": (edit(right, without_a_test_cell), timedelta(minutes=10)),
        "ida": (edit(fill(release, RIGHT | {"mean": "def mean(x):\n    return 1/0"}), warning), 2400 * hours),
        "jon": (right[: len(right) // 2], -hours),
        "kim": (b"[]", -hours),
    }


NOT_GRADABLE = ("jon", "kim")


def copy_of(course: Course, target: Path) -> Course:
    made = load_course(Path(shutil.copytree(course.root, target)))
    write_nbgrader_config(made)
    return made


@pytest.fixture(scope="module")
def handed_in(_small_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class with submissions of all kinds, and nothing graded."""
    root = Path(shutil.copytree(_small_built, tmp_path_factory.mktemp("class") / "course"))
    (root / "course.yml").write_text(CONFIG)
    course = load_course(root)
    for student, (notebook, late) in everybody(root).items():
        folder = hand_in(root, student, data=notebook).parent
        (folder / "timestamp.txt").write_text(f"{DUE + late:%Y-%m-%d %H:%M:%S} UTC")
    seed_for(course, NAME, "")  # both copies draw the same inputs
    return course


@pytest.fixture(scope="module")
def ours(handed_in: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = copy_of(handed_in, tmp_path_factory.mktemp("ours") / "course")
    with own_solutions():
        grade_assignment(course, NAME, workers=1)
    return course


@pytest.fixture(scope="module")
def theirs(handed_in: Course, tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, str]:
    course = copy_of(handed_in, tmp_path_factory.mktemp("theirs") / "course")
    return course, nbgrader(course.workspace, "autograde", NAME, code=1)  # 1: two files are no notebooks


@pytest.fixture
def again(theirs: tuple[Course, str], tmp_path: Path) -> Iterator[Course]:
    """A copy of what nbgrader graded, to change."""
    with own_solutions():
        yield copy_of(theirs[0], tmp_path / "course")


def book(course: Course) -> dict[str, Row]:
    return rows(course.gradebook, course.course_id, NAME)


def results(course: Course) -> dict[str, Any]:
    found = small_course.results(course.root)
    for result in found.values():
        result["seconds"], result["proof"]["signature"] = 0, ""  # the one is in the other
    return dict(found)


def test_both_ways_write_the_same_gradebook(ours: Course, theirs: tuple[Course, str]) -> None:
    mine, nbgraders = book(ours), book(theirs[0])
    assert {student: row for student, row in nbgraders.items() if student not in NOT_GRADABLE} == mine
    assert len(mine) == len(everybody(theirs[0].root)) - len(NOT_GRADABLE)
    for student in NOT_GRADABLE:  # nbgrader makes its rows before it reads the file; they hold no score, and wait
        assert {grade[0] for grade in nbgraders[student].grades.values()} == {None}
        assert all(grade[3] for grade in nbgraders[student].grades.values())


def test_both_ways_write_the_same_results(ours: Course, theirs: tuple[Course, str]) -> None:
    assert results(ours) == results(theirs[0])
    scores = {student: result["score"] for student, result in results(ours).items()}
    assert scores == dict.fromkeys(["ada", "dan", "eve", "fay", "hal"], 3.5) | {
        "bob": 2.0, "gil": 2.0, "cyd": 0.0, "ida": 1.5, "jon": None, "kim": None,
    }  # fmt: skip


def test_both_ways_write_the_same_executed_notebooks(ours: Course, theirs: tuple[Course, str]) -> None:
    for student in everybody(ours.root):
        paths = [course.autograded_dir(student, NAME) for course in (ours, theirs[0])]
        files = [sorted(path.name for path in folder.glob("*")) if folder.exists() else [] for folder in paths]
        assert files[0] == files[1], student
        if student not in NOT_GRADABLE:
            first, second = (read_notebook(path / f"{NAME}.ipynb") for path in paths)
            assert first == second, student


def test_what_nbgrader_graded_can_be_proven(theirs: tuple[Course, str]) -> None:
    done = small_course.autograder("verify", cwd=theirs[0].root)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_a_file_that_is_no_notebook_is_named_and_stops_nobody(theirs: tuple[Course, str]) -> None:
    course, said = theirs
    assert "submitted/jon/toy: has no score: toy.ipynb is truncated" in said
    assert "submitted/kim/toy: has no score: toy.ipynb is not a Jupyter notebook" in said
    assert results(course)["jon"]["status"] == "not_gradable"


def test_late_penalties_and_extensions_follow_course_yml(ours: Course, theirs: tuple[Course, str]) -> None:
    for course in (ours, theirs[0]):
        found = book(course)
        assert {student: row.penalty for student, row in found.items() if row.penalty} == {
            "eve": pytest.approx(0.7),  # two days begun
            "gil": pytest.approx(0.2),  # one day begun after the extension
            "ida": pytest.approx(0.75),  # a hundred days: never more than half
        }
        assert (found["fay"].extension, found["fay"].seconds_late) == ("2 days, 0:00:00", 0)
        assert found["hal"].seconds_late == 600  # within the grace
        late = {result.student: result.late for result in Store(course, NAME).all() if result.late}
        assert {s: (one.days, one.percent, one.penalty) for s, one in late.items()} == {
            "eve": (2, 20.0, 0.7), "gil": (1, 10.0, 0.2), "ida": (100, 50.0, 0.75),
        }  # fmt: skip


def teach(course: Course, work: Callable[[Gradebook], Any]) -> None:
    with Gradebook(course.gradebook, course.course_id) as gradebook:
        work(gradebook)
        gradebook.db.commit()


def by_hand(gradebook: Gradebook) -> None:
    """A TA grades a written answer, overrules a test, gives extra credit and comments."""
    written = gradebook.find_grade("written_why", NAME, NAME, "eve")
    written.manual_score, written.extra_credit, written.needs_manual_grade = 1.5, 0.5, False
    gradebook.find_grade("test_double", NAME, NAME, "bob").manual_score = 1.25
    gradebook.find_comment("written_why", NAME, NAME, "eve").manual_comment = "Say more."
    gradebook.find_comment("double", NAME, NAME, "bob").manual_comment = "Nearly."


def test_what_a_teacher_entered_survives_a_regrade_by_either_way(again: Course) -> None:
    teach(again, by_hand)
    for regrade in (
        lambda: nbgrader(again.workspace, "autograde", NAME, "--student", "[be][ov][be]", "--force"),
        lambda: grade_assignment(again, NAME, workers=1, force=True),
    ):
        regrade()
        found = book(again)
        assert found["eve"].grades["written_why"] == (None, 1.5, 0.5, False)
        assert found["bob"].grades["test_double"] == (0.0, 1.25, None, False)
        assert found["eve"].comments["written_why"] == (None, "Say more.")
        assert found["bob"].comments["double"] == ("What is twice three?", "Nearly.")
        assert found["eve"].penalty == pytest.approx(0.2 * (3.5 + 2.0))  # a manual score is late as well


def test_feedback_and_export_have_the_penalty_of_this_moment(again: Course) -> None:
    teach(again, by_hand)
    nbgrader(again.workspace, "generate_feedback", NAME, "--student", "eve")
    page = (again.workspace / "feedback" / "eve" / NAME / f"{NAME}.html").read_text()
    assert "(Score: 4.4 / 5.5)" in page
    assert "Say more." in page
    nbgrader(again.workspace, "export", "--to", "grades.csv")
    lines = (again.workspace / "grades.csv").read_text().splitlines()
    (eve,) = (line.split(",") for line in lines if ",eve," in line)
    assert [float(number) for number in eve[-4:]] == [5.5, pytest.approx(1.1), pytest.approx(4.4), 5.5]

    write_feedback(again, NAME, student="eve")
    own = again.feedback_path("eve", NAME).read_text()
    assert "4.4 of 5.5 points" in own
    assert "2 days late" in own


def test_an_extension_granted_afterwards_takes_the_penalty_back(again: Course) -> None:
    config = again.root / "course.yml"
    config.write_text(
        config.read_text().replace("      fay:", f"      eve: {(DUE + timedelta(3)).isoformat()}\n      fay:")
    )
    course = load_course(again.root)
    summary = grade_assignment(course, NAME, workers=1)
    assert summary.graded == ()  # nobody is executed again for it
    assert book(course)["eve"].penalty == 0
    eve = Store(course, NAME).load("eve")
    assert eve is not None
    assert eve.late is None
