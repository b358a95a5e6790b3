"""Puts the pictures that an author's Markdown names into the notebook's one file, as attachments of their cells."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from autograder.errors import CourseError
from autograder.notebooks.authored import LINE, NotebookNode

_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>pictures/(?P<name>[\w-]+\.png))\)")


def embed_drawings(cell: NotebookNode, source: Path) -> None:
    """Attaches each `![what it shows](pictures/name.png)` of a Markdown cell; ``source`` is the author's file.

    Raises:
        CourseError: if there is no such picture, or no text that says what it shows.
    """
    attachments: dict[str, dict[str, str]] = {}

    def attached(match: re.Match[str]) -> str:
        if not match["alt"].strip():
            raise CourseError(source, f"{match['path']} needs a text that says what it shows", line=cell.metadata[LINE])
        try:
            drawing = (source.parent / match["path"]).read_bytes()
        except OSError as fault:
            text = f"{match['path']} cannot be read: {fault.strerror}"
            raise CourseError(source, text, line=cell.metadata[LINE]) from None
        attachments[match["name"]] = {"image/png": base64.b64encode(drawing).decode("ascii")}
        return f"![{match['alt']}](attachment:{match['name']})"

    cell.source = _IMAGE.sub(attached, cell.source)
    if attachments:
        cell.attachments = attachments
