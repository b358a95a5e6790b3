"""Parts of an exercise's syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

Definition: TypeAlias = ast.FunctionDef | ast.ClassDef


def methods_of(node: Definition) -> list[ast.FunctionDef]:
    """The functions that hold the solution: the exercise itself, or a class's methods."""
    return [node] if isinstance(node, ast.FunctionDef) else [n for n in node.body if isinstance(n, ast.FunctionDef)]


def arguments(node: ast.FunctionDef) -> Iterator[ast.arg]:
    """All parameters of a function, in the order of its signature."""
    given = node.args
    yield from (*given.posonlyargs, *given.args, *given.kwonlyargs)
    yield from (argument for argument in (given.vararg, given.kwarg) if argument)
