"""The class at a glance: what all results of an assignment say together, as one self-contained HTML page."""

from __future__ import annotations

from autograder.reports.class_report.page import render
from autograder.reports.class_report.tally import ClassTally, tally

__all__ = ["ClassTally", "render", "tally"]
