"""Which definition of an exercise counts, and what its function sees of the notebook when it is called.

Functions are called after the whole notebook has run, when a later cell may have used an exercise's name, or one of its
helpers', for something else. The cell in which an exercise is to be written decides; where that one holds the stub
still, or defines nothing, the last definition in the notebook counts.
"""

from __future__ import annotations

import ast
import builtins
import os
import re
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from autograder.sandbox.common import messages
from autograder.sandbox.guest.shell import safe_text

MAX_PASSED_OVER = 5
_OF_THE_SHELL = re.compile(r"_+|_i+|_i?\d+|_[iod]h|In|Out|exit|quit|get_ipython")
_BUILT_IN = frozenset(vars(builtins))
_ABSENT = object()


@dataclass
class _Ran:
    """One cell that has run: which names it set, and all names after it if that may matter."""

    index: int
    exercise: str
    source: str
    changed: dict[str, Any]
    after: Mapping[str, Any] = field(default_factory=dict)


class Definitions:
    """Watches the names of a notebook while its cells run. ``names`` is the namespace of the shell."""

    def __init__(self, names: dict[str, Any], transform: Callable[[str], str]) -> None:
        self._names, self._transform = names, transform
        self.exercises: tuple[str, ...] = ()
        self._cells: list[_Ran] = []
        self._views: dict[str, dict[str, Any]] | None = None
        self._own: dict[str, frozenset[str]] = {}
        self._choices: tuple[messages.Choice, ...] = ()

    @contextmanager
    def cell(self, index: int, exercise: str, source: str) -> Iterator[None]:
        """Watches one cell while it runs; ``exercise`` is the one that belongs in it."""
        self._views = None
        before = dict(self._names) if self.exercises else {}
        yield
        if not self.exercises:
            return
        changed = {
            name: value
            for name, value in self._names.items()
            if before.get(name, _ABSENT) is not value and not _OF_THE_SHELL.fullmatch(name)
        }
        matters = exercise or any(name in changed for name in self.exercises)
        self._cells.append(_Ran(index, exercise, source, changed, dict(self._names) if matters else {}))

    def settle(self) -> tuple[messages.Choice, ...]:
        """Binds each exercise's name to the definition that counts, and says which one that is."""
        if self._views is None:
            chosen = {name: self._choose(name) for name in self.exercises}
            self._choices = tuple(self._choice(name, cell) for name, cell in chosen.items())
            counting = {name: cell.changed[name] for name, cell in chosen.items() if cell is not None}
            cells = sorted({cell.index: cell for cell in chosen.values() if cell is not None}.items())
            attempts = {cell.index for cell in self._cells if not cell.changed.keys().isdisjoint(counting)}
            held = {cell.index: self._held(cell, attempts) for _, cell in cells}
            self._own = {name: frozenset(cell.changed) - {name} for name, cell in chosen.items() if cell is not None}
            self._views = {
                name: self._view(cell, counting, [other for _, other in cells], held)
                for name, cell in chosen.items()
                if cell is not None
            }
            self._names.update(counting)
        return self._choices

    @contextmanager
    def seen_by(self, exercise: str, bound: Mapping[str, Any]) -> Iterator[None]:
        """Lets an exercise's function see what it saw in its cell, with the names in ``bound`` bound to those values.

        What a function assigns to such a name is there at its next call, and nowhere else.
        """
        self.settle()
        view = (self._views or {}).get(exercise, {})
        bound = {name: value for name, value in bound.items() if name not in self._own.get(exercise, ())}
        meanwhile = {**view, **bound}
        before = {name: self._names.get(name, _ABSENT) for name in meanwhile}
        self._names.update(meanwhile)
        try:
            yield
        finally:
            view.update({name: self._names[name] for name in view if name in self._names and name not in bound})
            for name, value in before.items():
                if value is _ABSENT:
                    self._names.pop(name, None)
                else:
                    self._names[name] = value

    def _choose(self, name: str) -> _Ran | None:
        """The cell whose definition of this exercise counts."""
        defining = [cell for cell in self._cells if callable(cell.changed.get(name)) and self._defines(cell, name)]
        own = [cell for cell in defining if cell.exercise == name]
        if own and (defining == own or not self._is_stub(own[-1], name)):
            return own[-1]
        written = [cell for cell in defining if not self._is_stub(cell, name)]
        return next(reversed(written or own or defining), None)

    def _choice(self, name: str, cell: _Ran | None) -> messages.Choice:
        """What to report about it: the cells further down that use the name for something else."""
        if cell is None:
            return messages.Choice(name, -1)
        later = [other for other in self._cells if other.index > cell.index and name in other.changed]
        passed = tuple(
            (other.index, safe_text(lambda other=other: messages.describe(other.changed[name]))[:100])  # type: ignore[misc]
            for other in later[:MAX_PASSED_OVER]
        )
        return messages.Choice(name, cell.index, passed)

    def _view(
        self, cell: _Ran, counting: Mapping[str, Any], cells: list[_Ran], held: Mapping[int, dict[str, Any]]
    ) -> dict[str, Any]:
        """What the names that the function knew in its own cell mean in other cells since then.

        The functions of exercises above find what theirs had given, as when the cell ran. What a later cell deleted,
        as `del` and `%reset` do, is there as well.
        """
        view: dict[str, Any] = {}
        for other in cells:
            if other.index <= cell.index:
                view = {name: value for name, value in view.items() if name not in other.changed} | held[other.index]
            else:
                view = {n: value for n, value in held[other.index].items() if n not in cell.after} | view
        for name in _BUILT_IN & self._names.keys() - cell.after.keys() - set(self.exercises):
            view[name] = vars(builtins)[name]
        own = {name: value for name, value in cell.changed.items() if name in counting and value is not counting[name]}
        deleted = {name: value for name, value in cell.after.items() if name not in self._names}
        return deleted | view | own

    def _held(self, cell: _Ran, attempts: set[int]) -> dict[str, Any]:
        """The helpers of a cell, and what it got from the locked cells, that stay the same for its function."""
        locked = {name for other in self._cells if other.exercise == messages.LOCKED for name in other.changed}
        found = {}
        for name in (cell.changed.keys() | locked) & cell.after.keys() - set(self.exercises):
            then, now = cell.after[name], self._names.get(name)
            if then is not now and then is not None and self._holds(name, then, now, cell, attempts):
                found[name] = then
        return found

    def _holds(self, name: str, then: Any, now: Any, cell: _Ran, attempts: set[int]) -> bool:
        """Whether a helper stays the same: one that is redefined outside the other exercises' cells is a correction.

        A name that some function declares global is the notebook's state and keeps changing.
        """
        if any(re.search(rf"\bglobal\b[^\n]*\b{re.escape(name)}\b", other.source) for other in self._cells):
            return False
        takers = [other for other in self._cells if other.index > cell.index and name in other.changed]
        if not takers:
            return False
        taker = takers[-1]
        if taker.exercise == messages.LOCKED:
            return False
        return bool(taker.exercise) or taker.index in attempts or not (callable(then) and self._is_made_here(now))

    def _defines(self, cell: _Ran, name: str) -> bool:
        """Whether this cell means the exercise: what `from pylab import *` brings along does not count."""
        if cell.exercise == name or self._is_made_here(cell.changed[name]):
            return True
        word = re.escape(name)
        told = rf"\b{word}\s*(?::[^=\n]*)?=(?!=)|\bas\s+{word}\b|\bimport\b[^\n]*\b{word}\b"
        return re.search(told, cell.source) is not None

    def _is_made_here(self, value: Any) -> bool:
        """Whether this is a function or class from the notebook, or from a file that was handed in beside it."""
        if isinstance(value, types.FunctionType) and value.__globals__ is self._names:
            return True
        module = getattr(value, "__module__", None)
        if not isinstance(module, str):
            return False
        file = getattr(sys.modules.get(module), "__file__", None)
        return module == "__main__" or (isinstance(file, str) and os.path.dirname(file) == os.getcwd())

    def _is_stub(self, cell: _Ran, name: str) -> bool:
        """Whether the cell's definition of this name is still to be written."""
        try:
            tree = ast.parse(self._transform(cell.source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        found = [node for node in tree.body if isinstance(node, kinds) and node.name == name]
        return bool(found) and is_unwritten(found[-1])


def is_unwritten(node: ast.AST) -> bool:
    """Whether a function contains only its description, or raises NotImplementedError first."""
    if isinstance(node, ast.ClassDef):
        methods = [inner for inner in node.body if isinstance(inner, ast.FunctionDef)]
        return all(is_unwritten(method) for method in methods)
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    steps = [step for step in node.body if not _says_nothing(step)]
    return not steps or is_left_over(steps[0])


def is_left_over(node: ast.AST) -> bool:
    """Whether this is the line `raise NotImplementedError()` of a stub."""
    raised = node.exc if isinstance(node, ast.Raise) else None
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def is_left_over_at(source: str, line: int) -> bool:
    """Whether a stub's `raise NotImplementedError()` is in this line, beside other lines of its function."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            steps = [step for step in node.body if not _says_nothing(step)]
            if any(step.lineno == line and is_left_over(step) for step in steps):
                return len(steps) > 1
    return False


def _says_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
