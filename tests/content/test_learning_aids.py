"""What every notebook gives a learner beside its exercises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.authoring.exercises import read_exercises

PROJECT = Path(__file__).parents[2]
ASSIGNMENTS = sorted(path.stem for path in (PROJECT / "assignments").glob("*.md"))


def source(assignment: str) -> str:
    return (PROJECT / "assignments" / f"{assignment}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_exercises_are_numbered_in_the_order_of_the_notebook_and_named_as_in_the_report(assignment: str) -> None:
    headings = re.findall(r"^## Exercise (\d), (\w+): \S", source(assignment), re.MULTILINE)
    assert [int(number) for number, _ in headings] == list(range(1, len(headings) + 1))
    assert {name for _, name in headings} == {
        exercise.name for exercise in read_exercises(PROJECT / "solutions" / f"{assignment}.py")
    }


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_time_for_the_exercises_is_the_sum_of_their_times(assignment: str) -> None:
    (said,) = re.findall(r"(\d+) minutes for the exercises", " ".join(source(assignment).split()))
    assert int(said) == sum(map(int, re.findall(r"\*\*about (\d+) minutes\*\*", source(assignment))))


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_exercise_names_a_book_and_a_section(assignment: str) -> None:
    for section in source(assignment).split("\n## Exercise ")[1:]:
        (where,) = re.findall(r"\*\*Read more\.\*\* ([^*]*)", section)
        assert re.search(r"(Goodfellow|Prince|Bishop), .*(sections? \d|chapter \d)", " ".join(where.split()))


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_goals_glossary_and_checklist_are_there(assignment: str) -> None:
    for heading in ("## Before you start", "## Words of this notebook", "## Before you hand in"):
        assert f"\n{heading}\n" in source(assignment)
    assert f"`{assignment}.ipynb`" in source(assignment).split("## Before you hand in")[1]


def test_the_habits_of_numerical_code_are_listed_once() -> None:
    assert [name for name in ASSIGNMENTS if "### Habits of numerical code" in source(name)] == ["neuron"]
