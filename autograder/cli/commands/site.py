"""`autograder site`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli import console
from autograder.cli.app import CourseOption, WorkspaceOption, app, explained
from autograder.course import load_course


@app.command()
def site(
    python: Annotated[
        Path | None,
        typer.Option("--pyodide", metavar="DIR", help="Put Pyodide from this folder into the site."),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option("--figures", metavar="DIR", help="Show the figures of the executed notebooks in this folder."),
    ] = None,
    lite: Annotated[
        bool, typer.Option("--jupyterlite", help="Put JupyterLite into the site, which opens the whole notebooks.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="The folder to write. [default: the workspace's site/]")
    ] = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write the course as a site: a book in which students read, write their answers and check them.

    It is made of the released notebooks and consists of static files, for any web server. Python runs in the reader's
    browser: it comes from Pyodide's address, or with --pyodide from the site itself.
    """
    from autograder.site.build import build_site

    with explained():
        loaded = load_course(course, workspace)
        made = build_site(loaded, to.absolute() if to else loaded.workspace / "site", python, figures, lite)
        megabytes = made.size / 1e6
        said = (
            f"[green]Site[/] of {len(made.chapters)} chapters ({megabytes:.1f} MB): {console.shown_path(made.folder)}"
        )
        console.out.print(said, soft_wrap=True)
        if made.left_out:
            console.out.print(f"Not released yet, so not in it: {', '.join(made.left_out)}.")
