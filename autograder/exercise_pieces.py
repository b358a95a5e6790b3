"""Cuts an exercise into what students see and the solution below it, function by function."""

from __future__ import annotations

import ast
import contextlib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.exercise_syntax import Definition


@dataclass(frozen=True)
class Piece:
    """One function or method: the ``stub`` are its lines down to the body as they stand, ``indent`` is the body's.

    A class's first piece begins at the line of ``class``.
    """

    stub: str
    body: str
    indent: str


def cut(node: Definition, methods: list[ast.FunctionDef], lines: list[str], path: Path) -> Iterator[Piece]:
    """The pieces of an exercise, a function or a class with these methods.

    Raises:
        CourseError: when one of them has no body.
    """
    start = node.lineno - 1
    for method in methods:
        has_docstring = ast.get_docstring(method, clean=False) is not None
        above = (method.body[0].end_lineno or 0) if has_docstring else _header_end(method, lines)
        rest = method.body[has_docstring:]
        if not rest or rest[0].lineno <= above:
            who = f"{node.name}.{method.name}" if isinstance(node, ast.ClassDef) else node.name
            where = "docstring" if has_docstring else "first line"
            raise CourseError(path, f"{who} has no body below its {where}", line=method.lineno)
        body = textwrap.dedent("\n".join(lines[above : method.end_lineno])).strip("\n")
        yield Piece("\n".join(lines[start:above]), body, " " * rest[0].col_offset)
        start = method.end_lineno or above


def _header_end(method: ast.FunctionDef, lines: list[str]) -> int:
    """The line on which the method's signature ends: with it, and a body of nothing, the method is complete."""
    for end in range(method.lineno, method.body[0].lineno):
        header = textwrap.dedent("\n".join(lines[method.lineno - 1 : end]))
        with contextlib.suppress(SyntaxError):
            ast.parse(f"{header}\n{' ' * method.body[0].col_offset}pass")
            return end
    return method.body[0].lineno
