"""A new assignment passes the course's examination at once, and docs/authoring.md says what to do next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import small_course

from autograder.authoring.scaffold import new_assignment
from autograder.course import Course, load_course
from autograder.errors import CourseError

AUTHORING = Path(__file__).parents[2] / "docs" / "authoring.md"


def command(course: Course, line: str) -> tuple[int, str]:
    done = small_course.autograder(*line.removeprefix("autograder ").split(), cwd=course.root)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_a_new_assignment_passes_its_examination(small: Course) -> None:
    before = (small.root / "course.yml").read_text()
    assert command(small, "autograder new averages")[0] == 0
    assert list(load_course(small.root).assignments) == ["toy", "averages"]
    assert before.splitlines()[0] in (small.root / "course.yml").read_text()
    status, output = command(small, "autograder check averages")
    assert status == 0, output


def test_nothing_is_overwritten(small: Course) -> None:
    status, output = command(small, "autograder new toy")
    assert status == 1
    assert "toy" in output


@pytest.mark.parametrize("name", ["Averages", "two-words", "../x", "1st", "class"])
def test_a_name_that_is_none_is_refused(small: Course, name: str) -> None:
    assert command(small, f"autograder new {name}")[0] == 1


LISTS = {
    "empty": "assignments: {}",
    "inline": "assignments: {toy: {title: Toys}}",
    "inline on lines": "assignments:\n  {\n    toy: {title: Toys}  # the first\n  }",
    "block with an inline entry": "assignments:\n  toy: {title: Toys,\n    due: 2030-01-31T12:00:00Z}\n# the end",
    "no newline at its end": "assignments:\n  toy:\n    title: Toys",
    "not the last key": "assignments:\n  toy:\n    title: Toys\n# limits follow\nlimits:\n  cell_seconds: 5",
}


@pytest.mark.parametrize("name", ["averages", "no", "null"])
@pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS)
def test_the_new_assignment_is_listed_however_the_list_is_written(tmp_path: Path, listed: str, name: str) -> None:
    path = tmp_path / "course.yml"
    path.write_text(f"course: c  # ours\ntitle: C\n{listed}")
    before = load_course(tmp_path)
    new_assignment(before, name)
    after = load_course(tmp_path)
    assert list(after.assignments) == [*before.assignments, name]
    assert after.assignments[name].title == name.capitalize()
    assert all(after.assignments[old] == one for old, one in before.assignments.items())
    assert "# ours" in path.read_text()


def test_where_nothing_can_be_added_nothing_is_written(tmp_path: Path) -> None:
    text = "course: c\ntitle: C\nassignments: {toy: {title: Toys},}"
    (tmp_path / "course.yml").write_text(text)
    with pytest.raises(CourseError, match="by hand"):
        new_assignment(load_course(tmp_path), "averages")
    assert [path.name for path in tmp_path.iterdir()] == ["course.yml"]
    assert (tmp_path / "course.yml").read_text() == text


@pytest.mark.slow
def test_the_authors_guide_holds_step_by_step(small: Course) -> None:
    text = AUTHORING.read_text(encoding="utf-8")
    steps = re.findall(r"^(`{3,4})(console|python) *([^\n]*)\n(.*?)^\1$", text, flags=re.DOTALL | re.MULTILINE)
    assert len(steps) >= 6
    for _, kind, where, body in steps:
        if kind == "python":
            path = small.root / where.strip()
            path.write_text(path.read_text(encoding="utf-8") + "\n\n" + body, encoding="utf-8")
            continue
        for line in body.splitlines():
            if line.startswith("$ autograder"):
                status, output = command(small, line.removeprefix("$ "))
                assert status == 0, f"{line}\n{output}"
            elif line.startswith("$ cat >>"):
                target = small.root / line.split()[-1]
                target.write_text(target.read_text(encoding="utf-8") + body.split("\n", 1)[1], encoding="utf-8")
                break
