"""Reading authors' notebooks, and writing notebooks."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.errors import CourseError, WorkspaceError
from autograder.notebooks.authored import (
    LINE,
    code_cell,
    markdown_cell,
    name_cells,
    new_notebook,
    read_source,
    role,
    write_notebook,
)

SOURCE = """\
---
kernelspec:
  name: python3
  display_name: Python 3
---

# A title

```{code-cell} ipython3
:tags: [setup]

import numpy as np
```

+++ {"tags": ["written"], "name": "why", "points": 2}

Why?
"""


def source(folder: Path, text: str) -> Path:
    path = folder / "a.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_cells_keep_their_text_their_metadata_and_their_line(tmp_path: Path) -> None:
    title, setup, question = read_source(source(tmp_path, SOURCE)).cells
    assert (title.cell_type, title.source) == ("markdown", "# A title")
    assert (setup.cell_type, setup.source, setup.metadata["tags"]) == ("code", "import numpy as np", ["setup"])
    assert (question.source, question.metadata["name"], question.metadata["points"]) == ("Why?", "why", 2)
    assert setup.metadata[LINE] == 9


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"none\.md: cannot be read"):
        read_source(tmp_path / "none.md")


def test_a_source_with_broken_metadata_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"a\.md:3: is not a MyST notebook") as caught:
        read_source(source(tmp_path, "text\n\n```{code-cell} ipython3\n:tags: [setup\n\nx = 1\n```\n"))
    assert caught.value.line == 3


def test_a_source_with_half_a_kernel_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="'display_name' is a required property"):
        read_source(source(tmp_path, SOURCE.replace("  display_name: Python 3\n", "")))


def test_a_source_in_two_languages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="same language"):
        read_source(source(tmp_path, "```{code-cell} ipython3\nx\n```\n\n```{code-cell} R\nx\n```\n"))


def test_the_same_cells_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        notebook = new_notebook([markdown_cell("# T"), code_cell("f()", nbgrader=role("f", solution=True))], {})
        name_cells(notebook, "week-1")
        write_notebook(notebook, tmp_path / name / "n.ipynb")
    assert (tmp_path / "one/n.ipynb").read_bytes() == (tmp_path / "two/n.ipynb").read_bytes()


def test_ids_come_from_the_name_or_the_place_and_are_valid(tmp_path: Path) -> None:
    notebook = new_notebook([markdown_cell("# T"), code_cell("f()", nbgrader=role("f" * 90, solution=True))], {})
    name_cells(notebook, "neuron")
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == ["neuron-000", "neuron-" + "f" * 57]


def test_a_cell_with_points_is_graded() -> None:
    assert role("test_f", locked=True, points=2)["points"] == 2.0
    assert role("test_f", locked=True, points=2)["grade"] is True
    assert role("f", solution=True)["grade"] is False
    assert "points" not in role("f", solution=True)


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match=r"n\.ipynb: cannot be written"):
        write_notebook(new_notebook([], {}), tmp_path / "file" / "n.ipynb")
