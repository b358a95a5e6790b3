"""Which parts of a course's files each exercise depends on, so that a change is felt by those that it may touch.

Hidden tests, mistakes and the reference are Python modules. A top-level function that is marked with its exercise
belongs to that one. Of the reference, an exercise depends on its own function, on those that its tests or mistakes
name, and on those that these name in turn. Everything else in a module (imports, constants, helpers, fixtures, classes)
counts for every exercise. A name that stands in a text counts as well: `getattr(reference, "relu")`.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

_MADE_UP_LATER = frozenset(
    ("getattr", "vars", "eval", "exec", "globals", "attrgetter", "methodcaller", "import_module", "__dict__", "modules")
)


@dataclass(frozen=True)
class Module:
    """A module in parts: the ``marked`` functions of each exercise, other ``functions`` by name, and the ``rest``."""

    marked: Mapping[str, tuple[ast.stmt, ...]]
    functions: Mapping[str, tuple[ast.stmt, ...]]
    rest: tuple[ast.stmt, ...]
    lines: tuple[str, ...]

    def text(self, statements: Iterable[ast.stmt]) -> str:
        """The lines of these statements; comments between statements are not among them."""
        return "\n".join("\n".join(self.lines[_first_line(s) - 1 : s.end_lineno]) for s in statements)


def split(source: str, *, mark: str | None = None) -> Module:
    """Takes a module apart. ``mark`` is the decorator that names a function's exercise in its first argument.

    A marked function that the module names elsewhere is also a helper, and stays in the rest.

    Raises:
        SyntaxError: when it is no Python.
    """
    body, lines = ast.parse(source).body, tuple(source.split("\n"))
    named = names(body)
    marked: dict[str, tuple[ast.stmt, ...]] = {}
    functions: dict[str, tuple[ast.stmt, ...]] = {}
    rest: list[ast.stmt] = []
    for statement in body:
        exercise = _exercise(statement, mark) if mark else None
        if exercise is not None and isinstance(statement, ast.FunctionDef) and statement.name not in named:
            marked[exercise] = (*marked.get(exercise, ()), statement)
        elif isinstance(statement, ast.FunctionDef) and not statement.decorator_list:
            functions[statement.name] = (*functions.get(statement.name, ()), statement)
        else:
            rest.append(statement)
    return Module(marked, functions, tuple(rest), lines)


def _first_line(statement: ast.stmt) -> int:
    decorators = statement.decorator_list if isinstance(statement, ast.FunctionDef | ast.ClassDef) else []
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _exercise(statement: ast.stmt, mark: str) -> str | None:
    """The exercise in a function's mark; None without one, or when it is not written out."""
    if not isinstance(statement, ast.FunctionDef):
        return None
    found = [
        call.args[0].value
        for call in statement.decorator_list
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == mark and call.args
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    ]
    return found[0] if len(found) == 1 else None


def names(statements: Sequence[ast.AST]) -> frozenset[str]:
    """All names that these statements use: as variables, attributes, or written in a text."""
    return frozenset(_names(statements))


def _names(statements: Sequence[ast.AST]) -> Iterator[str]:
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                yield node.id
            elif isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
                yield node.value
            elif isinstance(node, ast.alias):
                yield node.name.rpartition(".")[2]


def reached(functions: Mapping[str, tuple[ast.stmt, ...]], start: Collection[str]) -> tuple[str, ...]:
    """The functions among ``start``, those that they name, and so on; all, where names may be made up later."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in _MADE_UP_LATER:
            return tuple(sorted(functions))
        if name in functions and name not in found:
            found.add(name)
            waiting += names(functions[name])
    return tuple(sorted(found))


def exercise_digests(hidden: str, mistakes: str, reference: str, exercises: Sequence[str]) -> dict[str, str]:
    """For each exercise, the hash of all parts of the three modules that its result may depend on.

    Raises:
        SyntaxError: when one of them is no Python.
    """
    tests, known, own = split(hidden, mark="points"), split(mistakes, mark="mistake"), split(reference)
    shared = (*tests.rest, *chain.from_iterable(tests.functions.values()))
    for_all = names([*shared, *known.rest, *own.rest])
    told = (tests.text(shared), known.text(known.rest), own.text(own.rest))
    made: dict[str, str] = {}
    for exercise in exercises:
        asked, wrong = tests.marked.get(exercise, ()), known.marked.get(exercise, ())
        helpers = reached(known.functions, for_all | names(wrong))
        wrong = (*wrong, *chain.from_iterable(known.functions[name] for name in helpers))
        needed = reached(own.functions, {exercise, *for_all, *names([*asked, *wrong])})
        right = chain.from_iterable(own.functions[name] for name in needed)
        parts = (*told, tests.text(asked), known.text(wrong), own.text(right))
        made[exercise] = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    return made


def imported_files(path: Path, root: Path) -> tuple[Path, ...]:
    """The course's own files that a module imports, and those that these import; without itself and the engine's."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        here = waiting.pop()
        try:
            tree = ast.parse(here.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue  # whoever imports it will tell
        for file in _files_of(tree, here, root):
            if file not in found and file != path:
                found.add(file)
                waiting.append(file)
    return tuple(sorted(found))


def _files_of(tree: ast.Module, here: Path, root: Path) -> Iterator[Path]:
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here.relative_to(root).parts[: -node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            modules = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        for module in modules:
            if module.startswith("autograder.") and not module.startswith("autograder.hidden."):
                continue
            place = root.joinpath(*module.split("."))
            yield from (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())
