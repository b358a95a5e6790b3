"""A class with written answers, and a desk that serves it: in this process, or as a program that can be killed."""

from __future__ import annotations

import http.client
import shutil
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import small_course
import uvicorn
from nbgrader.api import Gradebook as Nbgrader
from small_course import NAME, RIGHT

from autograder.authoring.answers import fill
from autograder.course import Course, load_course
from autograder.desk.answers import Notebooks, WrittenQuestion, questions
from autograder.desk.gradebook import Gradebook
from autograder.desk.web.app import Desk
from autograder.desk.web.guard import Access
from autograder.desk.written import Decision, GroupView, WrittenAnswers
from autograder.runs.batch import grade_assignment

CELL = "written_why"
GUIDE = """\
# toy: why

## What earns the points

| points | for |
|---|---|
| 1 | A reason, such as $a^2 > 0$. |
| 0.5 | An example. |

## Typical wrong answers

| the answer says | comment to give |
|---|---|
| "Because." | Because of what? |
"""


def write_class(root: Path, written: Mapping[str, str], **wrong: Mapping[str, str]) -> Course:
    """Hands in for each student a notebook with this text, and grades them; ``wrong`` are answers in code."""
    course = load_course(root)
    guide = course.marking_path("why")
    guide.parent.mkdir(parents=True, exist_ok=True)
    guide.write_text(GUIDE)
    release = small_course.release(root)
    for student, text in written.items():
        answers = RIGHT | wrong.get(student.replace("-", "_"), {})
        small_course.hand_in(root, student, data=fill(release, answers, {"why": text} if text else {}))
    grade_assignment(course, NAME, workers=2)
    return course


def copied(course: Course, to: Path) -> Course:
    """A copy of a course to work in."""
    return load_course(Path(shutil.copytree(course.root, to / "course")))


def question(course: Course) -> WrittenQuestion:
    """The small course's written question."""
    return questions(course, NAME)[0]


@contextmanager
def written(course: Course) -> Iterator[WrittenAnswers]:
    """The written answers at a desk of their own."""
    gradebook = Gradebook(course)
    opened = WrittenAnswers(course, Notebooks(course), gradebook)
    try:
        yield opened
    finally:
        opened.close()
        gradebook.close()


def group(desk: WrittenAnswers, student: str, reader: str = "ada", *, each: bool = True) -> GroupView:
    """What a reader sees of a student's answer."""
    groups = desk.groups(question(desk.course), reader, each=each)
    return next(g for g in groups if student in {view.answer.student for view in g.answers})


def mark(
    desk: WrittenAnswers, student: str, *items: str, reader: str = "ada", each: bool = True, **more: object
) -> None:
    """Looks at an answer and gives it these items."""
    seen = group(desk, student, reader, each=each)
    decision = Decision(items, **more)  # type: ignore[arg-type]
    desk.mark(question(desk.course), [v.answer.student for v in seen.answers], seen.token, decision, reader)


def entered(course: Course, student: str) -> tuple[float | None, str | None, bool]:
    """What nbgrader's own API says of the written answer: manual score, manual comment, whether it waits."""
    with Nbgrader(course.gradebook, course.course_id) as book:
        grade = book.find_grade(CELL, NAME, NAME, student)
        comment = book.find_comment(CELL, NAME, NAME, student)
        return grade.manual_score, comment.manual_comment, grade.needs_manual_grade


def formgrader(course: Course, student: str, points: float | None, comment: str | None = None) -> None:
    """What formgrader does when somebody enters points and a comment."""
    with Nbgrader(course.gradebook, course.course_id) as book:
        grade = book.find_grade(CELL, NAME, NAME, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        if comment is not None:
            book.find_comment(CELL, NAME, NAME, student).manual_comment = comment
        book.db.commit()


@dataclass
class Visitor:
    """A client of a running desk, without a browser."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None, **headers: str) -> tuple[int, str]:
        """The answer's status and text; what a browser would send is sent unless other headers are given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = dict(self.headers)
        if method == "POST":
            sent |= {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/x-www-form-urlencoded"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, urlencode(body or {}, doseq=True) if method == "POST" else None, sent)
            answer = connection.getresponse()
            self.said = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@dataclass(frozen=True)
class Served:
    """A desk that answers at an address."""

    course: Course
    desk: Desk
    port: int
    access: Access

    @property
    def base(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def entrance(self) -> str:
        """The address that a person opens."""
        return f"{self.base}/enter?token={self.access.token}"

    def visitor(self, name: str = "ada") -> Visitor:
        """Somebody who has the token and gave a name."""
        visitor = Visitor(self.port)
        visitor.ask("GET", f"/enter?token={self.access.token}")
        visitor.headers["Cookie"] = visitor.said["set-cookie"].split(";")[0]
        visitor.ask("POST", "/you", {"name": name, "again": name})
        return visitor


@contextmanager
def served(course: Course) -> Iterator[Served]:
    """The desk of a course in a thread of this process, behind a real server."""
    listener = socket.create_server(("127.0.0.1", 0))
    desk, access = Desk(course), Access()
    server = uvicorn.Server(uvicorn.Config(desk.application(access), log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield Served(course, desk, listener.getsockname()[1], access)
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()
