"""Generic wrong twins of the references: each must lose points, or it shows what no hidden test checks.

A twin answers like the reference except for one bad habit that any answer might have, whatever the exercise. It runs in
this process, so that hundreds take seconds.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import inspect
import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.authoring.local import LocalSession
from autograder.authoring.mutation_score import Equivalent, listed
from autograder.course import Course
from autograder.grading.material import load_suite
from autograder.results import Outcome
from autograder.sandbox.common.observe import copy
from autograder.testing.suite import Suite

TWIN = "twin: "
"""How a twin's entry in equivalent.yml begins."""
SEED = 7
EXTREME = 100.0
Function = Callable[..., Any]
Bound = inspect.BoundArguments


@dataclass(frozen=True)
class Twin:
    """A wrong answer made from a right one: its exercise, and its bad habit in words."""

    exercise: str
    habit: str


@dataclass(frozen=True)
class TwinScore:
    """How an assignment's hidden tests did: twins that earned all points, and listed ones that no longer do."""

    assignment: str
    total: int
    caught: int
    equivalent: int
    survivors: tuple[Twin, ...]
    stale: tuple[Equivalent, ...]
    promises: tuple[str, ...] = ()
    """What a docstring promises but no hidden test's sentence or call checks."""

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong, in sentences."""
        free = [
            f"{self.assignment}: no hidden test of {t.exercise} catches an answer that {t.habit}"
            for t in self.survivors
        ]
        return (
            *free,
            *(
                f"{self.assignment}: equivalent.yml lists a twin of {e.exercise} that is caught: {e.change}"
                for e in self.stale
            ),
        )


class Habit:
    """What a twin does differently from the reference. ``shown`` says whether any call made it show."""

    def __init__(self, words: str, act: Callable[[Habit, Function, Bound], Any]) -> None:
        self.words, self._act, self.shown = words, act, False
        self.kept: dict[str, Any] = {}

    def twin_of(self, function: Function) -> Function:
        """The function with this habit."""
        signature = inspect.signature(function)

        def twin(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            return self._act(self, function, bound)

        return twin


def try_twins(course: Course, assignment: str) -> TwinScore:
    """Runs the hidden tests of each exercise on all its twins.

    Raises:
        CourseError: if a file of the course is invalid.
    """
    known = {
        (e.exercise, e.change.removeprefix(TWIN)): e for e in listed(course, assignment) if e.change.startswith(TWIN)
    }
    suite = load_suite(course, assignment)
    try:
        tried, survivors = 0, []
        for exercise in suite.points:
            function = getattr(suite.module, exercise)
            if isinstance(function, type):
                continue
            for habit in habits(function):
                noticed = loses_points(suite, exercise, habit.twin_of(function))
                tried += habit.shown
                if habit.shown and not noticed:
                    survivors.append(Twin(exercise, habit.words))
    finally:
        suite.close()
    listed_too = {key for key in known if Twin(*key) in survivors}
    open_ones = tuple(twin for twin in survivors if (twin.exercise, twin.habit) not in known)
    stale = tuple(entry for key, entry in known.items() if key not in listed_too)
    promises = tuple(_untested(suite, course.hidden_path(assignment).read_text(encoding="utf-8")))
    return TwinScore(assignment, tried, tried - len(survivors), len(listed_too), open_ones, stale, promises)


PROMISES = (
    ("a new array", r"\bnew (array|list)", r"leaves_inputs_alone|\.shared"),
    ("ValueError", r"\bValueError\b", r"must_raise\(\s*ValueError"),
    ("empty input", r"\b(no examples|empty|I = 0|without any)\b", r"zeros\(\(?0|NO_LABELS|, 0\b|\(1, 0\)|\[\]"),
    ("a type", r"\bfloat32\b", r"float32"),
)
"""What a docstring can promise: in words, how docstrings say it, and what is in the source of a test that checks it."""


def _untested(suite: Suite, source: str) -> Iterator[str]:
    """Promises in docstrings that no hidden test of the exercise checks."""
    tests = {
        node.name: ast.get_source_segment(source, node) or ""
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
    for exercise in suite.points:
        docstring = inspect.getdoc(getattr(suite.module, exercise)) or ""
        looked = "\n".join(tests.get(test.name, "") for test in suite.tests if test.exercise == exercise)
        for words, promised, looks in PROMISES:
            if re.search(promised, docstring) and not re.search(looks, looked):
                yield f"{suite.path.name}: {exercise} promises {words}, but no hidden test checks it"


def loses_points(suite: Suite, exercise: str, answer: Function) -> bool:
    """Whether this answer to an exercise fails one of its hidden tests."""
    names = {**vars(suite.module), exercise: answer}
    for test in [test.name for test in suite.tests if test.exercise == exercise]:
        (verdict,) = suite.run(LocalSession(names), SEED, only=(test,))
        if verdict.outcome is not Outcome.passed:
            return True
    return False


def habits(function: Function) -> Iterator[Habit]:
    """All bad habits that an answer with this signature can have."""
    names = list(inspect.signature(function).parameters)
    for digits in (2, 3, 4):
        yield Habit(f"rounds to {digits} digits", _rounding(digits))
    yield Habit("remembers its first answer", _remembering)
    yield Habit("is right for its first call only", _first_only)
    yield Habit("is right for its docstring's examples only", _by_heart(function))
    for name in names:
        yield Habit(f"is nan where {name} has a 0", _at_zero(np.nan, name))
        yield Habit(f"is 0 where {name} has a 0", _at_zero(0.0, name))
        yield Habit(f"ignores {name} after the first call", _ignoring(name))
        yield Habit(f"writes into {name}", _writing(name, extreme=False))
        yield Habit(f"writes into {name} where it is extreme", _writing(name, extreme=True))
        yield Habit(f"draws from a generator of its own instead of {name}", _drawing(name))
    for one, other in itertools.combinations(names, 2):
        yield Habit(f"swaps {one} and {other}", _swapping(one, other))


def _right(function: Function, bound: Bound) -> Any:
    return function(*bound.args, **bound.kwargs)


def _rounding(digits: int) -> Callable[[Habit, Function, Bound], Any]:
    def act(habit: Habit, function: Function, bound: Bound) -> Any:
        right = _right(function, bound)
        rounded = _on_floats(right, lambda numbers: np.round(numbers, digits))
        habit.shown |= not _same(right, rounded)
        return rounded

    return act


def _remembering(habit: Habit, function: Function, bound: Bound) -> Any:
    right = _right(function, bound)
    first = habit.kept.setdefault("first", copy(right))
    habit.shown |= not _same(first, right)
    return copy(first)


def _first_only(habit: Habit, function: Function, bound: Bound) -> Any:
    right = _right(function, bound)
    if not habit.kept:
        habit.kept["called"] = True
        return right
    wrong = _on_floats(right, lambda numbers: numbers + 1.0)
    habit.shown |= not _same(wrong, right)
    return wrong


def _by_heart(function: Function) -> Callable[[Habit, Function, Bound], Any]:
    learnt = _examples_of(function)

    def act(habit: Habit, function: Function, bound: Bound) -> Any:
        asked = _told(bound)
        right = _right(function, bound)
        if asked in learnt:
            return right
        wrong = _on_floats(right, lambda numbers: numbers + 1.0)
        habit.shown |= not _same(wrong, right)
        return wrong

    return act


def _examples_of(function: Function) -> set[str]:
    """The arguments with which the docstring's examples call the function."""
    asked: set[str] = set()
    signature = inspect.signature(function)

    def noted(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        asked.add(_told(bound))
        return function(*args, **kwargs)

    names = {**inspect.unwrap(function).__globals__, function.__name__: noted}
    for example in doctest.DocTestParser().get_examples(inspect.getdoc(function) or ""):
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):  # some show what is refused
            exec(example.source, names)
    return asked


def _told(bound: Bound) -> str:
    return repr(
        {name: getattr(value, "__name__", "") if callable(value) else value for name, value in bound.arguments.items()}
    )


def _at_zero(value: float, name: str) -> Callable[[Habit, Function, Bound], Any]:
    def act(habit: Habit, function: Function, bound: Bound) -> Any:
        zero = _has_zero(bound.arguments[name])
        right = _right(function, bound)
        if not zero:
            return right
        wrong = _on_floats(right, lambda numbers: np.full_like(numbers, value))
        habit.shown |= not _same(wrong, right)
        return wrong

    return act


def _ignoring(name: str) -> Callable[[Habit, Function, Bound], Any]:
    def act(habit: Habit, function: Function, bound: Bound) -> Any:
        given = bound.arguments[name]
        first = habit.kept.setdefault(str(np.shape(given)) if isinstance(given, np.ndarray) else "", copy(given))
        if callable(given) or isinstance(given, np.random.Generator):
            return _right(function, bound)
        right = _right(function, _copied(bound))
        bound.arguments[name] = copy(first)
        try:
            wrong = _right(function, bound)
        except Exception:
            return right
        habit.shown |= not _same(wrong, right)
        return wrong

    return act


def _writing(name: str, *, extreme: bool) -> Callable[[Habit, Function, Bound], Any]:
    def act(habit: Habit, function: Function, bound: Bound) -> Any:
        right = copy(_right(function, bound))
        for array in _arrays(bound.arguments[name]):
            numbers = array.dtype.kind in "iuf" and array.size and array.flags.writeable
            if not numbers or (np.abs(array).max() > EXTREME) is not np.bool_(extreme):
                continue
            habit.shown = True
            array[...] = np.clip(array, -EXTREME, EXTREME) if extreme else array + 1
        return right

    return act


def _drawing(name: str) -> Callable[[Habit, Function, Bound], Any]:
    def act(habit: Habit, function: Function, bound: Bound) -> Any:
        if isinstance(bound.arguments[name], np.random.Generator):
            habit.shown = True
            bound.arguments[name] = np.random.default_rng(len(habit.kept))
            habit.kept[str(len(habit.kept))] = True
        return _right(function, bound)

    return act


def _swapping(one: str, other: str) -> Callable[[Habit, Function, Bound], Any]:
    def act(habit: Habit, function: Function, bound: Bound) -> Any:
        a, b = bound.arguments[one], bound.arguments[other]
        alike = all(isinstance(value, np.ndarray | float) for value in (a, b)) and np.shape(a) == np.shape(b)
        if not alike:
            return _right(function, bound)
        right = _right(function, _copied(bound))
        bound.arguments.update({one: b, other: a})
        try:
            wrong = _right(function, bound)
        except Exception:
            return right
        habit.shown |= not _same(wrong, right)
        return wrong

    return act


def _copied(bound: Bound) -> Any:
    """A copy of the arguments, with generators whose draws are independent."""
    return SimpleNamespace(args=[copy(v) for v in bound.args], kwargs={k: copy(v) for k, v in bound.kwargs.items()})


def _on_floats(value: Any, change: Callable[[Any], Any]) -> Any:
    """The answer with its floats changed, at any depth; whole numbers and texts stay."""
    if isinstance(value, np.ndarray):
        return change(value) if value.dtype.kind == "f" else value
    if isinstance(value, float):
        return type(value)(change(value))
    if isinstance(value, list | tuple):
        return type(value)(_on_floats(part, change) for part in value)
    if isinstance(value, Mapping):
        return {key: _on_floats(part, change) for key, part in value.items()}
    return value


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.shape(a) == np.shape(b) and np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f")
    return bool(a == b) or (a != a and b != b)


def _has_zero(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_has_zero, value))
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" and bool((value == 0).any())
    return isinstance(value, float) and value == 0.0


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _arrays(part)
