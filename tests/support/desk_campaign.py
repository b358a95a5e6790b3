"""Two assistants at two desks, `serve` and formgrader at once, while the desks are killed again and again."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import small_course
from desks import Visitor, formgrader
from small_course import NAME, PROGRAM
from sqlalchemy.exc import OperationalError

from autograder.course import Course

PATIENCE = 120.0
POINTS = {"guide-1": 1.0, "guide-2": 0.5}


class RunningDesk:
    """`autograder desk` as a program; killed and started again by ``kill``."""

    def __init__(self, root: Path, name: str) -> None:
        self.root, self.name = root, name
        self._lock = threading.Lock()
        self.process: subprocess.Popen[str]
        self.start()

    def start(self) -> None:
        command = [PROGRAM, "desk", "--no-browser"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        self.process = subprocess.Popen(command, cwd=self.root, process_group=0, **pipes)  # type: ignore[call-overload]
        assert self.process.stdout is not None
        told = re.search(r"127\.0\.0\.1:(\d+)/enter\?token=(\S+)", self.process.stdout.readline())
        assert told, "the desk did not start"
        self.port, self.token = int(told[1]), told[2]

    def visitor(self) -> Visitor:
        """Somebody at this desk, as soon as it answers."""
        end = time.monotonic() + PATIENCE
        while True:
            visitor = Visitor(self.port)
            try:
                visitor.ask("GET", f"/enter?token={self.token}")
                visitor.headers["Cookie"] = visitor.said["set-cookie"].split(";")[0]
                visitor.ask("POST", "/you", {"name": self.name, "each": "1"})
                return visitor
            except (OSError, HTTPException, KeyError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL, and a new one."""
        with self._lock:
            self.stop(signal.SIGKILL)
            self.start()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends it."""
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()


@dataclass
class Campaign:
    """What everybody was told is done: points and comment by student."""

    course: Course
    told: dict[str, tuple[float, str]] = field(default_factory=dict)
    entered: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def grade(self, desk: RunningDesk, ids: Mapping[str, str]) -> None:
        """One assistant grades these students one after the other; what a killed desk did not confirm, again."""
        try:
            visitor = desk.visitor()
            for number, (student, key) in enumerate(ids.items()):
                item = ("guide-1", "guide-2")[number % 2]
                comment = f"{desk.name} on {student}"
                visitor = self._confirmed(desk, visitor, key, item, comment)
                self.told[student] = (POINTS[item], comment)
        except Exception as fault:
            self.faults.append(f"{desk.name}: {fault!r}")

    def _confirmed(self, desk: RunningDesk, visitor: Visitor, key: str, item: str, comment: str) -> Visitor:
        path, end = f"/written/{NAME}/why/{key}", time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                status, page = visitor.ask("GET", path)
                token = re.search(r'name="token" value="(\w+)"', page)
                if status == 200 and token:
                    body = {"token": token[1], "item": item, "comment": comment}
                    if visitor.ask("POST", path, body)[0] == 303:
                        return visitor
            except (OSError, HTTPException):
                visitor = desk.visitor()
        raise AssertionError(f"{key} was not graded in time")

    def formgrader(self, students: list[str]) -> None:
        """Somebody enters points in formgrader; a locked database is tried again, as a person does."""
        for number, student in enumerate(students):
            points = 0.25 * (number % 8)
            while True:
                try:
                    formgrader(self.course, student, points, f"formgrader on {student}")
                    break
                except OperationalError:
                    time.sleep(0.05)
            self.entered[student] = points

    def hand_in(self, students: list[str]) -> None:
        """Submissions arrive all the while, for `serve`."""
        for student in students:
            small_course.hand_in(self.course.root, student, double=small_course.WRONG["double"])
            time.sleep(0.3)


def killing(desks: list[RunningDesk], going: Callable[[], bool], rng: random.Random) -> int:
    """Kills one desk after the other at random moments; says how often."""
    kills = 0
    while going():
        time.sleep(rng.uniform(2.0, 5.0))
        if going():
            rng.choice(desks).kill()
            kills += 1
    return kills
