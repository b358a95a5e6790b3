"""Formulas as MathML, which browsers draw themselves: no script, no fonts, and screen readers can read them."""

from __future__ import annotations

from typing import Any

from latex2mathml.converter import convert


def setup(app: Any) -> dict[str, bool]:
    """Registers the renderer with Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(page: Any, node: Any) -> None:
    from docutils.nodes import SkipNode

    page.body.append(convert(node.astext(), display="inline"))
    raise SkipNode


def _block(page: Any, node: Any) -> None:
    from docutils.nodes import SkipNode

    page.body.append(f'<div class="math" tabindex="0">{convert(node.astext(), display="block")}</div>')
    raise SkipNode
