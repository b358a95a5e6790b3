"""`autograder doctor`."""

from __future__ import annotations

import typer

from autograder import walls_shown
from autograder.commands.shared import ExitCode, app, explained


@app.command()
def doctor() -> None:
    """Show the walls, versions and limits of this machine, and what to install for a missing one."""
    from autograder import doctor as examination

    with explained():
        walls = examination.walls()
        walls_shown.examined_machine(walls, examination.versions(), examination.machine())
        if not all(finding.good for finding in walls if finding.needed):
            raise typer.Exit(ExitCode.fault)
