"""What grading says of one submission: frozen structures, and their versioned JSON."""

from __future__ import annotations

from enum import StrEnum
from sys import intern
from typing import Any, Literal

import msgspec

VERSION = 1
"""Version of the result's JSON. It is raised when a field changes its meaning."""


class Outcome(StrEnum):
    """The verdict of one hidden test."""

    passed = "passed"
    failed = "failed"  # the answer is wrong
    error = "error"  # the student's code raised an exception
    missing = "missing"  # there is no such function
    timeout = "timeout"  # over the time limit
    killed = "killed"  # over the memory limit, or crashed
    internal = "internal"  # our own fault: never a zero, the submission stays ungraded


class Status(StrEnum):
    """What happened to the submission as a whole."""

    graded = "graded"
    ungraded = "ungraded"  # an internal fault: no score is published
    not_gradable = "not_gradable"  # the file cannot be read as this assignment's notebook


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all structures that reach a file: frozen, and strict when read."""


class DisplayValue(Struct, frozen=True, kw_only=True):
    """A value prepared for display: plain text, not yet escaped for any format.

    ``text`` is bounded, and for an array it is what NumPy would print. ``rows`` holds the entries of a small array of
    at most two dimensions as text, and ``marked`` the (row, column) of those that differ from the value beside it.
    """

    text: str
    dtype: str | None = None
    shape: tuple[int, ...] | None = None
    rows: tuple[tuple[str, ...], ...] | None = None
    marked: tuple[tuple[int, int], ...] = ()


class Argument(Struct, frozen=True, kw_only=True):
    """One argument of a call, by the parameter's name."""

    name: str
    value: DisplayValue


class Plot(Struct, frozen=True, kw_only=True):
    """Numbers that can be drawn, a bounded count of them and all finite.

    ``kind`` is 'curve' (answers over ``x``, which is the argument ``name``; where known, ``y`` are the right answers
    from the least ``x`` to the greatest in equal steps), 'data' (examples at ``x`` and ``y`` with the answers
    to them, and the ``line`` w0 x + w1 y + b = 0), 'heights' (points that should lie on the ``line``), 'training' (a
    value for each step; without ``want`` the student's alone), or 'heat' (``gap``, got minus want, in rows of
    ``width`` fields, each the largest of a ``block`` of entries).
    """

    kind: Literal["curve", "data", "heights", "training", "heat"]
    name: str
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    got: tuple[float, ...] = ()
    want: tuple[float, ...] = ()
    line: tuple[float, float, float] | None = None
    gap: tuple[float, ...] = ()
    width: int = 0
    block: tuple[int, int] = (1, 1)


class Counterexample(Struct, frozen=True, kw_only=True):
    """The smallest known call for which the answer is wrong. ``differs`` names what does, e.g. 'shape' or 'values'.

    ``got`` and ``want`` are the whole answers, or what is at ``part`` of them, such as '[1]' of a tuple. It is left out
    of the JSON if they are whole, so that signatures of older results still hold.
    """

    call: str
    arguments: tuple[Argument, ...] = ()
    got: DisplayValue | None = None
    want: DisplayValue | None = None
    differs: str = ""
    part: str | msgspec.UnsetType = msgspec.UNSET
    picture: Plot | None = None

    @property
    def place(self) -> str:
        """The ``part`` as text, empty for whole answers."""
        return self.part if isinstance(self.part, str) else ""


class TestResult(Struct, frozen=True, kw_only=True):
    """The verdict of one hidden test. ``title`` is the sentence that the student reads.

    ``follow_through`` names earlier exercises that were replaced by the reference, so that their mistakes cost once.
    """

    __test__ = False  # not a test class, whatever its name says to pytest

    name: str
    title: str
    outcome: Outcome
    score: float
    max_score: float
    message: str = ""
    counterexample: Counterexample | None = None
    traceback: tuple[str, ...] = ()
    follow_through: tuple[str, ...] = ()


class FormPrice(Struct, frozen=True, kw_only=True):
    """What the wrong form of an answer costs, once per exercise; its values are judged anyway.

    ``asked`` and ``came`` are the two forms, ``cost`` the points it takes, out of what the affected tests are
    ``worth``: these pass and share the cost. ``cost`` is None where points are not revealed.
    """

    asked: str
    came: str
    cost: float | None
    worth: float = 0.0

    def line(self, *, forms: bool = True, cost: bool = True) -> str:
        """What was asked for, what came and what it cost, in one line."""
        unit = "point" if self.cost == 1 else "points"
        what = f"asked for {self.asked}, but your answer is {self.came}" if forms and self.asked else "not as asked for"
        price = f" This costs {self.cost:g} {unit}, once." if cost and self.cost is not None else ""
        return f"Form: {what}. Its values were judged anyway.{price}"


class ExerciseResult(Struct, frozen=True, kw_only=True):
    """One exercise: its tests, and the misconception if it is certain what is behind the answers.

    ``apart_from`` names what the misconception does not explain, such as 'a floating-point warning'. ``behaviour`` is a
    hash of a wrong answer's answers to questions that are the same for everybody. These and ``form`` are in the JSON
    only where they say something, so that the JSON of earlier results is still what was signed.
    """

    name: str
    title: str
    score: float
    max_score: float
    misconception: str | None = None
    hint: str | None = None
    apart_from: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    behaviour: str | msgspec.UnsetType = msgspec.UNSET
    form: FormPrice | msgspec.UnsetType = msgspec.UNSET
    tests: tuple[TestResult, ...] = ()

    def form_line(self, *, forms: bool = True, cost: bool = True) -> str:
        """The line on the answer's form, empty if it is the one asked for."""
        return self.form.line(forms=forms, cost=cost) if isinstance(self.form, FormPrice) else ""

    @property
    def diagnosis(self) -> str:
        """The sentence that names the misconception, empty if there is none."""
        if not self.misconception:
            return ""
        if not isinstance(self.apart_from, tuple) or not self.apart_from:
            return f"These are exactly the answers of {self.misconception}."
        return f"Apart from {' and '.join(self.apart_from)}, these are the answers of {self.misconception}."

    @property
    def follow_through(self) -> tuple[str, ...]:
        """Earlier exercises that the reference replaced in a test that passed."""
        names = (name for test in self.tests if test.outcome is Outcome.passed for name in test.follow_through)
        return tuple(dict.fromkeys(names))

    @property
    def internal(self) -> bool:
        """Whether a test of this exercise ended through our own fault."""
        return any(test.outcome is Outcome.internal for test in self.tests)


class Provenance(Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What a result was computed from besides the submission and its seed: hexadecimal SHA-256 hashes.

    ``program`` is the version of this distribution. Results of version 0.1.0 also had a hash for each exercise.
    """

    program: str
    hidden_tests: str
    reference: str
    mistakes: str
    release: str
    engine: str
    environment: str
    settings: str


class GradebookEntry(Struct, frozen=True, kw_only=True):
    """What a result wrote into the gradebook, by grade_id: automatic scores and comments; and when it was handed in.

    A score of None waits for a teacher. ``timestamp`` is in UTC, or None for a submission without a time.
    """

    scores: dict[str, float | None] = {}
    comments: dict[str, str] = {}
    timestamp: str | None = None


class Signature(Struct, frozen=True, kw_only=True):
    """Seals a result:

    ``signature`` covers all of it, the executed notebook's hash and what was written into the gradebook.

    ``key`` identifies the workspace's key without revealing it; ``notebook`` is empty where there is no executed
    notebook.
    """

    key: str
    notebook: str
    recorded: GradebookEntry
    signature: str = ""


class Lateness(Struct, frozen=True, kw_only=True):
    """A late submission: the days started since its due date, and what they cost in percent and in points of ``score``.

    ``due`` is this student's own date, with an extension when there is one. Both times are in the course's time zone,
    whose name at the due date is ``zone``, such as CEST; empty if it has none.
    """

    due: str
    handed_in: str
    days: int
    percent: float
    penalty: float
    zone: str = ""


class Result(Struct, frozen=True, kw_only=True):
    """The verdict of one submission. Scores are points; ``score`` is None unless ``status`` is graded.

    ``max_score`` counts the exercises; written questions are graded by hand in the gradebook. ``fingerprint`` is the
    hash of everything that the result depends on, which ``origin`` lists part by part; ``seed`` is where the tests'
    random inputs come from. ``notes`` says what was odd about the file and has been repaired, ``unanswered`` names the
    untouched answer cells, ``reason`` says why there is no score. ``proof`` is there once the result is in the
    workspace. ``score`` is before the late penalty. ``late`` may change with course.yml, so the proof does not cover
    it.
    """

    version: int = VERSION
    assignment: str
    student: str
    status: Status
    score: float | None
    max_score: float
    submission_sha256: str
    seed: int
    fingerprint: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    seconds: float = 0.0
    exercises: tuple[ExerciseResult, ...] = ()
    origin: Provenance | None = None
    proof: Signature | None = None
    late: Lateness | None = None

    def brief(self, *, tests: bool = False) -> Result:
        """The part of a result that lists of many results need: no texts, examples, origin or proof.

        A thousand whole ones take 55 MB of memory. Names that they share are stored once.
        """
        return msgspec.structs.replace(
            self, exercises=tuple(_brief(e, tests) for e in self.exercises), origin=None, proof=None
        )

    def to_json(self) -> bytes:
        """The result as indented JSON, with a newline at its end."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"

    @staticmethod
    def from_json(data: bytes) -> Result:
        """The inverse of `to_json`.

        Raises:
            msgspec.DecodeError: if the bytes are not JSON.
            msgspec.ValidationError: if they are not a result of this version.
        """
        try:
            result = _decoder.decode(data)
        except msgspec.ValidationError:
            raw: Any = msgspec.json.decode(data)
            version = raw.get("version") if isinstance(raw, dict) else VERSION
            if version == VERSION:
                raise
            raise _other_version(version) from None
        if result.version != VERSION:
            raise _other_version(result.version)
        return result


def _brief(exercise: ExerciseResult, tests: bool) -> ExerciseResult:
    kept = [
        TestResult(name=intern(t.name), title="", outcome=t.outcome, score=t.score, max_score=t.max_score)
        for t in (exercise.tests if tests else ())
    ]
    return ExerciseResult(
        name=intern(exercise.name),
        title=intern(exercise.title),
        score=exercise.score,
        max_score=exercise.max_score,
        misconception=intern(exercise.misconception) if exercise.misconception is not None else None,
        behaviour=intern(exercise.behaviour) if isinstance(exercise.behaviour, str) else msgspec.UNSET,
        tests=tuple(kept),
    )


def _other_version(version: object) -> msgspec.ValidationError:
    return msgspec.ValidationError(f"a result of version {version}, this engine reads {VERSION}")


_decoder: msgspec.json.Decoder[Result] = msgspec.json.Decoder(Result)
