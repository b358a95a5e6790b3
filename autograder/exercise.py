"""Reads the exercises of an assignment from its reference solutions, by their syntax tree: nothing is run."""

from __future__ import annotations

import ast
import builtins
import copy
import doctest
import inspect
import symtable
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError

AVAILABLE = frozenset(dir(builtins))


@dataclass(frozen=True)
class Example:
    """One doctest example. Without ``want`` and ``raises`` it only prepares the examples after it."""

    call: str
    want: str = ""
    raises: str | None = None
    line: int = 0

    @property
    def expects(self) -> bool:
        """Whether this example is a check: an answer or an exception is expected."""
        return bool(self.want or self.raises)


@dataclass(frozen=True)
class Exercise:
    """One function that students write.

    ``title`` is the docstring's first sentence, ``signature`` ends with the colon, ``body`` is what comes below the
    docstring, ``stub`` the lines from ``def`` to the docstring's end as they stand in the file.
    """

    name: str
    title: str
    signature: str
    docstring: str
    body: str
    stub: str
    parameters: tuple[str, ...]
    examples: tuple[Example, ...]
    line: int
    path: Path

    @property
    def checks(self) -> tuple[Example, ...]:
        """The examples that expect something."""
        return tuple(example for example in self.examples if example.expects)


@dataclass(frozen=True)
class Reference:
    """A file of reference solutions: its exercises in order, and the statements that a notebook needs for them."""

    path: Path
    exercises: tuple[Exercise, ...]
    preamble: tuple[str, ...]


def read_exercises(path: Path) -> tuple[Exercise, ...]:
    """The exercises of one file of reference solutions, in its order.

    Raises:
        CourseError: when the file cannot be read, or an exercise is not as students need it; with its line.
    """
    return read_reference(path).exercises


def read_reference(path: Path) -> Reference:
    """The exercises of one file, and the imports and type aliases that their signatures and bodies use.

    Raises:
        CourseError: as for `read_exercises`.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text, filename=str(path))
    except (OSError, UnicodeDecodeError) as fault:
        raise CourseError(path, f"cannot be read: {fault}") from None
    except SyntaxError as fault:
        raise CourseError(path, f"is no Python: {fault.msg}", line=fault.lineno) from None
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    if not functions:
        raise CourseError(path, "holds no exercise: no public function")
    exercises = tuple(_exercise(node, text, path) for node in functions)
    return Reference(path, exercises, _preamble(tree, functions, path))


def _exercise(node: ast.FunctionDef, text: str, path: Path) -> Exercise:
    raw = ast.get_docstring(node, clean=False)
    if not raw or not raw.strip():
        raise CourseError(path, f"{node.name} has no docstring; students read it", line=node.lineno)
    if node.decorator_list:
        raise CourseError(path, f"{node.name} has a decorator; a notebook would lack it", line=node.lineno)
    if len(node.body) < 2 or node.body[1].lineno == node.body[0].end_lineno:
        raise CourseError(path, f"{node.name} has no body below its docstring", line=node.lineno)
    lines = text.splitlines()
    opening, above = node.body[0].lineno, node.body[0].end_lineno or node.lineno
    docstring = inspect.cleandoc(raw)
    exercise = Exercise(
        name=node.name,
        title=" ".join(docstring.split("\n\n")[0].split()),
        signature="\n".join(lines[node.lineno - 1 : opening - 1]).strip(),
        docstring=docstring,
        body=textwrap.dedent("\n".join(lines[above : node.end_lineno])).strip("\n"),
        stub="\n".join(lines[node.lineno - 1 : above]),
        parameters=tuple(argument.arg for argument in _arguments(node)),
        examples=tuple(_examples(raw, opening, path)),
        line=node.lineno,
        path=path,
    )
    if not exercise.checks:
        raise CourseError(path, f"{node.name} has no example with an answer, so no public check", line=node.lineno)
    return exercise


def _arguments(node: ast.FunctionDef) -> Iterator[ast.arg]:
    given = node.args
    yield from (*given.posonlyargs, *given.args, *given.kwonlyargs)
    yield from (argument for argument in (given.vararg, given.kwarg) if argument)


def _examples(docstring: str, first_line: int, path: Path) -> Iterator[Example]:
    try:
        found = doctest.DocTestParser().get_examples(docstring)
    except ValueError as fault:
        raise CourseError(path, f"the docstring's examples cannot be read: {fault}", line=first_line) from None
    for example in found:
        if example.options.get(doctest.SKIP):
            continue
        call, line = example.source.strip(), first_line + example.lineno
        raises = example.exc_msg.partition(":")[0].strip().rpartition(".")[2] if example.exc_msg else None
        want = "" if raises else example.want.strip()
        if want:
            _must_be_values(call, want, line, path)
        yield Example(call, want, raises, line)


def _must_be_values(call: str, want: str, line: int, path: Path) -> None:
    """Examples are compared as values, so both sides have to be expressions, and nothing may be printed."""
    for part, text in (("call", call), ("answer", want)):
        try:
            tree = ast.parse(text, mode="eval")
        except SyntaxError:
            raise CourseError(path, f"the example's {part} is no Python value: {text!r}", line=line) from None
        if isinstance(tree.body, ast.Call) and isinstance(tree.body.func, ast.Name) and tree.body.func.id == "print":
            raise CourseError(path, "the example prints; show the value itself", line=line)


def _preamble(tree: ast.Module, functions: list[ast.FunctionDef], path: Path) -> tuple[str, ...]:
    """The module's statements that a notebook needs, in their order.

    A notebook gets imports that an exercise uses, and assignments that a signature uses (type aliases). Anything else
    that a body takes from its module would be missing there, so it is an error.
    """
    available = AVAILABLE | {function.name for function in functions}
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

    for function in functions:
        shown = [function.returns, *function.args.defaults, *function.args.kw_defaults]
        shown += [argument.annotation for argument in _arguments(function)]
        signature = {name for node in shown if node for name in _names(node)}
        require(signature, imports | aliases, f"the signature of {function.name}", function.lineno)
        require(_globals_of(function), imports, f"the body of {function.name}", function.lineno)
    return tuple(ast.unparse(needed[line]) for line in sorted(needed))


_IMPORT = (ast.Import, ast.ImportFrom)


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
    """The names that a function's body takes from its module, nested functions included; annotations do not count."""
    bare = copy.deepcopy(function)
    bare.returns = None
    for argument in _arguments(bare):
        argument.annotation = None
    source = ast.unparse(bare)

    def walk(table: symtable.SymbolTable) -> Iterator[str]:
        if isinstance(table, symtable.Function):
            yield from table.get_globals()
        for child in table.get_children():
            yield from walk(child)

    return set(walk(symtable.symtable(source, "<exercise>", "exec")))
