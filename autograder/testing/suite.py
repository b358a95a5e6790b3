"""The hidden tests of one assignment: collected by pytest once, run again for each submission.

pytest runs in a thread of its own and keeps its session open; `Suite.run` hands it a submission and waits for the
verdicts.
"""

from __future__ import annotations

import dataclasses
import os
import queue
import sys
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from autograder.course import read_authored
from autograder.errors import CourseError, line_at_fault
from autograder.testing.calls import Caller, Judge
from autograder.testing.course_package import course_module
from autograder.testing.plugin import Plugin, ReferenceCaller, SuiteJob
from autograder.testing.verdicts import Verdict

PYTEST_ARGS = (
    "-s", "--assert=plain", "--import-mode=importlib", "--noconftest", "--strict-markers", "-c", os.devnull,
    "--disable-plugin-autoload", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler",
    "-p", "no:logging", "-p", "no:warnings", "-p", "no:unraisableexception", "-p", "no:threadexception",
)  # fmt: skip
WATCH_SECONDS = 1.0


def _forget(name: str) -> None:
    """Makes pytest forget an earlier file with that name, from another course or from before a change."""
    for known in [known for known in sys.modules if known == name or known.endswith(f".hidden.{name}")]:
        del sys.modules[known]


class _Collected:
    """Makes pytest collect one file by its name in its folder: in a full path it would take `[...]` for a test's id."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pytest_configure(self, config: pytest.Config) -> None:
        config.args = [self._path.name]
        config.invocation_params = dataclasses.replace(config.invocation_params, dir=self._path.parent)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keeps the program in its folder: at its end, pytest changes to the folder that it started in."""
        config = session.config
        config.invocation_params = dataclasses.replace(config.invocation_params, dir=Path())


class Suite:
    """The hidden tests in ``path``, which compare with the functions of the module named ``reference``.

    Raises:
        CourseError: if pytest cannot collect them, or a test lacks its mark or its sentence.
    """

    def __init__(self, path: Path, reference: str, *, root: Path) -> None:
        self.path = path
        source = root.joinpath(*reference.split(".")).with_suffix(".py")
        for file in (source, path):
            if file.is_file():
                read_authored(file)  # Python's own words for another encoding help nobody
        try:
            self.module = course_module(root, reference)
        except Exception as fault:
            line = line_at_fault(fault, source)
            what = f"cannot be imported: {type(fault).__name__}: {fault}"
            raise CourseError(source if source.is_file() else reference, what, line=line) from None
        self._plugin = Plugin(self.module)
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
            where = _Collected(self.path)
            pytest.main([*PYTEST_ARGS, f"--rootdir={self.path.parent}", self.path.name], plugins=[plugin, where])
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

    def run(
        self, caller: Caller, seed: int, *, only: Collection[str] | None = None, judge: Judge | None = None
    ) -> tuple[Verdict, ...]:
        """Runs the hidden tests (those named in ``only``, if given) against a caller that answers as the student.

        A ``judge`` sees each answer before the test does, and may replace it by another one with the same values.
        """
        done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._plugin.jobs.put(SuiteJob(caller, seed, only, done, judge))
        verdicts = self._waited_for(done)
        if isinstance(verdicts, BaseException):
            raise verdicts
        found: tuple[Verdict, ...] = verdicts
        return found

    def run_on_reference(self, seed: int) -> tuple[Verdict, ...]:
        """Runs the hidden tests against the reference itself, to see what they ask with this seed."""
        return self.run(ReferenceCaller(self.module), seed)

    def _waited_for(self, done: queue.SimpleQueue[Any]) -> Any:
        """What the tests' thread returns; tests that take too long are stopped meanwhile."""
        while True:
            try:
                return done.get(timeout=WATCH_SECONDS)
            except queue.Empty:
                self._plugin.stop_if_overdue()

    def close(self) -> None:
        self._plugin.jobs.put(None)
        self._thread.join(timeout=10)
