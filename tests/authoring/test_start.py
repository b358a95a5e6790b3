"""`autograder init` starts a course that is its instructor's own, and says what is wrong with a folder or a date."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_course
import yaml

from autograder.authoring.scaffold import new_assignment
from autograder.authoring.start import FIRST, Term, start_course, term
from autograder.course import Course, load_course
from autograder.course.moments import shown
from autograder.errors import CourseError

AMSTERDAM = term("2027-10-11", "14d", "Europe/Amsterdam")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return start_course(tmp_path_factory.mktemp("courses") / "my-course", AMSTERDAM)


def test_the_seven_assignments_are_due_two_weeks_apart_whatever_the_clocks_do(whole: Course) -> None:
    dates = [whole.due(name) for name in whole.assignments]
    assert [shown(date) for date in dates if date][:2] == ["2027-10-25 23:59 CEST", "2027-11-08 23:59 CET"]
    assert len(dates) == 7
    assert shown(dates[-1]) == "2028-01-17 23:59 CET" if dates[-1] else False


def test_it_holds_all_that_a_repository_needs_and_no_made_up_student(whole: Course) -> None:
    workflow = yaml.safe_load((whole.root / ".github" / "workflows" / "check.yml").read_text())
    assert {"run": "autograder check"} in workflow["jobs"]["check"]["steps"]
    for name in ("README.md", ".gitignore", "constraints.txt", "requirements.txt", ".git/HEAD"):
        assert (whole.root / name).is_file(), name
    assert not any("student-" in path.read_text() for path in whole.root.glob("*.yml"))
    assert whole.course_id == "my_course"
    assert all(not each.extensions for each in whole.assignments.values())


def test_each_assignment_has_all_its_files(whole: Course) -> None:
    for name in whole.assignments:
        paths = (
            whole.source_path(name),
            whole.reference_path(name),
            whole.mistakes_path(name),
            whole.hidden_path(name),
        )
        assert all(path.is_file() for path in paths)
    assert list(whole.root.rglob("__init__.py")) == []


def test_an_empty_course_has_one_worked_exercise(tmp_path: Path) -> None:
    course = start_course(tmp_path / "2027 small", AMSTERDAM, title="Kleine Übung: Teil 1", empty=True)
    assert (course.course_id, course.title) == ("course_2027_small", "Kleine Übung: Teil 1")
    assert list(course.assignments) == [FIRST]
    assert course.due(FIRST) == load_course(course.root).due(FIRST) is not None


def test_without_a_start_nothing_is_due(tmp_path: Path) -> None:
    assert start_course(tmp_path / "later", Term(), empty=True).due(FIRST) is None


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(CourseError, match=r"is not empty: it holds thesis\.tex\. Nothing was written"):
        start_course(tmp_path, Term())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize(
    ("starts", "every", "zone", "said"),
    [
        ("11.10.2027", "14d", "UTC", "--starts"),
        ("2027-10-11", "fortnight", "UTC", "--every"),
        ("2027-10-11", "0d", "UTC", "--every"),
        ("2027-10-11", "2w", "Amsterdam", "--timezone"),
    ],
)
def test_what_cannot_be_read_is_named(starts: str, every: str, zone: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        term(starts, every, zone)


@pytest.mark.parametrize("listed", ["assignments:", "assignments: {}", "assignments:\n# none yet\nfigures: true"])
def test_new_works_in_a_course_that_lists_nothing(tmp_path: Path, listed: str) -> None:
    (tmp_path / "course.yml").write_text(f"course: c\ntitle: C\n{listed}\n")
    with pytest.raises(CourseError, match="lists no assignment yet; `autograder new NAME` starts one"):
        _ = load_course(tmp_path).first
    new_assignment(load_course(tmp_path), "averages")
    assert list(load_course(tmp_path).assignments) == ["averages"]


def test_the_demo_keeps_out_of_a_real_class(small: Course) -> None:
    small_course.hand_in(small.root, "ada")
    done = small_course.autograder("demo", cwd=small.root)
    assert done.returncode == 1
    assert "autograder demo --workspace demo" in done.stderr
