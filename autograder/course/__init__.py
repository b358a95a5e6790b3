"""What course.yml says: settings, due dates and grading schemes, and where everything of a course lies."""

from autograder.course.course import CONFIG_NAME, Course, Revealed, quoted
from autograder.course.read import line_of, load_course, read_authored
from autograder.course.settings import Assignment, Attempts, Config, Feedback, Limits, Reveal, Walls

__all__ = [
    "CONFIG_NAME",
    "Assignment",
    "Attempts",
    "Config",
    "Course",
    "Feedback",
    "Limits",
    "Reveal",
    "Revealed",
    "Walls",
    "line_of",
    "load_course",
    "quoted",
    "read_authored",
]
