"""Every written question has a guide for the people who mark it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
QUESTION = re.compile(r'^\+\+\+ \{"tags": \["written"\], "name": "(\w+)", "points": (\d+)\}', re.MULTILINE)
QUESTIONS = [
    (path.stem, name, int(points))
    for path in sorted((PROJECT / "assignments").glob("*.md"))
    for name, points in QUESTION.findall(path.read_text(encoding="utf-8"))
]


def rows(guide: str, heading: str) -> list[list[str]]:
    section = guide.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in re.findall(r"^\| .*\|$", section, re.MULTILINE)][1:]


@pytest.mark.parametrize(("assignment", "name", "points"), QUESTIONS)
def test_a_guide_says_what_earns_each_point_and_what_to_write_to_typical_mistakes(
    assignment: str, name: str, points: int
) -> None:
    guide = (PROJECT / "solutions" / "marking" / f"{name}.md").read_text(encoding="utf-8")
    assert guide.startswith(f"# {assignment}: ")
    assert sum(float(worth) for worth, _ in rows(guide, "What earns the points")) == points
    assert len(guide.split("\n## A model answer\n")[1].split("\n## ")[0].split()) > 60
    mistakes = rows(guide, "Typical wrong answers")
    assert len(mistakes) >= 4
    assert all(len(comment) > 20 for _, comment in mistakes)


def test_there_is_a_question_for_every_guide() -> None:
    guides = {path.stem for path in (PROJECT / "solutions" / "marking").glob("*.md")} - {"README"}
    assert guides == {name for _, name, _ in QUESTIONS}
