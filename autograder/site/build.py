"""Builds the site: chapters, first page, notebooks, data sets and Python, all of it aside first, then in one step."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import msgspec

from autograder import __version__
from autograder.course import Course
from autograder.errors import CourseError, WorkspaceError
from autograder.site import jupyterlite, pyodide
from autograder.site.book import ASSETS, finish_page, make_pages, script_hashes
from autograder.site.chapters import Chapter, read_chapter
from autograder.site.data_sets import all_data_sets, loaders_used
from autograder.site.start_page import start_page

INDEX = "site.json"
"""The file that describes the site to its pages, and by which a folder is known to be one."""


@dataclass(frozen=True)
class Site:
    """What was built: the folder, its chapters, assignments without a release, and the size of all files."""

    folder: Path
    chapters: tuple[str, ...]
    left_out: tuple[str, ...]
    size: int


def build_site(
    course: Course,
    folder: Path,
    python: Path | None = None,
    figures: Path | None = None,
    lite: bool = False,
) -> Site:
    """Writes the course as a site of static files; ``python`` is a folder with Pyodide to put into it.

    ``figures`` is a folder with executed notebooks of right answers, whose figures the book shows. ``lite`` puts
    JupyterLite into the site.

    Raises:
        CourseError: when nothing is released yet, or something cannot be made.
        WorkspaceError: when the folder is in use for something else, or cannot be written.
    """
    if folder.exists() and not (folder / INDEX).is_file():
        raise WorkspaceError(folder, "exists but is not a site: move it away, or choose another folder with --to")
    released = [name for name in course.assignments if course.release_notebook(name).is_file()]
    if not released:
        raise CourseError(course.root / "course.yml", "nothing has been built yet: run `autograder build` first")
    if figures and not any((figures / f"{name}.ipynb").is_file() for name in released):
        raise CourseError(figures, f"holds no executed notebook of a chapter, such as {released[0]}.ipynb")
    chapters = [
        read_chapter(name, course.release_notebook(name).read_bytes(), _executed(figures, name)) for name in released
    ]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".site-", dir=folder.parent) as aside:
            made = Path(aside) / "site"
            _write(course, chapters, Path(aside) / "source", made, python, lite)
            _swap(made, folder, Path(aside) / "old")
    except OSError as fault:
        raise WorkspaceError(folder, f"cannot be written: {fault.strerror or fault}") from None
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Site(folder, tuple(released), tuple(name for name in course.assignments if name not in released), size)


def _executed(figures: Path | None, name: str) -> bytes:
    path = figures / f"{name}.ipynb" if figures else None
    return path.read_bytes() if path and path.is_file() else b""


def _swap(made: Path, folder: Path, old: Path) -> None:
    if folder.exists():
        folder.rename(old)
    made.rename(folder)


def _write(
    course: Course, chapters: Sequence[Chapter], source: Path, made: Path, python: Path | None, lite: bool
) -> None:
    where = pyodide.OWN if python else pyodide.ADDRESS
    policy = content_policy(where)
    _write_source(course, chapters, source, policy, where, lite)
    make_pages(source, made, course.title)
    _finish(made, {chapter.assignment for chapter in chapters}, policy)
    _put_files(course, chapters, made, where, lite)
    if lite:
        jupyterlite.put_beside(chapters, made / jupyterlite.FOLDER, where)
    if python:
        pyodide.put_beside(python, made / pyodide.OWN, jupyterlite.PACKAGES if lite else ())


def content_policy(python: str) -> str:
    """The content security policy of the site's pages and of its worker."""
    return (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob:; worker-src 'self'; "
        f"connect-src 'self'{pyodide.elsewhere(python)}; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'"
    )


def _write_source(
    course: Course, chapters: Sequence[Chapter], source: Path, policy: str, where: str, lite: bool
) -> None:
    (source / "pictures").mkdir(parents=True)
    (source / "index.md").write_text(start_page(course, chapters, policy, where, lite), encoding="utf-8")
    for chapter in chapters:
        (source / f"{chapter.assignment}.md").write_text(chapter.text, encoding="utf-8")
        for name, picture in chapter.pictures.items():
            (source / "pictures" / name).write_bytes(picture)


def _finish(made: Path, chapters: set[str], policy: str) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(made.glob("*.html"))}
    hashes = script_hashes(pages.values())
    allowed = policy.replace("script-src 'self'", f"script-src 'self' {hashes}")
    for path, page in pages.items():
        name = path.stem if path.stem in chapters else ""
        text = finish_page(page, allowed, f'<meta name="course-chapter" content="{escape(name)}">')
        path.write_text(text.replace(escape(policy, quote=False), escape(allowed, quote=False)), encoding="utf-8")
    for leftover in (".buildinfo", "objects.inv", "genindex.html"):
        (made / leftover).unlink(missing_ok=True)
    shutil.rmtree(made / "_sources", ignore_errors=True)
    (made / ".nojekyll").touch()  # GitHub Pages would leave out folders that begin with an underscore


def _put_files(course: Course, chapters: Sequence[Chapter], made: Path, where: str, lite: bool) -> None:
    (made / "notebooks").mkdir()
    (made / "data").mkdir()
    sources = [source for chapter in chapters for source in _code_of(chapter.notebook)]
    for name, text in all_data_sets(loaders_used(sources)):
        (made / "data" / name).write_text(text, encoding="utf-8")
    for chapter in chapters:
        (made / "notebooks" / f"{chapter.assignment}.ipynb").write_bytes(chapter.notebook)
    shutil.copyfile(ASSETS / "editor.LICENSE.txt", made / "_static" / "editor.LICENSE.txt")
    index: dict[str, Any] = {
        "course": course.course_id,
        "title": course.title,
        "kit": __version__,
        "python": {"address": where, "integrity": pyodide.CORE, "numpy": pyodide.NUMPY},
        "chapters": {
            chapter.assignment: {
                "title": chapter.title,
                "release": chapter.release,
                "exercises": chapter.exercises,
                "written": chapter.written,
                "jupyterlite": jupyterlite.notebook_link(chapter.assignment) if lite else "",
            }
            for chapter in chapters
        },
    }
    (made / INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")


def _code_of(notebook: bytes) -> list[str]:
    cells = msgspec.json.decode(notebook)["cells"]
    code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return [re.sub(r"CHECKS_CODE = .*", "", source, flags=re.DOTALL) for source in code]
