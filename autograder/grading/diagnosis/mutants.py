"""Mutants of the reference as explanations: what a solution with one small change would have answered."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from autograder.grading.mutation import edits


@dataclass(frozen=True)
class Variant:
    """The reference with one thing changed: what the change is in words, and the changed function."""

    words: str
    function: Callable[..., Any]


@functools.lru_cache(maxsize=128)
def variants(module: ModuleType, exercise: str) -> tuple[Variant, ...]:
    """All variants of a reference function; none of a class, which is compared with known mistakes only."""
    function = getattr(module, exercise)
    if isinstance(function, type):
        return ()
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    if ast.get_docstring(definition) is not None:
        definition.body = definition.body[1:]
    return tuple(_made(tree, module, exercise))


def _made(tree: ast.Module, module: ModuleType, exercise: str) -> Iterator[Variant]:
    plain, known = ast.dump(tree), set()
    for edit in edits(tree):
        with edit.made():
            dump = ast.dump(tree)
            if dump == plain or dump in known:
                continue
            known.add(dump)
            try:
                code = compile(ast.fix_missing_locations(tree), f"<a variant of {exercise}>", "exec")
            except (SyntaxError, ValueError, TypeError):
                continue
        space = dict(vars(module))
        try:
            exec(code, space)  # our own reference, changed by our own operators
        except Exception:
            continue
        yield Variant(edit.words, space[exercise])
