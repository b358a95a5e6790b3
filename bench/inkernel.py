"""Runs an exercise's hidden tests in the student's own kernel, for nbgrader. Only to compare: nothing is hidden here.

It does as little as it can, so that nbgrader is not made slower than it is: no pytest session, no process, no report.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from autograder.sandbox.common import messages
from autograder.sandbox.common.observe import Observation, copy, observe
from autograder.sandbox.host.replies import NotThere, Reply
from autograder.testing.calls import TestRun
from autograder.testing.fixtures import Agree, Draw, StudentFixture

SEED = 20261016
Test = Callable[..., None]


def score(assignment: str, exercise: str, namespace: Mapping[str, Any]) -> float:
    """The points of the exercise's hidden tests that pass with the functions in the kernel's namespace."""
    reference = importlib.import_module(f"solutions.{assignment}")
    caller = InKernel(namespace)
    passed = [value for test, value in tests(assignment)[exercise] if passes(test, caller, reference)]
    return float(round(sum(passed), 6))


def passes_named(assignment: str, name: str, namespace: Mapping[str, Any]) -> bool:
    """Whether the hidden test of that name passes with the functions in the kernel's namespace."""
    reference = importlib.import_module(f"solutions.{assignment}")
    (test,) = (test for cases in tests(assignment).values() for test, _ in cases if test.__name__ == name)
    return passes(test, InKernel(namespace), reference)


@functools.cache
def tests(assignment: str) -> dict[str, list[tuple[Test, float]]]:
    """The hidden tests of each exercise, in the order of their file, with their points."""
    module = importlib.import_module(f"solutions.hidden.test_{assignment}")
    found: dict[str, list[tuple[Test, float]]] = {}
    for name, test in vars(module).items():
        for mark in getattr(test, "pytestmark", []) if name.startswith("test_") else []:
            exercise, value = mark.args
            found.setdefault(exercise, []).append((test, float(value)))
    return found


def passes(test: Test, caller: InKernel, reference: ModuleType) -> bool:
    """Whether the test ends without an exception, given the fixtures that it asks for by name."""
    world = TestRun(caller, reference)
    rng = np.random.default_rng([SEED, zlib.crc32(test.__name__.encode())])
    makers: dict[str, Callable[[], Any]] = {
        "student": lambda: StudentFixture(world),
        "reference": lambda: reference,
        "agree": lambda: Agree(world),
        "draw": lambda: Draw(rng),
        "rng": lambda: rng,
    }
    try:
        test(*(makers[name]() for name in inspect.signature(test).parameters))
    except Exception:
        return False
    return True


@dataclass(frozen=True)
class InKernel:
    """Answers the hidden tests' calls with the functions of a namespace in this process."""

    namespace: Mapping[str, Any]

    def call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Reply:
        """Calls the function of that name with copies; its answer takes the forms that it has on the engine's wire."""
        function = self.namespace.get(name)
        if not callable(function):
            return NotThere("" if function is None else type(function).__name__)
        try:
            seen = observe(function, [copy(value) for value in args], {key: copy(v) for key, v in kwargs.items()})
        except Exception as fault:
            bases = tuple(kind.__name__ for kind in type(fault).__mro__)
            return messages.Raised(0, type(fault).__name__, bases, str(fault), ())
        try:
            value = messages.unpack(messages.Packer().pack(seen.value))
        except messages.Unsendable as fault:
            return messages.NotSent(0, fault.what)
        return Observation(value, seen.changed, seen.shared, seen.warnings)
