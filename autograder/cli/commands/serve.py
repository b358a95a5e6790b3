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
    exchange: Annotated[bool, typer.Option("--exchange", help="Collect submissions from nbgrader's exchange.")] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Return each report through the exchange, for `nbgrader fetch_feedback`.")
    ] = False,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            min=1,
            max=256,
            help="How many submissions to grade at the same time. With one, an endless loop blocks everybody.",
        ),
    ] = max(2, DEFAULT_JOBS),
    as_json: JsonOption = False,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Grade each submission as it arrives and write its report right away, until Ctrl-C or SIGTERM.

    Submissions without a result are graded first, in the order in which they were handed in. Nothing is lost or graded
    twice, however you stop it. When hidden tests change, existing results stay; `autograder grade` updates them.
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
    """Ctrl-C and SIGTERM ask it to stop; a second Ctrl-C does not wait."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def going(self) -> bool:
        """Whether nobody has asked it to stop."""
        return not self._asked

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
