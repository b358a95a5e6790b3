"""Wrong answers that students really give, each with the hint that a good teaching assistant gives.

A mistake is a function with the signature of its exercise, written as a student would write it. Its docstring is a
noun phrase that ends the sentence "These are exactly the answers of ...".
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

Answer = TypeVar("Answer", bound=Callable[..., Any])


@dataclass(frozen=True)
class Mistake:
    """One known-wrong answer to one exercise."""

    exercise: str
    hint: str
    misconception: str
    function: Callable[..., Any]


def mistake(exercise: str, *, hint: str) -> Callable[[Answer], Answer]:
    """Mark a function as a known-wrong answer to `exercise`; the function itself is left as it is.

    Raises
    ------
    ValueError
        If the function has no docstring, which is where its misconception is named.
    """

    def mark(function: Answer) -> Answer:
        phrase = inspect.getdoc(function)
        if not phrase:
            raise ValueError(f"{function.__name__}: its docstring must name the misconception")
        named = Mistake(exercise, hint, " ".join(phrase.split()), function)
        function.__mistake__ = named  # type: ignore[attr-defined]  # a plain function takes attributes
        return function

    return mark


def mistakes_of(module: ModuleType) -> tuple[Mistake, ...]:
    """The mistakes that `module` itself defines, in the order of the file."""
    marked = (getattr(value, "__mistake__", None) for value in vars(module).values())
    return tuple(found for found in marked if found is not None and found.function.__module__ == module.__name__)
