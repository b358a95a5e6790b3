"""A gradebook as nbgrader's own API shows it, and nbgrader's commands as a person runs them in the workspace."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook


@dataclass(frozen=True)
class Row:
    """One student's submission: when, what for being late, and each cell's grades and comments by its name."""

    timestamp: str
    extension: str
    seconds_late: float
    penalty: float
    score: float
    grades: dict[str, tuple[float | None, float | None, float | None, bool]]
    comments: dict[str, tuple[str | None, str | None]]


def rows(url: str, course_id: str, assignment: str) -> dict[str, Row]:
    """Everything that the gradebook says of an assignment's submissions, by student."""
    with Gradebook(url, course_id) as gradebook:
        return {found.student.id: _row(found) for found in gradebook.assignment_submissions(assignment)}


def _row(found: Any) -> Row:
    grades = [grade for notebook in found.notebooks for grade in notebook.grades]
    comments = [comment for notebook in found.notebooks for comment in notebook.comments]
    return Row(
        timestamp=str(found.timestamp),
        extension=str(found.extension),
        seconds_late=found.total_seconds_late,
        penalty=found.late_submission_penalty,
        score=found.score,
        grades={g.name: (g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade) for g in grades},
        comments={c.name: (c.auto_comment, c.manual_comment) for c in comments},
    )


_warm: list[subprocess.Popen[str]] = []


def nbgrader(workspace: Path, *arguments: str, code: int = 0, **environment: str) -> str:
    """Runs one of nbgrader's commands in the workspace; returns all that it said. It must end with ``code``."""
    if not _warm:
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        command = [sys.executable, Path(__file__).with_name("nbgrader_warm.py")]
        started = {"text": True, "bufsize": 1, "env": {**os.environ, "PATH": programs}}
        _warm.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **started))  # type: ignore[call-overload]
        atexit.register(_end, _warm[0])
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        order = {"folder": str(workspace), "arguments": arguments, "environment": environment, "said": said.name}
        assert _warm[0].stdin is not None
        assert _warm[0].stdout is not None
        print(json.dumps(order), file=_warm[0].stdin, flush=True)
        ended = int(_warm[0].stdout.readline())
        text = said.read()
    assert ended == code, f"nbgrader {' '.join(arguments)} ended with {ended}:\n{text}"
    return text


def _end(server: subprocess.Popen[str]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    server.wait(20)
