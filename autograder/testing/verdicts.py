"""What a hidden test is, and how its exception becomes a verdict with a counterexample."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from autograder.results import Counterexample, Outcome
from autograder.sandbox.common.messages import NotSent, Raised
from autograder.sandbox.common.observe import Observation
from autograder.sandbox.host.replies import Died, Garbled, NotThere, TimedOut
from autograder.testing.calls import Failed, RecordedCall, TestRun, Unanswered, explain
from autograder.testing.plots import recorded

LONGEST_MESSAGE, LONGEST_LINE, MOST_LINES = 2_000, 300, 20


@dataclass(frozen=True)
class HiddenTest:
    """A hidden test: its exercise and points, and the sentence that the student reads."""

    name: str
    exercise: str
    points: float
    title: str
    line: int
    seconds: float | None = None


@dataclass(frozen=True)
class Verdict:
    """What one hidden test found, with the calls that it made.

    ``form`` is what was asked for and what came, if the test passed on the answer's values alone. Texts may come from
    the student, so they are shortened here.
    """

    test: HiddenTest
    outcome: Outcome
    message: str = ""
    counterexample: Counterexample | None = None
    traceback: tuple[str, ...] = ()
    calls: tuple[RecordedCall, ...] = ()
    follow_through: tuple[str, ...] = ()
    form: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", cut(self.message, LONGEST_MESSAGE))
        lines = tuple(cut(line, LONGEST_LINE) for line in self.traceback[:MOST_LINES])
        object.__setattr__(self, "traceback", lines)


def cut(text: str, longest: int) -> str:
    """The text, or as much of it as fits."""
    return text if len(text) <= longest else f"{text[: longest - 4]} ..."


def verdict_of(test: HiddenTest, raised: Failed | Unanswered | None, world: TestRun) -> Verdict:
    """The verdict on a test that passed, found something, or got no answer."""
    if isinstance(raised, Unanswered):
        return _unanswered(test, raised.call, world)
    calls = tuple(world.calls)
    if isinstance(raised, Failed):
        return Verdict(test, Outcome.failed, raised.message, _complete(raised, world), calls=calls)
    return Verdict(test, Outcome.passed, calls=calls)


def unexamined(test: HiddenTest, raised: BaseException, world: TestRun) -> Verdict:
    """The verdict on a test that raised for this answer but not for the reference's: the answer fails."""
    told = isinstance(raised, AssertionError)
    message = str(raised) if told else "This kind of answer cannot be examined here."
    return Verdict(test, Outcome.failed, message, world.counterexample(world.calls[-1]), calls=tuple(world.calls))


def _complete(fault: Failed, world: TestRun) -> Counterexample | None:
    """The finding's own counterexample; one without a call shows the finding's call, or the last one of the test."""
    shown, call = fault.counterexample, fault.call or (world.calls[-1] if world.calls else None)
    if call is None or (shown is not None and shown.call):
        return shown
    full = world.counterexample(call)
    if shown is None:
        return full
    drawn = shown.picture or (recorded(call.reply.value, shown.want) if isinstance(call.reply, Observation) else None)
    return structs.replace(
        full, got=shown.got or full.got, want=shown.want, differs=shown.differs, part=shown.part, picture=drawn
    )


def _unanswered(test: HiddenTest, call: RecordedCall, world: TestRun) -> Verdict:
    outcomes: dict[type, Outcome] = {
        Raised: Outcome.error,
        NotSent: Outcome.failed,
        Garbled: Outcome.failed,
        NotThere: Outcome.missing,
        TimedOut: Outcome.timeout,
        Died: Outcome.killed,
    }
    reply = call.reply
    assert not isinstance(reply, Observation)
    frames = reply.frames if isinstance(reply, Raised) else ()
    shown = None if isinstance(reply, NotThere) else world.counterexample(call)
    return Verdict(
        test,
        outcomes[type(reply)],
        explain(call),
        shown,
        frames,
        tuple(world.calls),
    )
