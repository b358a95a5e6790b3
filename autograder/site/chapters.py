"""Turns a released notebook into a chapter of the book: MyST Markdown with places for exercises, answers and pictures.

Only the release is read, so that nothing is on the site that students do not have anyway.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from autograder.course.grade_ids import is_test
from autograder.errors import CourseError

WORDS_A_MINUTE = 180
_ATTACHED = re.compile(r"\(attachment:([\w.-]+)\)")


@dataclass(frozen=True)
class Chapter:
    """One assignment as a page. ``text`` is MyST, ``pictures`` are files beside it, ``minutes`` the reading takes.

    ``release`` changes with the exercises, so that answers to an earlier release are recognized. ``notebook`` are the
    bytes of the release.
    """

    assignment: str
    title: str
    text: str
    pictures: Mapping[str, bytes]
    exercises: tuple[str, ...]
    written: tuple[str, ...]
    minutes: int
    release: str
    notebook: bytes


def read_chapter(assignment: str, notebook: bytes, executed: bytes = b"") -> Chapter:
    """The chapter of a released notebook. Of an ``executed`` one with right answers, only the figures are taken.

    Raises:
        CourseError: if the bytes are not a notebook.
    """
    try:
        cells = msgspec.json.decode(notebook)["cells"]
        pictures: dict[str, bytes] = {}
        pieces = _pieces(cells, assignment, pictures, _figures(executed) if executed else {})
        marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    except (ValueError, KeyError, TypeError) as fault:
        raise CourseError(f"{assignment}.ipynb", f"the release cannot be read: {fault!r}") from None
    solutions = [mark["grade_id"] for mark in marks if mark.get("solution")]
    written = tuple(mark["grade_id"] for mark in marks if mark.get("solution") and mark.get("grade"))
    text = "\n\n".join(pieces) + "\n"
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    words = sum(len(_source(cell).split()) for cell in cells if cell["cell_type"] == "markdown")
    minutes = max(1, round(words / WORDS_A_MINUTE))
    reading = f'<p class="course-reading">Reading time: {minutes} min, without the exercises</p>'
    stubs = "\0".join(_source(cell) for cell in cells if cell["metadata"].get("nbgrader", {}).get("solution"))
    return Chapter(
        assignment,
        title[1].strip() if title else assignment,
        re.sub(r"^# .+$", rf"\g<0>\n\n{reading}", text, count=1, flags=re.MULTILINE),
        pictures,
        tuple(name for name in solutions if name not in written),
        written,
        minutes,
        hashlib.sha256(stubs.encode()).hexdigest()[:12],
        notebook,
    )


def _source(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _pieces(
    cells: list[Mapping[str, Any]], assignment: str, pictures: dict[str, bytes], figures: Mapping[str, list[Figure]]
) -> list[str]:
    """All pieces, with an anchor where the section of each exercise begins, and figures below the cells that draw."""
    pieces: list[str] = []
    begins = 0
    for cell in cells:
        if cell["cell_type"] == "markdown" and re.search("^#", _source(cell), re.MULTILINE):
            begins = len(pieces)
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and marks.get("solution"):
            anchor = f'<div class="course-anchor" id="exercise-{html.escape(str(marks["grade_id"]))}"></div>'
            pieces.insert(begins, anchor)
        pieces += _piece(cell, assignment, pictures)
        for number, (alt, png) in enumerate(figures.get(str(cell.get("id")), ())):
            name = f"{assignment}-figure-{len(pieces)}-{number}.png"
            pictures[name] = png
            pieces.append(f"![{alt}](pictures/{name})")
    return pieces


Figure = tuple[str, bytes]
"""What a figure shows, and its PNG."""
_IMAGE = re.compile(r'<img alt="([^"]*)" src="data:image/png;base64,([^"]+)"')


def _figures(executed: bytes) -> dict[str, list[Figure]]:
    """The figures that the cells of an executed notebook without a mark show, by the cells' ids."""
    found: dict[str, list[Figure]] = {}
    for cell in msgspec.json.decode(executed)["cells"]:
        if cell["cell_type"] != "code" or "nbgrader" in cell["metadata"]:
            continue
        for output in cell.get("outputs", []):
            markup = output.get("data", {}).get("text/html", "")
            for alt, png in _IMAGE.findall(markup if isinstance(markup, str) else "".join(markup)):
                words = " ".join(html.unescape(alt).split()).replace("[", "(").replace("]", ")")
                found.setdefault(str(cell.get("id")), []).append((words, base64.b64decode(png)))
    return found


def _piece(cell: Mapping[str, Any], assignment: str, pictures: dict[str, bytes]) -> Iterator[str]:
    source, marks = _source(cell), cell["metadata"].get("nbgrader", {})
    name = str(marks.get("grade_id", ""))
    if cell["cell_type"] == "markdown":
        if marks.get("solution"):
            yield f'<div class="course-written" data-answer="{html.escape(name)}">{_WITHOUT}</div>'
        else:
            yield _with_pictures(source, cell.get("attachments", {}), assignment, pictures)
    elif cell["cell_type"] != "code" or name == "setup" or is_test(name):
        return
    elif marks.get("solution"):
        yield f'<div class="course-exercise" data-exercise="{html.escape(name)}">'
        yield _code(source)
        yield f"{_WITHOUT}\n\n</div>"
    else:
        place = html.escape(str(cell.get("id", "")))
        folded = "hide-input" in cell["metadata"].get("tags", [])
        yield f'<div class="course-cell" data-cell="{place}">'
        yield (
            f"<details><summary>The code that draws</summary>\n\n{_code(source)}\n\n</details>"
            if folded
            else _code(source)
        )
        yield "</div>"


_WITHOUT = '<p class="course-without">Write your answer in the notebook, which you can download on the first page.</p>'
"""What is shown instead of an editor without JavaScript."""


def _code(source: str) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", source)), 3)
    return f"{fence}python\n{source}\n{fence}"


def _with_pictures(
    source: str, attachments: Mapping[str, Mapping[str, str]], assignment: str, pictures: dict[str, bytes]
) -> str:
    """The Markdown with links to files where the notebook holds attachments."""

    def linked(match: re.Match[str]) -> str:
        (data,) = attachments[match[1]].values()
        name = f"{assignment}-{match[1]}"
        pictures[name] = base64.b64decode(data)
        return f"(pictures/{name})"

    return _ATTACHED.sub(linked, source)
