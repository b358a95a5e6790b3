"""The workspace's nbgrader_config.py: right after the course or the workspace was copied, and safe in a browser."""

from __future__ import annotations

import re
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
import pytest
from books import nbgrader, rows
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbgrader.server_extensions.formgrader.handlers import template_path
from small_course import NAME

from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.course import Course, load_course
from autograder.integrations.nbgrader.html import markdown_html, safe_html

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # in nbgrader
]


ELSEWHERE = (
    "https://example.org/a.png",
    "//example.org/a.png",
    " //example.org/a.png",
    "/\\example.org/a.png",
    "\\\\example.org/a.png",
    "ht&#10;tps://example.org/a.png",
)


@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize(
    "image", ['<img src="{}">', '<img alt=">" width=1 src="{}" title=\'a "b"\'>', "<IMG SRC='{}'/>"]
)
def test_an_image_from_elsewhere_is_a_link_and_fetches_nothing(image: str, address: str) -> None:
    html = safe_html(f"<p>{image.format(address)} and more</p>")
    assert "<img" not in html
    assert html.endswith(" and more</p>")


@pytest.mark.parametrize("address", ["data:image/png;base64,AAAA", "a.png", "./figures/a%20b.png", "../a.png"])
def test_an_image_of_the_notebooks_own_stays(address: str) -> None:
    assert f'src="{address}"' in safe_html(f'<img alt="a" src="{address}">')


MISSING = (
    "![a](attachment:x.png)",
    "![a][1]\n\n[1]: attachment:x.png",
    "![a](<attachment:x y.png>)",
    "![a](attachment:)",
    "![a](attachment:a(b).png)",
    "![a](attachment:a&amp;b.png)",
    "![a](attachment:a\\_b.png)",
    "![a](attachment:a'b.png)",
    "![a](&#97;ttachment:empty.png)",
)


@pytest.mark.parametrize("text", MISSING)
def test_a_cell_that_names_a_missing_attachment_shows_a_blank_picture_and_stops_no_page(text: str) -> None:
    cell = nbformat.v4.new_markdown_cell(f"before {text} after", attachments={"empty.png": {}})
    exporter = HTMLExporter(template_name="classic")
    exporter.register_filter("markdown2html", markdown_html)
    page, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert re.search(r"before (<img [^>]*data:image/png;base64,iVBOR|!\[)", page)


def test_an_attachment_that_is_there_is_shown() -> None:
    cell = nbformat.v4.new_markdown_cell("![a](attachment:x.png)", attachments={"x.png": {"image/png": "AAAA"}})
    exporter = HTMLExporter(template_name="classic")
    exporter.register_filter("markdown2html", markdown_html)
    page, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert 'src="data:image/png;base64,AAAA"' in page


ANSWER = {"nbgrader": {"solution": True, "grade_id": "f"}}


@pytest.mark.parametrize(
    ("metadata", "folded"),
    [
        ({"tags": ["hide-input"]}, True),
        ({"tags": ["hide-input"], "nbgrader": {"solution": False, "locked": True}}, True),
        ({"tags": ["hide-input"]} | ANSWER, False),
        ({"tags": ["other"]}, False),
        ({}, False),
    ],
)
def test_what_the_notebook_folds_is_folded_on_the_pages_too_but_never_an_answer(
    metadata: dict[str, Any], folded: bool
) -> None:
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[template_path])
    exporter.filters["highlight_code"] = "autograder.integrations.nbgrader.html.code_html"
    cell = nbformat.v4.new_code_cell("x = '</details><script>'\ny = 1", metadata=metadata)
    page, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=[cell]), {"index": 0, "total": 1})
    found = BeautifulSoup(page, "html.parser").select("div.input_area")[0]
    assert [summary.text for summary in found.select("summary")] == (["Folded: 2 lines of code"] if folded else [])
    assert "x = '</details><script>'\ny = 1" in found.text
    assert not found.select("script")


def test_every_name_in_the_settings_is_there_to_be_loaded(graded: Course) -> None:
    """nbgrader loads classes and functions by name, and traitlets finds settings by the name of a class."""
    text = write_nbgrader_config(graded).read_text()
    names = set(re.findall(r'"((?:autograder|nbgrader|nbconvert)(?:\.\w+)+)"', text))
    assert len(names) > 10
    ours = {name: getattr(import_module(name.rpartition(".")[0]), name.rpartition(".")[2]) for name in names}
    bases = {base.__name__ for one in ours.values() if isinstance(one, type) for base in one.__mro__}
    assert {"CourseConfigurable"} == set(re.findall(r"^c\.(\w+)\.root", text, re.M)) & bases


def test_a_course_that_was_moved_uses_its_own_gradebook(graded: Course, tmp_path: Path) -> None:
    write_nbgrader_config(graded)
    moved = load_course(Path(shutil.move(graded.root, tmp_path / "elsewhere")))
    nbgrader(moved.workspace, "autograde", NAME, "--student", "bob", "--force")
    nbgrader(moved.workspace, "db", "student", "add", "zoe")
    assert "zoe" in nbgrader(moved.workspace, "db", "student", "list")
    assert rows(moved.gradebook, moved.course_id, NAME)["bob"].score == 2.0
    assert not graded.root.exists()


def test_a_workspace_that_was_copied_alone_uses_its_own_gradebook_and_the_same_course(
    graded: Course, tmp_path: Path
) -> None:
    write_nbgrader_config(graded)
    copy = Path(shutil.copytree(graded.workspace, tmp_path / "copy"))
    nbgrader(copy, "db", "student", "add", "zoe")
    nbgrader(copy, "autograde", NAME, "--student", "bob", "--force")
    assert "zoe" in nbgrader(copy, "db", "student", "list")
    assert "zoe" not in nbgrader(graded.workspace, "db", "student", "list")
    assert rows(f"sqlite:///{copy}/gradebook.db", graded.course_id, NAME)["bob"].score == 2.0


def test_the_roster_gives_formgrader_the_names(graded: Course) -> None:
    write_nbgrader_config(graded)
    lines = ["id,first_name,last_name,email,canvas_id,sis_id,login,section", "ada,Ada,Ames,a@example.org,7,S7,al,1"]
    (graded.root / "roster.csv").write_text("\n".join(lines))
    nbgrader(graded.workspace, "db", "student", "import", "../roster.csv")
    assert "ada (Ames, Ada) -- a@example.org" in nbgrader(graded.workspace, "db", "student", "list")


def test_feedback_is_released_to_those_who_used_the_exchange(graded: Course, tmp_path: Path) -> None:
    """ada handed in through it; bob's notebook was imported, and stops nobody."""
    write_nbgrader_config(graded)
    handed_in = graded.submitted_dir / "ada" / NAME
    (handed_in / "timestamp.txt").write_text("2030-01-30 12:00:00 UTC")
    (handed_in / "submission_secret.txt").write_text("0" * 64)
    shared = tmp_path / "shared"
    (shared / graded.course_id).mkdir(parents=True)
    nbgrader(graded.workspace, "autograde", NAME, "--force")
    nbgrader(graded.workspace, "generate_feedback", NAME)
    said = nbgrader(graded.workspace, "release_feedback", NAME, f"--Exchange.root={shared}")
    assert "Not released, because not submitted through the exchange: bob" in said
    assert len(list(shared.rglob("*.html"))) == 1


def test_a_database_elsewhere_and_a_workspace_elsewhere_are_named_as_they_are(graded: Course, tmp_path: Path) -> None:
    config = (graded.root / "course.yml").read_text()
    (graded.root / "course.yml").write_text(f"gradebook: sqlite:////srv/grades.db\nexchange: /srv/shared\n{config}")
    text = write_nbgrader_config(load_course(graded.root, tmp_path / "elsewhere")).read_text()
    assert "c.CourseDirectory.db_url = 'sqlite:////srv/grades.db'" in text
    assert f"for place in [{str(graded.root)!r}]]" in text
    assert "os.path.join(root, '/srv/shared')" in text
