"""The demo's own page: what it made, by link, for whoever wants to look around."""

from __future__ import annotations

from autograder.demopage.page import Handed, Made, render

__all__ = ["Handed", "Made", "render"]
