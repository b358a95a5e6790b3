"""Known wrong answers: what `solutions/mistakes/` marks with `@mistake`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

Answer = TypeVar("Answer", bound=Callable[..., Any])


@dataclass(frozen=True)
class Mistake:
    """One known wrong answer to one exercise.

    ``misconception`` is a noun phrase, such as 'a neuron without its bias'; ``hint`` is what a good TA would say.
    """

    exercise: str
    hint: str
    misconception: str
    function: Callable[..., Any]


def mistake(exercise: str, *, hint: str) -> Callable[[Answer], Answer]:
    """Marks a function as a known wrong answer to ``exercise``; the function itself stays as it is.

    Write it as a student would, with the exercise's signature. Its docstring is a noun phrase that ends the sentence
    "These are exactly the answers of ...".

    Raises:
        ValueError: when the function has no docstring, so that its misconception has no name.
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
    """The mistakes that ``module`` itself defines, in the order of the file."""
    marked = (getattr(value, "__mistake__", None) for value in vars(module).values())
    return tuple(found for found in marked if found is not None and found.function.__module__ == module.__name__)
