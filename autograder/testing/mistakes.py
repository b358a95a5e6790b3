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
    """Marks a function or class in `solutions/mistakes/` as a known wrong answer to ``exercise``.

    Write it the way a student would, with the signature of the exercise. Its docstring completes the sentence "These
    are exactly the answers of ...".

    Args:
        exercise: the name of the exercise.
        hint: what a good teaching assistant would say, without giving the answer away.

    Raises:
        ValueError: if it has no docstring to name the misconception.

    Example::

        @mistake("neuron", hint="What does your neuron return if all signals are zero?")
        def forgets_the_bias(x, w, b, activation):
            '''a neuron without its bias'''
            return activation(x @ w)
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
