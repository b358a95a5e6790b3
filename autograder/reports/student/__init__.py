"""A student's feedback report: the revealed part of a Result as one self-contained HTML page."""

from __future__ import annotations

from autograder.course import Revealed
from autograder.reports.reveal import conceal
from autograder.reports.student.page import Comment, ManualScore, render

__all__ = ["Comment", "ManualScore", "Revealed", "conceal", "render"]
