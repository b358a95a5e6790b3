"""Clusters of wrong answers: their comments reach everybody in them, and become known mistakes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import small_course
from nbgrader.api import Gradebook as Nbgrader
from small_course import NAME

from autograder.authoring.build import build_from_course
from autograder.authoring.check import examine
from autograder.course import Course
from autograder.desk.answers import Notebooks
from autograder.desk.clusters import Cluster, CodeAnswers
from autograder.desk.gradebook import Gradebook
from autograder.desk.known_mistake import Draft, Unfit, write_mistake
from autograder.runs.batch import grade_assignment

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # in nbgrader

THRICE = """\
def double(x):
    # once, and twice more
    print(x)
    return x + helper(x)

def helper(x):
    return 2.0 * x
"""
WAYS = ("def double(y):\n    return 3.0 * y", THRICE, "def double(x):\n    return x * 3.0")


@pytest.fixture
def course(small: Course) -> Course:
    for number, answer in enumerate(WAYS, 1):
        small_course.hand_in(small.root, f"student-00{number}", double=answer)
    small_course.hand_in(small.root, "student-004", double=small_course.WRONG["double"])
    grade_assignment(small, NAME, workers=2)
    return small


@pytest.fixture
def desk(course: Course) -> Iterator[CodeAnswers]:
    gradebook = Gradebook(course)
    opened = CodeAnswers(course, Notebooks(course), gradebook)
    yield opened
    opened.close()
    gradebook.close()


def clusters(desk: CodeAnswers) -> list[Cluster]:
    (double,) = desk.exercises(NAME)
    return list(double.clusters)


def report(course: Course, student: str) -> str:
    path = course.feedback_path(student, NAME)
    return path.read_text() if path.exists() else ""


def commented(course: Course, student: str) -> str | None:
    with Nbgrader(course.gradebook, course.course_id) as book:
        comment: str | None = book.find_comment("double", NAME, NAME, student).manual_comment
        return comment


def test_the_largest_cluster_comes_first_with_its_diagnosis_or_without(desk: CodeAnswers) -> None:
    first, second = clusters(desk)
    assert first.students == ("student-001", "student-002", "student-003")
    assert "a function that squares" not in first.diagnosis
    assert second.diagnosis == "These are exactly the answers of a function that squares."


def test_a_comment_is_in_all_reports_at_once_and_in_those_of_later_submissions(
    course: Course, desk: CodeAnswers
) -> None:
    desk.say(NAME, clusters(desk)[0], "Double is not <b>triple</b>.", "ada")
    assert not desk.waiting
    assert [commented(course, f"student-00{n}") for n in (1, 2, 3, 4)] == ["Double is not <b>triple</b>."] * 3 + [None]
    assert ["not &lt;b&gt;triple" in report(course, f"student-00{n}") for n in (1, 2, 3, 4)] == [True] * 3 + [False]
    small_course.hand_in(course.root, "student-005", double=WAYS[0])
    small_course.hand_in(course.root, "student-001")
    grade_assignment(course, NAME, workers=1)
    assert (commented(course, "student-005"), commented(course, "student-001")) == (
        "Double is not <b>triple</b>.",
        None,
    )


def test_what_somebody_else_wrote_stays_when_the_comment_changes_and_goes(course: Course, desk: CodeAnswers) -> None:
    desk.say(NAME, clusters(desk)[0], "One.", "ada")
    with Nbgrader(course.gradebook, course.course_id) as book:
        book.find_comment("double", NAME, NAME, "student-002").manual_comment = "Well tried.\n\nOne.\n\nSee you."
        book.db.commit()
    desk.say(NAME, clusters(desk)[0], "Two.", "bob")
    assert commented(course, "student-002") == "Well tried.\n\nTwo.\n\nSee you."
    desk.say(NAME, clusters(desk)[0], "", "bob")
    assert [commented(course, f"student-00{n}") for n in (1, 2)] == [None, "Well tried.\n\nSee you."]


def test_scores_by_hand_and_what_waits_are_left_alone(course: Course, desk: CodeAnswers) -> None:
    with Nbgrader(course.gradebook, course.course_id) as book:
        grade = book.find_grade("test_double", NAME, NAME, "student-001")
        grade.manual_score, grade.needs_manual_grade = 1.0, True
        book.db.commit()
    desk.say(NAME, clusters(desk)[0], "One.", "ada")
    with Nbgrader(course.gradebook, course.course_id) as book:
        grade = book.find_grade("test_double", NAME, NAME, "student-001")
        assert (grade.manual_score, grade.needs_manual_grade) == (1.0, True)


def change_hidden_tests(course: Course) -> None:
    path = course.hidden_path(NAME)
    path.write_text(path.read_text().replace("(2, 5)", "(3, 4)"))


def test_a_comment_stays_when_hidden_tests_change_and_is_given_to_the_new_cluster_with_one_key(
    course: Course, desk: CodeAnswers
) -> None:
    (old, _) = clusters(desk)
    desk.say(NAME, old, "Not three times.", "ada")
    small_course.hand_in(course.root, "student-002")
    small_course.hand_in(course.root, "student-005", double=WAYS[0])
    change_hidden_tests(course)
    grade_assignment(course, NAME, workers=2)
    (new, squares) = clusters(desk)
    assert new.behaviour != old.behaviour
    assert (new.students, new.comment) == (("student-001", "student-003", "student-005"), "")
    assert (new.kept, new.before, squares.kept) == (("Not three times.",) * 2, "Not three times.", ())
    assert [commented(course, f"student-00{n}") for n in (1, 2, 3, 4, 5)] == [
        "Not three times.",
        None,
        "Not three times.",
        None,
        None,
    ]
    desk.say(NAME, new, new.before, "ada")
    assert [commented(course, f"student-00{n}") for n in (1, 3, 5)] == ["Not three times."] * 3
    (now, _) = clusters(desk)
    assert (now.comment, now.kept) == ("Not three times.", ())
    desk.say(NAME, now, "", "ada")
    assert [commented(course, f"student-00{n}") for n in (1, 3, 5)] == [None] * 3


def test_a_submission_that_behaves_the_same_again_keeps_the_comment_when_hidden_tests_change_later(
    course: Course, desk: CodeAnswers
) -> None:
    desk.say(NAME, clusters(desk)[0], "Not three times.", "ada")
    small_course.hand_in(course.root, "student-001", double=WAYS[2])
    grade_assignment(course, NAME, workers=1)
    change_hidden_tests(course)
    grade_assignment(course, NAME, workers=2)
    assert clusters(desk)[0].kept == ("Not three times.",) * 3
    assert commented(course, "student-001") == "Not three times."


def test_a_comment_goes_when_changed_hidden_tests_find_the_answer_right(course: Course, desk: CodeAnswers) -> None:
    desk.say(NAME, clusters(desk)[0], "Not three times.", "ada")
    path = course.reference_path(NAME)
    path.write_text(path.read_text().replace("x * 2.0", "x * 3.0").replace("array([2., 6.])", "array([3., 9.])"))
    build_from_course(course, NAME)
    grade_assignment(course, NAME, workers=2)
    assert [commented(course, f"student-00{n}") for n in (1, 2, 3)] == [None] * 3


def test_a_cluster_becomes_a_known_mistake_with_which_check_passes(course: Course, desk: CodeAnswers) -> None:
    cluster = clusters(desk)[0]
    draft = Draft("double", "triples", "a function that triples", 'How often is "double"?', THRICE)
    added = write_mistake(course, NAME, draft, frozenset({"double", "mean"}))
    assert added in course.mistakes_path(NAME).read_text()
    assert "print" not in added
    found = examine(course, NAME, workers=1, progress=lambda done, total: None)
    assert (found.faults, found.mistakes, found.caught, found.named) == ([], 3, 3, 3)
    grade_assignment(course, NAME, workers=1)
    (again, _) = clusters(desk)
    assert again.behaviour == cluster.behaviour
    assert again.diagnosis == "These are exactly the answers of a function that triples."


@pytest.mark.parametrize(
    "body",
    [
        "import os\n    return x",
        "return open('/etc/passwd').read()",
        "return x.tofile('/tmp/x')",
        "return np.load('x')",
        "return np.lib.npyio",
        "return ().__class__.__base__",
        "return getattr(x, 'dump')",
        "global y\n    y = x",
        "np = x\n    return np.load",
        "match x:\n        case object(__class__=c):\n            return c",
        "def inner(y=list(range(10 ** 9))):\n        return y\n    return inner()",
        "return '{0.__class__}'.format(x)",
        "return eval('1')",
        "return __builtins__",
    ],
)
def test_an_answer_that_does_more_than_calculate_is_not_taken_over(small: Course, body: str) -> None:
    before = small.mistakes_path(NAME).read_bytes()
    draft = Draft("double", "odd", "something odd", "Why?", f"def double(x):\n    {body}")
    with pytest.raises(Unfit, match="write this mistake yourself"):
        write_mistake(small, NAME, draft, frozenset({"double", "mean"}))
    assert small.mistakes_path(NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "misconception", "hint"),
    [("squares", "a", "b"), ("double", "a", "b"), ("class", "a", "b"), ("new", "", "b"), ("new", "a", " ")],
)
def test_a_mistake_needs_a_new_name_a_misconception_and_a_hint(
    small: Course, name: str, misconception: str, hint: str
) -> None:
    draft = Draft("double", name, misconception, hint, WAYS[0])
    with pytest.raises(Unfit):
        write_mistake(small, NAME, draft, frozenset({"double", "mean"}))


def test_hints_with_quotation_marks_and_long_ones_are_read_back_as_they_were(small: Course) -> None:
    hint = 'It\'s "twice", and\\or ' + "once more " * 30
    write_mistake(small, NAME, Draft("double", "odd", 'a "new" one\\', hint, WAYS[0]), frozenset({"double"}))
    names: dict[str, object] = {}
    exec(small.mistakes_path(NAME).read_text(), names)
    marked = names["odd"].__mistake__  # type: ignore[attr-defined]
    assert (marked.hint, marked.misconception) == (" ".join(hint.split()), 'a "new" one/')
