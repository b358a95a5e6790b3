"""Reads the exercises of an assignment from its reference solutions, by their syntax tree: nothing is run."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.exercise_examples import Example, read_examples
from autograder.exercise_pieces import Piece, cut
from autograder.exercise_preamble import read_preamble
from autograder.exercise_syntax import Definition, arguments, methods_of

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
        """What students see of it: the lines without the solution."""
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
    nodes = [node for node in tree.body if isinstance(node, _EXERCISE) and not node.name.startswith("_")]
    if not nodes:
        raise CourseError(path, "holds no exercise: no public function or class")
    exercises = tuple(_exercise(node, text, path) for node in nodes)
    return Reference(path, exercises, read_preamble(tree, nodes, path))


def _exercise(node: Definition, text: str, path: Path) -> Exercise:
    raw = ast.get_docstring(node, clean=False)
    if not raw or not raw.strip():
        raise CourseError(path, f"{node.name} has no docstring; students read it", line=node.lineno)
    if node.decorator_list:
        raise CourseError(path, f"{node.name} has a decorator; a notebook would lack it", line=node.lineno)
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
    """Whatever else stands in a class would be released as it is."""
    for statement in node.body[1:]:
        if not isinstance(statement, ast.FunctionDef):
            what = "a class that is an exercise holds its docstring and methods, nothing else"
            raise CourseError(path, f"{node.name}: {what}", line=statement.lineno)
        name = statement.name
        if name.startswith("_") and not name.endswith("__"):
            what = f"students would see that there is a method {name}: make it public, or define it inside another"
            raise CourseError(path, f"{node.name}: {what}", line=statement.lineno)
        if not {ast.unparse(one) for one in statement.decorator_list} <= _DECORATORS:
            raise CourseError(path, f"{node.name}.{name} has a decorator that a notebook lacks", line=statement.lineno)
    if len(node.body) < 2:
        raise CourseError(path, f"{node.name} has no method below its docstring", line=node.lineno)
