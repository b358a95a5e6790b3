"""Exercises removed, added or renamed after grading, and builds that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from course_changes import MEAN_CELL, by_hand, called, edit, everything, without_mean
from small_course import NAME, POINTS, autograder, hand_in, notebook, results

from autograder.authoring.build import Agreed, build_from_course
from autograder.authoring.exercise_change import retired
from autograder.course import Course
from autograder.errors import AutograderError, CourseError, LeakError
from autograder.gradebook.book import Book
from autograder.runs.batch import grade_assignment


def called_average(course: Course) -> None:
    """The course's files with `mean` under another name."""
    called(course, "mean", "average")


def scores(course: Course, student: str) -> dict[str, float | None]:
    with Book(course.gradebook, course.course_id) as book:
        return {cell: mark.score for cell, mark in book.marks(NAME)[student].items() if cell.startswith("test_")}


def regraded(course: Course) -> dict[str, float | None]:
    done = grade_assignment(course, NAME, workers=1)
    return {result.student: result.score for result in done.results}


def the_authors_files(course: Course) -> dict[Path, str]:
    """The toy assignment's sources, without what Python compiled from them."""
    found = (path for path in course.root.rglob("*toy.*") if path.suffix in {".md", ".py", ".yml"})
    return {path: path.read_text() for path in found if "workspace" not in path.parts}


def leaks(course: Course) -> None:
    edit(course, "author", old="# Toys", new="# Toys\n\n`return float(np.sum(x) / len(x))`")


def is_no_python(course: Course) -> None:
    edit(course, "reference", old="return x * 2.0", new="return x *")


def has_no_place(course: Course) -> None:
    edit(course, "author", old=MEAN_CELL, new="")


def has_no_points(course: Course) -> None:
    edit(course, "hidden", old='@points("mean", 2.0)', new='@points("double", 2.0)')


def question_renamed(course: Course) -> None:
    edit(course, "author", old='"name": "why"', new='"name": "how"')


@pytest.mark.parametrize(
    "slip", [without_mean, called_average, question_renamed, leaks, is_no_python, has_no_place, has_no_points]
)
def test_a_refused_build_changes_nothing(graded: Course, slip: object) -> None:  # nbgrader 1646, 1699
    before = everything(graded)
    assert callable(slip)
    slip(graded)
    with pytest.raises(AutograderError) as caught:
        build_from_course(graded, NAME)
    assert "nbgrader" not in str(caught.value)
    assert everything(graded) == before
    if isinstance(caught.value, LeakError):
        assert str(caught.value).endswith("Nothing was changed")


def test_the_refusal_says_what_would_happen_and_how_to_go_on(graded: Course) -> None:
    by_hand(graded, "ada", "test_mean", 1.0, "Well argued.")
    called_average(graded)
    with pytest.raises(CourseError) as caught:
        build_from_course(graded, NAME)
    told = str(caught.value)
    assert "2 submissions of 'toy' would be affected. Nothing was changed." in told
    assert (
        "Removing 'mean' takes its points out of the totals of 2 students. What was entered by hand for 1 of them"
        in told
    )
    assert "'average' is new: a submission that does not have it yet gets 0 of 2 points" in told
    assert "autograder build toy --retire mean --add average" in told
    assert "--rename mean=average" in told


def test_a_retired_exercise_leaves_the_totals_and_what_was_entered_by_hand_is_kept(graded: Course) -> None:
    by_hand(graded, "ada", "test_mean", 1.0, "Well argued.")
    without_mean(graded)
    build_from_course(graded, NAME, agreed=Agreed(retire=frozenset({"mean"})))
    assert regraded(graded) == {"ada": POINTS["double"], "bob": 0.0}
    assert set(scores(graded, "ada")) == {"test_double"}
    kept = {(e.student, e.cell): e for e in retired(graded, NAME, "mean")}
    assert kept["ada", "test_mean"].manual_score == 1.0
    assert kept["ada", "mean"].manual_comment == "Well argued."
    assert [note for result in results(graded.root).values() for note in result["notes"]] == []


def test_an_exercise_that_comes_back_has_its_entries_again(graded: Course) -> None:
    by_hand(graded, "ada", "test_mean", 1.0, "Well argued.")
    texts = the_authors_files(graded)
    without_mean(graded)
    build_from_course(graded, NAME, agreed=Agreed(retire=frozenset({"mean"})))
    for path, text in texts.items():
        path.write_text(text)
    build_from_course(graded, NAME, agreed=Agreed(add=frozenset({"mean"})))
    assert regraded(graded)["ada"] == sum(POINTS.values())
    assert scores(graded, "ada")["test_mean"] == 1.0
    with Book(graded.gradebook, graded.course_id) as book:
        assert book.comments(NAME)["ada"] == (("mean", "Well argued."),)


def test_under_a_new_name_scores_and_comments_stay_and_old_submissions_count(graded: Course) -> None:
    by_hand(graded, "bob", "test_mean", 0.5, "Half of it.")
    called_average(graded)
    build_from_course(graded, NAME, agreed=Agreed(rename={"mean": "average"}))
    assert regraded(graded) == {"ada": sum(POINTS.values()), "bob": POINTS["mean"]}
    assert scores(graded, "bob") == {"test_double": 0.0, "test_average": 0.5}
    with Book(graded.gradebook, graded.course_id) as book:
        assert book.comments(NAME)["bob"] == (("average", "Half of it."),)
    assert [note for result in results(graded.root).values() for note in result["notes"]] == []


def test_a_wrong_answer_under_the_old_name_stays_wrong(graded: Course) -> None:
    hand_in(graded.root, "eve", notebook(graded.root, mean="def mean(x):\n    return 0.0"))
    called_average(graded)
    build_from_course(graded, NAME, agreed=Agreed(rename={"mean": "average"}))
    assert regraded(graded)["eve"] == POINTS["double"]


def test_an_exercise_that_comes_later_blames_nobody(graded: Course) -> None:
    texts = the_authors_files(graded)
    without_mean(graded)
    build_from_course(graded, NAME, agreed=Agreed(retire=frozenset({"mean"})))
    hand_in(graded.root, "ada", notebook(graded.root))  # made from the release without it
    for path, text in texts.items():
        path.write_text(text)
    build_from_course(graded, NAME, agreed=Agreed(add=frozenset({"mean"})))
    assert regraded(graded)["ada"] == POINTS["double"]
    assert results(graded.root)["ada"]["notes"] == [
        "This notebook is from an earlier release, which did not have mean."
    ]


def test_only_what_changes_can_be_agreed_to(graded: Course) -> None:
    with pytest.raises(CourseError, match="'mean' is not being removed; nothing was changed"):
        build_from_course(graded, NAME, agreed=Agreed(retire=frozenset({"mean"})))
    called_average(graded)
    with pytest.raises(CourseError, match="'median' is not new; nothing was changed"):
        build_from_course(graded, NAME, agreed=Agreed(rename={"mean": "median"}))


def test_a_question_can_be_renamed_with_its_scores(graded: Course) -> None:
    by_hand(graded, "ada", "written_why", 2.0)
    question_renamed(graded)
    build_from_course(graded, NAME, agreed=Agreed(rename={"why": "how"}))
    with Book(graded.gradebook, graded.course_id) as book:
        assert book.marks(NAME)["ada"]["written_how"].manual == 2.0


def test_points_and_texts_can_change_without_a_word(graded: Course) -> None:
    edit(graded, "hidden", old='@points("mean", 2.0)', new='@points("mean", 3.0)')
    edit(graded, "author", old="**Question.** Why?", new="**Question.** Why so?")
    build_from_course(graded, NAME)
    assert regraded(graded) == {"ada": 4.5, "bob": 3.0}


def test_the_command_takes_what_the_refusal_names(graded: Course) -> None:
    called_average(graded)
    refused = autograder("build", NAME, cwd=graded.root)
    assert refused.returncode == 1
    assert "--rename mean=average" in refused.stderr
    assert autograder("build", "--rename", "mean=average", cwd=graded.root).returncode == 2
    assert autograder("build", NAME, "--rename", "mean", cwd=graded.root).returncode == 2
    done = autograder("build", NAME, "--rename", "mean=average", cwd=graded.root)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["[2026] deep", "what? a course", "50% (new)", "a{b}*c", "spaces and é", "#1"])
def test_a_course_can_lie_in_a_folder_of_any_name(small: Course, tmp_path: Path, name: str) -> None:  # nbgrader 1965
    root = small.root.rename(tmp_path / name)
    assert autograder("build", cwd=root).returncode == 0
    assert (root / "workspace" / "gradebook.db").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]
    hand_in(root, "ada")
    assert autograder("grade", "--jobs", "1", cwd=root).returncode == 0
    assert results(root)["ada"]["score"] == sum(POINTS.values())
