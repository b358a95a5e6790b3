"""A student's feedback report: what is revealed of a Result, as one self-contained HTML page."""

from __future__ import annotations

from autograder.feedback.page import Comment, ManualScore, render
from autograder.feedback.reveal import Revealed, conceal

__all__ = ["Comment", "ManualScore", "Revealed", "conceal", "render"]
