"""Where the course is, for parts that nbgrader creates and that only know nbgrader's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from traitlets import Unicode
from traitlets.config import Configurable

from autograder.course import Course, load_course


class CourseConfigurable(Configurable):
    """Base of each part: nbgrader_config.py sets these two for all of them at once."""

    root = Unicode(help="The folder that holds course.yml.").tag(config=True)
    workspace = Unicode(help="The folder of all output, which is nbgrader's course directory.").tag(config=True)

    @property
    def course(self) -> Course:
        """The course as course.yml describes it now."""
        return load_course(Path(self.root), Path(self.workspace))


def names(resources: Mapping[str, Any]) -> tuple[str, str]:
    """The assignment and student that nbgrader is processing."""
    here = resources["nbgrader"]
    return here["assignment"], here["student"]
