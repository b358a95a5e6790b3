"""Puts executed notebooks where nbgrader looks for them, with the files that its feedback needs."""

from __future__ import annotations

from pathlib import Path

from autograder.errors import SubmissionError
from autograder.workspace.files import read_bounded, remove_others, write_atomically
from autograder.workspace.submissions import SECRET, TIMESTAMP, Submission


def write_autograded(workspace: Path, submission: Submission, data: bytes) -> Path:
    """Puts the executed copy where nbgrader looks for it, with what nbgrader's feedback needs beside it.

    formgrader shows a submission as graded when this folder exists and the gradebook has the time of timestamp.txt;
    `release_feedback` needs submission_secret.txt. Files of an older submission are removed. Returns the notebook's
    path.

    Raises:
        WorkspaceError: if it cannot be written.
    """
    folder = _folder(workspace, submission.student, submission.assignment)
    notebook = folder / f"{submission.assignment}.ipynb"
    files = dict(submission.files) | _exchange_files(submission.path.parent)
    remove_others(folder, frozenset({notebook.name, *files}), root=workspace)
    for name, content in files.items():
        write_atomically(folder / name, content, root=workspace)
    write_atomically(notebook, data, root=workspace)
    return notebook


def remove_autograded(workspace: Path, assignment: str, student: str) -> None:
    """Removes the executed copy of an older submission, so that formgrader does not show the new one as graded."""
    folder = _folder(workspace, student, assignment)
    remove_others(folder, frozenset(), root=workspace)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _folder(workspace: Path, student: str, assignment: str) -> Path:
    return workspace / "autograded" / student / assignment


def _exchange_files(submitted: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name in (TIMESTAMP, SECRET):
        try:
            files[name] = read_bounded(submitted / name, 10_000)
        except SubmissionError:
            continue  # most submissions did not come through nbgrader's exchange and have none
    return files
