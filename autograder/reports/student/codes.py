"""Short codes of a report's findings: a student quotes one, and the desk finds the call again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.results import ExerciseResult, FormPrice, Outcome, Result

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32 characters: none looks like another."""

READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
PART = 4


@dataclass(frozen=True)
class FindingCode:
    """The code of one test that did not pass; of an exercise's form where ``test`` is empty."""

    code: str
    exercise: str
    test: str


def codes_of(result: Result) -> Iterator[FindingCode]:
    """The codes of everything that a report on this result criticizes."""
    for exercise in result.exercises:
        names = [*(test.name for test in exercise.tests), ""]
        for name, code in zip(names, codes_in(result, exercise), strict=True):
            if code:
                yield FindingCode(code, exercise.name, name)


def codes_in(result: Result, exercise: ExerciseResult) -> tuple[str, ...]:
    """The codes of an exercise's tests, in their order, and at last that of its form; empty where nothing is wrong."""
    at_fault = {test.name for test in exercise.tests if test.outcome is not Outcome.passed}
    at_fault |= {""} if isinstance(exercise.form, FormPrice) else set()
    names = (*(test.name for test in exercise.tests), "")
    return tuple(_code(result, exercise.name, name) if name in at_fault else "" for name in names)


def _code(result: Result, exercise: str, test: str) -> str:
    who = student_part(result.assignment, result.student)
    return f"{who}-{_letters(f'{result.submission_sha256}:{exercise}:{test}')}"


def student_part(assignment: str, student: str) -> str:
    """The first half of all codes of one student's work: it stays the same when the work is handed in again."""
    return _letters(f"{assignment}:{student}")


def as_code(text: str) -> str:
    """What somebody typed, as a code; empty where it can be none.

    >>> as_code(" k7qf 3mtd"), as_code("K7QF-3MTO"), as_code("hello")
    ('K7QF-3MTD', 'K7QF-3MT0', '')
    """
    kept = "".join(c for c in text.upper() if c.isalnum()).translate(READ_AS)
    if len(kept) != 2 * PART or any(c not in LETTERS for c in kept):
        return ""
    return f"{kept[:PART]}-{kept[PART:]}"


def _letters(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big")
    return "".join(LETTERS[number >> 5 * i & 31] for i in range(PART))
