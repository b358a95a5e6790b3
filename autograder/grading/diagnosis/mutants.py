"""Mutants of the reference as explanations: what a solution with one small change would have answered."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from autograder.grading.mutation import edits
from autograder.testing.mistakes import Mistake


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


@functools.lru_cache(maxsize=128)
def inherited(module: ModuleType, exercise: str, mistakes: tuple[Mistake, ...]) -> tuple[Variant, ...]:
    """The reference with a known mistake in place of an exercise that it calls: it may be written out in the answer."""
    function = getattr(module, exercise)
    if not isinstance(function, FunctionType):
        return ()
    called = [m for m in mistakes if m.exercise in function.__code__.co_names and m.exercise != exercise]
    return tuple(Variant(f"with a mistake of {m.exercise}: {m.misconception}", _calling(function, m)) for m in called)


def _calling(function: FunctionType, mistake: Mistake) -> FunctionType:
    space = {**function.__globals__, mistake.exercise: mistake.function}
    return FunctionType(function.__code__, space, function.__name__, function.__defaults__, function.__closure__)


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
