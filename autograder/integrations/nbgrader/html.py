"""The HTML of cells on formgrader's pages and in nbgrader's feedback; nbgrader loads these filters by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from autograder.reports.markdown import Attachments, filters, markdown
from autograder.reports.markdown import safe_html as safe_html

FOLDED = "hide-input"


@pass_context
def markdown_html(context: Context, source: str) -> str:
    """nbconvert's `markdown2html`, with a blank picture for each missing attachment.

    One is missing if a student copied a cell's text, or if a program dropped the attachment.
    """
    attachments = Attachments(context.get("cell", {}).get("attachments", {}))
    renderer = markdown.IPythonRenderer(escape=False, attachments=attachments)
    html: str = markdown.MarkdownWithMath(renderer=renderer).render(source)
    return html


def code_html(source: str, language: str | None = None, metadata: Mapping[str, Any] | None = None) -> str:
    """nbconvert's `highlight_code`, folded where the notebook folds a cell's code; an answer is always shown."""
    marks = metadata or {}
    html: str = filters.Highlight2HTML(pygments_lexer="ipython3")(source, language, marks)
    if FOLDED not in marks.get("tags", ()) or marks.get("nbgrader", {}).get("solution"):
        return html
    lines = source.count("\n") + 1
    return f"<details><summary>Folded: {lines} line{'s' if lines > 1 else ''} of code</summary>{html}</details>"
