"""The workspace's secret: the source of the seeds of hidden inputs and of the key that signs results."""

from __future__ import annotations

import hmac
import os
import re
import secrets

import msgspec
from msgspec import structs

from autograder.course import Course
from autograder.errors import SubmissionError, WorkspaceError
from autograder.results import GradebookEntry, Result, Signature
from autograder.workspace.files import read_bounded, write_once

SECRET_NAME = ".seed"
LENGTH = 32
KEY_FOR = b"introdl: results and log"


def secret_of(course: Course) -> bytes:
    """The workspace's secret, created if there is none yet.

    Raises:
        WorkspaceError: if it cannot be read or written.
    """
    known = known_secret(course)
    if known is None:
        write_once(course.workspace / SECRET_NAME, secrets.token_bytes(LENGTH), root=course.workspace)
        known = known_secret(course)
    assert known is not None
    return known


def known_secret(course: Course) -> bytes | None:
    """The workspace's secret, or None if there is none yet. Nothing is written.

    Raises:
        WorkspaceError: if it cannot be read, or is too short to be one.
    """
    path = course.workspace / SECRET_NAME
    try:
        found = read_bounded(path, 1000)
    except SubmissionError as fault:
        if os.path.lexists(path):
            raise WorkspaceError(path, fault.fault) from None
        return None
    if len(found) < LENGTH:
        raise WorkspaceError(path, "is damaged: restore it from a backup, or remove it and grade everybody again")
    return found


def seed_for(course: Course, assignment: str, submission_sha256: str) -> int:
    """The seed of a submission's hidden inputs: the same whenever it is graded again, but impossible to guess.

    It depends on the submission's bytes, so that an answer tuned to a counterexample in one report meets other numbers
    when it is handed in again.
    """
    return seed_from(secret_of(course), assignment, submission_sha256)


def seed_from(secret: bytes, assignment: str, submission_sha256: str) -> int:
    """Like `seed_for`, if you already have the secret."""
    message = f"{assignment}:{submission_sha256}".encode()
    return int.from_bytes(hmac.digest(secret, message, "sha256")[:6], "big")


class Key:
    """Signs with HMAC-SHA256. ``name`` tells keys apart without revealing them."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, KEY_FOR, "sha256")
        self.name = self.sign(b"name")[:16]

    def sign(self, data: bytes) -> str:
        """The signature of some bytes, in hexadecimal digits."""
        return hmac.digest(self._key, data, "sha256").hex()

    def holds(self, signature: str, data: bytes) -> bool:
        """Whether this is these bytes' signature."""
        return hmac.compare_digest(signature.encode(), self.sign(data).encode())


def signed(result: Result, key: Key, *, notebook: str, recorded: GradebookEntry) -> Result:
    """The result with its proof. ``notebook`` is the hash of the executed notebook."""
    result = structs.replace(result, proof=Signature(key=key.name, notebook=notebook, recorded=recorded))
    result = Result.from_json(msgspec.json.encode(result))  # as it will be read later: a float 0 is 0.0
    return _signed(result, key.sign(canonical(result)))


def signature_holds(result: Result, key: Key) -> bool:
    """Whether the result is unchanged since this key signed it."""
    return result.proof is not None and key.holds(result.proof.signature, canonical(result))


def canonical(result: Result) -> bytes:
    """The bytes that are signed: the result without its signature, as JSON with sorted keys and no white space.

    The late penalty is left out: course.yml decides it, and an extension can be granted afterwards.
    """
    return msgspec.json.encode(structs.replace(_signed(result, ""), late=None), order="sorted")


def _signed(result: Result, signature: str) -> Result:
    assert result.proof is not None
    return structs.replace(result, proof=structs.replace(result.proof, signature=signature))


def signed_page(page: str, key: Key, result: Result) -> str:
    """A student's page with a last line that proves who wrote it, for which result, and that nothing was changed."""
    of = result.proof.signature[:16] if result.proof else ""
    return f"{page}<!-- signed: {key.name} {of} {key.sign(_page_bytes(page, result, of))} -->\n"


def page_fault(page: str, key: Key, result: Result) -> str | None:
    """What is wrong with a page: 'changed', 'older' than the result, or 'unsigned'; None if it is unchanged."""
    found = _PAGE_END.search(page)
    if found is None or found["key"] != key.name:
        return "unsigned"
    if not key.holds(found["signature"], _page_bytes(page[: found.start()], result, found["of"])):
        return "changed"
    return None if result.proof and result.proof.signature.startswith(found["of"]) and found["of"] else "older"


_PAGE_END = re.compile(r"<!-- signed: (?P<key>\w+) (?P<of>\w*) (?P<signature>\w+) -->\n\Z")


def _page_bytes(page: str, result: Result, of: str) -> bytes:
    return f"page:{result.assignment}:{result.student}:{of}:{page}".encode()
