"""Grades a course's notebooks: hidden tests in one process, the student's code in another, behind walls."""

__version__ = "0.1.0"
