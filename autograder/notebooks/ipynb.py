"""Turns bytes from anywhere into the cells of a notebook, strictly and within bounds.

What is not needed is not decoded: a student's outputs, because the notebook is executed again, and all metadata but
marks. Twenty megabytes of empty lists would otherwise become hundreds of megabytes of objects.
"""

from __future__ import annotations

import codecs
import contextlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from autograder.errors import SubmissionError

SLIM = 2_000_000  # bytes up to which a notebook keeps its outputs until it is read
MAX_CELLS = 2000
MAX_MARKS = 4_000  # bytes of one cell's marks; the real ones have some 200
MAX_ATTACHMENTS = 200  # in a cell
MAX_OLD = 2_000_000  # bytes of a notebook in an older format, which has to be decoded whole

Kind = Literal["code", "markdown", "raw"]
T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True)
class LoadedCell:
    """A cell as it was handed in, its source in one piece. ``marks`` are nbgrader's metadata, {} if it has none."""

    kind: Kind
    source: str
    id: str | None = None
    marks: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadedNotebook:
    """A whole notebook.

    ``notes`` say what was done to read it. ``language`` and ``assignment`` come from its metadata.
    """

    cells: tuple[LoadedCell, ...]
    language: str = ""
    notes: tuple[str, ...] = ()
    assignment: str = ""


class _Marked(msgspec.Struct, frozen=True):
    nbgrader: msgspec.Raw = msgspec.Raw(b"{}")


class _Language(msgspec.Struct, frozen=True):
    language: str | None = None
    name: str | None = None


class _Otter(msgspec.Struct, frozen=True):
    assignment_name: str | None = None


class _Metadata(msgspec.Struct, frozen=True):
    kernelspec: msgspec.Raw = msgspec.Raw(b"{}")
    language_info: msgspec.Raw = msgspec.Raw(b"{}")
    otter: msgspec.Raw = msgspec.Raw(b"{}")


class _Cell(msgspec.Struct):
    """Only what is graded is strict. What editors write as null or leave out counts as missing."""

    cell_type: str
    source: str | list[str] | None = ""
    id: msgspec.Raw = msgspec.Raw(b"null")
    metadata: msgspec.Raw = msgspec.Raw(b"{}")
    attachments: msgspec.Raw = msgspec.Raw(b"{}")


class _Notebook(msgspec.Struct):
    cells: list[_Cell]
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


class _WholeCell(_Cell, omit_defaults=True):
    pass


class _Whole(msgspec.Struct):
    """A notebook without its outputs."""

    cells: list[_WholeCell]
    metadata: msgspec.Raw = msgspec.Raw(b"{}")
    nbformat: int = 4
    nbformat_minor: int = 5


class _Version(msgspec.Struct):
    nbformat: int | float | str = 4  # some tools write 4.0, "4", or lose it


_notebook = msgspec.json.Decoder(_Notebook)
_version = msgspec.json.Decoder(_Version)
_whole = msgspec.json.Decoder(_Whole)
_metadata = msgspec.json.Decoder(_Metadata)
_language = msgspec.json.Decoder(_Language)
_otter = msgspec.json.Decoder(_Otter)
_marked = msgspec.json.Decoder(_Marked)
_text = msgspec.json.Decoder(str)
_marks: msgspec.json.Decoder[Mapping[str, Any]] = msgspec.json.Decoder(dict[str, Any])
_NONE: Mapping[str, Any] = {}
_attachments: msgspec.json.Decoder[Mapping[str, Any]] = msgspec.json.Decoder(dict[str, dict[str, str | list[str]]])


def read_ipynb(data: bytes, path: Path | str = "notebook.ipynb") -> LoadedNotebook:
    """The notebook in these bytes.

    Raises:
        SubmissionError: if they hold none, naming ``path`` and the reason.
    """
    notes: list[str] = []
    try:
        _refuse_other_files(data[:4096].lstrip())
        data = _to_utf8(data, notes)
        _refuse_other_files(data[:4096].lstrip())  # a web page in UTF-16, for example
        version, data = _decode(data, notes)
        if version < 4:
            data = _upgraded(data, version)
            notes.append(f"The file was in the old notebook format {version} and was upgraded.")
        elif version > 4:
            raise _FaultError(f"is in notebook format {version}, and only formats up to 4 can be read")
        notebook = _strict(_notebook, data)
        if not notebook.cells:
            raise _FaultError("has no cells")
        if len(notebook.cells) > MAX_CELLS:
            raise _FaultError(f"has {len(notebook.cells)} cells, more than the {MAX_CELLS} that are read")
        cells = tuple(_loaded(cell) for cell in notebook.cells)
    except _FaultError as fault:
        raise SubmissionError(path, str(fault)) from fault.__cause__
    metadata = _or(_metadata, notebook.metadata, _Metadata())
    kernel, info = _or(_language, metadata.kernelspec, _Language()), _or(_language, metadata.language_info, _Language())
    assignment = _or(_otter, metadata.otter, _Otter()).assignment_name
    return LoadedNotebook(cells, kernel.language or info.name or "", tuple(notes), assignment or "")


class _FaultError(Exception):
    """What is wrong with the file, as the rest of a sentence that begins with its name."""


def _to_utf8(data: bytes, notes: list[str]) -> bytes:
    """The same text in UTF-8 without a byte order mark, which is what the JSON decoder reads."""
    if not data.strip():
        raise _FaultError("is empty")
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16").encode()
        except UnicodeError as error:
            raise _FaultError("is neither UTF-8 nor UTF-16 text") from error
        notes.append("The file was saved as UTF-16 and was read as such.")
        return text
    if data.lstrip().startswith(b"{") and b"\0" not in data and _undecodable(data):
        notes.append("The file was saved in the encoding Windows-1252 and was read as such.")
        return data.decode("cp1252", errors="replace").encode()
    return data


def _decode(data: bytes, notes: list[str]) -> tuple[int, bytes]:
    """The notebook format's number, and the bytes as strict JSON."""
    try:
        return _number(_strict(_version, data).nbformat), data
    except _FaultError as fault:
        for mend, note in _MENDED:
            mended = mend(data)
            if mended != data:
                data = mended
                notes.append(note)
                with contextlib.suppress(_FaultError):
                    return _number(_strict(_version, data).nbformat), data
        raise fault from fault.__cause__


def _number(version: int | float | str) -> int:
    try:
        return int(float(version))
    except (ValueError, OverflowError):
        raise _FaultError(f"is in notebook format {str(version)[:20]!r}, which is not a number") from None


_STRING_OR_NUMBER = re.compile(rb'"(?:[^"\\]|\\.)*"|(?P<odd>-?\b(?:NaN|Infinity)\b)', re.DOTALL)


def _without_odd_numbers(data: bytes) -> bytes:
    """Turns NaN and Infinity, which Python writes into outputs but JSON does not have, into null."""
    if b"NaN" not in data and b"Infinity" not in data:
        return data
    return _STRING_OR_NUMBER.sub(lambda match: b"null" if match["odd"] else match[0], data)


# Reads escapes from left to right, so that the backslash of an escaped backslash is never taken for one of \u.
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def _without_lone_surrogates(data: bytes) -> bytes:
    return _ESCAPES.sub(lambda match: rb"\ufffd" if match["lone"] else match[0], data)


_MENDED: tuple[tuple[Callable[[bytes], bytes], str], ...] = (
    (_without_lone_surrogates, "Characters that are not valid Unicode were replaced."),
    (_without_odd_numbers, "The file held the numbers NaN or Infinity, which JSON does not have; they were left out."),
)


def _strict(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        if " - at " not in str(error):  # it is another kind of thing as a whole
            raise _FaultError(f"is not a Jupyter notebook: it has no list of cells. {_HAND_IN}") from error
        raise _FaultError(f"is not a Jupyter notebook: {_plain(str(error))}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _FaultError(_why_no_json(data, str(error))) from error
    except RecursionError as error:
        raise _FaultError("is nested far deeper than any notebook") from error


def _plain(message: str) -> str:
    """msgspec's message with the place in plain words: `$.cells[3].source` is cell 4's 'source'."""
    message = re.sub(r"\$\.cells\[(\d+)\]", lambda match: f"cell {int(match[1]) + 1}", message)
    return message.replace("`", "'").replace(" - at '$.", " - at '").replace(" - at '$'", "")


def _why_no_json(data: bytes, message: str) -> str:
    head = data[:4096].lstrip()
    if b"\0" in head or (not head.isascii() and _undecodable(head)):
        return "is a binary file, not a Jupyter notebook. Hand in the .ipynb file itself"
    if re.search(rb"^(?:<{7}|={7}$|>{7})", data, re.MULTILINE):
        return (
            "holds git's conflict markers (<<<<<<<, =======, >>>>>>>), so no program can open it. In a text editor, "
            "keep one of the two versions of each conflict and delete the lines of markers; or take the file of an "
            "earlier commit"
        )
    if head[:1] != b"{":
        return f"is not a Jupyter notebook: its text does not begin with a brace. {_HAND_IN}"
    if not data.rstrip().endswith(b"}"):
        return f"is truncated: its text ends in the middle, as after an upload that was cut off. {_OWN_COPY}"
    return f"is damaged: {message}. {_OWN_COPY}"


def _refuse_other_files(head: bytes) -> None:
    for begins, what in _OTHER_FILES:
        if re.match(begins, head, re.IGNORECASE):
            raise _FaultError(what)


_HAND_IN = "Hand in the file that Jupyter saves, with the ending .ipynb"
_OWN_COPY = (
    "Open your own copy in Jupyter: if that works, hand it in once more; if not, take an earlier one "
    "(in JupyterLab: File, Revert Notebook to Checkpoint)"
)
_OTHER_FILES = (
    (
        rb"<!DOCTYPE|<html|<head|<body|<\?xml|<script|<!--",
        "is a web page, not a Jupyter notebook: the page around the notebook was saved instead of the notebook. "
        "On GitHub use 'Download raw file', in Jupyter or Colab the menu File, Download",
    ),
    (rb"%PDF", "is a PDF file, not a Jupyter notebook. " + _HAND_IN),
    (rb"PK\x03\x04", "is a zip file (or a document of an office program), not a Jupyter notebook. Unpack it first"),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!", "is a packed archive, not a Jupyter notebook. Unpack it first"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "is a binary file, a picture, not a Jupyter notebook. " + _HAND_IN),
    (rb"\{\\rtf", "is a text document (RTF), not a Jupyter notebook. " + _HAND_IN),
    (
        rb"version https://git-lfs",
        "is a pointer of git LFS, not the notebook itself. Run `git lfs pull` and hand it in",
    ),
    (
        rb"\[InternetShortcut\]|bplist00|L\x00\x00\x00|\{[^\[{}]*\"doc_id\"",
        "is a shortcut to a file, not the notebook itself. " + _HAND_IN,
    ),
    (
        rb"(?:#[^\n]*\s+|\"\"\"|%|from \w|import \w|def \w)",
        "is a Python script or plain text, not a Jupyter notebook: its text does not begin with a brace. " + _HAND_IN,
    ),
)


def _undecodable(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return True
    return False


def _upgraded(data: bytes, version: int) -> bytes:
    """Converts an older notebook to format 4 with nbformat."""
    if len(data) > MAX_OLD:
        raise _FaultError(f"is in notebook format {version} and too large to be upgraded. Open and save it in Jupyter")
    import nbformat  # slow to import, and hardly ever needed

    level = logging.getLogger("traitlets").level
    try:
        logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # nbformat logs whatever it finds odd
        old = nbformat.from_dict(msgspec.json.decode(data))  # type: ignore[no-untyped-call]
        return msgspec.json.encode(nbformat.convert(old, 4))  # type: ignore[no-untyped-call]
    except Exception as error:  # any: nbformat checks nothing before it converts
        raise _FaultError(
            f"is in notebook format {version} and cannot be upgraded. Open and save it in Jupyter"
        ) from error
    finally:
        logging.getLogger("traitlets").setLevel(level)


def _loaded(cell: _Cell) -> LoadedCell:
    source = cell.source or ""
    marks = _or(_marked, cell.metadata, _Marked()).nbgrader
    pictures = cell.attachments
    return LoadedCell(
        _KINDS.get(cell.cell_type, "raw"),
        source if isinstance(source, str) else "".join(source),
        _or(_text, cell.id, None),
        _or(_marks, marks, _NONE) if len(bytes(marks)) <= MAX_MARKS else _NONE,
        _or(_attachments, pictures, _NONE) if bytes(pictures).count(b"{") <= MAX_ATTACHMENTS else _NONE,
    )


_KINDS: Mapping[str, Kind] = {"code": "code", "markdown": "markdown", "heading": "markdown", "text": "markdown"}
"""Some editors have their own kinds of cells, for SQL or forms: these are kept but not run."""


def slim(data: bytes) -> bytes:
    """A large notebook without its outputs and metadata that are not graded; anything else unchanged."""
    if len(data) <= SLIM:
        return data
    with contextlib.suppress(_FaultError):
        version, text = _decode(_to_utf8(data, []), [])
        if version == 4:
            whole = _strict(_whole, text)
            kept = _or(_metadata, whole.metadata, _Metadata())  # the state of widgets can be as large as outputs
            return msgspec.json.encode(msgspec.structs.replace(whole, metadata=msgspec.Raw(msgspec.json.encode(kept))))
    return data


def _or(decoder: msgspec.json.Decoder[T], raw: msgspec.Raw, otherwise: D) -> T | D:
    """Parts that are not worth a rejection if they are wrong."""
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return otherwise
