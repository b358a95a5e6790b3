"""Looks through a release for lines of solutions, mistakes and hidden tests.

White space and comments do not matter: a line that was wrapped, indented or put into a sentence is found too. Public by
design, so not looked for: imports, decorators, ``def`` lines and docstrings. Nor are lines that reveal nothing, such as
``return result`` or ``for row in rows:``, which a notebook may share with a solution by chance.
"""

from __future__ import annotations

import ast
import io
import json
import keyword
import re
import tokenize
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import read_authored
from autograder.errors import CourseError

SHORTEST = 10
"""A line counts if it has at least this many characters, not counting white space."""

PUBLIC_STARTS = frozenset({"import", "from", "def", "class", "for", "@", "global", "nonlocal"})
IGNORED_TOKENS = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)
PLAIN_DATA = re.compile(r"(\w+=)?((np\.)?(as)?array\()?[\[(]*[-+\d.,e\[\]()]*(,?dtype=\w+)?\)?,?")


@dataclass(frozen=True)
class Secret:
    """One line that must stay with the instructors; ``squeezed`` is its code without white space and comments."""

    squeezed: str
    text: str
    path: Path
    line: int


@dataclass(frozen=True)
class Leak:
    """A secret line found in a release: ``place`` names the cell or part of the file, ``line`` the line in it."""

    path: Path
    place: str
    line: int
    secret: Secret

    def __str__(self) -> str:
        """The place, the secret line and where it comes from."""
        where = f"{self.place}, " if self.place else ""
        return f"{where}line {self.line}, holds '{self.secret.text}' ({self.secret.path.name}:{self.secret.line})"


def find_leaks(
    release_dir: Path, secrets: Sequence[Path], *, public: Collection[str] = (), embedded: Sequence[str] = ()
) -> tuple[Leak, ...]:
    """The lines of the secret Python files that appear in the release, each once per text.

    ``public`` are statements of those files that are released on purpose, ``embedded`` texts of the engine's own that
    public checks bring along, the longest first.

    Raises:
        CourseError: if a secret file cannot be read as Python.
    """
    allowed = {_squeeze(statement) for statement in public}
    lines = [line for path in secrets for line in secret_lines(path) if line.squeezed not in allowed]
    found = []
    for path in sorted(release_dir.rglob("*")):
        if not path.is_file():
            continue
        for place, text in _texts(path):
            rest = text
            for own in embedded:
                rest = rest.replace(own, "")
            squeezed = _squeeze(rest)
            for secret in lines:
                if secret.squeezed in squeezed:
                    found.append(Leak(path, place, _line_in(rest, secret.squeezed), secret))
    return tuple(found)


def secret_lines(path: Path) -> tuple[Secret, ...]:
    """The lines of a Python file whose appearance in a release is a leak.

    Raises:
        CourseError: if the file cannot be read as Python.
    """
    source = read_authored(path)
    try:
        docstrings = _docstring_lines(ast.parse(source))
        statements = list(_statements(source))
    except SyntaxError as fault:
        raise CourseError(path, f"is not valid Python: {fault.msg}", line=fault.lineno) from None
    found: dict[str, Secret] = {}
    for statement in statements:
        if statement[0].start[0] in docstrings or statement[0].string in PUBLIC_STARTS:
            continue
        # the whole statement, and each of its lines if there are several
        for tokens in [statement, *_by_line(statement)]:
            squeezed = "".join(token.string for token in tokens).rstrip(",")
            if _tells_something(tokens, squeezed):
                line = tokens[0].start[0]
                squeezed = _squeeze(squeezed)
                text = " ".join(tokens[0].line.split())
                found.setdefault(squeezed, Secret(squeezed, text, path, line))
    return tuple(found.values())


def _statements(source: str) -> Iterator[list[tokenize.TokenInfo]]:
    tokens: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NEWLINE and tokens:
            yield tokens
            tokens = []
        elif token.type not in IGNORED_TOKENS:
            tokens.append(token)


def _by_line(statement: list[tokenize.TokenInfo]) -> list[list[tokenize.TokenInfo]]:
    lines: dict[int, list[tokenize.TokenInfo]] = {}
    for token in statement:
        lines.setdefault(token.start[0], []).append(token)
    return list(lines.values()) if len(lines) > 1 else []


def _docstring_lines(tree: ast.Module) -> set[int]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.body[0].lineno
        for node in ast.walk(tree)
        if isinstance(node, owners) and node.body and ast.get_docstring(node, clean=False) is not None
    }


def _tells_something(tokens: list[tokenize.TokenInfo], squeezed: str) -> bool:
    """Whether it has at least three names, numbers or texts, and is more than a plain list of numbers."""
    telling = [
        token
        for token in tokens
        if token.type in (tokenize.NUMBER, tokenize.STRING)
        or (token.type == tokenize.NAME and not keyword.iskeyword(token.string))
    ]
    return len(squeezed) >= SHORTEST and len(telling) >= 3 and not PLAIN_DATA.fullmatch(squeezed)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _line_in(text: str, squeezed: str) -> int:
    """The line of the text on which the squeezed one begins."""
    ends = _squeeze(text).index(squeezed) + 1
    for number, line in enumerate(text.splitlines(), start=1):
        ends -= len(_squeeze(line))
        if ends <= 0:
            return number
    return 1


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """The texts of a file and their places: a notebook's cells, outputs and metadata, or else the file itself."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    if path.suffix == ".ipynb":
        try:
            notebook = json.loads(text)
        except ValueError:
            notebook = None
        if isinstance(notebook, dict):
            for number, cell in enumerate(notebook.pop("cells", []), start=1):
                yield from _strings(cell, f"cell {number}{_name(cell)}")
            yield from _strings(notebook, "the notebook's metadata")
            return
    yield "", text


def _name(cell: Any) -> str:
    try:
        return f" ({cell['metadata']['nbgrader']['grade_id']})"
    except (KeyError, TypeError):
        return ""


def _strings(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """All texts within a JSON value. Lists of texts are joined, because that is how a notebook stores its lines."""
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, list) and node and all(isinstance(part, str) for part in node):
        yield place, "".join(node)
    elif isinstance(node, list):
        for part in node:
            yield from _strings(part, place)
    elif isinstance(node, dict):
        for part in node.values():
            yield from _strings(part, place)
