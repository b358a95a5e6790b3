"""The hidden tests of one assignment: collected by pytest once, run again for each submission.

pytest runs in a thread of its own and keeps its session open; `Suite.run` hands it a submission and waits for the
verdicts.
"""

from __future__ import annotations

import importlib
import os
import queue
import re
import sys
import threading
import warnings
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Literal

import numpy as np
import pytest
from _pytest.runner import runtestprotocol
from msgspec import structs

from autograder.calls import Caller, Failed, RecordedCall, Unanswered, World, explain
from autograder.errors import CourseError, line_at_fault
from autograder.results import Counterexample, Outcome
from autograder.sandbox.objects import Absent, Keeper
from autograder.sandbox.observe import Observation, observe
from autograder.sandbox.supervisor import Died, Garbled, Kept, NotThere, Reply, Step, TimedOut
from autograder.sandbox.wire import NotSent, Packer, Raised, Unsendable
from autograder.sketch import recorded
from autograder.testing import Agree, Draw, Student

PYTEST_ARGS = (
    "-s", "--assert=plain", "--import-mode=importlib", "--noconftest", "--strict-markers", "-c", os.devnull,
    "--disable-plugin-autoload", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler",
    "-p", "no:logging", "-p", "no:warnings", "-p", "no:unraisableexception", "-p", "no:threadexception",
)  # fmt: skip


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
    """What one hidden test found, with the calls that it made."""

    test: HiddenTest
    outcome: Outcome
    message: str = ""
    counterexample: Counterexample | None = None
    traceback: tuple[str, ...] = ()
    calls: tuple[RecordedCall, ...] = ()
    follow_through: tuple[str, ...] = ()


@dataclass(frozen=True)
class Patient:
    """Answers a test's calls, with a longer limit for each."""

    caller: Any
    seconds: float

    def call(self, name: str, args: tuple[Any, ...], kwargs: Any) -> Reply:
        """The caller's answer."""
        reply: Reply = self.caller.call(name, args, kwargs, seconds=self.seconds)
        return reply

    def use(self, step: Step, args: tuple[Any, ...], kwargs: Any) -> Reply:
        """The caller's answer."""
        reply: Reply = self.caller.use(step, args, kwargs, seconds=self.seconds)
        return reply


class ByReference:
    """Answers a test's calls with the reference itself, to tell a test's own fault from an answer's."""

    def __init__(self, module: ModuleType | SimpleNamespace) -> None:
        self._module, self._keeper = module, Keeper()

    def call(self, name: str, args: tuple[Any, ...], kwargs: Any, seconds: float | None = None) -> Reply:
        """The reference's answer, observed as a student's would be."""
        try:
            return observe(getattr(self._module, name), args, kwargs)
        except Exception as fault:
            return _raised(fault)

    def use(self, step: Step, args: tuple[Any, ...], kwargs: Any, seconds: float | None = None) -> Reply:
        """The same for the reference's objects, which are kept here."""
        number = step.on.number if step.on else 0
        try:
            action = self._keeper.action(step.verb, number, step.name, vars(self._module))
            seen = observe(action, args, kwargs, drain=step.verb != "make")
        except Absent as fault:
            return NotThere(fault.found)
        except Exception as fault:
            return _raised(fault)
        try:
            Packer().pack(seen.value)
        except Unsendable:
            return replace(seen, value=Kept(self._keeper.keep(seen.value), type(seen.value).__name__))
        return seen


def _raised(fault: Exception) -> Raised:
    bases = tuple(cls.__name__ for cls in type(fault).__mro__)
    return Raised(0, type(fault).__name__, bases, str(fault), ())


@dataclass(frozen=True)
class _Job:
    caller: Caller
    seed: int
    only: Collection[str] | None
    done: queue.SimpleQueue[Any]


class _Plugin:
    """The open pytest session: fixtures, collection, and the loop that waits for submissions."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.ready: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self.faults: list[tuple[int | None, str]] = []
        self.items: list[tuple[pytest.Item, HiddenTest]] = []
        self.world: World
        self.seed = 0
        self.raised: BaseException | None = None

    @pytest.fixture(name="student")
    def _student(self) -> Student:
        return Student(self.world)

    @pytest.fixture(name="reference")
    def _reference(self) -> ModuleType:
        return self.module

    @pytest.fixture(name="agree")
    def _agree(self) -> Agree:
        return Agree(self.world)

    @pytest.fixture(name="rng")
    def _rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(request.node.name.encode())])

    @pytest.fixture(name="draw")
    def _draw(self, rng: np.random.Generator) -> Draw:
        return Draw(rng)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "points(exercise, value): the exercise of a hidden test, and its points")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            told = str(report.longrepr).strip()
            lines = re.findall(rf'{re.escape(Path(report.fspath).name)}(?:"?, line |:)(\d+)', told)
            self.faults.append((int(lines[-1]) if lines else None, told.splitlines()[-1].removeprefix("E").strip()))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.items = [(item, self._describe(item)) for item in items]

    def _describe(self, item: pytest.Item) -> HiddenTest:
        mark = item.get_closest_marker("points")
        line = (item.location[1] or 0) + 1
        if mark is None or len(mark.args) != 2:
            self.faults.append((line, f"{item.name} is not marked with @points(exercise, points)"))
            return HiddenTest(item.name, "", 0.0, "", line)
        sentence = " ".join((getattr(getattr(item, "obj", None), "__doc__", "") or "").split())
        if not sentence:
            self.faults.append((line, f"{item.name} has no docstring, which students read as its sentence"))
        return HiddenTest(item.name, str(mark.args[0]), float(mark.args[1]), sentence, line, mark.kwargs.get("seconds"))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keeps what was raised. pytest's own report formats a traceback that nobody reads, which takes 60 ms."""
        if call.excinfo is not None and self.raised is None:
            self.raised = call.excinfo.value
        assert call.when != "collect"
        outcome: Literal["passed", "failed"] = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self.faults or not self.items:
            return True
        self.ready.put(None)
        while (job := self.jobs.get()) is not None:
            try:
                job.done.put(self._run(job))
            except BaseException as fault:
                job.done.put(fault)
        return True

    def _run(self, job: _Job) -> tuple[Verdict, ...]:
        wanted = [(item, test) for item, test in self.items if job.only is None or test.name in job.only]
        following = [*(item for item, _ in wanted[1:]), None][: len(wanted)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tuple(
                self._verdict(item, test, job, after) for (item, test), after in zip(wanted, following, strict=True)
            )

    def _verdict(self, item: pytest.Item, test: HiddenTest, job: _Job, after: pytest.Item | None) -> Verdict:
        caller = Patient(job.caller, test.seconds) if test.seconds else job.caller
        fault, world = self._once(item, caller, job.seed, after)
        calls = tuple(world.calls)
        if fault is None:
            return Verdict(test, Outcome.passed, calls=calls)
        if isinstance(fault, Unanswered):
            return _unanswered(test, fault.call, world)
        if isinstance(fault, Failed):
            return Verdict(test, Outcome.failed, fault.message, _complete(fault, world), calls=calls)
        if calls and self._once(item, ByReference(self.module), job.seed, after)[0] is None:
            told = isinstance(fault, AssertionError)
            message = str(fault) if told else "The answer is of a kind that cannot be examined here."
            return Verdict(test, Outcome.failed, message, _last(world), calls=calls)
        return Verdict(test, Outcome.internal, f"{type(fault).__name__}: {fault}"[:500])

    def _once(
        self, item: pytest.Item, caller: Caller, seed: int, after: pytest.Item | None
    ) -> tuple[BaseException | None, World]:
        self.world, self.seed, self.raised = World(caller, self.module), seed, None
        runtestprotocol(item, log=False, nextitem=after)  # what the next test needs too stays set up, and nothing else
        return self.raised, self.world


def _complete(fault: Failed, world: World) -> Counterexample | None:
    """The finding's own counterexample; one without a call shows the finding's call, or the last one of the test."""
    shown, call = fault.counterexample, fault.call or (world.calls[-1] if world.calls else None)
    if call is None or (shown is not None and shown.call):
        return shown
    full = world.counterexample(call)
    if shown is None:
        return full
    drawn = shown.picture or (recorded(call.reply.value, shown.want) if isinstance(call.reply, Observation) else None)
    return structs.replace(full, got=shown.got or full.got, want=shown.want, differs=shown.differs, picture=drawn)


def _last(world: World) -> Counterexample | None:
    return world.counterexample(world.calls[-1]) if world.calls else None


def _unanswered(test: HiddenTest, call: RecordedCall, world: World) -> Verdict:
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
    frames = reply.frames[:20] if isinstance(reply, Raised) else ()
    shown = None if isinstance(reply, NotThere) else world.counterexample(call)
    return Verdict(
        test,
        outcomes[type(reply)],
        explain(call),
        shown,
        tuple(f[:300] for f in frames),
        tuple(world.calls),
    )


def _forget(name: str) -> None:
    """pytest would take an earlier file of that name, of another course or before a change, for the one it is given."""
    for known in [known for known in sys.modules if known == name or known.endswith(f".hidden.{name}")]:
        del sys.modules[known]


@contextmanager
def importable(root: Path) -> Iterator[None]:
    """Finds the course's packages for a moment only: its folder `autograder` would hide this package from workers."""
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))


class Suite:
    """The hidden tests in ``path``, which compare with the functions of the module named ``reference``.

    Raises:
        CourseError: when pytest cannot collect them, or a test lacks its mark or its sentence.
    """

    def __init__(self, path: Path, reference: str, *, root: Path) -> None:
        self.path = path
        try:
            with importable(root):
                self.module = importlib.import_module(reference)
        except Exception as fault:
            source = root.joinpath(*reference.split(".")).with_suffix(".py")
            line = line_at_fault(fault, source)
            what = f"cannot be imported: {type(fault).__name__}: {fault}"
            raise CourseError(source if source.is_file() else reference, what, line=line) from None
        self._plugin = _Plugin(self.module)
        self._thread = threading.Thread(target=self._main, daemon=True, name=f"hidden tests of {reference}")
        self._thread.start()
        refused = self._plugin.ready.get()
        if refused is not None:
            raise refused
        self.tests = tuple(test for _, test in self._plugin.items)

    def _main(self) -> None:
        plugin = self._plugin
        try:
            _forget(self.path.stem)
            pytest.main([*PYTEST_ARGS, f"--rootdir={self.path.parent}", str(self.path)], plugins=[plugin])
            (line, fault), *others = plugin.faults or [(None, "pytest finds no hidden tests")]
            more = "".join(f"; line {at}: {text}" if at else f"; {text}" for at, text in others)
            plugin.ready.put(CourseError(self.path, fault + more, line=line))
        except BaseException as fault:
            plugin.ready.put(CourseError(self.path, f"pytest ends with {type(fault).__name__}: {fault}"))

    @property
    def points(self) -> dict[str, float]:
        """The points of each exercise: the sum over its hidden tests, in the order of the file."""
        total: dict[str, float] = {}
        for test in self.tests:
            total[test.exercise] = total.get(test.exercise, 0.0) + test.points
        return total

    def run(self, caller: Caller, seed: int, *, only: Collection[str] | None = None) -> tuple[Verdict, ...]:
        """Runs the hidden tests (those named in ``only``, if given) against whoever answers as the student."""
        done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._plugin.jobs.put(_Job(caller, seed, only, done))
        verdicts = done.get()
        if isinstance(verdicts, BaseException):
            raise verdicts
        found: tuple[Verdict, ...] = verdicts
        return found

    def close(self) -> None:
        """Ends the pytest session."""
        self._plugin.jobs.put(None)
        self._thread.join(timeout=10)
