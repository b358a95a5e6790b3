"""Drawings in the notebook's one file, and pictures with a description in the copy that graders read."""

from __future__ import annotations

import base64
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

from autograder.authoring.drawings import embed_drawings
from autograder.errors import CourseError
from autograder.notebooks.authored import LINE, NotebookNode, markdown_cell
from autograder.notebooks.outputs import Cleaner

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # one pixel
)


def cell_of(text: str) -> NotebookNode:
    cell = markdown_cell(text)
    cell.metadata[LINE] = 7
    return cell


@pytest.fixture
def author(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "cell.png").write_bytes(PNG)
    return tmp_path / "neuron.md"


def test_a_linked_drawing_becomes_an_attachment_and_keeps_its_description(author: Path) -> None:
    cell = cell_of("Look:\n\n![A nerve\ncell](pictures/cell.png)\n\n![elsewhere](https://example.org/a.png)")
    embed_drawings(cell, author)
    assert cell.source == "Look:\n\n![A nerve\ncell](attachment:cell.png)\n\n![elsewhere](https://example.org/a.png)"
    assert base64.b64decode(cell.attachments["cell.png"]["image/png"]) == PNG


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("![](pictures/cell.png)", "pictures/cell.png needs a text that says what it shows"),
        ("![A cell](pictures/sell.png)", "pictures/sell.png cannot be read: No such file or directory"),
    ],
)
def test_what_is_wrong_with_a_drawing_is_said_with_its_line(author: Path, text: str, fault: str) -> None:
    with pytest.raises(CourseError, match=fault) as caught:
        embed_drawings(cell_of(text), author)
    assert caught.value.line == 7


def test_a_described_picture_keeps_its_description_on_the_pages_of_graders() -> None:
    shown = f'<img alt="a &lt; b &amp; &quot;c&quot;" src="data:image/png;base64,{base64.b64encode(PNG).decode()}">'
    (output,) = Cleaner().clean([{"output_type": "display_data", "data": {"text/html": shown, "text/plain": "HTML"}}])
    assert output["data"] == {"image/png": base64.b64encode(PNG).decode()}
    cell = nbformat.v4.new_code_cell("draw()", outputs=[nbformat.from_dict(output)], execution_count=1)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    page, _ = HTMLExporter(template_name="classic", sanitize_html=True).from_notebook_node(notebook)
    assert 'alt="a &lt; b &amp; &quot;c&quot;"' in page or "alt='a &lt; b &amp; \"c\"'" in page
    assert "No description" not in page


@pytest.mark.parametrize("extra", ["<script>f()</script>", ' onload="f()"', "<p>"])
def test_html_that_is_more_than_a_described_picture_is_cleaned_as_html(extra: str) -> None:
    shown = f'<img alt="a" src="data:image/png;base64,{base64.b64encode(PNG).decode()}"{extra}>'
    (output,) = Cleaner().clean([{"output_type": "display_data", "data": {"text/html": shown}}])
    assert list(output["data"]) == ["text/html"]
    assert "script" not in output["data"]["text/html"]
    assert "onload" not in output["data"]["text/html"]
