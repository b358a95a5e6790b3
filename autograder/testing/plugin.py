"""The hidden tests' pytest plugin: its fixtures, what it refuses to collect, and a loop that waits for submissions."""

from __future__ import annotations

import ctypes
import inspect
import itertools
import queue
import re
import threading
import time
import warnings
import zlib
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Literal

import numpy as np
import pytest
from _pytest.runner import runtestprotocol

from autograder.errors import InterpreterGone, WallError
from autograder.results import Outcome
from autograder.sandbox.common.messages import Packer, Raised, Unsendable
from autograder.sandbox.common.object_table import Absent, ObjectTable
from autograder.sandbox.common.observe import observe
from autograder.sandbox.host.bounded import bounded_memory
from autograder.sandbox.host.replies import NotThere, ObjectHandle, Reply, Step
from autograder.testing.calls import Caller, Failed, Judge, TestRun, Unanswered
from autograder.testing.fixtures import Agree, Draw, StudentFixture
from autograder.testing.verdicts import HiddenTest, Verdict, unexamined, verdict_of


@dataclass(frozen=True)
class WithTimeout:
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


class ReferenceCaller:
    """Answers a test's calls with the reference itself, to tell whether the test or the answer is broken."""

    def __init__(self, module: ModuleType | SimpleNamespace) -> None:
        self._module, self._keeper = module, ObjectTable()

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
            return replace(seen, value=ObjectHandle(self._keeper.keep(seen.value), type(seen.value).__name__))
        return seen


def _raised(fault: Exception) -> Raised:
    bases = tuple(cls.__name__ for cls in type(fault).__mro__)
    return Raised(0, type(fault).__name__, bases, str(fault), ())


def arguments_of(item: pytest.Item, own: Collection[str], mark: str) -> tuple[str, ...] | None:
    """The arguments of a test that uses only the plugin's ``own`` fixtures and has no mark but ``mark``.

    None for any other test: one with other fixtures (named or automatic), with one that its file overrides, with
    parameters, in a class, or asynchronous. pytest runs those.
    """
    if not isinstance(item, pytest.Function) or item.cls is not None or hasattr(item, "callspec"):
        return None
    known = item._fixtureinfo
    foreign = set(known.argnames) - set(own) or set(known.name2fixturedefs) - set(own)
    replaced = any(len(found) > 1 for found in known.name2fixturedefs.values())
    marked = any(other.name != mark for other in item.iter_markers())
    asynchronous = inspect.iscoroutinefunction(item.obj) or inspect.isasyncgenfunction(item.obj)
    if foreign or replaced or marked or asynchronous:
        return None
    return known.argnames


TEST_SECONDS = 20.0
"""Seconds of processor time in the grader for one hidden test; waiting for the student's process does not count."""

TESTS_MEMORY = 384 * 2**20
"""How many bytes the answers of one submission, and what the hidden tests make of them, may take."""


class TakesTooLong(Exception):
    """A hidden test has used up its processor time on this student's answers."""


def _raise_in(thread: int, fault: type[Exception]) -> None:
    """Raises an exception in another thread, at its next step.

    It must not be withdrawn: Python 3.11 would then keep looking for it, and never continue in traced code.
    """
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(fault))


FIXTURES = ("student", "reference", "agree", "rng", "draw")
MARK = "points"


@dataclass(frozen=True)
class SuiteJob:
    """One run of the hidden tests, all or ``only`` some, with ``caller`` as the student; verdicts go into ``done``."""

    caller: Caller
    seed: int
    only: Collection[str] | None
    done: queue.SimpleQueue[Any]
    judge: Judge | None = None


class Plugin:
    """The open pytest session: fixtures, collection, and the loop that waits for submissions."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.jobs: queue.SimpleQueue[SuiteJob | None] = queue.SimpleQueue()
        self.ready: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self.faults: list[tuple[int | None, str]] = []
        self.items: list[tuple[pytest.Item, HiddenTest]] = []
        self.plain: dict[pytest.Item, tuple[str, ...] | None] = {}
        self.world: TestRun
        self.judge: Judge | None = None
        self.seed = 0
        self.raised: BaseException | None = None
        self._lock = threading.Lock()
        self._begun: float | None = None
        self._overdue = False
        self._thread = 0

    @pytest.fixture(name="student")
    def _student(self) -> StudentFixture:
        return StudentFixture(self.world)

    @pytest.fixture(name="reference")
    def _reference(self) -> ModuleType:
        return self.module

    @pytest.fixture(name="agree")
    def _agree(self) -> Agree:
        return Agree(self.world)

    @pytest.fixture(name="rng")
    def _rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        return self._generator(request.node.name)

    def _generator(self, test: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(test.encode())])

    @pytest.fixture(name="draw")
    def _draw(self, rng: np.random.Generator) -> Draw:
        return Draw(rng)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", f"{MARK}(exercise, value): the exercise of a hidden test, and its points")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keeps why a file could not be collected, with its line."""
        if report.failed:
            text = str(report.longrepr).strip()
            lines = re.findall(rf'{re.escape(Path(report.fspath).name)}(?:"?, line |:)(\d+)', text)
            self.faults.append((int(lines[-1]) if lines else None, text.splitlines()[-1].removeprefix("E").strip()))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Reads the marks and sentences of what was collected."""
        self.items = [(item, self._describe(item)) for item in items]
        self.plain = {item: arguments_of(item, FIXTURES, MARK) for item in items}

    def _describe(self, item: pytest.Item) -> HiddenTest:
        mark = item.get_closest_marker(MARK)
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
        """Keeps what was raised. pytest's own report takes 60 ms to format a traceback that nobody reads."""
        if call.excinfo is not None and self.raised is None:
            self.raised = call.excinfo.value
        assert call.when != "collect"
        outcome: Literal["passed", "failed"] = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Replaces pytest's own loop: runs the tests for each job until None arrives."""
        if self.faults or not self.items:
            return True
        self.ready.put(None)
        while (job := self.jobs.get()) is not None:
            try:
                job.done.put(self._run(job))
            except BaseException as fault:
                job.done.put(fault)
        return True

    def stop_if_overdue(self) -> None:
        """Ends a test that has used up its processor time: a student's answer can make the simplest loop a long one."""
        with self._lock:
            if self._begun is not None and self._spent() - self._begun > TEST_SECONDS:
                self._begun, self._overdue = None, True
                _raise_in(self._thread, TakesTooLong)

    def _spent(self) -> float:
        return time.clock_gettime(time.pthread_getcpuclockid(self._thread))

    @contextmanager
    def _clocked(self) -> Iterator[None]:
        with self._lock:
            self._thread = threading.get_ident()
            self._begun = self._spent()
        try:
            yield
        finally:
            with self._lock:
                self._begun, overdue = None, self._overdue
                self._overdue = False
            if overdue:
                time.sleep(0.01)  # if it came at the very end of the test, it is raised here and not later

    def _run(self, job: SuiteJob) -> tuple[Verdict, ...]:
        self.judge = job.judge
        wanted = [(item, test) for item, test in self.items if job.only is None or test.name in job.only]
        with_pytest = [item for item, _ in wanted if self.plain[item] is None]
        following = dict(itertools.pairwise(with_pytest))
        with ExitStack() as stack, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stack.enter_context(bounded_memory(TESTS_MEMORY))
            return tuple(self._verdict(item, test, job, following.get(item)) for item, test in wanted)

    def _verdict(self, item: pytest.Item, test: HiddenTest, job: SuiteJob, after: pytest.Item | None) -> Verdict:
        caller = WithTimeout(job.caller, test.seconds) if test.seconds else job.caller
        fault, world = self._once(item, caller, job.seed, after)
        if fault is None or isinstance(fault, Unanswered | Failed):
            return verdict_of(test, fault, world)
        if isinstance(fault, InterpreterGone | WallError):  # an interpreter is gone or a wall fell: no verdict
            raise fault
        if world.calls and self._once(item, ReferenceCaller(self.module), job.seed, after)[0] is None:
            return unexamined(test, fault, world)
        return Verdict(test, Outcome.internal, f"{type(fault).__name__}: {fault}"[:500])

    def _once(
        self, item: pytest.Item, caller: Caller, seed: int, after: pytest.Item | None
    ) -> tuple[BaseException | None, TestRun]:
        self.world, self.seed, self.raised = TestRun(caller, self.module, judge=self.judge), seed, None
        arguments = self.plain[item]
        try:
            with self._clocked():
                if arguments is not None:
                    return self._called(item, arguments), self.world
                runtestprotocol(item, log=False, nextitem=after)  # what the next test also needs stays set up
        except TakesTooLong as fault:
            return fault, self.world
        return self.raised, self.world

    def _called(self, item: pytest.Item, arguments: tuple[str, ...]) -> BaseException | None:
        """Runs a test that needs nothing around it, and returns what it raised."""
        given: dict[str, Any] = {
            "student": StudentFixture(self.world),
            "reference": self.module,
            "agree": Agree(self.world),
        }
        if "rng" in arguments or "draw" in arguments:
            given["rng"] = rng = self._generator(item.name)
            given["draw"] = Draw(rng)
        try:
            getattr(item, "obj")(**{name: given[name] for name in arguments})  # noqa: B009 - pytest.Item has none
        except BaseException as fault:
            return fault
        return None
