"""The course at a glance: one page over all assignments."""

from autograder.reports.course_report.page import render
from autograder.reports.course_report.tally import AssignmentResults, tally

__all__ = ["AssignmentResults", "render", "tally"]
