"""Reads the exercises of an assignment from its reference solutions, from their syntax tree; no code is run."""

from __future__ import annotations

import ast
import contextlib
import doctest
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.preamble import Definition, arguments, methods_of, read_preamble
from autograder.course import read_authored
from autograder.errors import CourseError


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
        CourseError: if one of them has no body.
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
    """The line on which the method's signature ends: that much plus an empty body must parse."""
    for end in range(method.lineno, method.body[0].lineno):
        header = textwrap.dedent("\n".join(lines[method.lineno - 1 : end]))
        with contextlib.suppress(SyntaxError):
            ast.parse(f"{header}\n{' ' * method.body[0].col_offset}pass")
            return end
    return method.body[0].lineno


_EXERCISE = (ast.FunctionDef, ast.ClassDef)
_DECORATORS = {"property", "staticmethod", "classmethod"}


@dataclass(frozen=True)
class Exercise:
    """One function or class that students write.

    ``title`` is the docstring's first sentence, ``signature`` ends with the colon. A function is one of the ``pieces``,
    and so is each method of a class.
    """

    name: str
    title: str
    signature: str
    docstring: str
    pieces: tuple[Piece, ...]
    parameters: tuple[str, ...]
    examples: tuple[Example, ...]
    line: int
    path: Path

    @property
    def body(self) -> str:
        """The solution: what comes below the docstring, or below those of all methods."""
        return "\n".join(piece.body for piece in self.pieces)

    @property
    def stub(self) -> str:
        """What students see: the lines without the solution."""
        return "\n".join(piece.stub for piece in self.pieces)

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
        CourseError: if the file cannot be read, or an exercise is unfit for students; with its line.
    """
    return read_reference(path).exercises


def read_reference(path: Path) -> Reference:
    """The exercises of one file, and the imports and type aliases that their signatures and bodies use.

    Raises:
        CourseError: as for `read_exercises`.
    """
    text = read_authored(path)
    try:
        tree = ast.parse(text, filename=str(path))
    except SyntaxError as fault:
        raise CourseError(path, f"is not valid Python: {fault.msg}", line=fault.lineno) from None
    nodes = [node for node in tree.body if isinstance(node, _EXERCISE) and not node.name.startswith("_")]
    if not nodes:
        raise CourseError(path, "contains no exercise: no public function or class")
    exercises = tuple(_exercise(node, text, path) for node in nodes)
    return Reference(path, exercises, read_preamble(tree, nodes, path))


def _exercise(node: Definition, text: str, path: Path) -> Exercise:
    raw = ast.get_docstring(node, clean=False)
    if not raw or not raw.strip():
        raise CourseError(path, f"{node.name} has no docstring, which is what students read", line=node.lineno)
    if node.decorator_list:
        raise CourseError(path, f"{node.name} has a decorator, which the notebook would not have", line=node.lineno)
    lines, methods = text.splitlines(), methods_of(node)
    if isinstance(node, ast.ClassDef):
        _must_be_methods(node, path)
    opening = node.body[0].lineno
    docstring = inspect.cleandoc(raw)
    documented: list[Definition] = [node, *methods] if isinstance(node, ast.ClassDef) else [node]
    exercise = Exercise(
        name=node.name,
        title=" ".join(docstring.split("\n\n")[0].split()),
        signature="\n".join(lines[node.lineno - 1 : opening - 1]).strip(),
        docstring=docstring,
        pieces=tuple(cut(node, methods, lines, path)),
        parameters=() if isinstance(node, ast.ClassDef) else tuple(a.arg for a in arguments(node)),
        examples=tuple(example for one in documented for example in read_examples(one, path)),
        line=node.lineno,
        path=path,
    )
    if not exercise.checks:
        raise CourseError(path, f"{node.name} has no example with an answer, so no public check", line=node.lineno)
    return exercise


def _must_be_methods(node: ast.ClassDef, path: Path) -> None:
    """Anything else in a class would be released as it is."""
    for statement in node.body[1:]:
        if not isinstance(statement, ast.FunctionDef):
            what = "an exercise that is a class may hold only its docstring and methods"
            raise CourseError(path, f"{node.name}: {what}", line=statement.lineno)
        name = statement.name
        if name.startswith("_") and not name.endswith("__"):
            what = f"students would see that there is a method {name}: make it public, or define it inside another"
            raise CourseError(path, f"{node.name}: {what}", line=statement.lineno)
        if not {ast.unparse(one) for one in statement.decorator_list} <= _DECORATORS:
            raise CourseError(
                path, f"{node.name}.{name} has a decorator that the notebook would not have", line=statement.lineno
            )
    if len(node.body) < 2:
        raise CourseError(path, f"{node.name} has no method below its docstring", line=node.lineno)


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


def read_examples(node: Definition, path: Path) -> Iterator[Example]:
    """The examples in the docstring of a function, class or method.

    Raises:
        CourseError: if they cannot be read as examples, or do not compare values; with the line.
    """
    docstring = ast.get_docstring(node, clean=False)
    return _examples(docstring, node.body[0].lineno, path) if docstring else iter(())


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
    """Examples are compared as values, so both sides must be expressions, and nothing may be printed."""
    for part, text in (("call", call), ("answer", want)):
        try:
            tree = ast.parse(text, mode="eval")
        except SyntaxError:
            raise CourseError(path, f"the example's {part} is not a Python value: {text!r}", line=line) from None
        if isinstance(tree.body, ast.Call) and isinstance(tree.body.func, ast.Name) and tree.body.func.id == "print":
            raise CourseError(path, "the example prints; show the value itself", line=line)
