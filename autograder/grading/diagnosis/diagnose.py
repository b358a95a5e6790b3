"""Finds what is behind a wrong answer, step by step, and only if each step is certain."""

from __future__ import annotations

import contextlib
import functools
import inspect
import io
import itertools
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.grading.diagnosis.bounds import TooLong, counted, has_loops, within
from autograder.grading.diagnosis.cases import (
    MOST_BITS,
    RELATIVE,
    Case,
    Outcome,
    alike,
    outcome_of,
    replay,
    same,
    value_of,
)
from autograder.grading.diagnosis.explanations import (
    by_edges,
    by_order,
    by_other_arguments,
    by_other_exercises,
    by_other_functions,
    by_relations,
    chosen_by,
    where,
)
from autograder.grading.diagnosis.fitting import FORMS, LOOSE, Explanation, Fit, fit
from autograder.grading.diagnosis.mutants import Variant
from autograder.grading.diagnosis.names import Names, names_of
from autograder.grading.diagnosis.pairs import BASE, TWO, either
from autograder.grading.diagnosis.questions import Ask, asked
from autograder.sandbox.common.observe import copy, drained
from autograder.sandbox.host.bounded import MEMORY, bounded_memory
from autograder.testing.calls import RecordedCall, bare
from autograder.testing.mistakes import Mistake

MOST_CANDIDATES, MOST_REPLAYED, FEWEST_ORDINARY = 4, 200, 1
EDGES = frozenset({"empty arguments", "extreme numbers", "a function that writes into its input", "single precision"})
LARGE = 20_000
"""Calls whose arguments have more entries are looked at only when all smaller ones are right."""

FEWEST_LINES, COSTLY = 20, 500
LINES = 10_000
"""How many lines of a reference may be run to find an explanation."""

APART = {
    "no error": "a missing error",
    "another error": "the type of an error",
    "error": "an unexpected error",
    "warned": "a floating-point warning",
    "changed": "a changed input",
}
NOT_WRITTEN = "NotImplementedError"

CERTAIN_BITS = MOST_BITS + 1
"""Evidence that any other explanation needs: there are hundreds, so one number with many digits is too little."""

TWICE_AS_CERTAIN = 2 * MOST_BITS + 1
"""Evidence that two mistakes at once need: there are even more pairs."""


@dataclass(frozen=True)
class Diagnosis:
    """What is behind a wrong answer: a noun phrase, a hint, and which findings it does not explain."""

    misconception: str
    hint: str
    aside: frozenset[str] = frozenset()
    kind: str = ""

    @property
    def apart_from(self) -> tuple[str, ...]:
        """What the explanation leaves to other findings, in words; its own test reports the form of an answer."""
        return tuple(APART.get(each, f"calls with {each}") for each in sorted(self.aside - FORMS))


def cases_of(calls: Sequence[RecordedCall], right: Callable[..., Any], telling: Collection[int]) -> list[Case]:
    """The calls that were answered: first those with which a test failed, and small ones before large ones."""
    found = []
    for call in sorted(calls, key=lambda call: (id(call) not in telling, call.size)):
        student = outcome_of(call)
        if student is not None:
            found.append(Case(call, _named(call, right), student, functools.partial(replay, call, right)))
    return found


@functools.lru_cache(maxsize=256)
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)


def _named(call: RecordedCall, function: Callable[..., Any]) -> dict[str, Any]:
    try:
        bound = _signature(function).bind(*call.args, **call.kwargs)
    except (TypeError, ValueError):
        return {}
    bound.apply_defaults()
    return {name: bare(value) for name, value in bound.arguments.items()}


@dataclass(frozen=True)
class Subject:
    """An exercise and everything that may explain a wrong answer to it.

    ``others`` are the other exercises of its assignment, ``variants`` makes the mutants of its reference if needed.
    """

    right: Callable[..., Any]
    known: tuple[Mistake, ...]
    others: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    variants: Callable[[], Sequence[Variant]] = tuple

    @property
    def is_class(self) -> bool:
        """Whether the exercise is a class: its objects are compared with known mistakes alone."""
        return isinstance(self.right, type)


def diagnose(
    calls: Sequence[RecordedCall], subject: Subject, telling: Collection[int] = (), ask: Ask | None = None
) -> Diagnosis | None:
    """What explains the student's answers to all of these calls of one exercise, if it is certain.

    Args:
        telling: the identities of calls with which a hidden test failed; these are looked at first.
        ask: calls the student's function again; None if it cannot be asked.
    """
    cases = cases_of(calls, subject.right, telling)
    if not cases or all(case.student.error == NOT_WRITTEN for case in cases):
        return None
    small = [case for case in cases if case.call.size <= LARGE]
    if any(not case.is_right for case in small):
        cases = small  # a long training run adds nothing to what small calls show
    elif all(case.is_right for case in cases):
        return None
    with (
        bounded_memory(MEMORY),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
    ):  # some mistakes print
        warnings.simplefilter("ignore")
        lines = 0 if subject.is_class else max(_lines(subject.right, case) for case in cases[:2])
        found = _candidates(cases, subject, lines)
        if ask is not None and not subject.is_class:
            found = _told_apart(found, cases, subject, ask)
        certain = [each for each in found if _certain(*each)]
        if not certain and not subject.is_class and lines <= COSTLY:
            certain = [(each, Fit()) for each in by_edges(cases)]
    if not certain:
        return None
    best, held = min(certain, key=_rank)
    return Diagnosis(best.misconception, best.hint, held.aside, best.kind)


Candidate = tuple[Explanation, Fit]


def _candidates(cases: Sequence[Case], subject: Subject, lines: int) -> list[Candidate]:
    """Everything that fits these calls, more or less certain; ``lines`` is what the reference runs on one."""
    costly = lines > COSTLY
    telling = [] if subject.is_class or lines > LINES else telling_cases(cases)
    known = [each for each in _known(subject) if _may_fit(each, telling, cases)]
    found = [each for each in _fitting(cases, known, strict=costly) if _certain(*each)]
    if any(not fit.departures for _, fit in found):
        return found
    if telling:
        names = names_of(subject.right)
        offered = (near for each in _others(subject, cases, lines, names) for near in either(each, telling[0], names))
        found += itertools.islice(_fitting(cases, offered), MOST_CANDIDATES)
    if not found and not costly and telling:
        found += [each for each in _fitting(cases, known, LOOSE) if _certain(*each)]
    return found


def _may_fit(explanation: Explanation, telling: Sequence[Case], cases: Sequence[Case]) -> bool:
    """Whether a known mistake predicts one of the telling calls; without any, the first wrong error."""
    if telling:
        return explanation.may_fit(telling)
    failing = next((case for case in cases if case.student.error and not case.right.error), None)
    return failing is None or explanation.answer(failing).error in (failing.student.error, "")


def _rank(candidate: Candidate) -> tuple[int, bool, bool, bool, int]:
    """Sort key: the fewest things left aside first, then known mistakes, and two mistakes at once last."""
    explanation, found = candidate
    kind = explanation.kind
    return len(found.departures), kind != "known", kind == TWO, found.refuses_too_little, len(found.aside)


def _told_apart(found: list[Candidate], cases: Sequence[Case], subject: Subject, ask: Ask) -> list[Candidate]:
    """What still fits after further questions, which are asked only if they matter."""
    found.sort(key=_rank)
    if not found:
        return found
    ordinary = sorted(telling_cases(cases), key=lambda case: -case.call.size) or list(cases[:1])
    if found[0][0].kind == "known":
        first = [each for each in found if _rank(each) == _rank(found[0])]
        if len(first) == 1:
            return _confirmed(found, ordinary, subject, ask)
        for question in asked(ordinary, subject.right, ask, uneven=True):
            first = [each for each in first if alike(each[0].answer(question), question.student)] or first
        return first
    for question in asked(ordinary, subject.right, ask):
        if not (question.right.error or question.right.warned):
            found = [kept for each in found if (kept := _after(question, *each)) is not None]
    return found


def _confirmed(found: list[Candidate], cases: Sequence[Case], subject: Subject, ask: Ask) -> list[Candidate]:
    """The candidates, without a first one that left an error aside and fails one more question."""
    if "error" in found[0][1].aside:
        for question in itertools.islice(asked(cases, subject.right, ask), 1):
            ours = found[0][0].answer(question)
            if question.wrong and not same(question.student.value, ours.value, LOOSE):
                return found[1:]
    return found


def _after(question: Case, explanation: Explanation, found: Fit) -> Candidate | None:
    more = fit([question], explanation.answer)
    if more is not None:
        return explanation, replace(found, bits=found.bits + more.bits, wrong=found.wrong + more.wrong)
    ours = explanation.answer(question)
    agrees = not question.wrong and not ours.error and same(ours.value, question.right.value)
    return (explanation, found) if agrees else None


def _fitting(
    cases: Sequence[Case], offered: Iterable[Explanation], relative: float = RELATIVE, *, strict: bool = False
) -> Iterator[Candidate]:
    for explanation in offered:
        found = fit(cases, explanation.answer, relative, strict=strict)
        if found is not None:
            yield explanation, found


def _certain(explanation: Explanation, found: Fit) -> bool:
    if explanation.kind != "known":
        needed = TWICE_AS_CERTAIN if explanation.kind == TWO else CERTAIN_BITS
        return found.bits >= needed and 2 * found.unexplained_errors <= found.wrong
    if found.wrong:
        return not found.special or found.wrong > 1 or found.bits > MOST_BITS
    if found.refuses_too_little:
        return not (found.departures or found.answers_otherwise)
    return found.unexplained_errors < found.odd or not found.unexplained_errors


def _known(subject: Subject) -> Iterator[Explanation]:
    for mistake in subject.known:
        glimpse = functools.partial(_value, mistake.function)
        yield Explanation(mistake.misconception, mistake.hint, _as(mistake.function), glimpse, "known")


def _as(function: Callable[..., Any]) -> Callable[[Case], Outcome]:
    return lambda case: replay(case.call, function)


def _value(function: Callable[..., Any], case: Case) -> Any:
    return value_of(function, case.arguments)


def telling_cases(cases: Sequence[Case]) -> list[Case]:
    """One or two calls whose wrong values are most telling: small, ordinary, and different from each other."""
    wrong = [case for case in cases if case.wrong and not case.student.warned]
    wrong = [case for case in wrong if not case.features & EDGES] or wrong
    second = next((case for case in wrong[1:] if case.features != wrong[0].features), None)
    return [*wrong[:1], *([second] if second else [])]


def _others(subject: Subject, cases: Sequence[Case], lines: int, names: Names) -> Iterator[Explanation]:
    """All explanations that are not known mistakes, cheap ones first, as many as the cost of the reference allows."""
    yield from by_other_functions(subject.right, cases)
    ordinary = [case for case in cases if not case.features & EDGES]
    related = list(by_relations(ordinary, names))
    if len(ordinary) < len(cases) and (related or len(ordinary) < FEWEST_ORDINARY):
        yield from by_relations(cases, names)  # what does not hold for some does not hold for all
    yield from related
    yield from by_order(cases, names)
    chosen = chosen_by(cases)
    if chosen is not None:
        group = [case for case in cases if case.arguments.get(chosen[0]) == chosen[1]]
        yield from (where(each, *chosen) for each in by_relations(group, names))
    yield from itertools.islice(_replayed(subject, cases, lines, names), min(MOST_REPLAYED, LINES // lines))


def _replayed(subject: Subject, cases: Sequence[Case], lines: int, names: Names) -> Iterator[Explanation]:
    """Explanations that run a function for each call: mutants, other exercises, other arguments."""
    most = 10 * lines + 1000
    for variant in subject.variants():
        hint = "Go through your formula term by term: which one differs?"
        function = within(most, variant.function)
        glimpse = functools.partial(_value, function)
        yield Explanation(f"a solution {variant.words}", hint, _as(function), glimpse, "mutant")
    yield from by_other_exercises({name: within(most, other) for name, other in subject.others.items()}, cases)
    yield from by_other_arguments(within(most, subject.right), cases, names)
    yield from (replace(each, kind=BASE) for each in _known(subject))


def _lines(right: Callable[..., Any], case: Case) -> int:
    """How many lines the reference runs on a call: its cost, the same on every machine."""
    if not has_loops(right):
        return FEWEST_LINES
    try:
        given = {name: copy(value) for name, value in case.arguments.items()}
        return max(FEWEST_LINES, counted(lambda: drained(right(**given)), (), {}, LINES)[1])
    except TooLong:
        return LINES + 1
    except Exception:
        return FEWEST_LINES
