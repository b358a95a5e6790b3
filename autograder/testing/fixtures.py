"""What a hidden test asks for by name: `student`, `agree` and `draw`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.testing.calls import TestRun
from autograder.testing.student_objects import StudentFunction, both


class StudentFixture:
    """The student's functions and classes by name."""

    def __init__(self, world: TestRun) -> None:
        self._world = world

    def __getattr__(self, name: str) -> StudentFunction:
        return StudentFunction.of(self._world, name)


class Agree:
    """Functions that call the student's and the reference with the same input, and compare the answers."""

    def __init__(self, world: TestRun) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return both(StudentFunction.of(self._world, name), lambda *a, **k: getattr(self._world.module, name)(*a, **k))


class Draw:
    """Random numbers that are easy to read: few decimals, never zero, different for each submission and test."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def __call__(self, *shape: int, low: float = -3.0, high: float = 3.0, decimals: int = 1) -> Any:
        """float64 numbers of the given shape, or one Python float without a shape.

        Example::

            draw(2, 3)  # an array (2, 3)
            draw(5, low=0.5)  # five numbers from 0.5 to 3
            draw()  # a float
        """
        step = 10.0**-decimals
        numbers = np.round(self._rng.uniform(low, high, shape), decimals)
        tiny = 0.0 if low > 0 or high < 0 else step
        numbers = np.where(numbers == 0, tiny, numbers) + 0.0
        return numbers if shape else float(numbers)

    def integers(self, *shape: int, low: int = -5, high: int = 5) -> Any:
        """int64 numbers from ``low`` to ``high``, both included, but never zero."""
        numbers = self._rng.integers(low, high, shape, endpoint=True)
        numbers = np.where(numbers == 0, max(low, min(high, 1)), numbers)
        return numbers if shape else int(numbers)

    def strided(self, *shape: int) -> np.ndarray:
        """An array that is not contiguous in memory: every other row of a larger one."""
        return np.asarray(self(2 * shape[0], *shape[1:])[::2])

    def fortran(self, *shape: int) -> np.ndarray:
        """An array in Fortran order."""
        return np.asfortranarray(self(*shape))
