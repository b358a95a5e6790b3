"""`autograder serve`."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from autograder.cli.app import (
    DEFAULT_JOBS,
    AssignmentArgument,
    CourseOption,
    JsonOption,
    WorkspaceOption,
    app,
    explained,
)
from autograder.cli.views import machine
from autograder.course import load_course
from autograder.grading.forkserver import warm_start


@app.command()
def serve(
    assignment: AssignmentArgument = None,
    exchange: Annotated[
        bool, typer.Option("--exchange", help="Collect what students submit to nbgrader's exchange.")
    ] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Release each report to the exchange, for `nbgrader fetch_feedback`.")
    ] = False,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", min=1, max=256, help="How many at the same time. With one, an endless loop holds up everybody."
        ),
    ] = max(2, DEFAULT_JOBS),
    as_json: JsonOption = False,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Grade each submission as it arrives and write its report at once, until Ctrl-C or SIGTERM.

    What is in the workspace and has no result yet is graded first; who handed in first goes first. Nothing is lost or
    graded twice, however this is ended. What was graded stays when hidden tests change: `autograder grade` renews it.
    """
    warm_start()
    from autograder.cli.views.serving import ServeDisplay
    from autograder.runs.serve.course_watch import CourseWatch
    from autograder.runs.serve.server import Server

    with explained():
        watch = CourseWatch(lambda: load_course(course, workspace), assignment)
        machine.say_walls(watch.course)
        inbox = None
        if exchange or release:
            from autograder.integrations.nbgrader.exchange import ExchangeWatcher

            inbox = ExchangeWatcher(lambda: watch.course, collects=exchange, releases=release)
        shown = ServeDisplay(as_json=as_json)
        stop = _Stop()
        with shown:
            Server(watch, jobs, shown, inbox).serve(stop.going, lambda: shown.ready(watch.names, jobs))
        shown.summary()


class _Stop:
    """Ctrl-C and SIGTERM are asked for the end; the second Ctrl-C does not wait for it."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def going(self) -> bool:
        """Whether nobody has asked for the end."""
        return not self._asked

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
