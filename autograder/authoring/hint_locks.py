"""Locks each known mistake's hint with the answers that only this mistake gives, for the checks in students' hands.

The release holds no expected value, no mistake and no hint that can be read: only calls made from the docstring, and
for each mistake a slow hash of its answers to all of them together, and the text encrypted with these (decision 35).
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.authoring.exercises import Exercise
from autograder.authoring.probes import Session, edge_probes, plain_probes
from autograder.authoring.student_checks import answers_to, key_of, mixed, noted, tag_of
from autograder.testing.compare import difference, is_number
from autograder.testing.mistakes import Mistake
from autograder.testing.numbers import as_floats

PLAIN, MOST, TRIES = 3, 12, 6
"""How many probes with ordinary numbers there are, at most if one answer tells little; and seeds tried to find each."""
ENOUGH = 24
"""Bits that the answers to these probes must hold together: with fewer, trying all answers there may be opens hints."""
PAD = 64
"""Bytes to whose multiple a text is filled up, so that its length tells little."""
MOST_EDGES = 6
"""Probes at limits for one exercise: each costs the student's check some milliseconds."""


@dataclass(frozen=True)
class Note:
    """One answer of a function: as it is compared, and itself."""

    rounded: bytes
    value: Any
    changed: bool


Log = list[Note]


def lock_hints(
    exercise: Exercise,
    mistakes: Sequence[Mistake],
    names: Mapping[str, Any],
    alternatives: Sequence[str] = (),
    salt: str = "",
) -> dict[str, Any] | None:
    """What a release carries of the exercise's known mistakes; None where no hint can be locked.

    ``names`` are those of a notebook with right answers, ``alternatives`` the sources of other right ones, which show
    where the description leaves an answer open. The same course and exercise give the same locks.
    """
    others = [_names_with(source, names) for source in alternatives]
    own = [mistake for mistake in mistakes if mistake.exercise == exercise.name]
    found = _Locks(exercise, own, names, others, hashlib.sha256(salt.encode()).digest()[:16])
    data = found.as_data()
    return data if data["locks"] else None


class _Locks:
    """The probes of one exercise, and what each mistake answers to them."""

    def __init__(
        self,
        exercise: Exercise,
        mistakes: Sequence[Mistake],
        names: Mapping[str, Any],
        alternatives: Sequence[Mapping[str, Any]],
        salt: bytes,
    ) -> None:
        self.exercise, self.mistakes, self.names, self.salt = exercise, mistakes, names, salt
        self.alternatives = alternatives
        self.seen: dict[tuple[Session, int], Log] = {}
        self.probes: list[Session] = []
        self.reference: list[Log] = []
        self.logs: list[list[Log]] = [[] for _ in mistakes]
        self.opens: dict[tuple[int, ...], list[int]] = {}
        self.plain = self._plain() if mistakes else ()
        left = [at for at in range(len(mistakes)) if not self._told_apart(at, self.plain)]
        self.opens[self.plain] = [at for at in range(len(mistakes)) if at not in left]
        self._edges(left)

    def as_data(self) -> dict[str, Any]:
        """The JSON for the release: probes, salt, and for each group of probes the texts by the keys' tags."""
        locks = []
        for group, opened in self.opens.items():
            hints: dict[str, str] = {}
            if sum(_bits(note.value) for at in group for note in self.reference[at]) < ENOUGH:
                continue
            for at in opened:
                answers = [_keys(self.logs[at][probe]) for probe in group]
                key = key_of(answers, self.salt)
                hints.setdefault(tag_of(key), mixed(_text(self.mistakes[at]), key).hex())
            if hints:
                locks.append({"probes": list(group), "hints": dict(sorted(hints.items()))})
        return {"salt": self.salt.hex(), "probes": [list(session) for session in self.probes], "locks": locks}

    def _plain(self) -> tuple[int, ...]:
        for number in range(MOST):
            if number >= PLAIN and self._bits() >= ENOUGH:
                break
            for seed in range(number, TRIES * MOST, MOST):
                choices = plain_probes(self.exercise, number, seed)
                usable = next((session for session in choices if self._fits(session)), None)
                if usable and usable not in self.probes and self._all_steady(usable):
                    self._add(usable)
                    break
        return tuple(range(len(self.probes)))

    def _bits(self) -> float:
        """About how much the right answers to all probes hold, as a measure of how many answers there may be."""
        return sum(_bits(note.value) for log in self.reference for note in log)

    def _edges(self, left: list[int]) -> None:
        settled = all(map(self._agreed, self.probes))  # there are exercises with many right answers, such as weights
        for session in edge_probes(self.exercise, TRIES * MOST):
            if not left or len(self.probes) >= len(self.plain) + MOST_EDGES:
                return
            if session in self.probes or not self._fits(session) or (settled and not self._agreed(session)):
                continue
            at = self._add(session)
            group = (*self.plain, at)
            told = [one for one in left if self._told_apart(one, group) and _steady(self.logs[one][at])]
            if told:
                self.opens[group] = told
                left[:] = [one for one in left if one not in told]
            else:
                self._forget()

    def _fits(self, session: Session) -> bool:
        """Whether the reference answers as the description promises."""
        log = self._log(session, self.names)
        errors = {type(note.value).__name__ for note in log if isinstance(note.value, BaseException)}
        promised = all(error in self.exercise.docstring for error in errors)
        return bool(log) and promised and all(_finite(note.value) for note in log)

    def _agreed(self, session: Session) -> bool:
        """Whether all right answers are the same, so that the description leaves nothing open here."""
        log = self._log(session, self.names)
        return not any(_differ(self._log(session, right), log) for right in self.alternatives)

    def _all_steady(self, session: Session) -> bool:
        return all(_steady(self._log(session, self._with(mistake))) for mistake in self.mistakes)

    def _add(self, session: Session) -> int:
        self.probes.append(session)
        self.reference.append(self._log(session, self.names))
        for log, mistake in zip(self.logs, self.mistakes, strict=True):
            log.append(self._log(session, self._with(mistake)))
        return len(self.probes) - 1

    def _forget(self) -> None:
        self.probes.pop()
        for logs in (self.reference, *self.logs):
            logs.pop()

    def _with(self, mistake: Mistake) -> Mapping[str, Any]:
        return {**self.names, self.exercise.name: mistake.function}

    def _log(self, session: Session, names: Mapping[str, Any]) -> Log:
        key = session, id(names[self.exercise.name])
        if key not in self.seen:
            self.seen[key] = answers_to(list(session), self.exercise.name, names, _note)
        return self.seen[key]

    def _told_apart(self, mistake: int, probes: tuple[int, ...]) -> bool:
        """Whether a mistake's answers to one of these probes are wrong, and no right answer gives the same."""
        if not any(_differ(self.logs[mistake][at], self.reference[at]) for at in probes):
            return False
        own = [_keys(self.logs[mistake][at]) for at in probes]
        return all(own != [_keys(self._log(self.probes[at], right)) for at in probes] for right in self.alternatives)


def _names_with(source: str, names: Mapping[str, Any]) -> dict[str, Any]:
    own = dict(names)
    exec(compile(source, "<alternative>", "exec"), own)
    return own


def _text(mistake: Mistake) -> bytes:
    """What the report says of it."""
    text = f"These are exactly the answers of {mistake.misconception}. {mistake.hint}".encode()
    return text.ljust(-(-len(text) // PAD) * PAD, b"\0")


def _note(value: Any, changed: bool = False) -> Note:
    try:
        kept = copy.deepcopy(value)
    except Exception:  # a generator, a module
        kept = value
    return Note(noted(value, changed), kept, changed)


def _keys(log: Log) -> list[bytes]:
    return [note.rounded for note in log]


def _differ(log: Log, reference: Log) -> bool:
    if _keys(log) == _keys(reference):
        return False
    if len(log) != len(reference):
        return True
    return any(map(_is_wrong, log, reference))


def _is_wrong(one: Note, right: Note) -> bool:
    if isinstance(right.value, BaseException):
        return not isinstance(one.value, type(right.value))
    if isinstance(one.value, BaseException):
        return True
    return one.changed != right.changed or difference(one.value, right.value) is not None


def _bits(value: Any) -> float:
    """A bit for each truth value, two for an error or a word, some for a number and more for one with decimals."""
    if isinstance(value, list | tuple | dict):
        return sum(map(_bits, value.values() if isinstance(value, dict) else value))
    numbers = as_floats(value)
    if numbers is None:
        return 2.0
    decimals = numbers != np.rint(numbers)
    truths = np.isin(numbers, (0.0, 1.0))
    return float(np.sum(np.where(decimals, 12.0, np.where(truths, 1.0, 4.0))))


def _finite(value: Any) -> bool:
    numbers = as_floats(value)
    return numbers is None or bool(np.isfinite(numbers).all())


def _steady(log: Log) -> bool:
    """Whether rounding gives the same for numbers that differ by as much as two right ways to compute them."""
    return all(
        noted(_nudged(note.value, share), note.changed) == note.rounded for note in log for share in (-1e-9, 1e-9)
    )


def _nudged(value: Any, share: float) -> Any:
    if isinstance(value, list | tuple):
        return [_nudged(part, share) for part in value]
    if isinstance(value, dict):
        return {key: _nudged(part, share) for key, part in value.items()}
    if is_number(value) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        coarse = 1e3 if getattr(value, "dtype", None) in (np.float32, np.float16) else 1.0
        nudged = np.asarray(value) * (1 + coarse * share) + coarse * share
        return nudged.astype(value.dtype) if isinstance(value, np.ndarray) else nudged
    return value
