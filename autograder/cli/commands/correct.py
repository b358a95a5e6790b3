"""`autograder correct`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from autograder.cli.app import CourseOption, WorkspaceOption, app, explained
from autograder.cli.views import grades as grades_shown
from autograder.course import load_course


@app.command()
def correct(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the students: it is in their reports.")],
    exercise: Annotated[str | None, typer.Option("--exercise", metavar="NAME", help="The exercise.")] = None,
    test: Annotated[str | None, typer.Option("--test", metavar="NAME", help="Or the hidden test.")] = None,
    void: Annotated[
        str | None, typer.Option("--void", metavar="HOW", help="full-points to all who handed in, or out-of-total.")
    ] = None,
    cap: Annotated[float | None, typer.Option("--cap", help="It counts at most this many points.")] = None,
    weight: Annotated[float | None, typer.Option("--weight", help="Its points are multiplied by this.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show whose points would change; write nothing.")] = False,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Void, cap or re-weight an exercise or hidden test that turned out unfair, after it was graded.

    The correction is written into course.yml. Results and the gradebook stay as they are; reports, final grades and
    exports count by it. Take the line out, and its effect is gone.
    """
    from autograder.course.schemes import Correction
    from autograder.grades.correct import effects, write_correction

    given: dict[str, Any] = {"exercise": exercise, "test": test, "void": void, "cap": cap, "weight": weight}
    try:
        correction = msgspec.convert({k: v for k, v in given.items() if v is not None} | {"reason": reason}, Correction)
    except msgspec.ValidationError as fault:
        raise typer.BadParameter(str(fault)) from None
    with explained():
        loaded = load_course(course, workspace)
        loaded.assignment(assignment)
        grades_shown.corrected(effects(loaded, assignment, correction))
        if dry_run:
            grades_shown.nothing_written()
        else:
            grades_shown.wrote([write_correction(loaded, assignment, correction)])
            grades_shown.next_after_correction(assignment)
