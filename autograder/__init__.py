"""Grades the notebooks of an introduction to deep learning: hidden tests here, the student's code in a walled process."""

__version__ = "0.1.0"
