"""Builds an assignment with the points of its hidden tests, and names the files that must not leak into its release."""

from __future__ import annotations

from autograder.build import Built, build
from autograder.course import Course
from autograder.gradebook import Book
from autograder.gradebook_database import refuse_foreign_gradebook
from autograder.material import load_suite, misfits
from autograder.settle import settle


def build_from_course(course: Course, assignment: str, *, record: bool = True) -> Built:
    """Makes nbgrader's source and the students' release; notes it in the gradebook unless ``record`` is false.

    Raises:
        CourseError: when a file of the course is at fault.
        GradebookError: when the gradebook belongs to another course.
        LeakError: when the release would hold a line of a solution, a known mistake or a hidden test.
    """
    course.assignment(assignment)
    refuse_foreign_gradebook(course.gradebook, course.course_id)
    suite = load_suite(course, assignment)
    try:
        points = suite.points
        for fault in misfits(course, assignment, suite):
            raise fault
    finally:
        suite.close()
    secrets = (course.reference_path(assignment), course.mistakes_path(assignment), course.hidden_path(assignment))
    built = build(course, assignment, points=points, secrets=secrets, record=record)
    if record:
        with Book(course.gradebook, course.course_id) as book:
            settle(course, assignment, book)  # formgrader shows the due date
    return built
