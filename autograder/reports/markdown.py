"""Markdown that strangers wrote as HTML in which nothing runs and nothing is fetched from elsewhere; formulas too."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import nh3
from markupsafe import Markup, escape
from nbconvert import filters as untyped_filters
from nbconvert.filters import markdown_mistune as untyped_markdown

from autograder.text import clean

filters: Any = untyped_filters  # they have no type hints
markdown: Any = untyped_markdown  # the same

_ATTRIBUTE = r' [\w-]+="[^"]*"'
_HERE = r'data:image/|[\w.%-][^:\\"]*"'  # embedded, or a path that begins with a name and holds neither scheme nor host
_FROM_ELSEWHERE = re.compile(rf'<img(?:{_ATTRIBUTE})*? src="(?!{_HERE})([^"]*)"(?:{_ATTRIBUTE})*>')
"""In what nh3 has cleaned, where an attribute's value holds no quotation mark."""

_WITHOUT_ALT = re.compile(rf"<img(?!(?:{_ATTRIBUTE})*? alt=)((?:{_ATTRIBUTE})*>)")

ATTRIBUTES = nh3.ALLOWED_ATTRIBUTES | {"*": {"class", "id"}}
LONGEST, LONGEST_FORMULA = 50_000, 2_000


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


class Attachments(dict[str, Mapping[str, str]]):
    """A cell's attachments, in which none is missing: nbconvert refuses a whole notebook for one that is not there."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Mapping[str, str]:
        return self.get(name) or {"image/png": BLANK}


def rendered(source: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> Markup:
    """A Markdown text as HTML for a page of ours: formulas as MathML, which browsers draw without a script.

    What cannot be rendered is shown as it was typed.
    """
    source = clean(source, LONGEST)
    formulas = _Formulas()
    try:
        renderer = _renderer(formulas, Attachments(attachments or {}))
        page = safe_html(markdown.MarkdownWithMath(renderer=renderer).render(source))
    except Exception:  # whatever a student's text does to the parser, the text itself can be read
        return Markup('<pre class="as-typed">{}</pre>').format(source)
    return Markup(formulas.put_into(_unnamed(page)))


def _renderer(formulas: _Formulas, attachments: Attachments) -> Any:
    class Renderer(markdown.IPythonRenderer):  # type: ignore[misc]  # nbconvert has no type hints
        def block_math(self, body: str) -> str:
            return formulas.keep(body, display=True)

        def inline_math(self, body: str) -> str:
            return formulas.keep(body, display=False)

        def latex_environment(self, name: str, body: str) -> str:
            return formulas.keep(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    return Renderer(escape=False, exclude_anchor_links=True, attachments=attachments)


def _unnamed(page: str) -> str:
    """The page without its own ids and classes, which could be taken for those of the page around it."""
    kept = nh3.ALLOWED_ATTRIBUTES | {"span": {"class"}}
    page = nh3.clean(page, attributes=kept, url_schemes={"http", "https", "data"})
    return _WITHOUT_ALT.sub(r'<img alt="a picture without a description"\1', page)


class _Formulas:
    """Formulas are kept aside while the HTML around them is cleaned, and put in afterwards.

    A mark in an attribute is never replaced: its quotation marks are escaped there.
    """

    def __init__(self) -> None:
        self._token = secrets.token_hex(12)
        self._kept: list[str] = []

    def keep(self, source: str, *, display: bool) -> str:
        self._kept.append(formula(source, display=display))
        return f'<span class="{self._token}-{len(self._kept) - 1}"></span>'

    def put_into(self, page: str) -> str:
        mark = re.compile(rf'<span class="{self._token}-(\d+)"></span>')
        return mark.sub(lambda match: self._kept[int(match[1])], page)


_MATHML = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot"}
    | {"mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose"}
    | {"mmultiscripts", "mprescripts", "none", "semantics"}
)
_SETTINGS = frozenset(
    {"display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "fence", "form", "symmetric", "separator"}
    | {"lspace", "rspace", "width", "height", "depth", "minsize", "maxsize", "linethickness", "notation"}
    | {"accent", "accentunder", "movablelimits", "columnalign", "columnlines", "rowlines", "rowspacing"}
    | {"columnspacing"}
)


def formula(source: str, *, display: bool) -> str:
    """A formula in LaTeX as MathML; one that is not understood is shown as it was typed."""
    from latex2mathml.converter import convert_to_element  # loads a table of 10,000 symbols

    as_typed = f"<code>{escape(clean(source, LONGEST_FORMULA))}</code>"
    if len(source) > LONGEST_FORMULA:
        return as_typed
    try:
        tree = convert_to_element(source.strip(), display="block" if display else "inline")
        return ElementTree.tostring(_harmless(tree), encoding="unicode", short_empty_elements=False)
    except Exception:  # the library has many ways to say no, and a formula may be nested without end
        return as_typed


def _harmless(element: ElementTree.Element) -> ElementTree.Element:
    """The element with nothing but what draws formulas: no links, no styles, no scripts."""
    if element.tag not in _MATHML:
        raise ValueError(element.tag)
    made = ElementTree.Element(element.tag, {k: v for k, v in element.attrib.items() if k in _SETTINGS})
    made.text = html.unescape(element.text or "")
    made.extend(_harmless(child) for child in element)
    return made
