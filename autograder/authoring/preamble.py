"""What a notebook needs from the reference's module: the imports and type aliases that its exercises use."""

from __future__ import annotations

import ast
import builtins
import copy
import symtable
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from autograder.errors import CourseError

Definition: TypeAlias = ast.FunctionDef | ast.ClassDef


def methods_of(node: Definition) -> list[ast.FunctionDef]:
    """The functions that hold the solution: the exercise itself, or a class's methods."""
    return [node] if isinstance(node, ast.FunctionDef) else [n for n in node.body if isinstance(n, ast.FunctionDef)]


def arguments(node: ast.FunctionDef) -> Iterator[ast.arg]:
    """All parameters of a function, in the order of its signature."""
    given = node.args
    yield from (*given.posonlyargs, *given.args, *given.kwonlyargs)
    yield from (argument for argument in (given.vararg, given.kwarg) if argument)


AVAILABLE = frozenset(dir(builtins))
_IMPORT = (ast.Import, ast.ImportFrom)


def read_preamble(tree: ast.Module, exercises: list[Definition], path: Path) -> tuple[str, ...]:
    """The module's statements that a notebook needs, in order.

    A notebook gets imports that an exercise uses, and assignments that a signature uses (type aliases). Anything else
    that a body uses from its module would be missing there.

    Raises:
        CourseError: if it uses anything else, with the line.
    """
    available = AVAILABLE | {exercise.name for exercise in exercises}
    imports = {name: node for node in _imports(tree) for name in _bound(node)}
    aliases = {name: node for node in tree.body for name in _bound(node) if not isinstance(node, _IMPORT)}
    needed: dict[int, ast.stmt] = {}

    def require(names: set[str], sources: dict[str, ast.stmt], who: str, line: int) -> None:
        for name in sorted(names - available):
            if name not in sources:
                fault = f"{who} uses '{name}', which a notebook does not have: import it, or define it inside"
                raise CourseError(path, fault, line=line)
            node = sources[name]
            if node.lineno not in needed:
                needed[node.lineno] = node
                if not isinstance(node, _IMPORT):
                    require(_names(node), imports | aliases, f"'{name}'", node.lineno)

    for exercise in exercises:
        if isinstance(exercise, ast.ClassDef):
            bases = {name for base in (*exercise.bases, *exercise.keywords) for name in _names(base)}
            require(bases, imports, f"the class {exercise.name}", exercise.lineno)
        for function in methods_of(exercise):
            who = exercise.name if function is exercise else f"{exercise.name}.{function.name}"
            shown = [function.returns, *function.args.defaults, *function.args.kw_defaults]
            shown += [argument.annotation for argument in arguments(function)]
            signature = {name for node in shown if node for name in _names(node)}
            require(signature, imports | aliases, f"the signature of {who}", function.lineno)
            require(_globals_of(function), imports, f"the body of {who}", function.lineno)
    return tuple(ast.unparse(needed[line]) for line in sorted(needed))


def _imports(tree: ast.Module) -> Iterator[ast.stmt]:
    """The imports at the module's top, those below ``if TYPE_CHECKING:`` included: a notebook evaluates annotations."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.If) else [node]
        for statement in inside:
            if isinstance(statement, _IMPORT) and getattr(statement, "module", None) != "__future__":
                yield statement


def _bound(node: ast.stmt) -> list[str]:
    """The names that a statement binds."""
    if isinstance(node, _IMPORT):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    # type X = ... exists since Python 3.12
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", getattr(node, "name", None))]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _globals_of(function: ast.FunctionDef) -> set[str]:
    """The module's names that a function's body uses, including nested functions; annotations do not count."""
    bare = copy.deepcopy(function)
    bare.returns = None
    for argument in arguments(bare):
        argument.annotation = None
    source = ast.unparse(bare)

    def walk(table: symtable.SymbolTable) -> Iterator[str]:
        if isinstance(table, symtable.Function):
            yield from table.get_globals()
        for child in table.get_children():
            yield from walk(child)

    return set(walk(symtable.symtable(source, "<exercise>", "exec")))
