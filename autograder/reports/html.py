"""What all HTML pages share: texts cleaned and bounded, numbers in words, and templates that escape by themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.moments import shown_iso

TERMINAL_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, except tab and newline
    "\u202a-\u202e\u2066-\u2069"  # those that turn the direction of what follows
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"  # what UTF-8 or HTML cannot hold
)
T = TypeVar("T")
CODE = re.compile(r"`([^`\n]+)`")


def clean(text: str, limit: int) -> str:
    """The text with at most ``limit`` of its characters, without terminal escapes; other unprintables become visible.

    >>> clean("a\\x1b[31mb\\x07c" + "d" * 20, 12)
    'ab␇cddd… (17 more characters)'
    """
    left_out = len(text) - limit
    if left_out > 0:
        text = text[:limit]
    if UNPRINTABLE.search(text):
        text = text.replace("\r\n", "\n")
        text = UNPRINTABLE.sub(lambda match: _visible(match[0]), TERMINAL_ESCAPE.sub("", text))
    return f"{text}… ({left_out} more characters)" if left_out > 0 else text


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"[U+{code:04X}]"


def cleaned(value: T, limit: int) -> T:
    """A structure with every text in it cleaned, whichever field it is in: one that is new tomorrow is cleaned too."""

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return clean(value, limit)
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        return [walk(item) for item in value] if isinstance(value, list | tuple) else value

    return msgspec.convert(walk(msgspec.to_builtins(value)), type(value))


def points(number: float) -> str:
    """At most three decimals, which a tenth of a quarter has, rounded down, so that 'all' is never said of almost all.

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
    """Escaped text in which `code` between backticks is set as code; for sentences that instructors wrote."""
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
