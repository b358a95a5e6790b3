"""`autograder doctor`."""

from __future__ import annotations

import typer

from autograder.cli.app import ExitCode, app, explained
from autograder.cli.views import machine


@app.command()
def doctor() -> None:
    """Show the walls, versions and limits of this machine, and what to install for a missing one."""
    from autograder.sandbox.host import doctor as examination

    with explained():
        walls = examination.walls()
        machine.examined_machine(walls, examination.versions(), examination.machine())
        if not all(finding.good for finding in walls if finding.needed):
            raise typer.Exit(ExitCode.fault)
