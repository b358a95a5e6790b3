"""An early mistake costs once: later exercises are tried again with the reference in place of earlier wrong answers.

The reference stays in the grader. The student's process gets its name bound to a call back, valid for one call of a
later exercise, and made only after every exercise has been graded on its own.
"""

from __future__ import annotations

import functools
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

import numpy as np

from autograder.results import Outcome
from autograder.sandbox.common.control import held_bytes
from autograder.sandbox.host.replies import Reply, Step
from autograder.sandbox.host.supervisor import Session
from autograder.testing.suite import Suite
from autograder.testing.verdicts import Verdict

SECONDS = 2.0  # a reference called with a student's arguments may take no longer
LINES = 2_000_000
MEMORY = 128 * 2**20  # and take no more than this: labels, say, and a number of classes make a matrix


class TooMuch(Exception):
    """A reference was called with arguments that would keep the grader busy for too long."""


class Following:
    """Answers calls from the student's process, with names bound to the reference; remembers which were used."""

    def __init__(self, session: Session, bound: Mapping[str, Callable[..., Any]]) -> None:
        self._session = session
        self.used: set[str] = set()
        self._bound = {name: self._noted(name, limited(function)) for name, function in bound.items()}

    def _noted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.used.add(name)
            return function(*args, **kwargs)

        return call

    def call(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], seconds: float | None = None) -> Reply:
        """Calls the student's function of that name."""
        return self._session.call(name, args, kwargs, self._bound, seconds)

    def use(self, step: Step, args: tuple[Any, ...], kwargs: Mapping[str, Any], seconds: float | None = None) -> Reply:
        """Makes or uses an object of the student's."""
        return self._session.use(step, args, kwargs, self._bound, seconds)


def limited(function: Callable[..., Any], seconds: float = SECONDS) -> Callable[..., Any]:
    """The function, ended when it runs for too long or takes too much memory: its arguments are the student's choice.

    The first raises `TooMuch`, the second `MemoryError`. Time is this thread's own: a busy machine changes nothing.
    """

    def call(*args: Any, **kwargs: Any) -> Any:
        _prepare_products()
        lines, end = 0, time.thread_time() + seconds

        def watch(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal lines
            lines += 1
            if lines > LINES or time.thread_time() > end:
                raise TooMuch
            return watch

        before = sys.gettrace()
        with bounded_memory():
            sys.settrace(watch)
            try:
                return function(*args, **kwargs)
            finally:
                sys.settrace(before)

    return call


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Within, this process can have only so much memory beyond what it holds already."""
    _prepare_products()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = held_bytes() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (bound if soft == resource.RLIM_INFINITY else min(soft, bound), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@functools.cache
def _prepare_products() -> None:
    """Has NumPy's OpenBLAS take its buffers, one a thread, which it keeps: it ends a process in which it gets none."""
    square = np.zeros((1024, 1024))
    np.dot(square, square)


def follow_through(
    suite: Suite,
    session: Session,
    seed: int,
    order: Sequence[str],
    verdicts: Sequence[Verdict],
) -> tuple[Verdict, ...]:
    """The verdicts, with those that only an earlier exercise's wrong answer had spoilt set right.

    Args:
        order: the exercises in the notebook's order.
        verdicts: of all hidden tests, each run on its own before.
    """
    found = {verdict.test.name: verdict for verdict in verdicts}
    wrong: list[str] = []
    for exercise in order:
        failed = [v for v in verdicts if v.test.exercise == exercise and _may_follow(v)]
        if wrong and failed:
            following = Following(session, {name: getattr(suite.module, name) for name in wrong})
            for verdict in suite.run(following, seed, only={v.test.name for v in failed}):
                if following.used:
                    found[verdict.test.name] = replace(
                        verdict, follow_through=tuple(n for n in wrong if n in following.used)
                    )
        is_class = isinstance(getattr(suite.module, exercise, None), type)  # the reference's objects stay in the grader
        outcomes = [v.outcome for v in found.values() if v.test.exercise == exercise]
        if not is_class and any(outcome is not Outcome.passed for outcome in outcomes):
            wrong.append(exercise)
    return tuple(found[verdict.test.name] for verdict in verdicts)


def _may_follow(verdict: Verdict) -> bool:
    return verdict.outcome in (Outcome.failed, Outcome.error, Outcome.timeout, Outcome.killed)
