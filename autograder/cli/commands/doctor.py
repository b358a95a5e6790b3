"""`autograder doctor`."""

from __future__ import annotations

import typer

from autograder.cli.app import ExitCode, app, explained
from autograder.cli.views import machine


@app.command()
def doctor() -> None:
    """Show this machine's walls, versions and limits, and what to install if a wall is missing."""
    from autograder.sandbox.host import doctor as examination

    with explained():
        walls = examination.walls()
        machine.examined_machine(walls, examination.versions(), examination.machine())
        if not all(finding.good for finding in walls if finding.needed):
            raise typer.Exit(ExitCode.fault)
