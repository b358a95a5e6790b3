"""Grades each submission as it arrives, in the order of arrival, and writes its report at once.

The workspace itself is the queue: what has no result yet waits, so nothing is lost or graded twice, however this
program ends. The workspace is locked only while there is something to do.
"""

from __future__ import annotations

import time
from bisect import insort
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.moments import shown
from autograder.errors import AutograderError, CourseError, GradebookError, WorkspaceError
from autograder.grading.dispatcher import HOPELESS, Dispatcher, Ticket, given_up
from autograder.grading.grade import Graded
from autograder.grading.pool import WorkerPool
from autograder.grading.worker import TRIES, Job
from autograder.results import Result
from autograder.runs.serve.arrivals import Arrival, Key
from autograder.runs.serve.attempt_limits import AttemptLimits
from autograder.runs.serve.course_watch import CourseWatch
from autograder.runs.serve.events import Events, ExchangeEvents, ReportWritten
from autograder.runs.serve.recorder import AlreadyGraded, Recorder
from autograder.workspace.lock import locked, serving

PAUSE_SECONDS = 0.05
SHARE_OF_LOOKING = 5
"""The pause between two looks, as a multiple of the time a look takes; between thorough looks it is twice as long."""

RETRY_SECONDS = 0.5
SLICE_SECONDS = 0.25
REPLACED = "A grading process ended unexpectedly; a new one takes its place."


@dataclass(frozen=True)
class _Begun:
    """A submission between its turn and its report."""

    arrival: Arrival
    at: float
    number: int | None


class Server:
    """Serves one workspace.

    Args:
        watch: the course with its assignments, watched for changes.
        jobs: how many submissions are graded at the same time.
        tell: hears what happens.
        exchange: nbgrader's exchange, if submissions come from there or reports go there.
    """

    def __init__(self, watch: CourseWatch, jobs: int, tell: Events, exchange: ExchangeEvents | None = None) -> None:
        self._watch, self._tell, self._exchange = watch, tell, exchange
        self._dispatcher: Dispatcher[Arrival] = Dispatcher(WorkerPool(jobs, ignore_sigint=True))
        self._recorder = Recorder(watch.course)
        self._limits = AttemptLimits(watch.course)
        self._waiting: list[Arrival] = []
        self._held: dict[Key, tuple[datetime, Arrival]] = {}
        self._begun: dict[Key, _Begun] = {}
        self._number = self._strange = 0
        self._said: dict[str, str] = {}
        self._lock = ExitStack()
        self._sits = False
        self._next_look = self._next_thorough = self._next_try = 0.0

    def serve(self, going: Callable[[], bool], ready: Callable[[], None] = lambda: None) -> None:
        """Serves until ``going`` says otherwise. Submissions in progress are graded after the next start.

        Raises:
            AutograderError: if the course is invalid at the start, a wall cannot be built, or grading does not work.
        """
        with serving(self._watch.course):
            try:
                self._warm_up(going)
                if going():
                    ready()
                while going():
                    self._step()
            finally:
                self._dispatcher.end()
                self._end()

    def _warm_up(self, going: Callable[[], bool]) -> None:
        """Tidies up, then waits until everything is ready for a submission."""
        first = self._watch.likeliest()
        with locked(self._watch.course):
            pass
        warm: set[int] = set()
        while len(warm) < self._dispatcher.pool.size and going():
            futures = set(self._dispatcher.pool.warm(self._watch.course, first))
            while futures and going():
                done, futures = wait(futures, PAUSE_SECONDS, FIRST_COMPLETED)
                try:
                    warm |= {future.result() for future in done}
                except BrokenProcessPool:
                    raise AutograderError(HOPELESS) from None

    def _step(self) -> None:
        now = time.monotonic()
        self._look(now)
        if self._has_work() and self._sit_down(now):
            self._renew()
            self._hand_out()
            self._take_in(self._pause())
            self._publish(now)
            if not self._has_work():
                self._get_up()
        else:
            time.sleep(self._pause())
        self._tell.state(len(self._waiting), len(self._dispatcher))

    def _has_work(self) -> bool:
        return (
            bool(self._dispatcher)
            or self._recorder.has_unpublished
            or self._watch.stale
            or self._next_one() is not None
        )

    def _may_hand_out(self) -> bool:
        return self._sits and self._dispatcher.room and not self._watch.stale and "publish" not in self._said

    def _pause(self) -> float:
        """Waits until there may be something to do again."""
        if self._may_hand_out() and self._next_one() is not None:
            return 0.0
        return min(PAUSE_SECONDS, max(0.01, self._next_look - time.monotonic()))

    def _look(self, now: float) -> None:
        """Looks for arrivals. Looking through a large class takes longer, and then happens less often."""
        self._watch.check(now)
        watcher = self._watch.watcher
        try:
            if now >= self._next_look:
                if self._exchange:
                    self._exchange.look(now, self._tell.notice)
                thorough = now >= self._next_thorough
                arrived = list(watcher.look(now, thorough=thorough))
                spent = time.monotonic() - now
                if thorough:
                    self._next_thorough = now + 2 * SHARE_OF_LOOKING * spent
                self._next_look = (
                    now + spent + (PAUSE_SECONDS if thorough else max(PAUSE_SECONDS, SHARE_OF_LOOKING * spent))
                )
            else:
                arrived = list(watcher.look_again(now))
            self._said.pop("look", None)
        except WorkspaceError as fault:
            self._say_once("look", str(fault))
            self._next_look = now + RETRY_SECONDS
            return
        self._let_go()
        for odd in watcher.odd():
            self._tell.odd(odd.path, odd.why)
        self._line_up(arrived)

    def _line_up(self, arrived: Iterable[Arrival]) -> None:
        """Queues a submission; one that was handed in again while it waited takes the later place."""
        later = {arrival.key: arrival for arrival in arrived}
        for key in later:
            self._held.pop(key, None)
        if later:
            self._waiting = sorted([*(a for a in self._waiting if a.key not in later), *later.values()])

    def _renew(self) -> None:
        """Reads changed material. Submissions in progress are graded again with the new material."""
        if not self._watch.stale or self._recorder.has_unpublished:
            return
        before = self._watch.course
        for notice in self._watch.renew():
            self._tell.notice(notice)
        course = self._watch.course
        if course != before:
            self._recorder.close()
            self._recorder = Recorder(course)
            self._recorder.open()
            self._limits = AttemptLimits(course)
            self._said.clear()
            self._dispatcher.drop()
            self._waiting.clear()  # all arrive again
            self._held.clear()
        for name in self._watch.renewed():
            try:
                differs = self._recorder.renew(name)
            except CourseError as fault:
                self._block(name, fault)
                continue
            if differs or self._strange:
                self._tell.notice(f"The course's material of {name} has changed and applies from now on.")
                self._again(self._dispatcher.drop())
                self._dispatcher.pool.warm(course, name)

    def _sit_down(self, now: float) -> bool:
        """Locks the workspace, unless another command holds it."""
        if self._sits:
            return True
        if now < self._next_try:
            return False
        try:
            self._lock.enter_context(locked(self._watch.course, tidy=False))
            self._recorder.open()
        except (WorkspaceError, GradebookError) as fault:
            self._lock.close()
            self._say_once("lock", f"Waiting: {fault}")
            self._next_try = now + RETRY_SECONDS
            return False
        self._said.pop("lock", None)
        self._sits = True
        return True

    def _get_up(self) -> None:
        self._recorder.release()
        self._lock.close()
        self._sits = False
        for name, students in self._recorder.outdated.items():
            if students:
                text = f"{name}: results from earlier hidden tests, settings or versions: "
                self._say_once(name, text + f"{len(students)}. Run `autograder grade {name}` to renew them.")

    def _next_one(self) -> Arrival | None:
        """The next submission, skipping students with one in progress."""
        busy = self._dispatcher.busy
        return next((a for a in self._waiting if a.key not in busy and self._watch.open(a.assignment)), None)

    def _hand_out(self) -> None:
        """Gives the workers what they have room for, but stops after a while, because others wait for their reports."""
        until = time.monotonic() + SLICE_SECONDS
        while self._may_hand_out() and time.monotonic() < until:
            arrival = self._next_one()
            if arrival is None:
                return
            self._waiting.remove(arrival)
            self._take(arrival)

    def _take(self, arrival: Arrival) -> None:
        name, watcher = arrival.assignment, self._watch.watcher
        if not watcher.is_there(arrival.key):
            self._tell.notice(f"{arrival.student} {name}: was removed before it was graded.")
            return self._dispatcher.forget(arrival.key)
        if not watcher.is_as_it_arrived(arrival.key):
            return self._dispatcher.forget(arrival.key)
        self._watch.watch(name)
        begun = time.time()
        try:
            taken = self._recorder.take(name, arrival.student)
        except CourseError as fault:
            insort(self._waiting, arrival)
            return self._block(name, fault)
        if isinstance(taken, AlreadyGraded):
            self._dispatcher.forget(arrival.key)
            if not taken.whole:
                self._begun[arrival.key] = _Begun(arrival, begun, None)
            return None
        if isinstance(taken, Job) and self._must_wait(arrival):
            return self._dispatcher.forget(arrival.key)
        self._number += 1
        self._begun[arrival.key] = _Begun(arrival, begun, self._number)
        if isinstance(taken, Job):
            lost = self._dispatcher.submit(self._watch.course, Ticket(self._number, arrival, taken))
            self._again(lost)
            if lost:
                self._tell.notice(REPLACED)
        return None

    def _must_wait(self, arrival: Arrival) -> bool:
        """Holds an attempt back that is one too many for now, and tells the student when it counts."""
        moment = self._limits.next_at(arrival.key, datetime.now(UTC))
        if moment is None:
            return False
        self._held[arrival.key] = (moment, arrival)
        when = shown(moment.astimezone(self._watch.course.timezone or UTC))
        limits = self._limits.in_words()
        note = f"Your last attempt is not graded yet, as {limits} count. The next one that counts is graded at {when}."
        self._recorder.postpone(arrival.assignment, arrival.student, note)
        self._tell.notice(f"{arrival.student} {arrival.assignment}: waits until {when}, as {limits} count.")
        return True

    def _let_go(self) -> None:
        """Attempts whose time has come."""
        now = datetime.now(UTC)
        due = [key for key, (moment, _) in self._held.items() if moment <= now]
        self._line_up([self._held.pop(key)[1] for key in due])

    def _again(self, turns: Iterable[Ticket[Arrival]]) -> None:
        """Queues submissions again, unless the same students have handed in later ones."""
        waiting = {arrival.key for arrival in self._waiting}
        for turn in turns:
            if turn.request.key not in waiting:
                insort(self._waiting, turn.request)

    def _block(self, name: str, fault: CourseError) -> None:
        """Makes an assignment with invalid files wait until they change."""
        self._watch.block(name)
        self._tell.notice(f"{name} waits until this is fixed: {fault}")

    def _take_in(self, seconds: float) -> None:
        done = self._dispatcher.wait(seconds)
        for turn, graded in done.graded:
            self._keep(turn, graded)
        for turn in done.given_up:
            for graded in given_up(self._watch.course, turn.request.assignment, [turn.job]):
                self._recorder.keep(graded)
        self._again(done.again)
        if done.fault:
            self._block(*done.fault)
        elif done.again or done.given_up:
            self._tell.notice(REPLACED)

    def _keep(self, turn: Ticket[Arrival], graded: Graded) -> None:
        name = turn.request.assignment
        if graded.result.fingerprint == self._recorder.records(name).context.fingerprint:
            self._strange = 0
            self._limits.add(turn.request.key, datetime.now(UTC))
            return self._recorder.keep(graded)
        self._strange += 1
        if self._strange > TRIES * max(1, len(self._dispatcher)):
            raise AutograderError("files of the kit itself have changed: start `autograder serve` again")
        self._watch.suspect(name)
        return self._again([turn])

    def _publish(self, now: float) -> None:
        """Writes gradebook and reports. If the gradebook is in use, for example by formgrader, it waits."""
        if not self._recorder.has_unpublished or now < self._next_try:
            return
        try:
            for result, report in self._recorder.publish():
                self._served(result, report)
            self._said.pop("publish", None)
        except GradebookError as fault:
            self._say_once("publish", f"Waiting: {fault}")
            self._next_try = now + RETRY_SECONDS

    def _served(self, result: Result, report: Path) -> None:
        if self._exchange:
            try:
                self._exchange.release(result)
            except AutograderError as fault:
                self._tell.notice(f"{result.student} {result.assignment}: the report was not released: {fault}")
        now = time.time()
        begun = self._begun.pop((result.student, result.assignment), None)
        came, at, number = (begun.arrival.came, begun.at, begun.number) if begun else (now, now, None)
        self._tell.served(ReportWritten(number, result, report, max(0.0, now - came), max(0.0, at - came)))

    def _end(self) -> None:
        """Leaves the log tidy if possible."""
        if self._sit_down(time.monotonic()):
            self._publish(max(self._next_try, time.monotonic()))
            self._recorder.close()
            self._get_up()
        self._recorder.drop()

    def _say_once(self, topic: str, text: str) -> None:
        if self._said.get(topic) != text:
            self._tell.notice(text)
        self._said[topic] = text
