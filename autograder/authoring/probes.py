"""Calls at which a check looks for known mistakes: an exercise's own examples with other numbers, sizes and kinds.

They are made from the docstring alone, which students have, and say nothing about the hidden tests. What is varied is
what the notebooks call habits of numerical code: any size, no examples at all, whole numbers, float32, large numbers,
zeros.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograder.authoring.exercises import Exercise
from autograder.authoring.student_checks import NOTE

Session = tuple[str, ...]
"""Statements that are run one after the other; an exercise's answers are noted whenever they call it."""

MANY, FEW = 50, 5

_WORD = re.compile(r"'(\w+)'")


@dataclass(frozen=True)
class Variation:
    """How an example changes. ``sizes`` maps lengths of axes, ``scale`` multiplies, ``kind`` is the arrays' dtype."""

    seed: int
    sizes: dict[int, int] = field(default_factory=dict)
    scale: float = 1.0
    kind: str = ""
    words: dict[str, str] = field(default_factory=dict)
    lists: bool = False


def plain_probes(exercise: Exercise, number: int, seed: int) -> Iterator[Session]:
    """The examples with other ordinary numbers and, from number 1 on, in other sizes; the best comes first."""
    sizes = _sizes(exercise)
    grown = {size: size + 2 for size in sizes}
    each = [{size: size + 3} for size in sizes]
    mappings: list[dict[int, int]] = [grown, *each, {}] if number else [{}]
    for mapped in mappings:
        for lists in (True, False):
            yield _varied(exercise, Variation(seed, mapped, lists=lists))


def edge_probes(exercise: Exercise, seed: int) -> Iterator[Session]:
    """The examples at their limits, one at a time."""
    start = Variation(seed)
    for word, another in _other_words(exercise):
        yield _varied(exercise, replace(start, words={word: another}))
    for size in _sizes(exercise):
        for other in (1, 0, 2, size + 1, size + 4):
            if other != size:
                yield _varied(exercise, replace(start, sizes={size: other}))
    for kind in ("int", "float32"):
        yield _varied(exercise, replace(start, kind=kind))
    for scale in (0.0, 1e3, -1e3, 1e-3, 20.0):
        yield _varied(exercise, replace(start, scale=scale))
    yield tuple(_noted(exercise, example.call) for example in exercise.examples)


def _varied(exercise: Exercise, variation: Variation) -> Session:
    rng = np.random.default_rng(variation.seed)
    change = _Change(variation, rng)
    return tuple(_noted(exercise, ast.unparse(change.visit(ast.parse(example.call)))) for example in exercise.examples)


def _noted(exercise: Exercise, statement: str) -> str:
    """The answers of a class are those of its methods, so a statement that has a value notes it."""
    is_class = exercise.signature.startswith("class")
    is_value = isinstance(ast.parse(statement).body[-1], ast.Expr)
    return f"{NOTE}({statement})" if is_class and is_value else statement


def _sizes(exercise: Exercise) -> list[int]:
    """The lengths of all axes of the arrays in an exercise's examples."""
    found: set[int] = set()
    for example in exercise.examples:
        for node in ast.walk(ast.parse(example.call)):
            made = _array_in(node)
            if made is not None:
                found.update(made.shape)
    return sorted(found - {0})


def _other_words(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Texts in the examples, each with the other texts that the docstring quotes."""
    used = {
        node.value
        for example in exercise.examples
        for node in ast.walk(ast.parse(example.call))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    quoted = sorted(set(_WORD.findall(exercise.docstring)) | used)
    for word in sorted(used):
        yield from ((word, other) for other in quoted if other != word)


def _array_in(node: ast.AST) -> np.ndarray | None:
    """The array of numbers that this call makes of a literal."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=attr), args=[first]) if attr in _MAKERS:
            try:
                made = _MAKERS[attr](ast.literal_eval(first))
            except ValueError:
                return None
            return made if made.dtype.kind in "iuf" else None
    return None


_MAKERS: dict[str, Callable[[Any], np.ndarray]] = {"array": np.array, "zeros": np.zeros, "ones": np.ones}


class _Change(ast.NodeTransformer):
    """Writes other numbers into one example after the other."""

    def __init__(self, variation: Variation, rng: np.random.Generator) -> None:
        self.variation, self.rng = variation, rng

    def visit_Call(self, node: ast.Call) -> ast.AST:  # ast's own name
        made = _array_in(node)
        if made is None:
            return self.generic_visit(node)
        sizes = self.variation.sizes
        shape = tuple(sizes.get(size, size) for size in map(int, made.shape))
        whole = made.dtype.kind in "iu"
        numbers = _like(made, shape, self.rng)
        if not whole:
            numbers = np.round(numbers * self.variation.scale, 2)
        kind = "" if whole else self.variation.kind
        if kind == "int":
            numbers, whole = np.rint(numbers).astype(int), True
        text = f"np.array({numbers.tolist()})" if numbers.size else f"np.zeros({shape}{', dtype=int' if whole else ''})"
        if kind == "float32":
            text = f"{text[:-1]}, dtype=np.float32)"
        return ast.copy_location(ast.parse(text, mode="eval").body, node)

    def visit_List(self, node: ast.List) -> ast.AST:
        numbers = [part.value for part in node.elts if isinstance(part, ast.Constant) and type(part.value) is int]
        if not self.variation.lists or len(numbers) != len(node.elts):
            return self.generic_visit(node)
        new = [int(number) for number in self.rng.integers(2, 9, len(numbers) + 1)]
        return ast.copy_location(ast.parse(str(new), mode="eval").body, node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):
            return ast.copy_location(ast.Constant(self.variation.words.get(node.value, node.value)), node)
        if isinstance(node.value, float):
            new = float(_like(np.array(node.value), (), self.rng))
            return ast.copy_location(ast.Constant(abs(round(new, 2))), node)
        if type(node.value) is int and node.value >= MANY:
            return ast.copy_location(ast.Constant(FEW), node)  # a probe need not take many steps
        return node


def _like(made: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Other numbers of the same sort: labels, probabilities, or anything."""
    if made.dtype.kind in "iu":
        low, high = (int(made.min()), int(made.max())) if made.size else (0, 1)
        return rng.integers(low, high + 1, shape)
    if made.ndim and made.size and np.isin(made, (0.0, 1.0)).all():
        return rng.integers(0, 2, shape).astype(float)
    if made.ndim == 2 and made.size and (made >= 0).all() and np.allclose(made.sum(axis=1), 1.0):
        parts = rng.integers(1, 20, shape)
        shares: np.ndarray = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1)
        return shares
    if made.size and ((made >= 0) & (made <= 1)).all():
        return np.round(rng.uniform(0.05, 0.95, shape), 2)
    if made.size and (made >= 0).all():
        return np.round(rng.uniform(0.1, 4.0, shape), 2)
    return np.round(rng.normal(0.0, 2.0, shape), 2)
