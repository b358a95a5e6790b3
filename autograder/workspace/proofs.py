"""Keeps results so that they can be proven: signed, logged, and compared with the gradebook's rows.

A result counts as computed only if its signature holds, the log's last entry about the student names it, and its
executed notebook is the one it was signed with. Whatever fails this is graded again.
"""

from __future__ import annotations

import hashlib
import secrets
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from autograder import __version__
from autograder.course.deadlines import utc_text
from autograder.course.grade_ids import test_id
from autograder.errors import SubmissionError
from autograder.notebooks.release import Release
from autograder.results import GradebookEntry, Result, Status
from autograder.workspace.context import AssignmentContext
from autograder.workspace.files import read_bounded
from autograder.workspace.fingerprint import environment
from autograder.workspace.log import AuditLog, latest, read_log
from autograder.workspace.signing import LENGTH, Key, known_secret, secret_of, seed_from, signature_holds, signed

MAX_EXECUTED = 200_000_000
NO_RESPONSE = "No response."
"""nbgrader autograde's own comment on an untouched answer cell."""


class ResultProofs:
    """The proofs of one assignment's results during one run; the workspace must be locked for a run that writes.

    Proofs of several assignments that are in use at the same time share one ``log``.
    """

    def __init__(
        self,
        context: AssignmentContext,
        *,
        write: bool = True,
        log: AuditLog | None = None,
    ) -> None:
        self.context, self.course, self.assignment = context, context.course, context.name
        course, assignment = self.course, self.assignment
        known = secret_of(course) if write else known_secret(course)
        self._secret = known or secrets.token_bytes(LENGTH)  # nothing was graded here, and nothing is written now
        self.key = Key(self._secret)
        self.audit_log = log or AuditLog(course.workspace, self.key)
        self._latest = latest(read_log(course.workspace) if log else self.audit_log.before, assignment)
        self.audit_log.before = b""

    @contextmanager
    def run(self, walls: tuple[str, ...]) -> Iterator[None]:
        """Logs that a run begins, and with what; however it ends, what was logged is then on disk."""
        self.begin(walls)
        try:
            yield
        finally:
            self.audit_log.sync()
            self.audit_log.close()

    def begin(self, walls: tuple[str, ...]) -> None:
        """Logs that a run begins, and with what."""
        command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
        self.audit_log.add(
            "started",
            assignment=self.assignment,
            command=command,
            program=__version__,
            fingerprint=self.context.fingerprint,
            environment=dict(environment()),
            walls=walls,
        )

    def seed(self, submission_sha256: str) -> int:
        """The seed of a submission's hidden inputs."""
        return seed_from(self._secret, self.assignment, submission_sha256)

    def end(self, graded: int, unchanged: int) -> None:
        """Logs that a run is done."""
        self.audit_log.add("ended", assignment=self.assignment, told=f"{graded} graded, {unchanged} unchanged")

    def repaired(self, student: str, differing: Sequence[str]) -> None:
        """Logs that a student's gradebook rows were repaired, and what they said."""
        self.audit_log.add("mended", assignment=self.assignment, student=student, told="; ".join(differing)[:2000])

    def is_authentic(self, result: Result) -> bool:
        """Whether this result, as read from the workspace, is the last one computed for its student."""
        if result.proof is None or self._latest.get(result.student) != result.proof.signature:
            return False
        return signature_holds(result, self.key) and self.executed_hash(result) == result.proof.notebook

    def executed_hash(self, result: Result) -> str:
        """The hash of the student's executed notebook; '' if there should be none, and there is none."""
        path = self.course.executed_notebook(result.student, result.assignment)
        try:
            return hash_of_notebook(read_bounded(path, MAX_EXECUTED))
        except SubmissionError:
            return ""

    def sign(self, result: Result, notebook: str, timestamp: datetime | None) -> Result:
        """The result with its proof; ``notebook`` is the hash of its executed notebook."""
        release, hints = self.context.release, self.context.revealed.hint
        entry = gradebook_entry(result, release, hints=hints, handed_in=timestamp)
        return signed(result, self.key, notebook=notebook, recorded=entry)

    def log(self, result: Result) -> None:
        """Logs a signed result, before it is written: the log knows of every result."""
        assert result.proof is not None
        self.audit_log.add(
            "graded",
            assignment=result.assignment,
            student=result.student,
            status=result.status,
            score=result.score,
            max_score=result.max_score,
            submission=result.submission_sha256,
            fingerprint=result.fingerprint,
            result=result.proof.signature,
        )
        self._latest[result.student] = result.proof.signature


def gradebook_entry(result: Result, release: Release, *, hints: bool, handed_in: datetime | None) -> GradebookEntry:
    """What is written into the gradebook for a result: only automatic scores and comments.

    An untouched written question gets 0, as with nbgrader's own autograde; the others wait for a teacher. Without
    ``hints``, no misconception is named there.
    """
    if result.status is not Status.graded:
        return GradebookEntry(timestamp=utc_text(handed_in))
    scores: dict[str, float | None] = {test_id(e.name): float(e.score) for e in result.exercises}
    scores |= {name: 0.0 if name in result.unanswered else None for name in release.written}
    cells = [*(e.name for e in result.exercises), *release.written]
    comments = {name: NO_RESPONSE for name in cells if name in result.unanswered}
    if hints:
        comments |= {e.name: e.hint for e in result.exercises if e.hint}
    return GradebookEntry(scores=scores, comments=comments, timestamp=utc_text(handed_in))


def hash_of_notebook(notebook: bytes | None) -> str:
    """The hash of an executed notebook; '' if there is none."""
    return hashlib.sha256(notebook).hexdigest() if notebook is not None else ""


def differences(
    result: Result, row: GradebookEntry | None, looked_at: Callable[[str], bool] = lambda cell: True
) -> tuple[str, ...]:
    """Where the gradebook's rows differ from what was written for the result, in the cells that are ``looked_at``.

    A teacher's entries are ignored.
    """
    assert result.proof is not None
    want = result.proof.recorded
    if result.status is not Status.graded:
        scores = {name: score for name, score in row.scores.items() if score is not None} if row else {}
        return tuple(f"{name} has the score {score:g}, but the result has none" for name, score in scores.items())
    if row is None:
        return ("there is no row of this submission",)
    kinds = (("the score", want.scores, row.scores), ("the comment", want.comments, row.comments))
    found = [
        f"{name}: {what} is {_shown(have.get(name))}, and the result says {_shown(wanted.get(name))}"
        for what, wanted, have in kinds
        for name in sorted(filter(looked_at, {*wanted, *have}))
        if wanted.get(name) != have.get(name) or (name in wanted) != (name in have)
    ]
    if want.timestamp != row.timestamp:
        found.append(f"handed in at {row.timestamp}, and the result says {want.timestamp}")
    return tuple(found)


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else "none" if value is None else repr(value)
