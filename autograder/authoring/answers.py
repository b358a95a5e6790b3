"""Puts answers into a released notebook, as a student would: for demo classes, `check` and tests."""

from __future__ import annotations

import ast
import copy
import inspect
import json
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from autograder.authoring.exercises import read_exercises
from autograder.course import Course
from autograder.course.grade_ids import written_id
from autograder.testing.course_package import course_module


def reference_sources(course: Course, assignment: str) -> dict[str, str]:
    """Each exercise's right answer, by name, in the order of the file."""
    module = course_module(course.root, f"solutions.{assignment}")
    names = [exercise.name for exercise in read_exercises(course.reference_path(assignment))]
    return {name: renamed_source(getattr(module, name), name) for name in names}


def fill(release: bytes, answers: Mapping[str, str], written: Mapping[str, str] | None = None) -> bytes:
    """The released notebook with the source of each answer in its cell, and texts in the written questions' cells."""
    notebook = json.loads(release)
    texts = {**answers, **{written_id(name): text for name, text in (written or {}).items()}}
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in texts:
            cell["source"] = texts[name]
    return json.dumps(notebook, indent=1).encode()


def lean(release: bytes) -> bytes:
    """The notebook without code cells that only show something, such as plots: answers are graded without them."""
    return edit(release, lambda cells: cells.__setitem__(slice(None), [cell for cell in cells if _matters(cell)]))


def _matters(cell: dict[str, Any]) -> bool:
    return cell["cell_type"] != "code" or "nbgrader" in cell["metadata"]


def edit(release: bytes, change: Callable[[list[dict[str, Any]]], None]) -> bytes:
    """The notebook after ``change`` has edited its list of cells."""
    notebook = json.loads(release)
    change(notebook["cells"])
    return json.dumps(notebook, indent=1).encode()


def renamed_source(function: Callable[..., Any], name: str) -> str:
    """A function's or class's source under another name, without its decorators and docstrings, as in a notebook."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = copy.deepcopy(tree.body[0])
    assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
    definition.decorator_list = []
    if isinstance(definition, ast.ClassDef):  # a class may refer to itself by name, in `super` or a class method
        for node in ast.walk(definition):
            if isinstance(node, ast.Name) and node.id == definition.name:
                node.id = name
        for method in definition.body:
            _drop_docstring(method)
    definition.name = name
    _drop_docstring(definition)
    return ast.unparse(definition)


def _drop_docstring(node: ast.stmt) -> None:
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
        node.body = node.body[1:] or [ast.Pass()]
