"""`autograder feedback`."""

from __future__ import annotations

from pathlib import Path

from autograder import terminal
from autograder.commands.shared import (
    AssignmentArgument,
    CourseOption,
    StudentOption,
    WorkspaceOption,
    app,
    chosen,
    explained,
)
from autograder.course import load_course


@app.command()
def feedback(
    assignment: AssignmentArgument = None,
    student: StudentOption = None,
    course: CourseOption = Path(),
    workspace: WorkspaceOption = None,
) -> None:
    """Write each student's report, with a TA's comments from the gradebook."""
    from autograder.reports import write_feedback
    from autograder.store import Store, locked

    with explained():
        loaded = load_course(course, workspace)
        with locked(loaded):
            for name in chosen(loaded, assignment):
                total = 1 if student else len(Store(loaded, name).students())
                with terminal.counting(f"Feedback on {name}", total) as heard:
                    terminal.fed_back(loaded, name, write_feedback(loaded, name, student=student, progress=heard))
