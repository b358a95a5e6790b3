"""The hidden tests' pytest plugin: its fixtures, what it refuses to collect, and a loop that waits for submissions."""

from __future__ import annotations

import itertools
import queue
import re
import warnings
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np
import pytest
from _pytest.runner import runtestprotocol

from autograder.callers import ByReference, Patient
from autograder.calls import Caller, Failed, Unanswered, World
from autograder.judging import HiddenTest, Verdict, unexamined, verdict_of
from autograder.plain import arguments_of
from autograder.results import Outcome
from autograder.testing import Agree, Draw, Student

FIXTURES = ("student", "reference", "agree", "rng", "draw")
MARK = "points"


@dataclass(frozen=True)
class Job:
    """One run of the hidden tests, all or ``only`` some, with ``caller`` for the student; verdicts go into ``done``."""

    caller: Caller
    seed: int
    only: Collection[str] | None
    done: queue.SimpleQueue[Any]


class Plugin:
    """The open pytest session: fixtures, collection, and the loop that waits for submissions."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.ready: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self.faults: list[tuple[int | None, str]] = []
        self.items: list[tuple[pytest.Item, HiddenTest]] = []
        self.plain: dict[pytest.Item, tuple[str, ...] | None] = {}
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
        return self._generator(request.node.name)

    def _generator(self, test: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(test.encode())])

    @pytest.fixture(name="draw")
    def _draw(self, rng: np.random.Generator) -> Draw:
        return Draw(rng)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Makes the mark known."""
        config.addinivalue_line("markers", f"{MARK}(exercise, value): the exercise of a hidden test, and its points")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keeps why a file could not be collected, with its line."""
        if report.failed:
            told = str(report.longrepr).strip()
            lines = re.findall(rf'{re.escape(Path(report.fspath).name)}(?:"?, line |:)(\d+)', told)
            self.faults.append((int(lines[-1]) if lines else None, told.splitlines()[-1].removeprefix("E").strip()))

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
        """Keeps what was raised. pytest's own report formats a traceback that nobody reads, which takes 60 ms."""
        if call.excinfo is not None and self.raised is None:
            self.raised = call.excinfo.value
        assert call.when != "collect"
        outcome: Literal["passed", "failed"] = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop: runs the tests for each job, until there comes None."""
        if self.faults or not self.items:
            return True
        self.ready.put(None)
        while (job := self.jobs.get()) is not None:
            try:
                job.done.put(self._run(job))
            except BaseException as fault:
                job.done.put(fault)
        return True

    def _run(self, job: Job) -> tuple[Verdict, ...]:
        wanted = [(item, test) for item, test in self.items if job.only is None or test.name in job.only]
        with_pytest = [item for item, _ in wanted if self.plain[item] is None]
        following = dict(itertools.pairwise(with_pytest))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tuple(self._verdict(item, test, job, following.get(item)) for item, test in wanted)

    def _verdict(self, item: pytest.Item, test: HiddenTest, job: Job, after: pytest.Item | None) -> Verdict:
        caller = Patient(job.caller, test.seconds) if test.seconds else job.caller
        fault, world = self._once(item, caller, job.seed, after)
        if fault is None or isinstance(fault, Unanswered | Failed):
            return verdict_of(test, fault, world)
        if world.calls and self._once(item, ByReference(self.module), job.seed, after)[0] is None:
            return unexamined(test, fault, world)
        return Verdict(test, Outcome.internal, f"{type(fault).__name__}: {fault}"[:500])

    def _once(
        self, item: pytest.Item, caller: Caller, seed: int, after: pytest.Item | None
    ) -> tuple[BaseException | None, World]:
        self.world, self.seed, self.raised = World(caller, self.module), seed, None
        arguments = self.plain[item]
        if arguments is not None:
            return self._called(item, arguments), self.world
        runtestprotocol(item, log=False, nextitem=after)  # what the next test needs too stays set up, and nothing else
        return self.raised, self.world

    def _called(self, item: pytest.Item, arguments: tuple[str, ...]) -> BaseException | None:
        """Runs a test that needs nothing around it, and returns what it raised."""
        given: dict[str, Any] = {"student": Student(self.world), "reference": self.module, "agree": Agree(self.world)}
        if "rng" in arguments or "draw" in arguments:
            given["rng"] = rng = self._generator(item.name)
            given["draw"] = Draw(rng)
        try:
            getattr(item, "obj")(**{name: given[name] for name in arguments})  # noqa: B009 - pytest.Item has none
        except BaseException as fault:
            return fault
        return None
