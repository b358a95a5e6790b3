"""The class at a glance: all results of an assignment on one self-contained HTML page."""

from __future__ import annotations

from autograder.reports.class_report.page import render
from autograder.reports.class_report.tally import ClassTally, tally

__all__ = ["ClassTally", "render", "tally"]
