"""`autograder doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.app import ExitCode, WorkspaceOption, app, explained
from autograder.cli.views import machine
from autograder.course import load_course

AboutCourse = Annotated[
    Path | None,
    typer.Option("--course", help="Also check what this course needs: the folder with course.yml.", metavar="DIR"),
]


@app.command()
def doctor(course: AboutCourse = None, workspace: WorkspaceOption = None) -> None:
    """Show this machine's walls, versions and limits, and what to install if a wall is missing."""
    from autograder.runs.readiness import readiness
    from autograder.sandbox.host import doctor as examination

    with explained():
        loaded = None if course is None else load_course(course, workspace)
        walls = examination.walls(need_bubblewrap=loaded is not None and loaded.config.walls.bubblewrap == "required")
        parts = {"Walls": walls, "Versions": examination.versions(), "Machine": examination.machine()}
        if loaded is not None:
            parts["Course"] = readiness(loaded)
        machine.examined_machine(parts)
        if not all(finding.good for finding in (*walls, *parts.get("Course", ())) if finding.needed):
            raise typer.Exit(ExitCode.fault)
