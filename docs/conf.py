"""How Sphinx builds these pages: `make docs`, with every warning an error. No page loads anything from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

from autograder import __version__

project = "An autograded introduction to deep learning"
author = "The introdl-autograder maintainers"
copyright = f"2026, {author}"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"  # search and a dark mode come with it
html_title = "introdl-autograder"
html_show_sphinx = False
html_copy_source = False
myst_heading_anchors = 3
autodoc_typehints = "none"
autodoc_member_order = "bysource"
add_module_names = False
default_role = "code"

# The pages link to files of the repository, so that the links work on GitHub too. On this site three of those files are
# pages; of the others only the name stays.
ROOT = Path(__file__).resolve().parents[1]
PAGES = {"security": "SECURITY.md", "changelog": "CHANGELOG.md", "contributing": "CONTRIBUTING.md"}
OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./([^)#]+)(#[^)]+)?\)")

RECORDS = "\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n"


def setup(app: Sphinx) -> None:
    """Makes pages of the repository's own files, and fits the links."""
    app.connect("source-read", _read)


def _read(app: Sphinx, name: str, content: list[str]) -> None:
    text = content[0] + (RECORDS if name == "decisions/README" else "")
    if name in PAGES:
        path = ROOT / PAGES[name]
        app.env.note_dependency(path)
        text = re.sub(r"\]\((?![a-z]+:|#)", "](../", path.read_text(encoding="utf-8")).replace("](../docs/", "](")
    pages = {file: f"{page}.md" for page, file in PAGES.items()}
    content[0] = OUTSIDE.sub(
        lambda link: f"[{link[1]}]({pages[link[2]]}{link[3] or ''})" if link[2] in pages else link[1], text
    )
