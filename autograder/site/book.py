"""Has Sphinx make pages of the chapters, and finishes each page: its policy, and what can be scrolled by keyboard."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autograder.errors import CourseError

ASSETS = Path(__file__).parent / "assets"
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_FORMULA_AS_HEAD = re.compile(r"<th class=\"head\">(<p><math.*?</math></p>)</th>")


def make_pages(source: Path, target: Path, title: str) -> None:
    """Writes the HTML of all Markdown files in ``source`` into ``target``, in a process of Sphinx's own.

    Raises:
        CourseError: when Sphinx is not installed, or does not understand a page.
    """
    for needed in ("sphinx", "furo", "latex2mathml", "myst_parser"):
        if importlib.util.find_spec(needed) is None:
            what = f"the site needs {needed}: pip install 'introdl-autograder[site]'"
            raise CourseError("autograder site", what)
    settings = "\n".join(f"{name} = {value!r}" for name, value in _settings(title).items())
    (source / "conf.py").write_text(settings + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "--no-color", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", source / ".doctrees", source, target], capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = done.stderr.replace(f"{source}/", "").strip() or "Sphinx stopped without a message"
        raise CourseError("autograder site", f"the pages cannot be made: {told[:2000]}")


def _settings(title: str) -> dict[str, Any]:
    return {
        "project": title,
        "html_title": title,
        "html_short_title": title,
        "language": "en",
        "extensions": ["myst_parser", "autograder.site.formulas"],
        "myst_enable_extensions": ["dollarmath", "amsmath"],
        "myst_heading_anchors": 3,
        "html_math_renderer": "mathml",
        "html_theme": "furo",
        "html_theme_options": {"navigation_with_keys": False},
        "html_static_path": [str(ASSETS)],
        "html_css_files": ["site.css"],
        "html_js_files": [("page.js", {"type": "module"})],
        "html_copy_source": False,
        "html_use_index": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_show_copyright": False,
        "html_last_updated_fmt": None,
        "suppress_warnings": ["myst.header", "misc.highlighting_failure"],
    }


def script_hashes(pages: Iterable[str]) -> str:
    """What a policy must say to allow the theme's own inline scripts, and no others."""
    scripts = dict.fromkeys(script for page in pages for script in _INLINE_SCRIPT.findall(page))
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def finish_page(page: str, policy: str, meta: str) -> str:
    """A page with its content security policy, and with what scrolls within reach of the keyboard."""
    head = f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">\n{meta}'
    page = page.replace("<head>", head, 1)
    page = page.replace('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="Chapters">')
    page = page.replace('<aside class="toc-drawer', '<aside aria-label="On this page" class="toc-drawer')
    page = page.replace('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper')
    page = page.replace('<th class="head"><p></p></th>', '<td class="head"></td>')
    page = _FORMULA_AS_HEAD.sub(_named, page)
    if "searchtools.js" in page:
        page = re.sub(r'(role="main"[^>]*>)', r'\1<h1 class="course-hidden">Search</h1>', page, count=1)
    return re.sub(r"(<div class=\"highlight\">)<pre>", r'\1<pre tabindex="0">', page)


def _named(match: re.Match[str]) -> str:
    """A table's head that is nothing but a formula, with a name for programs that do not read formulas."""
    words = " ".join(re.sub(r"<[^>]+>", " ", match[1]).split())
    return f'<th class="head"><span class="course-hidden">{words}</span><span aria-hidden="true">{match[1]}</span></th>'
