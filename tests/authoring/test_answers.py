"""Answers put into a released notebook."""

from __future__ import annotations

import json
from typing import Any

from autograder.authoring.answers import edit, fill, renamed_source


def cell(grade_id: str | None, source: str) -> dict[str, Any]:
    marks = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    return {"cell_type": "code", "metadata": marks, "source": source}


RELEASE = json.dumps(
    {"cells": [cell(None, "plain"), cell("f", "stub"), cell("written_why", "?")], "nbformat": 4}
).encode()


def sources(notebook: bytes) -> list[str]:
    return [one["source"] for one in json.loads(notebook)["cells"]]


def test_answers_and_texts_go_into_their_cells() -> None:
    assert sources(fill(RELEASE, {"f": "answer", "g": "nowhere"}, {"why": "Because."})) == [
        "plain",
        "answer",
        "Because.",
    ]
    assert sources(fill(RELEASE, {})) == ["plain", "stub", "?"]


def test_the_cells_can_be_edited() -> None:
    assert sources(edit(RELEASE, lambda cells: cells.insert(0, cell(None, "first"))))[0] == "first"
    assert json.loads(edit(RELEASE, lambda cells: None)) == json.loads(RELEASE)


def marked(function: Any) -> Any:
    return function


@marked
def original(x: int, *, k: int = 2) -> int:
    """Documented."""
    return original_helper(x) * k


def original_helper(x: int) -> int:
    return x


def test_a_source_under_another_name_has_no_decorator_and_no_docstring() -> None:
    assert renamed_source(original, "f") == "def f(x: int, *, k: int=2) -> int:\n    return original_helper(x) * k"
