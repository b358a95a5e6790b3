"""Whether an explanation predicts what the student's function did on each call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.grading.diagnosis.cases import (
    MOST_BITS,
    RELATIVE,
    Case,
    Outcome,
    bits,
    oddities,
    pattern,
    pattern_bits,
    same,
    wrong_numbers,
)

HARMLESS = frozenset({"warned", "shared", "width", "integers", "floats", "shape", "container", "no error"})
"""What a known mistake may do besides its wrong values, while a student who makes it does not."""


@dataclass(frozen=True)
class Explanation:
    """One thing that may be behind a wrong answer: in words, and what it would have done on a call.

    ``glimpse`` gives the value alone, quickly: hundreds of explanations are tried, and nearly all fail.
    """

    misconception: str
    hint: str
    answer: Callable[[Case], Outcome]
    glimpse: Callable[[Case], Any] | None = None
    kind: str = "relation"

    def may_fit(self, telling: Sequence[Case]) -> bool:
        """Whether it predicts the wrong value of one of these calls."""
        return any(self._foretells(case) for case in telling)

    def _foretells(self, case: Case) -> bool:
        try:
            ours = self.glimpse(case) if self.glimpse else self.answer(case).value
            return same(case.student.value, ours, LOOSE)
        except Exception:
            return False


@dataclass(frozen=True)
class Fit:
    """How well an explanation fits.

    ``bits`` weighs the wrong values that it predicted, in ``wrong`` calls; ``errors`` counts the errors that it
    predicted, ``met`` what else it predicted. ``aside`` names the differences that it leaves to other findings;
    ``special`` says whether calls are among them. ``odd`` counts the calls whose oddities it predicted, and
    ``unexplained_errors`` those in which the student's function raised and it would not have. ``answers_otherwise``
    says whether it would have given other values than the student's where an error was asked for.
    """

    bits: float = 0.0
    wrong: int = 0
    errors: int = 0
    met: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    special: bool = False
    unexplained_errors: int = 0
    odd: int = 0
    answers_otherwise: bool = False

    @property
    def departures(self) -> frozenset[str]:
        """What is left aside and is more than a matter of form."""
        return self.aside - FORMS

    @property
    def refuses_too_little(self) -> bool:
        """Whether all that it explains is that arguments are not refused."""
        return not self.wrong and not self.errors and self.met == {"no error"}


FORMS = frozenset({"integers", "floats", "width", "shared", "booleans", "container", "shape"})
FORETOLD_BY_ALL = frozenset({"no error", "warned"})
FORM_BITS = 3.0
"""How strong the evidence is if an explanation also predicts the answer's odd form."""

MOST_CONTRADICTED = 0.25
LOOSE = 1e-4


def fit(
    cases: Sequence[Case], answer: Callable[[Case], Outcome], relative: float = RELATIVE, *, strict: bool = False
) -> Fit | None:
    """How an explanation fits all these calls; None if it is contradicted or explains nothing.

    Wherever it predicts a wrong value, the student's must be that one; where the student's value is wrong, it must have
    been predicted. What the tests say by themselves (an error, a warning, a form) may be left aside, and so may calls
    with something special that none of the explained calls has. ``strict`` leaves no call aside, which is quicker.
    """
    tally = _Tally()
    most = 0 if strict else MOST_CONTRADICTED * len(cases)
    for case in cases:
        ours = answer(case)
        agreed = _agreed(case, ours, relative)
        if agreed is not None:
            tally.add(case, ours, agreed)
            continue
        tally.contradicted.append(case)
        if len(tally.contradicted) > (most if tally.wrong else min(most, 1)):
            return None
    return tally.fit()


@dataclass
class _Tally:
    """Counts while an explanation is compared with one call after another."""

    numbers: set[float | complex] = field(default_factory=set)
    predicted: list[Case] = field(default_factory=list)
    excused: int = 0
    form_bits: float = 0.0
    missed: bool = False
    wrong: int = 0
    errors: int = 0
    odd: int = 0
    unexplained_errors: int = 0
    answers_otherwise: bool = False
    foretold: bool = False
    contradicted: list[Case] = field(default_factory=list)
    explained: set[str] = field(default_factory=set)
    aside: set[str] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)

    def add(self, case: Case, ours: Outcome, agreed: Fit) -> None:
        """Counts a call on which the explanation holds."""
        if agreed.wrong:
            self.numbers |= wrong_numbers(case.student.value, case.right.value)
            self.predicted.append(case)
        self.missed |= case.wrong and "warned" in agreed.aside
        self.excused += "warned" in agreed.aside
        self.wrong += agreed.wrong
        self.errors += agreed.errors
        if agreed.wrong or agreed.errors:
            self.explained |= case.features
        self.foretold |= not (ours.error or case.right.error or same(ours.value, case.right.value))
        odd, theirs = _all_oddities(ours, case.right), _all_oddities(case.student, case.right)
        self.odd += bool(odd & theirs)
        self.unexplained_errors += "error" in agreed.aside
        self.answers_otherwise |= agreed.answers_otherwise
        if odd and odd == theirs and not odd & FORETOLD_BY_ALL:
            self.form_bits += FORM_BITS
        self.lacking |= odd - theirs
        self.met |= odd & theirs
        self.aside |= agreed.aside | (theirs - odd)

    def fit(self) -> Fit | None:
        """The fit on all calls together; None if nothing is explained, or something predicted never happens."""
        special = _special(self.contradicted, self.explained)
        explains = self.wrong or self.errors or (self.met and not self.lacking)
        if special is None or not explains or not self.lacking <= HARMLESS:
            return None
        if not self.wrong and (special or self.foretold or self.missed):
            return None
        if self.excused > self.wrong:  # a warning excuses a few calls, but says nothing of most of them
            return None
        return Fit(
            self._bits() + self.form_bits,
            self.wrong,
            self.errors,
            frozenset(self.met),
            frozenset(self.aside | special),
            bool(special),
            self.unexplained_errors,
            self.odd,
            self.answers_otherwise,
        )

    def _bits(self) -> float:
        found = bits(self.numbers)
        if found > MOST_BITS * 2:
            return found  # more evidence would change nothing
        cases = ((case.student.value, case.right.value) for case in self.predicted)
        return max(found, pattern_bits(Counter(entry for got, want in cases for entry in pattern(got, want))))


def _special(contradicted: Sequence[Case], explained: set[str]) -> set[str] | None:
    """Something that all contradicted calls share and no explained call has; None if there is no such thing."""
    if not contradicted:
        return set()
    shared = frozenset.intersection(*(case.features for case in contradicted)) - explained
    return {min(shared)} if shared else None


def _all_oddities(seen: Outcome, right: Outcome) -> frozenset[str]:
    if right.error and not seen.error:
        return frozenset({"no error"})
    return oddities(seen, right)


def _agreed(case: Case, ours: Outcome, relative: float) -> Fit | None:
    theirs, right = case.student, case.right
    if theirs.error or ours.error or right.error:
        return _errors(theirs, ours, right)
    if same(theirs.value, ours.value, relative):
        wrong = case.wrong and (relative == RELATIVE or not same(theirs.value, right.value, 10 * relative))
        return Fit(wrong=1) if wrong else Fit()
    return Fit(aside=frozenset({"warned"})) if theirs.warned and not right.warned else None


def _errors(theirs: Outcome, ours: Outcome, right: Outcome) -> Fit | None:
    if right.error:
        other = theirs.error and theirs.error not in (ours.error, right.error)
        otherwise = not (theirs.error or ours.error or same(theirs.value, ours.value))
        return Fit(aside=frozenset({"another error"} if other else ()), answers_otherwise=otherwise)
    if theirs.error and ours.error:
        return Fit(errors=1) if theirs.error == ours.error else None
    return Fit(aside=frozenset({"error"})) if theirs.error else None
