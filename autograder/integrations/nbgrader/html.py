"""Cleans the HTML of Markdown cells for nbgrader's feedback; nbgrader loads it by name."""

from __future__ import annotations

from jinja2 import pass_context
from jinja2.runtime import Context

from autograder.reports.markdown import Attachments, markdown
from autograder.reports.markdown import safe_html as safe_html


@pass_context
def markdown_html(context: Context, source: str) -> str:
    """nbconvert's `markdown2html`, with a blank picture for each missing attachment.

    One is missing if a student copied a cell's text, or if a program dropped the attachment.
    """
    attachments = Attachments(context.get("cell", {}).get("attachments", {}))
    renderer = markdown.IPythonRenderer(escape=False, attachments=attachments)
    html: str = markdown.MarkdownWithMath(renderer=renderer).render(source)
    return html
