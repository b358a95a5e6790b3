"""What all HTML pages share: numbers in words, and templates that escape automatically."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.course.moments import shown_iso

CODE = re.compile(r"`([^`\n]+)`")


def points(number: float) -> str:
    """At most three decimals, as a tenth of a quarter has, rounded down so that 'almost all' never reads as 'all'.

    >>> points(2.0), points(0.5), points(12.375), points(1.9999)
    ('2', '0.5', '12.375', '1.999')
    """
    return f"{int(number * 1000 + 1e-6) / 1000:.7g}"


def count(number: float, unit: str) -> str:
    """
    >>> count(1, "test"), count(0.5, "point")
    ('1 test', '0.5 points')
    """
    return f"{points(number)} {unit}{'' if number == 1 else 's'}"


def percent(part: float, whole: float) -> int:
    """A share as a whole number from 0 to 100, rounded down."""
    return max(0, min(100, int(100 * part / whole + 1e-6))) if whole > 0 else 0


def prose(text: str) -> Markup:
    """Escaped text with `code` between backticks marked up as code; for sentences that instructors wrote."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))


def environment(folders: Sequence[Path], styles: Sequence[Path], **names: Any) -> Environment:
    """Templates from these folders; ``style`` holds the style sheets, ``names`` are globals of the templates."""
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(points=points, prose=prose, moment=shown_iso)
    style = Markup("\n").join(Markup(path.read_text(encoding="utf-8")) for path in styles)
    made.globals.update(set=frozenset, count=count, percent=percent, style=style, **names)
    return made
