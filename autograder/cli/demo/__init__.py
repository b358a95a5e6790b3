"""The demo's own page, with links to everything it made."""

from __future__ import annotations

from autograder.cli.demo.page import DemoAssignment, DemoSubmission, render

__all__ = ["DemoAssignment", "DemoSubmission", "render"]
