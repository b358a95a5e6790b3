"""Two assistants at two desks, `serve` and formgrader at once, while each program is killed again and again."""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import small_course
from desks import CELL, Visitor
from lab import start_jupyter
from serving_process import Serving, until
from small_course import NAME, PROGRAM, RIGHT, WRONG

from autograder.authoring.answers import fill
from autograder.course import Course
from autograder.desk.clusters import Results
from autograder.workspace.cluster_comments import Behaving

PATIENCE = 600.0
READING = 0.5
"""Seconds that a person reads an answer: long enough for kills to come in between."""
POINTS = {"guide-1": 1.0, "guide-2": 0.5}


class Program(ABC):
    """One of the programs at work; killed and started again by ``kill``."""

    def __init__(self) -> None:
        self.kills = 0
        self.worked = threading.Event()
        self.start()

    @abstractmethod
    def start(self) -> None:
        """Starts it, and waits until it answers."""

    @abstractmethod
    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends it."""

    def kill(self) -> None:
        """SIGKILL, and a new one."""
        self.stop(signal.SIGKILL)
        self.kills += 1
        self.worked.clear()
        self.start()


class RunningServe(Program):
    """`autograder serve`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        super().__init__()

    def start(self) -> None:
        self.serving = Serving(self.root)
        self.serving.heard("Serving ")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.serving.end(how)


class RunningFormgrader(Program):
    """A Jupyter server with formgrader, and somebody whose browser has its page open."""

    def __init__(self, workspace: Path, home: Path) -> None:
        self.workspace, self.home = workspace, home
        super().__init__()

    def start(self) -> None:
        self.server, address = start_jupyter(self.workspace, self.home, "server")
        self.base, _, self.token = address.partition("/server?")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.server.send_signal(how)
        self.server.wait(PATIENCE)

    def enter(self, student: str, points: float, comment: str) -> None:
        """What the page does for points and a comment.

        Raises:
            OSError: if the server is gone, or does not say that both are saved.
        """
        browser = self._logged_in()
        submissions = self._ask(browser, f"submitted_notebooks/{NAME}/{NAME}")
        submission = next(each["id"] for each in submissions if each["student"] == student)
        for kind, data in (("grade", {"manual_score": points}), ("comment", {"manual_comment": comment})):
            models = self._ask(browser, f"{kind}s?submission_id={submission}")
            model = next(each for each in models if each["name"] == CELL)
            self._ask(browser, f"{kind}/{model['id']}", model | data)

    def _logged_in(self) -> tuple[OpenerDirector, CookieJar]:
        cookies = CookieJar()
        opener = build_opener(HTTPCookieProcessor(cookies))
        opener.open(f"{self.base}/api/contents?{self.token}", timeout=PATIENCE).close()
        opener.open(f"{self.base}/formgrader/gradebook/{NAME}/{NAME}", timeout=PATIENCE).close()
        return opener, cookies

    def _ask(self, browser: tuple[OpenerDirector, CookieJar], path: str, model: Mapping[str, Any] | None = None) -> Any:
        opener, cookies = browser
        data = None if model is None else json.dumps(model).encode()
        request = Request(f"{self.base}/formgrader/api/{path}", data, method="GET" if data is None else "PUT")
        request.add_header("X-CSRFToken", next(each.value or "" for each in cookies if each.name == "_xsrf"))
        with opener.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)


class RunningDesk(Program):
    """`autograder desk`, and who sits there."""

    def __init__(self, root: Path, name: str) -> None:
        self.root, self.name = root, name
        super().__init__()

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
                visitor.ask("POST", "/you", {"name": self.name, "again": self.name, "each": "1"})
                return visitor
            except (OSError, HTTPException, KeyError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()


@dataclass
class Campaign:
    """What everybody was told is done, by student: points and comment, at a desk and in formgrader."""

    course: Course
    told: dict[str, tuple[float, str]] = field(default_factory=dict)
    entered: dict[str, tuple[float, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def grade(self, desk: RunningDesk, ids: Mapping[str, str]) -> None:
        """One assistant grades these students one after the other; what a killed desk did not confirm, again."""
        try:
            visitor = desk.visitor()
            for number, (student, key) in enumerate(ids.items()):
                item = ("guide-1", "guide-2")[number % 2]
                comment = f"{desk.name} on {student}"
                time.sleep(READING)
                visitor = self._confirmed(desk, visitor, key, item, comment)
                self.told[student] = (POINTS[item], comment)
                desk.worked.set()
        except Exception as fault:
            self.faults.append(f"{desk.name}: {fault!r}")

    def _confirmed(self, desk: RunningDesk, visitor: Visitor, key: str, item: str, comment: str) -> Visitor:
        path, end, seen = f"/written/{NAME}/why/{key}", time.monotonic() + PATIENCE, ""
        while time.monotonic() < end:
            try:
                status, page = visitor.ask("GET", path)
                seen = f"{status} {page}"
                token = re.search(r'name="token" value="(\w+)"', page)
                if status == 200 and token:
                    body = {"token": token[1], "item": item, "comment": comment}
                    status, page = visitor.ask("POST", path, body)
                    seen = f"{status} {page}"
                    if status == 303:
                        return visitor
            except (OSError, HTTPException) as fault:
                seen = repr(fault)
                visitor = desk.visitor()
        raise AssertionError(f"{key} was not graded in time: {seen}")

    def enter(self, formgrader: RunningFormgrader, students: Sequence[str]) -> None:
        """Somebody enters points in formgrader; what it did not confirm, they enter again."""
        try:
            for number, student in enumerate(students):
                time.sleep(READING)
                given = (0.25 * (number % 8), f"formgrader on {student}")
                self._saved(formgrader, student, *given)
                self.entered[student] = given
                formgrader.worked.set()
        except Exception as fault:
            self.faults.append(f"formgrader: {fault!r}")

    def _saved(self, formgrader: RunningFormgrader, student: str, points: float, comment: str) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return formgrader.enter(student, points, comment)
            except (OSError, HTTPException):
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def hand_in(self, serve: RunningServe, submissions: Mapping[str, str]) -> None:
        """Submissions arrive one after the other, for `serve`: wrong code, and a text to the written question."""
        release, wrong = small_course.release(self.course.root), RIGHT | {"double": WRONG["double"]}
        try:
            for student, text in submissions.items():
                small_course.hand_in(self.course.root, student, data=fill(release, wrong, {"why": text}))
                until(lambda student=student: self.behaving([student]))  # type: ignore[misc]
                serve.worked.set()
        except AssertionError as fault:
            self.faults.append(f"serve: {fault!r}")

    def behaving(self, students: Iterable[str]) -> list[Behaving]:
        """How the wrong answers of those students behave who have been graded by now."""
        wanted, found = set(students), Results(self.course).behaving(NAME)
        return [each for each in found if each.student in wanted and each.exercise == "double" and each.behaviour]


def killing(program: Program, most: int, going: Callable[[], bool], rng: random.Random) -> None:
    """Kills one program at random moments as long as it is going on, each time after it has done something."""
    while going() and program.kills < most:
        time.sleep(rng.uniform(1.0, 5.0))
        while going() and not program.worked.wait(0.1):
            pass
        if program.worked.is_set():
            program.kill()
