"""An early mistake costs once: later exercises are tried again with the reference in place of earlier wrong answers.

The reference stays in the grader. A student's process gets its name bound to a callback, valid for one call of a later
exercise, and only after every exercise has been graded on its own. Earlier verdicts stay, and the process that gets it
is a fresh one, which does not know what the wrong exercise was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from autograder.errors import InterpreterGone
from autograder.results import Outcome
from autograder.sandbox.host.replies import Reply, Step
from autograder.sandbox.host.supervisor import Session
from autograder.testing.suite import Suite
from autograder.testing.verdicts import Verdict

STUCK_ASKED = 2  # how many timed-out tests are asked whether their function calls a wrong exercise


class LendingInterrupted(Exception):
    """The warmed interpreter ended after references had been lent: the hidden tests must not start over."""


class Following:
    """Answers calls from the student's process, with names bound to the reference; remembers which were used."""

    def __init__(self, session: Session, bound: Mapping[str, Callable[..., Any]]) -> None:
        self._session = session
        self.used: set[str] = set()
        self._bound = {name: self._noted(name, function) for name, function in bound.items()}

    def _noted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.used.add(name)
            return function(*args, **kwargs)

        return call

    def call(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], seconds: float | None = None) -> Reply:
        """Calls the student's function of that name."""
        return self._session.call(name, args, kwargs, self._bound, seconds)

    def use(self, step: Step, args: tuple[Any, ...], kwargs: Mapping[str, Any], seconds: float | None = None) -> Reply:
        """Creates or uses a student's object."""
        return self._session.use(step, args, kwargs, self._bound, seconds)


def follow_through(
    suite: Suite,
    session: Session,
    seed: int,
    order: Sequence[str],
    verdicts: Sequence[Verdict],
) -> tuple[Verdict, ...]:
    """The verdicts, corrected where only an earlier exercise's wrong answer was the reason.

    Args:
        order: the exercises in the notebook's order.
        verdicts: of all hidden tests, each run on its own before.
    """
    found = {verdict.test.name: verdict for verdict in verdicts}
    wrong: list[str] = []
    for exercise in order:
        failed = [v for v in verdicts if v.test.exercise == exercise and _may_follow(v)]
        if wrong and failed:
            found |= {v.test.name: v for v in _tried_again(suite, session, seed, wrong, failed)}
        is_class = isinstance(getattr(suite.module, exercise, None), type)  # the reference's objects stay in the grader
        own = [v for v in found.values() if v.test.exercise == exercise]
        if not is_class and any(v.outcome is not Outcome.passed or v.form is not None for v in own):
            wrong.append(exercise)
    return tuple(found[verdict.test.name] for verdict in verdicts)


def _tried_again(
    suite: Suite, session: Session, seed: int, wrong: Sequence[str], failed: Sequence[Verdict]
) -> tuple[Verdict, ...]:
    """New verdicts for the failed tests, with the reference in place of the wrong exercises, if any is called.

    The process that was asked the tests' questions so far could ask the reference the same and remember its answers.
    So it is only asked whether it calls one of the wrong exercises at all; references are lent only to a fresh process.
    """
    stuck = [verdict for verdict in failed if verdict.outcome is Outcome.timeout]
    asked = [verdict for verdict in failed if verdict not in stuck] + stuck[:STUCK_ASKED]
    if not any(_calls_one_of(wrong, suite, session, seed, verdict.test.name) for verdict in asked):
        return ()
    for interpreter_too in (False, True):
        following = Following(session, {name: getattr(suite.module, name) for name in wrong})
        try:
            session.forget(interpreter_too)
            verdicts = suite.run(following, seed, only={v.test.name for v in failed})
        except InterpreterGone:
            continue
        lent = tuple(name for name in wrong if name in following.used)
        return tuple(replace(verdict, follow_through=lent) for verdict in verdicts) if lent else ()
    raise LendingInterrupted("the student's process could not be made again while references were lent")


def _calls_one_of(wrong: Sequence[str], suite: Suite, session: Session, seed: int, test: str) -> bool:
    """Whether the student's code calls one of the wrong exercises in this test; the answer is refused."""
    probe = Following(session, dict.fromkeys(wrong, _refuse))
    suite.run(probe, seed, only={test})
    return bool(probe.used)


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise RuntimeError("no answer yet")


def _may_follow(verdict: Verdict) -> bool:
    return verdict.outcome in (Outcome.failed, Outcome.error, Outcome.timeout, Outcome.killed)
