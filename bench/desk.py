"""Seconds and presses for each written answer: the desk beside formgrader's own pages, one class, one browser.

`make desk` measures it and writes docs/measured/desk.md. It also measures how long a comment on a large cluster takes
to reach all reports.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace as with_fields
from playwright.sync_api import Page, sync_playwright
from rich.console import Console

from autograder.authoring.answers import fill, renamed_source
from autograder.authoring.build import build_from_course
from autograder.authoring.nbgrader import write_nbgrader_config
from autograder.authoring.sample_class import Answers, SampleSubmission, hand_in
from autograder.course import Course, load_course
from autograder.course.grade_ids import name_of
from autograder.desk.web.app import Desk
from autograder.grading.material import load_mistakes
from autograder.runs.batch import grade_assignment
from autograder.workspace.context import load_release
from bench import tables
from bench.machine import this_machine
from bench.meter import PROJECT

PAGE = PROJECT / "docs" / "measured" / "desk.md"
CHROMIUM = "/usr/bin/chromium"
PATIENCE = 120_000
CLUSTER = 50
MATHJAX = """\
const signal = { Interest: (tell) => setTimeout(() => tell("End"), 0) };
window.MathJax = { Hub: { Startup: { signal }, Queue: () => {} } };
"""
"""In place of the one that formgrader loads from another site, and without which its keys do not work."""

HEADS = ("", "answers", "presses each", "next answer, median", "95th percentile", "machine time each")

TEXT = """\
# Grading by hand

Written by `make desk`. Do not edit.

{table}

Both are used by keyboard alone, in one Chromium, on one class whose answers are all different. A press is a key, or two
together; what is typed as points counts as one. At the desk each answer takes a rubric item and `N`; in formgrader it
takes the points and `Ctrl`+`.`, after the way to the first answer's score, which is counted too. Next answer: from the
key until the next answer stands in the page and takes keys. Machine time: the whole run divided by the answers; what a
person thinks is not in it. Equal answers, which the desk grades together, would make the difference larger. The
machine has no network: formgrader gets an empty MathJax, without which its keys would not work, and draws no formulas.

A comment on a cluster of {cluster} was in all {cluster} reports after **{comment:.2f} s**.

Measured on {machine}; load average {load:.0f} when the measurement began.
"""


@dataclass(frozen=True)
class Graded:
    """One way to grade the class: presses, and the seconds until each next answer was there."""

    name: str
    answers: int
    presses: int
    waits: tuple[float, ...]
    seconds: float

    def row(self) -> tuple[str, ...]:
        """Its figures, for a table."""
        slow = sorted(self.waits)[max(0, int(len(self.waits) * 0.95) - 1)]
        times = (f"{statistics.median(self.waits) * 1000:.0f} ms", f"{slow * 1000:.0f} ms")
        each = (f"{self.presses / self.answers:.1f}", *times, f"{self.seconds / self.answers:.2f} s")
        return (self.name, str(self.answers), *each)


def main(
    answers: Annotated[int, typer.Option(min=2)] = 100,
    formgrader: Annotated[int, typer.Option(min=2, help="How many of them in formgrader.")] = 100,
    write: Annotated[bool, typer.Option("--write/--no-write")] = True,
) -> None:
    """Measures, prints and writes the page."""
    console, load = Console(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-desk-") as folder:
        course = graded_class(Path(folder), answers, console)
        with chromium() as page:
            desk = at_the_desk(page, course, answers)
            console.print(desk.row())
            comment = comment_on_a_cluster(course)
            other = in_formgrader(page, course, formgrader)
    table = [desk.row(), other.row()]
    console.print(tables.terminal(HEADS, table))
    console.print(f"A comment in {CLUSTER} reports: {comment:.2f} s")
    if write:
        machine = this_machine()
        shown = "; ".join(machine.lines)
        text = TEXT.format(
            table=tables.markdown(HEADS, table), cluster=CLUSTER, comment=comment, machine=shown, load=load
        )
        PAGE.write_text(text, encoding="utf-8")


def graded_class(folder: Path, students: int, console: Console) -> Course:
    """The first assignment's class, all right but for one mistake that half of it shares; different written answers."""
    course = load_course(PROJECT, folder / "workspace")
    course = with_fields(course, config=with_fields(course.config, figures=False))
    name = next(iter(course.assignments))
    build_from_course(course, name)
    write_nbgrader_config(course)
    release, right = course.release_notebook(name).read_bytes(), Answers(course, name).right
    mistake = load_mistakes(course, name)[0]
    wrong = {mistake.exercise: renamed_source(mistake.function, mistake.exercise)}
    questions = [name_of(each) for each in load_release(course, name).written]
    for number in range(students):
        answers = {exercise: sources[0] for exercise, sources in right.items()} | (wrong if number < CLUSTER else {})
        words = dict.fromkeys(questions, f"With $w = 0$ the bias decides, and in my case ({number}) it is ${number}$.")
        notebook = fill(release, answers, words)
        hand_in(course, name, SampleSubmission(f"student-{number + 1:03d}", "right", notebook), number)
    with console.status("Grading ..."):
        grade_assignment(course, name, workers=2)
    return course


@contextmanager
def chromium() -> Iterator[Page]:
    """An empty page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.fulfill(body=MATHJAX))
        yield page
        browser.close()


def at_the_desk(page: Page, course: Course, answers: int) -> Graded:
    """Grades everybody at the desk."""
    command = [sys.executable, "-m", "autograder", "desk", "--no-browser", "--course", course.root]
    command += ["--workspace", course.workspace]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = re.search(r"http\S+", server.stdout.readline())
            assert told
            page.goto(told[0])
            page.fill("[name=name]", "bench")
            page.keyboard.press("Enter")
            page.wait_for_selector("h1")
            page.wait_for_timeout(500)
            name = next(iter(course.assignments))
            question = name_of(load_release(course, name).written[0])
            page.goto(f"{told[0].partition('/enter')[0]}/written/{name}/{question}")
            return _desk_run(page, answers)
        finally:
            server.terminate()


def _desk_run(page: Page, answers: int) -> Graded:
    waits, presses, begun = [], 0, time.perf_counter()
    for number in range(answers):
        page.keyboard.press("1")
        page.wait_for_function("() => document.querySelector('#status').textContent.includes('of 2 points')")
        presses += 1
        if number + 1 < answers:
            here, start = page.url, time.perf_counter()
            page.keyboard.press("n")
            page.wait_for_function("from => location.href !== from && document.querySelector('.answer')", arg=here)
            waits.append(time.perf_counter() - start)
            presses += 1
    return Graded("the desk", answers, presses, tuple(waits), time.perf_counter() - begun)


def in_formgrader(page: Page, course: Course, answers: int) -> Graded:
    """Grades in formgrader, from the first submission's page on."""
    name = next(iter(course.assignments))
    cell = load_release(course, name).written[0]
    with jupyter(course.workspace) as address:
        base, _, token = address.partition("?")
        page.goto(f"{base}/api/contents?{token}")
        page.goto(f"{base}/formgrader/gradebook/{name}/{name}")
        page.locator("#main-table a.name-hidden").first.click()
        page.wait_for_url("**/formgrader/submissions/**")
        _is_ready(page)
        presses, waits, begun = 0, [], time.perf_counter()
        while page.evaluate("document.activeElement.id") != cell:
            page.keyboard.press("Tab")
            presses += 1
        for number in range(answers):
            page.keyboard.type("1")
            presses += 1
            if number + 1 < answers:
                here, start = page.url, time.perf_counter()
                page.keyboard.press("Control+.")
                page.wait_for_function("from => location.href !== from", arg=here)
                _is_ready(page)
                page.wait_for_function("cell => document.activeElement.id === cell", arg=cell)
                waits.append(time.perf_counter() - start)
                presses += 1
        seconds = time.perf_counter() - begun
    return Graded("formgrader", answers, presses, tuple(waits), seconds)


def _is_ready(page: Page) -> None:
    page.wait_for_function("() => typeof formgrader !== 'undefined' && formgrader.loaded && formgrader.grades.loaded")


@contextmanager
def jupyter(folder: Path) -> Iterator[str]:
    """A Jupyter server in the workspace; gives its address with the token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]
    environment = os.environ | {
        "HOME": str(folder.parent),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    with (
        (folder.parent / "jupyter.log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            while socket.socket().connect_ex(("127.0.0.1", port)):
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}?token={token}"
        finally:
            server.terminate()


def comment_on_a_cluster(course: Course) -> float:
    """Seconds until a comment on the largest cluster is in the reports of all its students."""
    name, desk = next(iter(course.assignments)), Desk(course)
    try:
        clusters = [cluster for each in desk.code.exercises(name) for cluster in each.clusters]
        largest = max(clusters, key=lambda cluster: len(cluster.answers))
        text, start = f"Look again ({secrets.token_hex(4)}).", time.perf_counter()
        desk.code.say(name, largest, text, "bench")
        while not all(_says(course.feedback_path(student, name), text) for student in largest.students):
            time.sleep(0.02)
        return time.perf_counter() - start
    finally:
        desk.close()


def _says(path: Path, text: str) -> bool:
    return path.exists() and text in path.read_text(encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
