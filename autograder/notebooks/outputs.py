"""Makes the outputs of a student's cells safe to keep and to look at.

The outputs come from the student's process: they can be anything at all until they have been checked here. What does
not fit the notebook format is dropped, what could run or hide something in a teacher's browser or terminal is removed,
and everything is bounded.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
import nh3

from autograder.text import without_controls

MAX_OUTPUTS = 50  # in a cell
MAX_LINES = 1000
MAX_TEXT = 100_000  # characters
MAX_IMAGE = 4_000_000  # characters of base64
MAX_PIXELS = 30_000_000
MAX_NOTEBOOK = 20_000_000  # bytes of JSON, over all cells

Text = str | list[str]


class _Stream(msgspec.Struct, tag_field="output_type", tag="stream"):
    name: Literal["stdout", "stderr"]
    text: Text


class _Display(msgspec.Struct, tag_field="output_type", tag="display_data"):
    data: dict[str, Any]


class _Value(msgspec.Struct, tag_field="output_type", tag="execute_result"):
    data: dict[str, Any]


class _Error(msgspec.Struct, tag_field="output_type", tag="error"):
    ename: str
    evalue: str
    traceback: list[str]


_Output = _Stream | _Display | _Value | _Error


class Cleaner:
    """Cleans the outputs of one notebook, cell by cell, within one bound over all of them."""

    def __init__(self, room: int = MAX_NOTEBOOK) -> None:
        """``room`` bounds the sum of all outputs, in bytes of JSON."""
        self._room = room

    def clean(self, outputs: object, execution_count: int | None = None) -> list[dict[str, Any]]:
        """One cell's outputs in nbformat 4's form; never raises, whatever they are."""
        if not isinstance(outputs, list | tuple):
            return []
        cleaned = [made for output in _merged(outputs[:MAX_OUTPUTS]) if (made := _clean(output, execution_count))]
        if len(outputs) > MAX_OUTPUTS:
            cleaned.append(stream(f"[{len(outputs) - MAX_OUTPUTS} more outputs were left out]\n"))
        return [output if self._fits(output) else stream("[an output was left out: too much]\n") for output in cleaned]

    def _fits(self, output: dict[str, Any]) -> bool:
        size = len(msgspec.json.encode(output))
        if size > self._room:
            return False
        self._room -= size
        return True


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    """A printed output."""
    return {"output_type": "stream", "name": name, "text": text}


def plain(text: str) -> str:
    """Text without terminal escapes or control characters, and with a limited number of lines.

    >>> plain("a\\x1b[31mb\\x07")
    'ab'
    """
    return _bounded(without_controls(text[: 2 * MAX_TEXT]))


_COLOUR = re.compile(r"\x1b\[[0-9;]{0,20}m")


def _merged(outputs: Sequence[object]) -> list[_Output]:
    """The outputs that fit the format; neighbouring prints become one, as Jupyter does it."""
    merged: list[_Output] = []
    for raw in outputs:
        try:
            output = msgspec.convert(raw, _Output)
        except (msgspec.ValidationError, RecursionError):
            continue
        last = merged[-1] if merged else None
        if isinstance(output, _Stream) and isinstance(last, _Stream) and last.name == output.name:
            last.text = [*([last.text] if isinstance(last.text, str) else last.text), _joined(output.text)]
        else:
            merged.append(output)
    return merged


def _clean(output: _Output, execution_count: int | None) -> dict[str, Any] | None:
    if isinstance(output, _Stream):
        return stream(plain(_last_overwrite(_joined(output.text))), output.name)
    if isinstance(output, _Error):
        return {
            "output_type": "error",
            "ename": plain(output.ename)[:200],
            "evalue": plain(output.evalue),
            "traceback": _coloured("\n".join(output.traceback)).split("\n") if output.traceback else [],
        }
    picture, metadata = _described(output.data)
    data = {mime: made for mime, clean in _MIMES.items() if (made := clean(picture.get(mime)))}
    if not data:
        return None
    if isinstance(output, _Display):
        return {"output_type": "display_data", "data": data, "metadata": metadata}
    return {"output_type": "execute_result", "data": data, "metadata": metadata, "execution_count": execution_count}


_PICTURE = re.compile(r'<img alt="([^"<>]{1,2000})" src="data:image/png;base64,([A-Za-z0-9+/=\s]+)">')


def _described(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Turns a picture in HTML into an image with its alternative text in the metadata; anything else stays.

    JupyterLab shows alternative texts only in HTML; nbgrader's pages drop images from HTML, but read the metadata.
    """
    shown = data.get("text/html")
    match = _PICTURE.fullmatch(shown) if isinstance(shown, str) and len(shown) <= MAX_IMAGE else None
    if not match:
        return data, {}
    return {"image/png": match[2]}, {"image/png": {"alt": plain(html.unescape(match[1]))}}


def _joined(text: Text) -> str:
    return text if isinstance(text, str) else "".join(text)


def _last_overwrite(text: str) -> str:
    """What a terminal would leave of a progress bar that rewrites its line."""
    lines = text[: 20 * MAX_TEXT].replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def _coloured(text: str) -> str:
    """A traceback: colours stay, every other escape goes."""
    text = text[: 2 * MAX_TEXT]
    pieces = zip(_COLOUR.split(text), [*_COLOUR.findall(text), ""], strict=True)
    return _bounded("".join(without_controls(piece) + colour for piece, colour in pieces))


def _bounded(text: str) -> str:
    lines = text.split("\n")
    if len(lines) <= MAX_LINES and len(text) <= MAX_TEXT:
        return text
    kept = "\n".join(lines[:MAX_LINES])[:MAX_TEXT]
    return f"{kept}\n[{len(text) - len(kept)} more characters were left out]\n"


def _as_text(value: object) -> str:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "".join(value)
    return plain(value) if isinstance(value, str) else ""


def _as_markdown(value: object) -> str:
    """Markdown that cannot turn into markup of its own."""
    return _as_text(value).replace("<", "&lt;")


def _as_html(value: object) -> str:
    """Text, tables and embedded images; nothing that runs, styles the page around it, or loads from elsewhere."""
    text = _as_text(value)
    return nh3.clean(text, attribute_filter=_harmless, url_schemes={"http", "https", "mailto", "data"}) if text else ""


def _harmless(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        kind, _, picture = value.partition(";base64,")
        known = kind in ("data:image/png", "data:image/jpeg", "data:image/gif")
        return value if known and _as_image(b"", picture) else None
    if attribute in ("href", "cite") and not value.startswith(("http://", "https://", "mailto:", "#")):
        return None
    return value


def _as_image(magic: bytes, value: object) -> str:
    """The base64 of an image that begins like one of its kind and is not too large to show."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "".join(value)
    if not isinstance(value, str) or len(value) > MAX_IMAGE:
        return ""
    try:
        data = base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(data).decode() if data.startswith(magic) and _is_small(data) else ""


def _is_small(data: bytes) -> bool:
    """Whether a picture's header promises few enough pixels: a file of 4 MB can have billions."""
    from PIL import Image  # it is slow to load, and most notebooks have no pictures

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF")) as picture:
                return picture.width * picture.height <= MAX_PIXELS
    except Exception:  # whatever Pillow raises for bytes that are not a picture
        return False


_MIMES: dict[str, Callable[[object], str]] = {
    "text/plain": _as_text,
    "text/html": _as_html,
    "text/latex": _as_text,
    "text/markdown": _as_markdown,
    "image/png": lambda value: _as_image(b"\x89PNG\r\n\x1a\n", value),
    "image/jpeg": lambda value: _as_image(b"\xff\xd8\xff", value),
}
"""The kinds of output that are kept, each with the function that makes it safe."""
