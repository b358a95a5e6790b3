"""Keeps results so that they can be proven: sealed, logged, and held against the gradebook's rows.

A result counts as computed only when its seal holds, the log's last word on the student names it, and its executed
notebook is the one that it was sealed with. Whatever fails this is graded again.
"""

from __future__ import annotations

import hashlib
import secrets
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from autograder import __version__
from autograder.course import Course
from autograder.errors import SubmissionError
from autograder.files import read_bounded
from autograder.gradebook.book import told
from autograder.gradebook.writer import NO_RESPONSE
from autograder.notebooks.release import Release
from autograder.results import GradebookEntry, Result, Status
from autograder.workspace.fingerprint import environment
from autograder.workspace.log import AuditLog, latest, read_log
from autograder.workspace.signing import LENGTH, Key, is_authentic_seal, known_secret, sealed, secret_of
from autograder.workspace.store import seed_from

MAX_EXECUTED = 200_000_000


class ResultProofs:
    """The proofs of one assignment's results during one run; the workspace must be locked for a run that writes.

    Ledgers of several assignments that are in use at the same time share one ``journal``.
    """

    def __init__(
        self,
        course: Course,
        assignment: str,
        expected: Release,
        *,
        write: bool = True,
        log: AuditLog | None = None,
    ) -> None:
        self.course, self.assignment, self.expected = course, assignment, expected
        known = secret_of(course) if write else known_secret(course)
        self._secret = known or secrets.token_bytes(LENGTH)  # nothing was ever graded here, and nothing is written now
        self.key = Key(self._secret)
        self.audit_log = log or AuditLog(course.workspace, self.key)
        self._latest = latest(read_log(course.workspace) if log else self.audit_log.before, assignment)
        self.audit_log.before = b""
        now = datetime.now(UTC)
        self._hints = course.reveals("hint", assignment, now)

    @contextmanager
    def run(self, fingerprint: str, walls: tuple[str, ...]) -> Iterator[None]:
        """Logs that a run begins, and with what; whatever ends it, what was logged is on the disk afterwards."""
        self.begin(fingerprint, walls)
        try:
            yield
        finally:
            self.audit_log.sync()
            self.audit_log.close()

    def begin(self, fingerprint: str, walls: tuple[str, ...]) -> None:
        """Logs that a run begins, and with what."""
        command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
        self.audit_log.add(
            "started",
            assignment=self.assignment,
            command=command,
            program=__version__,
            fingerprint=fingerprint,
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
        """Logs that the gradebook's rows of a student were put right, and what they said."""
        self.audit_log.add("mended", assignment=self.assignment, student=student, told="; ".join(differing)[:2000])

    def is_authentic(self, result: Result) -> bool:
        """Whether this result, as it was read from the workspace, is what was computed last for its student."""
        if result.proof is None or self._latest.get(result.student) != result.proof.signature:
            return False
        return is_authentic_seal(result, self.key) and self.executed_hash(result) == result.proof.notebook

    def executed_hash(self, result: Result) -> str:
        """The hash of the student's executed notebook; '' where there should be none, and there is none."""
        path = self.course.autograded_dir(result.student, result.assignment) / f"{result.assignment}.ipynb"
        try:
            return hash_of_notebook(read_bounded(path, MAX_EXECUTED))
        except SubmissionError:
            return ""

    def recorded(self, result: Result, timestamp: datetime | None) -> GradebookEntry:
        """What the gradebook is told of a result: never more than automatic scores and comments."""
        if result.status is not Status.graded:
            return GradebookEntry(timestamp=told(timestamp))
        scores: dict[str, float | None] = {f"test_{e.name}": e.score for e in result.exercises}
        scores |= {name: 0.0 if name in result.unanswered else None for name in self.expected.written}
        cells = [*(e.name for e in result.exercises), *self.expected.written]
        comments = {name: NO_RESPONSE for name in cells if name in result.unanswered}
        if self._hints:
            comments |= {e.name: e.hint for e in result.exercises if e.hint}
        return GradebookEntry(scores=scores, comments=comments, timestamp=told(timestamp))

    def seal(self, result: Result, notebook: str, timestamp: datetime | None) -> Result:
        """The result with its proof; ``notebook`` is the hash of its executed notebook."""
        return sealed(result, self.key, notebook=notebook, recorded=self.recorded(result, timestamp))

    def log(self, result: Result) -> None:
        """Logs a sealed result; before it is written, so that there is none that the log knows nothing of."""
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


def hash_of_notebook(notebook: bytes | None) -> str:
    """The hash of an executed notebook; '' where there is none."""
    return hashlib.sha256(notebook).hexdigest() if notebook is not None else ""


def differences(result: Result, row: GradebookEntry | None) -> tuple[str, ...]:
    """What the gradebook's rows say otherwise than the result told them; a teacher's own entries are not looked at."""
    assert result.proof is not None
    want = result.proof.recorded
    if result.status is not Status.graded:
        scores = {name: score for name, score in row.scores.items() if score is not None} if row else {}
        return tuple(f"{name} has the score {score:g}, and the result has none" for name, score in scores.items())
    if row is None:
        return ("there is no row of this submission",)
    found = [*_differing("the score", want.scores, row.scores), *_differing("the comment", want.comments, row.comments)]
    if want.timestamp != row.timestamp:
        found.append(f"handed in at {row.timestamp}, and the result says {want.timestamp}")
    return tuple(found)


def _differing(what: str, want: Mapping[str, object], have: Mapping[str, object]) -> list[str]:
    return [
        f"{name}: {what} is {_shown(have.get(name))}, and the result says {_shown(want.get(name))}"
        for name in sorted({*want, *have})
        if want.get(name) != have.get(name) or (name in want) != (name in have)
    ]


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else "none" if value is None else repr(value)
