"""Makes text that strangers wrote safe to show: in a notebook's outputs, on a page, in a terminal, in a table."""

from __future__ import annotations

import codecs
import re
import unicodedata
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # a control sequence, such as a colour or a moved cursor
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # a string, such as the window's title or a link
    r"|\x1b[ -/]*[0-~]?"
)
WHOLE_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
"""Only complete escapes: on a page, what is left of a broken one is made visible."""

CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160), 0x2028, 0x2029])
SURROGATE = re.compile("[\ud800-\udfff]")
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, except tab and newline
    "\u202a-\u202e\u2066-\u2069"  # those that turn the direction of what follows
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"  # what UTF-8 or HTML cannot hold
)
FORMULA = frozenset("=+-@\u2212")
"""Text that begins with these is a formula in a spreadsheet; in some, so are full-width, raised or small variants."""

INVISIBLE = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"))
"""Kinds of characters that a spreadsheet may drop from the start of a text, or that only change how it looks."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like the one of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

T = TypeVar("T")


def without_controls(text: str) -> str:
    """The text without terminal escapes and control characters, for outputs that a browser or a terminal may show.

    >>> without_controls("a\\x1b[31mb\\x07")
    'ab'
    """
    return SURROGATE.sub("\ufffd", ESCAPE.sub("", text)).translate(CONTROLS)


def for_terminal(text: str) -> str:
    """The text on one line, with a sign instead of each character that a terminal might obey.

    >>> for_terminal("a\\x1b[31m \\n b")
    'a�[31m b'
    """
    return "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))


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
        text = UNPRINTABLE.sub(lambda match: _visible(match[0]), WHOLE_ESCAPE.sub("", text))
    return f"{text}… ({left_out} more characters)" if left_out > 0 else text


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"[U+{code:04X}]"


def cleaned(value: T, limit: int) -> T:
    """A structure with every text in it cleaned, whichever field it is in, so that future fields are cleaned too."""

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return clean(value, limit)
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        return [walk(item) for item in value] if isinstance(value, list | tuple) else value

    return msgspec.convert(walk(msgspec.to_builtins(value)), type(value))


def harmless(value: object) -> object:
    """Text that no spreadsheet takes for a formula; numbers stay numbers.

    >>> harmless("=1+1"), harmless("Ada"), harmless(-1.5)
    ("'=1+1", 'Ada', -1.5)
    """
    if not isinstance(value, str):
        return value
    seen = next((char for char in value if unicodedata.category(char) not in INVISIBLE), "")
    hides = value[:1] in ("\t", "\r", "\n")
    return f"'{value}" if hides or FORMULA.intersection(unicodedata.normalize("NFKC", seen)[:1]) else value


def decoded(data: bytes) -> tuple[str, bool]:
    """A text in whichever encoding its program chose, and whether Windows-1252 had to be guessed.

    Raises:
        UnicodeDecodeError: if it is in none of these.

    >>> decoded("é".encode("utf-16")), decoded("id".encode("utf-16-le")), decoded(b"\\xe9")
    (('é', False), ('id', False), ('é', True))
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding), False
    if b"\0" in data:  # UTF-16 without a mark: every other byte of most letters is zero
        little = data[1::2].count(0) >= data[::2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be"), False
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8"), False
    return data.decode("cp1252"), True
