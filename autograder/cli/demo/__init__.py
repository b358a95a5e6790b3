"""The demo's own page: what it made, by link, for whoever wants to look around."""

from __future__ import annotations

from autograder.cli.demo.page import DemoAssignment, DemoSubmission, render

__all__ = ["DemoAssignment", "DemoSubmission", "render"]
