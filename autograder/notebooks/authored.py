"""Reads authors' MyST Markdown, builds notebooks from cells and writes them as .ipynb."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import nbformat as untyped_nbformat
from jupytext.myst import MystMetadataParsingError, myst_to_notebook
from nbformat import NotebookNode as NotebookNode  # other modules import it from here

from autograder.course import read_authored
from autograder.errors import CourseError, WorkspaceError

nbformat: Any = untyped_nbformat  # it has no type hints

SCHEMA_VERSION = 3  # of nbgrader's cell metadata
LINE = "source_line"
"""Key of a cell's metadata: the line of the source at which the cell begins. It never reaches a file."""


def read_source(path: Path) -> NotebookNode:
    """The author's notebook; each cell has its line under `LINE` in its metadata.

    Raises:
        CourseError: if the file cannot be read, or is not a MyST notebook.
    """
    text = read_authored(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # jupytext only warns of two languages in one notebook
            notebook: NotebookNode = myst_to_notebook(text, add_source_map=True)
    except (MystMetadataParsingError, nbformat.ValidationError, UserWarning) as fault:
        line = re.search(r"at line (\d+)", str(fault))
        raise CourseError(
            path, f"is not a MyST notebook: {str(fault).splitlines()[0]}", line=int(line[1]) if line else None
        ) from None
    for cell, line_number in zip(notebook.cells, notebook.metadata.pop("source_map"), strict=True):
        # jupytext counts the lines of code cells from one, those of Markdown cells from zero
        cell.metadata[LINE] = line_number + (cell.cell_type == "markdown")
    return notebook


def read_notebook(path: Path) -> NotebookNode:
    """A notebook that this kit or nbgrader wrote."""
    node: NotebookNode = nbformat.read(path, 4)
    return node


def as_node(raw: dict[str, Any]) -> NotebookNode:
    """A notebook in format 4 as nbformat has it."""
    node: NotebookNode = nbformat.from_dict(raw)
    return node


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Writes the notebook as .ipynb: the same notebook gives the same bytes.

    Raises:
        WorkspaceError: if the file cannot be written.
    """
    nbformat.validate(notebook)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    except OSError as fault:
        raise WorkspaceError(path, f"cannot be written: {fault.strerror}") from None


def new_notebook(cells: list[NotebookNode], metadata: dict[str, Any]) -> NotebookNode:
    """A Python notebook of these cells."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    common = {"kernelspec": kernel, "language_info": {"name": "python"}}
    node: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=common | metadata)
    return node


def code_cell(source: str, *, nbgrader: dict[str, Any] | None = None) -> NotebookNode:
    """A code cell without an id; `name_cells` adds one."""
    return _new_cell("code", source, nbgrader)


def markdown_cell(source: str, *, nbgrader: dict[str, Any] | None = None) -> NotebookNode:
    """A Markdown cell without an id; `name_cells` adds one."""
    return _new_cell("markdown", source, nbgrader)


def _new_cell(kind: str, source: str, nbgrader: dict[str, Any] | None) -> NotebookNode:
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    cell: NotebookNode = make(source, metadata={"nbgrader": nbgrader} if nbgrader else {})
    return cell


def role(grade_id: str, *, solution: bool = False, locked: bool = False, points: float | None = None) -> dict[str, Any]:
    """nbgrader's metadata of one cell; a cell with points is graded."""
    graded = {} if points is None else {"points": float(points)}
    flags = {"grade": points is not None, "solution": solution, "locked": locked, "task": False}
    return {"schema_version": SCHEMA_VERSION, "grade_id": grade_id, **flags, **graded}


def grade_id(cell: NotebookNode) -> str | None:
    """The cell's name in nbgrader, if it has one."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return name if isinstance(name, str) else None


def name_cells(notebook: NotebookNode, prefix: str) -> None:
    """Gives every cell an id that stays the same from build to build: from its name, or else its place."""
    for place, cell in enumerate(notebook.cells):
        label = grade_id(cell) or f"{place:03d}"
        cell["id"] = re.sub(r"[^a-zA-Z0-9_-]", "-", f"{prefix}-{label}")[:64]
