"""Cleans the HTML of Markdown cells for nbgrader's feedback; nbgrader loads it by name."""

from __future__ import annotations

import re
from typing import Any

import nh3
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert import filters as untyped_filters
from nbconvert.filters import markdown_mistune as untyped_markdown

filters: Any = untyped_filters  # they have no type hints
markdown: Any = untyped_markdown  # the same

_ATTRIBUTE = r' [\w-]+="[^"]*"'
_HERE = r'data:image/|[\w.%-][^:\\"]*"'  # embedded, or a path that begins with a name and holds neither scheme nor host
_FROM_ELSEWHERE = re.compile(rf'<img(?:{_ATTRIBUTE})*? src="(?!{_HERE})([^"]*)"(?:{_ATTRIBUTE})*>')
"""In what nh3 has cleaned, where an attribute's value holds no quotation mark."""

ATTRIBUTES = nh3.ALLOWED_ATTRIBUTES | {"*": {"class", "id"}}


def safe_html(html: str) -> str:
    """The HTML of a Markdown text without anything that a browser would run or fetch from another place.

    An image from elsewhere becomes a link: fetching it would tell its owner who reads the notebook, and when.

    >>> safe_html('<p onclick="f()">a <b>b</b><script>f()</script></p>')
    '<p>a <b>b</b></p>'
    >>> safe_html('<img src="https://example.org/a.png" alt="a">')
    '<a href="https://example.org/a.png" rel="noopener noreferrer">https://example.org/a.png</a>'
    """
    own = nh3.clean(filters.strip_files_prefix(html), attributes=ATTRIBUTES, url_schemes={"http", "https", "data"})
    return _FROM_ELSEWHERE.sub(r'<a href="\1" rel="noopener noreferrer">\1</a>', own)


BLANK = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
"""A transparent PNG of one pixel."""


class _Attachments(dict[str, dict[str, str]]):
    """A cell's attachments, in which none is missing: nbconvert refuses a whole notebook for one that is not there."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> dict[str, str]:
        return self.get(name) or {"image/png": BLANK}


@pass_context
def markdown_html(context: Context, source: str) -> str:
    """nbconvert's `markdown2html`, with a blank picture where a cell names an attachment that it does not have.

    That happens when a student copies a cell's text, or when a program drops what is attached.
    """
    attachments = _Attachments(context.get("cell", {}).get("attachments", {}))
    renderer = markdown.IPythonRenderer(escape=False, attachments=attachments)
    html: str = markdown.MarkdownWithMath(renderer=renderer).render(source)
    return html
