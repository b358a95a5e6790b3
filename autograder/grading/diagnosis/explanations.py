"""Explanations of an answer as a whole: its parts by relations, its order, other arguments, another exercise."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.grading.diagnosis.cases import Case, Outcome, numbers, replay, same, value_of
from autograder.grading.diagnosis.fitting import Explanation
from autograder.grading.diagnosis.names import Names
from autograder.grading.diagnosis.relations import Path, Relation, leaves, rebuilt, relation
from autograder.testing.calls import RecordedCall

FEWEST_RIGHT = 3
MOST_TEXTS = 4
NO_SUCH_ARGUMENTS = "no such arguments"
Arguments = Mapping[str, Any]


def by_relations(cases: Sequence[Case], names: Names) -> Iterator[Explanation]:
    """Each wrong part of the answers is related to the right one."""
    parts = leaves([case for case in cases if not case.student.warned or case.right.warned])
    if not parts:
        return
    found: dict[Path, Relation] = {}
    for path, group in parts.items():
        if any(leaf.wrong for leaf in group):
            held = relation(group, names)
            if held is None:
                return
            found[path] = held
    if not found:
        return
    transforms = {path: held.transform for path, held in found.items()}

    def answer(case: Case) -> Outcome:
        with np.errstate(all="ignore"):
            return case.right if case.right.error else replace(case.right, value=rebuilt(case, transforms))

    hint = next(iter(found.values())).hint
    yield Explanation(f"a solution {_phrase(found, len(parts), names)}", hint, answer)


def _phrase(found: Mapping[Path, Relation], count: int, names: Names) -> str:
    words = {held.words for held in found.values()}
    if len(found) == count and len(words) == 1:
        return f"whose {'result' if count == 1 else 'whole result'} {words.pop()}"
    return "whose " + ", and whose ".join(f"{names.part(path)} {held.words}" for path, held in found.items())


def by_order(cases: Sequence[Case], names: Names) -> Iterator[Explanation]:
    """The parts of the answer are right, but in another order, or some are left out."""
    wrong = next((case for case in cases if case.wrong), None)
    if wrong is None or not isinstance(wrong.right.value, tuple):
        return
    got, want = wrong.student.value, wrong.right.value
    hint = "Print the answer and its shapes: does each part stand where it was asked for?"
    if isinstance(got, list | tuple) and len(got) == len(want):
        for order in itertools.islice(itertools.permutations(range(len(want))), 1, 24):
            if all(same(a, want[i]) for a, i in zip(got, order, strict=True)):
                words = f"that returns its parts in another order: {', '.join(names.part((i,)) for i in order)}"
                yield Explanation(f"a solution {words}", hint, _picks(order))
    for index in range(len(want)):
        if same(got, want[index]):
            yield Explanation(f"a solution that returns only {names.part((index,))}", hint, _only(index))


def _picks(order: Sequence[int]) -> Callable[[Case], Outcome]:
    def answer(case: Case) -> Outcome:
        value = case.right.value
        return case.right if case.right.error else replace(case.right, value=tuple(value[i] for i in order))

    return answer


def _only(index: int) -> Callable[[Case], Outcome]:
    def answer(case: Case) -> Outcome:
        return case.right if case.right.error else replace(case.right, value=case.right.value[index])

    return answer


def by_other_functions(right: Callable[..., Any], cases: Sequence[Case]) -> Iterator[Explanation]:
    """The right answer with one and the same function, whatever function is given."""
    example = max(cases[:4], key=lambda case: len(case.arguments)).arguments
    for name in (name for name, value in example.items() if callable(value)):
        for words, function in FUNCTIONS:
            change = _with(name, _instead(function))
            yield _changed(right, f"that uses {words}, whatever {name} is", f"Where do you call {name}?", change)


def by_other_arguments(right: Callable[..., Any], cases: Sequence[Case], names: Names) -> Iterator[Explanation]:
    """The right answer to other arguments: two swapped, one ignored or changed."""
    example = max(cases[:4], key=lambda case: len(case.arguments)).arguments
    yield from _cut_together(right, example, names)
    for name in (name for name, value in example.items() if isinstance(value, str)):
        texts = dict.fromkeys(case.arguments.get(name) for case in cases)
        for text in [text for text in texts if isinstance(text, str)][:MOST_TEXTS]:
            words = f"that answers as if {name} were always {text!r}"
            yield _changed(right, words, DOES_IT_CHANGE.format(name), _with(name, _text(text)))
    arrays = [name for name, value in example.items() if numbers(value) is not None]
    for a, b in itertools.combinations(arrays, 2):
        hint = f"Which of the two is {a}, and which {b}?"
        yield _changed(right, f"that swaps {a} and {b}", hint, _swapped(a, b))
        for one, other in ((a, b), (b, a)):
            hint = f"Where should {one} enter, and does it?"
            yield _changed(right, f"that takes {other} for {one} as well", hint, _taken(one, other))
    for name in example:
        for words, hint, change in CHANGES:
            yield _changed(right, words.format(name), hint.format(name), _with(name, change))


def _cut_together(right: Callable[..., Any], example: Arguments, names: Names) -> Iterator[Explanation]:
    """One loop that starts too late or ends too early: all arguments with this axis lose the same entries."""
    for symbol in dict.fromkeys(symbol for axes in names.axes.values() for symbol in axes):
        places = [(name, axes.index(symbol)) for name, axes in names.axes.items() if symbol in axes and name in example]
        if len(places) > 1:
            hint = f"Print every index along {symbol}: where does your loop start, and where does it end?"
            for words, kept in CUTS:
                yield _changed(right, f"that {words} along {symbol}", hint, _keeping(places, kept))


def _keeping(places: Sequence[tuple[str, int]], kept: slice) -> Callable[[Arguments], Arguments]:
    def change(given: Arguments) -> Arguments:
        return {name: given[name][(slice(None),) * axis + (kept,)] for name, axis in places}

    return change


def _swapped(a: str, b: str) -> Callable[[Arguments], Arguments]:
    return lambda given: {a: given[b], b: given[a]}


def _taken(one: str, other: str) -> Callable[[Arguments], Arguments]:
    return lambda given: {one: given[other]}


def _with(name: str, change: Callable[[Any], Any]) -> Callable[[Arguments], Arguments]:
    return lambda given: {name: change(given[name])}


def _one_number(value: Any) -> float:
    if not isinstance(value, float):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    """One, if the value is a whole number or an array of them."""
    if np.asarray(value).dtype.kind not in "iu":
        raise TypeError
    return 1


def _instead(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        if not callable(value):
            raise TypeError
        return function

    return change


def _text(text: str) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        if not isinstance(value, str):
            raise TypeError
        return text

    return change


def _turned(value: Any) -> Any:
    if value.ndim < 2:
        raise ValueError
    return value.T


def _everything(value: Any) -> None:
    _whole(value)


def _constant(number: float) -> Callable[[Any], Any]:
    return lambda value: _one_number(value) * 0 + number


def _index(number: int) -> Callable[[Any], Any]:
    return lambda value: _whole(value) * number


FUNCTIONS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("no activation", lambda z: z),
    ("the step function", lambda z: (z >= 0) * 1.0),
    ("the ReLU", lambda z: np.maximum(z, 0.0)),
    ("the sigmoid", lambda z: (1 + np.tanh(z / 2)) / 2),
    ("the tanh", np.tanh),
)
CUTS = (
    ("stops before the last entry", slice(None, -1)),
    ("leaves out the first entry", slice(1, None)),
    ("keeps only the last entry", slice(-1, None)),
    ("keeps only the first entry", slice(None, 1)),
)
DOES_IT_CHANGE = "Change {}: does your answer change?"
CHANGES: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("that takes {} for 0", DOES_IT_CHANGE, lambda v: v * 0),
    ("that takes {} for 1", DOES_IT_CHANGE, lambda v: v * 0 + 1),
    *((f"that uses {n:g} for {{0}}, whatever {{0}} is", DOES_IT_CHANGE, _constant(n)) for n in (0.5, 0.1, 0.01, 0.001)),
    *((f"that uses {n} for {{0}}, whatever {{0}} is", DOES_IT_CHANGE, _index(n)) for n in (0, 1, -1)),
    ("that takes everything at once, whatever {} is", "What does {} choose?", _everything),
    ("that takes the last entry of {} for the first", "Where does {} start?", lambda v: np.roll(v, 1)),
    ("that uses {} with the opposite sign", "Which sign should {} have?", lambda v: -v),
    ("that transposes {}", "Write down the shape of {}: which axis is which?", _turned),
    ("that runs through {} backwards", "In which order does {} come?", lambda v: v[::-1]),
    ("that truncates {} to whole numbers", "Which type does {} have in between?", np.trunc),
    ("that ignores the sign of {}", "Can {} be negative?", np.abs),
    ("that sees only the first entry of {}", "Is there more in {}?", lambda v: v[:1]),
    ("that leaves out the first entry of {}", "Where does counting start in {}?", lambda v: v[1:]),
    ("that leaves out the last entry of {}", "Where does {} end?", lambda v: v[:-1]),
    ("that counts {} from 1", "Where does {} start: at 0 or at 1?", lambda v: v - _whole(v)),
    ("that counts {} one too high", "Where does {} start: at 0 or at 1?", lambda v: v + _whole(v)),
)


def _changed(right: Callable[..., Any], words: str, hint: str, change: Callable[[Arguments], Arguments]) -> Explanation:
    def answer(case: Case) -> Outcome:
        try:
            with np.errstate(all="ignore"):
                given = {**case.arguments, **change(case.arguments)}
        except Exception:  # the change does not fit such arguments
            return Outcome(error=NO_SUCH_ARGUMENTS)
        return replay(RecordedCall(case.call.exercise, (), given, case.call.reply), right)

    def glimpse(case: Case) -> Any:
        return value_of(right, {**case.arguments, **change(case.arguments)})

    return Explanation(f"a solution {words}", hint, answer, glimpse)


def by_other_exercises(others: Mapping[str, Callable[..., Any]], cases: Sequence[Case]) -> Iterator[Explanation]:
    """The right answer to another exercise on the same arguments."""
    for name, function in others.items():
        wanted = list(inspect.signature(function).parameters)
        given = list(cases[0].arguments)
        by_name = set(wanted) <= set(given)
        if by_name or len(wanted) == len(given):
            hint = "Which of the two exercises asks for this, and how do they differ?"
            chosen = wanted if by_name else given
            renamed = dict(zip(wanted, chosen, strict=True))

            def glimpse(case: Case, f: Callable[..., Any] = function, r: Mapping[str, str] = renamed) -> Any:
                return value_of(f, {theirs: case.arguments[ours] for theirs, ours in r.items()})

            yield Explanation(f"{name}, which is another exercise", hint, _answer_of(function, chosen), glimpse)


def _answer_of(function: Callable[..., Any], chosen: Sequence[str]) -> Callable[[Case], Outcome]:
    def answer(case: Case) -> Outcome:
        if not set(chosen) <= set(case.arguments):
            return Outcome(error=NO_SUCH_ARGUMENTS)
        args = tuple(case.arguments[name] for name in chosen)
        return replay(replace(case.call, args=args, kwargs={}), function)

    return answer


def where(found: Explanation, name: str, value: str) -> Explanation:
    """The explanation applies where an argument has that value; elsewhere the answers are right."""

    def answer(case: Case) -> Outcome:
        return found.answer(case) if case.arguments.get(name) == value else case.right

    return replace(found, misconception=f"{found.misconception} when {name} is {value!r}", answer=answer, glimpse=None)


def chosen_by(cases: Sequence[Case]) -> tuple[str, str] | None:
    """The one argument and its value, a text, that all wrong values share; None if it is not that simple."""
    wrong = [case for case in cases if case.wrong]
    for name, value in wrong[0].arguments.items() if wrong else ():
        if isinstance(value, str) and all(case.arguments.get(name) == value for case in wrong):
            return name, value
    return None


def by_edges(cases: Sequence[Case]) -> Iterator[Explanation]:
    """Right everywhere except for arguments with something special."""
    wrong = [case for case in cases if not _right_value(case)]
    right = [case for case in cases if _right_value(case)]
    if not wrong or len(right) < max(FEWEST_RIGHT, len(wrong)):
        return
    if all(case.right.error and not case.student.error for case in wrong):
        hint = "Which arguments should be refused, and with which error?"
        kind = wrong[0].right.error
        yield Explanation(f"a solution that is right, but never raises a {kind}", hint, _students, kind="edge")
        return
    if any(case.oddities & {"warned", "changed"} for case in right):
        return
    shared = frozenset.intersection(*(case.features for case in wrong))
    for feature in sorted(shared - frozenset.union(*(case.features for case in right))):
        hint = f"Try your function on {feature}: what should come out, and what does?"
        yield Explanation(f"a solution that is right but for {feature}", hint, _students, kind="edge")


def _students(case: Case) -> Outcome:
    return case.student


def _right_value(case: Case) -> bool:
    if case.student.error or case.right.error:
        return case.student.error == case.right.error
    return not case.wrong
