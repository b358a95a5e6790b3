"""The command line: `autograder COMMAND`. Each command is a file of `autograder.cli.commands`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from autograder import __version__
from autograder.cli import commands
from autograder.cli.app import app

__all__ = ["app", "commands", "main"]


@app.callback(invoke_without_command=True)
def about(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    """Print the version when asked."""
    if version:
        typer.echo(f"autograder {__version__}")
        raise typer.Exit


def main(run_app: Callable[[], None] = app) -> None:
    try:
        run_app()
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away, as `head` does
