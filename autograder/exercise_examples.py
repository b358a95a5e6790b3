"""The doctest examples of an exercise, which become its public checks."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.exercise_syntax import Definition


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
        CourseError: when they are no examples, or not of values; with the line.
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
    """Examples are compared as values, so both sides have to be expressions, and nothing may be printed."""
    for part, text in (("call", call), ("answer", want)):
        try:
            tree = ast.parse(text, mode="eval")
        except SyntaxError:
            raise CourseError(path, f"the example's {part} is no Python value: {text!r}", line=line) from None
        if isinstance(tree.body, ast.Call) and isinstance(tree.body.func, ast.Name) and tree.body.func.id == "print":
            raise CourseError(path, "the example prints; show the value itself", line=line)
