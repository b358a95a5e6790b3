"""nbgrader's own `generate_assignment`, run from here: the release, and the assignment's rows in the gradebook."""

from __future__ import annotations

import io
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from autograder.course import Course
from autograder.errors import CourseError


def generate_assignment(course: Course, assignment: str, config_path: Path, *, record: bool) -> None:
    """Runs nbgrader's own `generate_assignment`; with ``record`` it writes the assignment's rows into the gradebook.

    Raises:
        CourseError: when nbgrader refuses the source, in its words.
    """
    log = io.StringIO()
    with _logger(log) as logger, _programs_of_this_python():
        config = PyFileConfigLoader(config_path.name, path=str(config_path.parent)).load_config()
        if not record:
            config.GenerateAssignment.no_database, config.SaveCells.enabled = True, False
        folder = CourseDirectory(config=config, log=logger)
        folder.assignment_id = assignment
        converter: Any = GenerateAssignment(coursedir=folder, config=config, log=logger, force=True)
        try:
            converter.start()
        except (NbGraderException, OSError) as fault:
            raise CourseError(course.source_path(assignment), f"nbgrader: {_reason(log.getvalue(), fault)}") from fault


@contextmanager
def _logger(stream: io.StringIO) -> Iterator[logging.Logger]:
    """A logger into the stream alone."""
    logger = logging.getLogger("autograder.nbgrader")
    handler = logging.StreamHandler(stream)
    propagates, logger.propagate = logger.propagate, False
    logger.setLevel(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield logger
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates


@contextmanager
def _programs_of_this_python() -> Iterator[None]:
    """nbgrader calls the program `alembic` when it makes a gradebook: it has to be found without an activated venv."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _reason(log: str, fault: Exception) -> str:
    """The exception at the end of a logged traceback; else the first line logged; else the exception itself."""
    errors = re.findall(r"^(?:[\w.]+\.)?\w*(?:Error|Exception): (.+)$", log, re.MULTILINE)
    return errors[-1] if errors else next(iter(log.splitlines()), "") or str(fault)
