"""The site as files: a book of the releases, and nothing that students must not see."""

from __future__ import annotations

import base64
import html
import json
import re
import sys
from pathlib import Path

import pytest
from course_site import CourseSite, course_site  # noqa: F401
from msgspec.structs import replace
from small_course import NAME, PROJECT, autograder

from autograder.authoring.exercises import read_reference
from autograder.authoring.leaks import find_leaks
from autograder.authoring.public_checks import CODE, COMPARATOR
from autograder.course import Course
from autograder.errors import CourseError, WorkspaceError
from autograder.site import pyodide
from autograder.site.build import build_site
from autograder.site.chapters import read_chapter

pytestmark = pytest.mark.slow


def text_of(page: Path) -> str:
    """A page as a reader sees it, whose markup would break lines of code apart."""
    return html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))


def test_no_file_of_the_site_holds_a_line_of_a_solution_a_mistake_or_a_hidden_test(
    course_site: CourseSite,
    tmp_path: Path,
) -> None:
    course = course_site.course
    for name in course.assignments:
        folder = tmp_path / name
        for path in (path for path in course_site.folder.rglob("*") if path.is_file()):
            if path.stem in course.assignments and path.stem != name:
                continue  # a later chapter may quote what an earlier one asked for
            target = folder / path.relative_to(course_site.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
            if path.suffix == ".html":
                target.with_suffix(".txt").write_text(text_of(path), encoding="utf-8")
        secrets = (course.reference_path(name), course.mistakes_path(name), course.hidden_path(name))
        public = read_reference(course.reference_path(name)).preamble
        assert find_leaks(folder, secrets, public=public, embedded=(CODE, COMPARATOR)) == ()


def test_the_leaks_would_be_found_in_a_page(course_site: CourseSite, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("and so on: return weighted_sum(x, w) + float(b)\n")
    reference = course_site.course.reference_path("neuron")
    assert len(find_leaks(tmp_path, [reference])) == 1


def test_every_chapter_has_its_text_formulas_drawings_and_exercises(course_site: CourseSite) -> None:
    index = json.loads((course_site.folder / "site.json").read_bytes())
    assert list(index["chapters"]) == list(course_site.course.assignments)
    for name, chapter in index["chapters"].items():
        page = (course_site.folder / f"{name}.html").read_text(encoding="utf-8")
        assert page.count("data-exercise=") == len(chapter["exercises"])
        assert page.count("data-answer=") == len(chapter["written"])
        assert "<math" in page
        assert "$$" not in text_of(course_site.folder / f"{name}.html")
        for picture in re.findall(r'<img alt="([^"]*)" src="([^"]+)"', page):
            assert picture[0].strip()
            assert (course_site.folder / picture[1]).is_file()


def test_every_chapter_tells_the_reading_time_that_the_first_page_tells(course_site: CourseSite) -> None:
    rows = re.findall(
        r'<a href="(\w+)\.html">[^<]*</a></td><td[^>]*>[^<]*</td><td[^>]*>(\d+) min</td>', read(course_site, "index")
    )
    assert [name for name, _ in rows] == list(course_site.course.assignments)
    for name, minutes in rows:
        assert re.search(rf"</h1>\s*<p class=\"course-reading\">Reading time: {minutes} min", read(course_site, name))


def read(site: CourseSite, page: str) -> str:
    return (site.folder / f"{page}.html").read_text(encoding="utf-8")


def test_the_reading_time_counts_words_of_text_alone() -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Toys\n\n" + "word " * 358},
        {"cell_type": "code", "id": "a", "metadata": {}, "source": "x = 1\n" * 1000},
    ]
    chapter = read_chapter("toy", json.dumps({"cells": cells}).encode())
    assert chapter.minutes == 2
    assert "Reading time: 2 min, without the exercises" in chapter.text


def test_the_first_page_tells_when_things_are_due_in_the_courses_zone(course_site: CourseSite) -> None:
    text = text_of(course_site.folder / "index.html")
    assert "2026-10-16 23:59 CEST" in text
    assert "2027-01-29 23:59 CET" in text
    assert "Download my notebook" in text


def test_pages_load_nothing_from_elsewhere(course_site: CourseSite) -> None:
    for page in course_site.folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r'(?:src="|<link [^>]*href=")((?:https?:)?//[^"]+)"', text) == []
        assert 'http-equiv="Content-Security-Policy"' in text


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_the_site_is_small_without_python(course_site: CourseSite) -> None:
    lite = size(course_site.folder / "jupyterlite")
    assert lite < 25_000_000
    assert size(course_site.folder) - lite < 15_000_000


def test_jupyterlite_opens_the_released_notebooks(course_site: CourseSite) -> None:
    chapters = json.loads((course_site.folder / "site.json").read_bytes())["chapters"]
    pages = (course_site.folder / "jupyterlite").rglob("*.html")
    assert all('http-equiv="Content-Security-Policy"' in page.read_text(encoding="utf-8") for page in pages)
    for name in course_site.course.assignments:
        page, _, path = chapters[name]["jupyterlite"].partition("?path=")
        assert (course_site.folder / page).is_file()
        file = course_site.folder / "jupyterlite" / "files" / path
        assert file.read_bytes() == course_site.course.release_notebook(name).read_bytes()


def test_without_jupyterlite_its_extra_is_named(small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jupyterlite_core", None)  # Python's own way to say that it is not there
    with pytest.raises(CourseError, match=r"needs jupyterlite_core: pip install 'introdl-autograder\[jupyterlite\]'"):
        build_site(small, tmp_path / "site", lite=True)
    assert not (tmp_path / "site").exists()


def test_a_course_of_ones_own_becomes_a_site_and_is_replaced_by_the_next_one(small: Course) -> None:
    for _ in range(2):
        done = autograder("site", cwd=small.root)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Site of 1 chapters" in done.stdout
    assert (small.workspace / "site" / f"{NAME}.html").is_file()
    assert not list(small.workspace.glob(".site-*"))


def test_a_folder_that_is_no_site_is_left_alone(small: Course, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all my work")
    with pytest.raises(WorkspaceError, match="is not a site"):
        build_site(small, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "all my work"


def test_without_a_release_one_is_asked_for(small: Course, tmp_path: Path) -> None:
    small.release_notebook(NAME).unlink()
    with pytest.raises(CourseError, match="run `autograder build` first"):
        build_site(small, tmp_path / "site")


def test_a_release_that_cannot_be_read_is_named() -> None:
    with pytest.raises(CourseError, match=r"neuron\.ipynb: the release cannot be read"):
        read_chapter("neuron", b"{}")


def test_files_that_are_not_pyodides_are_refused(small: Course, tmp_path: Path) -> None:
    (tmp_path / "pyodide").mkdir()
    with pytest.raises(CourseError, match=r"pyodide\.js: not found; it belongs to Pyodide"):
        build_site(small, tmp_path / "site", tmp_path / "pyodide")
    for name in pyodide.CORE:
        (tmp_path / "pyodide" / name).write_text("something else")
    with pytest.raises(CourseError, match="is not the file of Pyodide"):
        build_site(small, tmp_path / "site", tmp_path / "pyodide")
    assert not (tmp_path / "site").exists()


def test_text_that_looks_like_markup_stays_text() -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# A <title>"},
        {
            "cell_type": "code",
            "id": 'x" onclick="y',
            "metadata": {},
            "source": "print('```')",
        },
    ]
    chapter = read_chapter("toy", json.dumps({"cells": cells}).encode())
    assert 'data-cell="x&quot; onclick=&quot;y"' in chapter.text
    assert "````python\nprint('```')\n````" in chapter.text


def test_the_command_says_where_the_site_is() -> None:
    done = autograder("site", "--help", cwd=PROJECT)
    assert "static files" in done.stdout


def test_the_reports_links_lead_to_anchors_of_the_site(course_site: CourseSite) -> None:
    course = course_site.course
    published = replace(course, config=replace(course.config, site="https://www.example.org/course/"))
    assert course.section("neuron", "step") == ""
    for name in course.assignments:
        index = json.loads((course_site.folder / "site.json").read_bytes())["chapters"][name]
        page = (course_site.folder / f"{name}.html").read_text(encoding="utf-8")
        for exercise in index["exercises"]:
            address, _, anchor = published.section(name, exercise).partition("#")
            assert address == f"https://www.example.org/course/{name}.html"
            assert page.count(f'id="{anchor}"') == 1
            assert page.index(f'id="{anchor}"') < page.index(f'data-exercise="{exercise}"')


SCRIPTS = ("_static/notebook.js", "_static/python.js", "_static/store.js", "site.json")  # what page.js loads


@pytest.mark.parametrize(
    ("name", "more", "files", "size"),
    [
        ("index", SCRIPTS, 20, 250_000),
        ("neuron", (*SCRIPTS, "_static/editor.js", "notebooks/neuron.ipynb"), 30, 1_200_000),
    ],
)
def test_a_page_keeps_its_budget(
    course_site: CourseSite,
    name: str,
    more: tuple[str, ...],
    files: int,
    size: int,
) -> None:
    page = (course_site.folder / f"{name}.html").read_text(encoding="utf-8")
    loaded = re.findall(r'src="([^"?]+)|<link[^>]*href="([^"?]+\.css)', page)
    paths = {course_site.folder / path for path in (f"{name}.html", *more, *(a or b for a, b in loaded))}
    assert len(paths) <= files
    assert sum(path.stat().st_size for path in paths) <= size


def test_only_figures_are_taken_from_an_executed_notebook() -> None:
    png = base64.b64encode(b"a figure").decode()
    shown = {"data": {"text/html": f'<img alt="A [step] &amp; more" src="data:image/png;base64,{png}">'}}
    released = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Toys"},
        {"cell_type": "code", "id": "b", "metadata": {}, "source": "draw()"},
        {"cell_type": "code", "id": "c", "metadata": {"nbgrader": {"grade_id": "f", "solution": True}}, "source": "?"},
    ]
    executed = [{**cell, "source": "a secret line", "outputs": [shown]} for cell in released[1:]]
    data = [json.dumps({"cells": cells}).encode() for cells in (released, executed)]
    chapter = read_chapter("toy", *data)
    assert list(chapter.pictures.values()) == [b"a figure"]
    assert "![A (step) & more](pictures/toy-figure-" in chapter.text
    assert "secret" not in chapter.text
    assert read_chapter("toy", data[0]).pictures == {}
