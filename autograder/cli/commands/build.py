"""`autograder build`."""

from __future__ import annotations

from pathlib import Path

from autograder.cli.app import AssignmentArgument, CourseOption, WorkspaceOption, app, chosen, explained
from autograder.cli.views import course as course_shown
from autograder.course import load_course


@app.command()
def build(
    assignment: AssignmentArgument = None, course: CourseOption = Path(), workspace: WorkspaceOption = None
) -> None:
    """Make nbgrader's source and the students' release of an assignment."""
    from autograder.authoring.build import build_from_course

    with explained():
        loaded = load_course(course, workspace)
        for name in chosen(loaded, assignment):
            course_shown.built(build_from_course(loaded, name))
