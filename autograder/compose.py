"""Puts answers into a released notebook, as a student would: for demo classes, self-examination and tests."""

from __future__ import annotations

import ast
import copy
import inspect
import json
import textwrap
from collections.abc import Callable, Mapping
from typing import Any


def fill(release: bytes, answers: Mapping[str, str], written: Mapping[str, str] | None = None) -> bytes:
    """The released notebook with the source of each answer in its cell, and texts in the written questions' cells."""
    notebook = json.loads(release)
    texts = {**answers, **{f"written_{name}": text for name, text in (written or {}).items()}}
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
    """The notebook after ``change`` has worked on its list of cells."""
    notebook = json.loads(release)
    change(notebook["cells"])
    return json.dumps(notebook, indent=1).encode()


def renamed_source(function: Callable[..., Any], name: str) -> str:
    """A function's source under another name, without decorators and docstring, as it can stand in a notebook."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = copy.deepcopy(tree.body[0])
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list, definition.name = [], name
    if ast.get_docstring(definition) is not None:
        definition.body = definition.body[1:]
    return ast.unparse(definition)
