"""Bytes from anywhere to the cells of a notebook, strictly and within bounds.

What is not needed is not decoded: a student's outputs, as the notebook is executed anew, and all metadata but marks.
Twenty megabytes of empty lists would otherwise become hundreds of megabytes of objects.
"""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from autograder.errors import SubmissionError

MAX_CELLS = 2000
MAX_MARKS = 4_000  # bytes of one cell's marks; the real ones have some 200
MAX_ATTACHMENTS = 200  # in a cell
MAX_OLD = 2_000_000  # bytes of a notebook in an older format, which has to be decoded whole

Kind = Literal["code", "markdown", "raw"]
T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True)
class LoadedCell:
    """A cell as it was handed in, its source in one piece. ``marks`` are nbgrader's metadata, {} when they are none."""

    kind: Kind
    source: str
    id: str | None = None
    marks: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadedNotebook:
    """A whole notebook. ``language`` is what its metadata name; ``notes`` tell what was put right."""

    cells: tuple[LoadedCell, ...]
    language: str = ""
    notes: tuple[str, ...] = ()


class _Marked(msgspec.Struct, frozen=True):
    nbgrader: msgspec.Raw = msgspec.Raw(b"{}")


class _Language(msgspec.Struct, frozen=True):
    language: str = ""
    name: str = ""


class _Metadata(msgspec.Struct, frozen=True):
    kernelspec: _Language = _Language()
    language_info: _Language = _Language()


class _Cell(msgspec.Struct):
    cell_type: Kind
    source: str | list[str] = ""
    id: msgspec.Raw = msgspec.Raw(b"null")
    metadata: _Marked = _Marked()
    attachments: msgspec.Raw = msgspec.Raw(b"{}")


class _Notebook(msgspec.Struct):
    nbformat: int
    cells: list[_Cell]
    metadata: _Metadata = _Metadata()


class _Version(msgspec.Struct):
    nbformat: int


_notebook = msgspec.json.Decoder(_Notebook)
_version = msgspec.json.Decoder(_Version)
_text = msgspec.json.Decoder(str)
_marks: msgspec.json.Decoder[Mapping[str, Any]] = msgspec.json.Decoder(dict[str, Any])
_NONE: Mapping[str, Any] = {}
_attachments: msgspec.json.Decoder[Mapping[str, Any]] = msgspec.json.Decoder(dict[str, dict[str, str | list[str]]])


def read_ipynb(data: bytes, path: Path | str = "notebook.ipynb") -> LoadedNotebook:
    """The notebook in these bytes.

    Raises:
        SubmissionError: when they hold none, naming ``path`` and the fault.
    """
    notes: list[str] = []
    try:
        decoded, data = _decode(_to_utf8(data, notes), notes)
        if decoded < 4:
            data = _upgraded(data, decoded)
            notes.append(f"The file was in the old notebook format {decoded} and was upgraded.")
        elif decoded > 4:
            raise _FaultError(f"is in notebook format {decoded}, and only formats up to 4 can be read")
        notebook = _strict(_notebook, data)
        if not notebook.cells:
            raise _FaultError("has no cells")
        if len(notebook.cells) > MAX_CELLS:
            raise _FaultError(f"has {len(notebook.cells)} cells, more than the {MAX_CELLS} that are read")
        cells = tuple(_loaded(cell) for cell in notebook.cells)
    except _FaultError as fault:
        raise SubmissionError(path, str(fault)) from fault.__cause__
    language = notebook.metadata.kernelspec.language or notebook.metadata.language_info.name
    return LoadedNotebook(cells, language, tuple(notes))


class _FaultError(Exception):
    """What is wrong with the file, as the rest of a sentence that begins with its name."""


def _to_utf8(data: bytes, notes: list[str]) -> bytes:
    """The same text in UTF-8 without a byte order mark, which is what the JSON decoder reads."""
    if not data.strip():
        raise _FaultError("is empty")
    if data.startswith(codecs.BOM_UTF8):
        return data.removeprefix(codecs.BOM_UTF8)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16").encode()
        except UnicodeError as error:
            raise _FaultError("is neither UTF-8 nor UTF-16 text") from error
        notes.append("The file was saved as UTF-16 and was read as such.")
        return text
    return data


def _decode(data: bytes, notes: list[str]) -> tuple[int, bytes]:
    """The notebook format's number, and the bytes with lone surrogates replaced if there were any."""
    try:
        return _strict(_version, data).nbformat, data
    except _FaultError:
        whole = _without_lone_surrogates(data)
        if whole == data:
            raise
        version = _strict(_version, whole).nbformat
    notes.append("Characters that are no valid Unicode were replaced.")
    return version, whole


# Reads escapes from left to right, so that the backslash of an escaped backslash is never taken for one of \u.
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def _without_lone_surrogates(data: bytes) -> bytes:
    return _ESCAPES.sub(lambda match: rb"\ufffd" if match["lone"] else match[0], data)


def _strict(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        raise _FaultError(f"is not a Jupyter notebook: {_plain(str(error))}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _FaultError(_why_no_json(data, str(error))) from error
    except RecursionError as error:
        raise _FaultError("is nested far deeper than a notebook is") from error


def _plain(message: str) -> str:
    """msgspec's message with the place in words: `$.cells[3].source` is cell 4's 'source'."""
    message = re.sub(r"\$\.cells\[(\d+)\]", lambda match: f"cell {int(match[1]) + 1}", message)
    return message.replace("`", "'").replace(" - at '$.", " - at '").replace(" - at '$'", "")


def _why_no_json(data: bytes, message: str) -> str:
    head = data[:4096].lstrip()
    if b"\0" in head or (not head.isascii() and _undecodable(head)):
        return "is a binary file, not a Jupyter notebook"
    if head[:1] != b"{":
        return "is not a Jupyter notebook: its text does not begin with a brace"
    if not data.rstrip().endswith(b"}"):
        return "is truncated: its text ends in the middle. Save the notebook and hand it in again"
    if re.search(rb"[:,\[]\s*-?(NaN|Infinity)\s*[,\]}]", data):
        return (
            "holds the number NaN or Infinity, which JSON does not allow. "
            "Clear all outputs, save the notebook and hand it in again"
        )
    return f"is damaged: {message}. Save the notebook in Jupyter and hand it in again"


def _undecodable(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return True
    return False


def _upgraded(data: bytes, version: int) -> bytes:
    """An older notebook in format 4, as nbformat converts it."""
    if len(data) > MAX_OLD:
        raise _FaultError(f"is in notebook format {version} and too large to be upgraded. Open and save it in Jupyter")
    import nbformat  # slow to import, and hardly ever needed

    level = logging.getLogger("traitlets").level
    try:
        logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # nbformat logs what it finds odd
        old = nbformat.from_dict(msgspec.json.decode(data))  # type: ignore[no-untyped-call]
        return msgspec.json.encode(nbformat.convert(old, 4))  # type: ignore[no-untyped-call]
    except Exception as error:  # any: nbformat checks nothing before it converts
        raise _FaultError(
            f"is in notebook format {version} and cannot be upgraded. Open and save it in Jupyter"
        ) from error
    finally:
        logging.getLogger("traitlets").setLevel(level)


def _loaded(cell: _Cell) -> LoadedCell:
    source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
    marks = cell.metadata.nbgrader
    pictures = cell.attachments
    return LoadedCell(
        cell.cell_type,
        source,
        _or(_text, cell.id, None),
        _or(_marks, marks, _NONE) if len(bytes(marks)) <= MAX_MARKS else _NONE,
        _or(_attachments, pictures, _NONE) if bytes(pictures).count(b"{") <= MAX_ATTACHMENTS else _NONE,
    )


def _or(decoder: msgspec.json.Decoder[T], raw: msgspec.Raw, otherwise: D) -> T | D:
    """What is not worth a rejection when it is wrong."""
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return otherwise
