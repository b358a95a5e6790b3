"""A course's files as pieces, of one exercise or shared: the units in which a newer kit is compared and taken over."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.course import CONFIG_NAME

RECORD = ".kit.json"
"""In a course: the hash of each piece as it came from the kit."""

SHARED = "shared"
"""Pieces that no single exercise owns: an introduction, imports, helpers, pictures."""

NOT_COMPARED = (CONFIG_NAME, "constraints.txt")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_EXERCISE_IMPORT = re.compile(r"^from solutions\.\w+ import (\w+)\s*$", re.MULTILINE)
_WRITTEN = re.compile(r'"name": "(\w+)"')


@dataclass(frozen=True)
class Piece:
    """Some lines of one file. ``key`` names them in the file, ``start`` is their first line, counted from 0."""

    file: str
    key: str
    exercise: str
    text: str
    start: int = 0

    @property
    def assignment(self) -> str:
        """The assignment that the file belongs to; '' for one of the whole course."""
        path = PurePosixPath(self.file)
        own = path.parent.as_posix() in ("assignments", "solutions", "solutions/hidden", "solutions/mistakes") or (
            path.parent.as_posix() == "solutions/alternatives"
        )
        return path.stem.removeprefix("test_") if own and path.suffix in (".md", ".py") else ""

    @property
    def hash(self) -> str:
        """Its text for comparison; blank lines around it do not count."""
        return hashlib.sha256(self.text.strip().encode()).hexdigest()[:16]


def pieces(files: Mapping[str, bytes]) -> dict[tuple[str, str], Piece]:
    """All pieces of some files, by file and key; a file that is not text is one piece."""
    found: dict[tuple[str, str], Piece] = {}
    for name, data in files.items():
        for piece in _of_file(name, data) if name not in NOT_COMPARED else ():
            key, nth = piece.key, 2
            while (name, key) in found:  # a name that is bound twice
                key, nth = f"{piece.key} #{nth}", nth + 1
            found[name, key] = Piece(name, key, piece.exercise, piece.text, piece.start)
    return found


def record_of(files: Mapping[str, bytes]) -> bytes:
    """The record of what came from the kit, for the course's `RECORD`."""
    return record_bytes({where: piece.hash for where, piece in pieces(files).items()})


def record_bytes(hashes: Mapping[tuple[str, str], str]) -> bytes:
    """The record as written to disk: by file and key, so that Git diffs are readable."""
    by_file: dict[str, dict[str, str]] = {}
    for (name, key), value in sorted(hashes.items()):
        by_file.setdefault(name, {})[key] = value
    return json.dumps(by_file, indent=1, ensure_ascii=False).encode() + b"\n"


def read_record(data: bytes) -> dict[tuple[str, str], str]:
    """The inverse of `record_bytes`.

    Raises:
        ValueError: if it is not such a record.
    """
    raw = json.loads(data)
    if not isinstance(raw, dict) or not all(isinstance(keys, dict) for keys in raw.values()):
        raise ValueError("is not a record of what came from the kit")
    return {(name, key): str(value) for name, keys in raw.items() for key, value in keys.items()}


def _of_file(name: str, data: bytes) -> Iterator[Piece]:
    try:
        text = data.decode()
        starts = [*_starts(name, text)]
    except (UnicodeDecodeError, SyntaxError):
        yield Piece(name, "", SHARED, hashlib.sha256(data).hexdigest())
        return
    lines = text.splitlines(keepends=True)
    ends = [start for start, _, _ in starts[1:]] + [len(lines)]
    for (start, key, exercise), end in zip(starts, ends, strict=True):
        own = "".join(lines[start:end])
        yield Piece(name, key, exercise or _exercise_in(own, name), own, start)


def _starts(name: str, text: str) -> Iterator[tuple[int, str, str]]:
    """Where each piece begins, its key, and its exercise if that is clear from the beginning."""
    yield 0, "the beginning", SHARED
    if name.endswith(".md") and name.startswith("assignments/"):
        yield from _sections(text)
    elif name.endswith(".py"):
        yield from _statements(text, reference=PurePosixPath(name).parent.as_posix() == "solutions")


def _exercise_in(section: str, name: str) -> str:
    """The exercise whose cell, or written question whose mark, is in a section of a notebook."""
    found = _EXERCISE_IMPORT.search(section) or _WRITTEN.search(section.partition("\n")[0])
    return found[1] if found and name.endswith(".md") else SHARED


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """The headings of the second level outside code; a mark of a cell right above belongs to its heading."""
    fence, marked = "", -1
    for number, line in enumerate(text.splitlines()):
        if match := _FENCE.match(line):
            fence = "" if fence and match[1].startswith(fence) else fence or match[1]
        elif not fence and line.startswith("+++ {"):
            marked = number
        elif not fence and line.startswith("## "):
            yield (marked if 0 <= number - marked <= 2 and marked >= 0 else number), _key(line), ""
            marked = -1


def _key(heading: str) -> str:
    """A heading without its number, which changes when an exercise comes before it."""
    return re.sub(r"^## (Exercise) \d+\s*[,.:-]?\s*", r"\1 ", heading).removeprefix("## ").strip()


def _statements(text: str, *, reference: bool) -> Iterator[tuple[int, str, str]]:
    """Definitions and assignments at the top level, each with the comments and decorators above it."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield _first_line(node, lines), f"def {node.name}", _owner(node, reference)
        elif (target := _target(node)) is not None:
            yield _first_line(node, lines), target, SHARED
            value = getattr(node, "value", None)
            if target == "RIGHT_ANSWERS" and isinstance(value, ast.Dict):
                yield from _entries(value, lines)


def _entries(answers: ast.Dict, lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """The alternatives, which are one dictionary, in one piece per exercise."""
    for key in answers.keys:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield _first_line(key, lines), f"RIGHT_ANSWERS of {key.value}", key.value
    yield (answers.end_lineno or 1) - 1, "the end of RIGHT_ANSWERS", SHARED


def _first_line(node: ast.expr | ast.stmt, lines: Sequence[str]) -> int:
    """Where a piece begins: at its decorators, the comments above them, or a ruler comment above those."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    start = min([node.lineno, *(one.lineno for one in decorators)]) - 1
    while start > 0 and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    above = start
    while above > 0 and not lines[above - 1].strip():
        above -= 1
    return above - 1 if above > 0 and lines[above - 1].startswith("# ---") else start


def _target(node: ast.stmt) -> str | None:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return names[0] if names else None


def _owner(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, reference: bool) -> str:
    """The exercise of a definition: a reference's own name, or the one in a hidden test's or mistake's decorator."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") in ("points", "mistake"):
            first = decorator.args[0] if decorator.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                return first.value
    return node.name if reference and not node.name.startswith("_") else SHARED
