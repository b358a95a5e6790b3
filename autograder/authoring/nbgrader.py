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

from autograder.course import Course, quoted
from autograder.errors import CourseError, WorkspaceError


def generate_assignment(course: Course, assignment: str, config_path: Path, *, record: bool) -> None:
    """Runs nbgrader's own `generate_assignment`; with ``record`` it writes the assignment's rows into the gradebook.

    Raises:
        CourseError: if nbgrader refuses the source, in its words.
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
    """nbgrader runs `alembic` when it creates a gradebook; it must be found even if the venv is not activated."""
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


CONFIG = "nbgrader_config.py"
TEMPLATE = '''\
"""Settings of nbgrader's own commands in this folder. Written by `autograder build`: changes are overwritten."""

import os

c = get_config()  # noqa: F821
here = os.path.dirname(os.path.abspath(__file__))
# the folder with course.yml: as seen from here, so that both can be copied or moved, else where it was
places = [os.path.normpath(os.path.join(here, place)) for place in {places!r}]
root = next((place for place in places if os.path.isfile(os.path.join(place, "course.yml"))), places[-1])

c.CourseDirectory.root = here
c.CourseDirectory.course_id = {course_id!r}
c.CourseDirectory.db_url = {db_url}
{exchange}
# formgrader shows and takes due dates in the course's time zone
c.NbGraderAPI.timezone = {timezone!r}

# `nbgrader autograde` and formgrader grade through this kit's engine
c.CourseConfigurable.root = root
c.CourseConfigurable.workspace = c.CourseDirectory.root
c.Autograde.exporter_class = "autograder.integrations.nbgrader.autograde.Exporter"
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.CheckCellMetadata"]
c.Autograde.autograde_preprocessors = [
    "autograder.integrations.nbgrader.autograde.Grade",
    "nbgrader.preprocessors.SaveAutoGrades",
    "autograder.integrations.nbgrader.autograde.Record",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# late penalties follow course.yml and what a teacher entered until now; students see what course.yml reveals
c.GenerateFeedback.preprocessors = [
    "autograder.integrations.nbgrader.late.Settle",
    "nbgrader.preprocessors.GetGrades",
    "autograder.integrations.nbgrader.reveal.Reveal",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
c.ExportApp.plugin_class = "autograder.integrations.nbgrader.late.CsvExport"

# what a student's links point to is not collected
c.ExchangeFactory.collect = "autograder.integrations.nbgrader.collect.Collect"

# students who did not hand in through the exchange do not stop the others' feedback
c.ExchangeFactory.release_feedback = "autograder.integrations.nbgrader.release_feedback.ReleaseFeedback"

# `nbgrader zip_collect`: <student>/... or <student>_<notebook>.ipynb in downloaded/<assignment>/archive/
c.ZipCollectApp.collector_plugin = "autograder.integrations.nbgrader.collect.Collector"

c.ClearSolutions.code_stub = {{"python": "# YOUR CODE HERE\\nraise NotImplementedError()"}}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# what students write must not run in a reader's browser; what a notebook folds is folded for its reader too
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {{
    "highlight_code": "autograder.integrations.nbgrader.html.code_html",
    "markdown2html": "autograder.integrations.nbgrader.html.markdown_html",
    "strip_files_prefix": "autograder.integrations.nbgrader.html.safe_html",
    "round": "autograder.integrations.nbgrader.reveal.shown_score",
}}
'''


def _database(course: Course) -> str:
    """The gradebook's URL as an expression of Python: a file in the workspace is named from there."""
    start = f"sqlite:///{quoted(str(course.workspace))}/"
    if course.gradebook.startswith(start):
        here = 'here.replace("%", "%25").replace("?", "%3F")'
        return f'"sqlite:///" + os.path.join({here}, {course.gradebook.removeprefix(start)!r})'
    return repr(course.gradebook)


def write_nbgrader_config(course: Course) -> Path:
    """Writes the file for this course and returns its path.

    Raises:
        WorkspaceError: if the workspace cannot be written.
    """
    path = course.workspace / CONFIG
    inside = course.workspace.is_relative_to(course.root)
    seen_from_here = [os.path.relpath(course.root, course.workspace)] if inside else []
    shared = course.config.exchange
    exchange = f"c.Exchange.root = os.path.normpath(os.path.join(root, {shared!r}))\n" if shared else ""
    text = TEMPLATE.format(
        course_id=course.course_id,
        timezone=course.config.timezone or "UTC",
        db_url=_database(course),
        places=[*seen_from_here, str(course.root)],
        exchange=exchange,
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise WorkspaceError(path, f"cannot be written: {fault.strerror}") from None
    return path
