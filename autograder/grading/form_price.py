"""An answer in the wrong form is judged on its values, and loses points for the form once per exercise.

Tests that failed run once more with each answer in the form of the right one. Those that pass then failed for the form
alone: together they cost no more than the course's share of the exercise. A test whose subject is the form passes too,
so that nothing is paid twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from autograder.grading.follow_through import Following
from autograder.results import Outcome
from autograder.sandbox.common.observe import Observation, copy
from autograder.sandbox.host.bounded import bounded
from autograder.sandbox.host.supervisor import Session
from autograder.testing.calls import RecordedCall, bare
from autograder.testing.forms import first_departure, reformed
from autograder.testing.suite import Suite
from autograder.testing.verdicts import Verdict

SECONDS = 20.0
"""A time limit for right answers: a test may have called with values that the student chose."""


@dataclass
class FormJudge:
    """Puts the answers of one exercise's tests into the right form, and remembers how the first one differed."""

    module: ModuleType
    exercise: str
    asked: str = ""
    came: str = ""
    found: list[RecordedCall] = field(default_factory=list)

    def __call__(self, call: RecordedCall, right: Callable[[], Any] | None = None) -> RecordedCall:
        """The call with its answer in the right form, or unchanged if there is no right answer to compare with."""
        if not isinstance(call.reply, Observation) or (call.step is not None and right is None):
            return call
        try:
            want = right() if right else self._right(call)
        except Exception:  # no right answer, so no form: a test of what must raise
            return call
        value, changed = reformed(call.reply.value, want)
        if not changed:
            return call
        if not self.found and call.exercise == self.exercise:
            self.asked, self.came = first_departure(call.reply.value, want)
        if call.exercise == self.exercise:
            self.found.append(call)
        return replace(call, reply=replace(call.reply, value=value))

    def _right(self, call: RecordedCall) -> Any:
        args = [copy(bare(value)) for value in call.args]
        kwargs = {key: copy(bare(value)) for key, value in call.kwargs.items()}
        return bounded(getattr(self.module, call.exercise), SECONDS)(*args, **kwargs)


def judge_values(suite: Suite, session: Session, seed: int, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts, with tests that failed only for an answer's form judged on its values.

    Once references have been lent, only tests that need one are asked again, and by a process that was asked nothing:
    what it was lent before must not help it.
    """
    found = {verdict.test.name: verdict for verdict in verdicts}
    for exercise in dict.fromkeys(verdict.test.exercise for verdict in verdicts):
        failed = {v.test.name: v for v in verdicts if v.test.exercise == exercise and v.outcome is Outcome.failed}
        if not _departs(suite, exercise, failed.values()):
            continue
        names = {name for verdict in failed.values() for name in verdict.follow_through}
        if session.lending:
            if not names:
                continue
            session.forget()
        caller = Following(session, {name: getattr(suite.module, name) for name in names}) if names else session
        judge = FormJudge(suite.module, exercise)
        again = suite.run(caller, seed, only=failed, judge=judge)
        for verdict in again:
            if verdict.outcome is Outcome.passed:
                form = (judge.asked, judge.came) if judge.found else None
                before = found[verdict.test.name]
                found[verdict.test.name] = replace(verdict, calls=before.calls, form=form)
    return tuple(found[verdict.test.name] for verdict in verdicts)


def _departs(suite: Suite, exercise: str, failed: Iterable[Verdict]) -> bool:
    """Whether an answer in these tests has another form than the right one; of objects, whether a test says so."""
    judge = FormJudge(suite.module, exercise)
    for verdict in failed:
        differs = verdict.counterexample.differs if verdict.counterexample else ""
        if any(call.step for call in verdict.calls) and differs in ("kind", "shape", "dtype"):
            return True
        if any(judge(call) is not call for call in verdict.calls):
            return True
    return False
