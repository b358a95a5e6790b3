"""Relations between a student's answers and the right ones that hold on every call, without an entry for them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.grading.diagnosis.cases import Case, numbers, same
from autograder.grading.diagnosis.names import Names, sizes

Path = tuple[int | str, ...]
Transform = Callable[[np.ndarray, Case, np.ndarray], Any]

CONSTANTS = (
    (math.log(2), "ln 2"), (1 / math.log(2), "1 / ln 2"), (math.log(10), "ln 10"), (1 / math.log(10), "1 / ln 10"),
    (math.e, "e"), (math.pi, "pi"), (math.sqrt(2), "the root of 2"), (1 / math.sqrt(2), "1 / the root of 2"),
)  # fmt: skip
FACTORS = (1.0, -1.0, 0.5, 2.0, -0.5, -2.0)


@dataclass(frozen=True)
class Leaf:
    """One array or number of an answer: the student's, the right one, and the call that it belongs to."""

    case: Case
    got: np.ndarray
    want: np.ndarray

    @property
    def wrong(self) -> bool:
        """Whether the student's differs from the right one."""
        return not same(self.got, self.want)


@dataclass(frozen=True)
class Relation:
    """How the student's part of an answer results from the right one: what was done to it, and the hint."""

    words: str
    hint: str
    transform: Transform


def leaves(cases: Sequence[Case]) -> dict[Path, list[Leaf]] | None:
    """The answers' parts by their place, those of a list's items together; None if the structures differ."""
    found: dict[Path, list[Leaf]] = {}
    for case in cases:
        if case.student.error or case.right.error:
            continue
        for path, got, want in _walk((), case.student.value, case.right.value):
            if got is None or want is None:
                return None
            found.setdefault(path, []).append(Leaf(case, got, want))
    return found


def _walk(path: Path, got: Any, want: Any) -> Iterator[tuple[Path, np.ndarray | None, np.ndarray | None]]:
    nested = (isinstance(want, list | tuple) and numbers(want) is None) or _holds_arrays(want)
    if nested:
        if not isinstance(got, list | tuple) or len(got) != len(want):
            yield path, None, None
            return
        for index, (a, b) in enumerate(zip(got, want, strict=True)):
            yield from _walk((*path, "*" if isinstance(want, list) else index), a, b)
    else:
        yield path, numbers(got), numbers(want)


def _holds_arrays(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(item, np.ndarray | list | tuple) for item in value)


def rebuilt(case: Case, transforms: dict[Path, Transform]) -> Any:
    """The right answer with each part transformed; the transformations also see the student's."""
    return _rebuilt((), case.right.value, case.student.value, case, transforms)


def _rebuilt(path: Path, want: Any, got: Any, case: Case, transforms: dict[Path, Transform]) -> Any:
    if _holds_arrays(want) or (isinstance(want, list | tuple) and numbers(want) is None):
        below = got if isinstance(got, list | tuple) and len(got) == len(want) else [None] * len(want)
        steps = ((*path, "*" if isinstance(want, list) else index) for index in range(len(want)))
        return type(want)(_rebuilt(p, w, g, case, transforms) for p, w, g in zip(steps, want, below, strict=True))
    array, theirs, change = numbers(want), numbers(got), transforms.get(path)
    return want if change is None or array is None or theirs is None else change(array, case, theirs)


def relation(parts: Sequence[Leaf], names: Names) -> Relation | None:
    """The first relation that holds for all these parts and is not equality."""
    telling = sorted((leaf for leaf in parts if leaf.wrong), key=lambda leaf: leaf.got.size)
    if not telling:
        return None
    ordered = [*telling, *(leaf for leaf in parts if not leaf.wrong)]
    with np.errstate(all="ignore"):
        for find in FINDERS:
            for found in find(ordered, names):
                if all(_holds(found, leaf) for leaf in ordered):
                    return found
    return None


def _holds(found: Relation, leaf: Leaf) -> bool:
    try:
        return same(leaf.got, found.transform(leaf.want, leaf.case, leaf.got))
    except Exception:  # a transformation that does not fit these values does not relate them
        return False


def _ratio(leaf: Leaf) -> float | None:
    """The one number by which the right part is multiplied; None if there is no such number, or it cannot be seen."""
    got, want = leaf.got, leaf.want
    if got.size != want.size or got.size == 0 or "b" in (got.dtype.kind, want.dtype.kind):
        return None
    a, b = got.ravel().astype(float), want.ravel().astype(float)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return None
    place = int(np.abs(b).argmax())
    if abs(b[place]) < 1e-12:
        return None
    return float(a[place] / b[place])


def _factor(parts: Sequence[Leaf], names: Names) -> Iterator[Relation]:
    """Multiplied by one number everywhere, or by a size of the arguments."""
    ratio = _ratio(parts[0])
    if ratio is None or abs(ratio) < 1e-9:
        return
    yield _times(ratio)
    for powers, constant in _sizes_that_give(ratio, parts[0], names):
        yield _scaled(powers, constant, names)


def _times(ratio: float) -> Relation:
    inverse = 1 / ratio
    named = next((word for value, word in CONSTANTS if abs(value - ratio) < 1e-6 * value), "")
    if abs(ratio + 1) < 1e-6:
        words, hint = "has the opposite sign", "Which sign should it have where everything is positive?"
    elif named:
        words, hint = f"is multiplied by {named}", "Which logarithm, or which constant, did you use?"
    elif abs(inverse - round(inverse)) < 1e-6 * abs(inverse) and abs(inverse) > 1.5:
        words = "is halved" if round(inverse) == 2 else f"is divided by {round(inverse)}"
        hint = "Compute one small case by hand: which constant factor is left over?"
    else:
        words = "is doubled" if abs(ratio - 2) < 1e-6 else f"is multiplied by {ratio:.6g}"
        hint = "Compute one small case by hand: which constant factor is left over?"
    return Relation(words, hint, lambda want, case, got: want * ratio)


def _sizes_that_give(ratio: float, leaf: Leaf, names: Names) -> Iterator[tuple[dict[str, int], float]]:
    """Powers of one or two sizes of the arguments, and a constant, that make this number."""
    known = {label: size for label, size in sizes(leaf.case.arguments, names).items() if size > 0}
    powers = [{label: power} for label in known for power in (1, -1)]
    for a, b in itertools.combinations(known, 2):
        powers += [{a: 1, b: 1}, {a: -1, b: -1}, {a: 1, b: -1}, {a: -1, b: 1}]
    for constant, chosen in itertools.product(FACTORS, powers):
        if abs(constant * _product(chosen, known) - ratio) < 1e-6 * abs(ratio):
            yield chosen, constant


def _product(powers: Mapping[str, int], known: Mapping[str, int]) -> float:
    return math.prod(float(known[label]) ** power for label, power in powers.items())


def _scaled(powers: Mapping[str, int], constant: float, names: Names) -> Relation:
    def transform(want: np.ndarray, case: Case, got: np.ndarray) -> Any:
        known = sizes(case.arguments, names)
        if any(not known.get(label) for label in powers):
            return want
        return want * (constant * _product(powers, known))

    above = " and by ".join(label for label, power in powers.items() if power > 0)
    below = " and by ".join(label for label, power in powers.items() if power < 0)
    beside = {1.0: "", -1.0: ", with the opposite sign", 0.5: ", and halved", 2.0: ", and doubled"}.get(
        constant, f", and multiplied by {constant:g}"
    )
    if above and below:
        words = f"is divided by {below}, where {above} belongs{beside}"
    else:
        words = f"is {'multiplied' if above else 'divided'} by {above or below}{beside}"
    hint = "A sum or a mean, and over what? Try it with twice as many examples: should it change?"
    return Relation(words, hint, transform)


def _offset(parts: Sequence[Leaf], names: Names) -> Iterator[Relation]:
    """Shifted by one number, or by an argument."""
    got, want = parts[0].got, parts[0].want
    if got.shape != want.shape or got.size == 0 or "b" in (got.dtype.kind, want.dtype.kind):
        return
    shift = float(np.ravel(got - want)[0])
    if not math.isfinite(shift) or shift == 0:
        return
    for name, value in parts[0].case.arguments.items():
        given = numbers(value)
        if given is not None and given.ndim == 0 and given.dtype.kind in "iuf":
            for sign, word in ((1.0, "added once too often"), (-1.0, "missing, or subtracted once too often")):
                if abs(shift - sign * float(given)) < 1e-9 * max(1.0, abs(shift)):
                    hint = f"Count how many times {name} should enter."
                    yield Relation(f"has {name} {word}", hint, _shifted_by(name, sign))
    if len(parts) > 1:
        words = f"is {abs(shift):.6g} too {'large' if shift > 0 else 'small'}"
        yield Relation(words, "What should come out in the simplest case, and what does?", _after(np.add, shift))


def _shifted_by(name: str, sign: float) -> Transform:
    return lambda want, case, got: want + sign * float(case.arguments[name])


def _after(function: Callable[..., Any], *more: Any, **named: Any) -> Transform:
    """The result of applying the function to the right part."""
    return lambda want, case, got: function(want, *more, **named)


PIECES: tuple[tuple[str, Callable[[np.ndarray], Any]], ...] = (
    ("is only the first entry", lambda want: want.ravel()[0]),
    ("is only the last entry", lambda want: want.ravel()[-1]),
    ("is only the first row", lambda want: want[0]),
    ("is only the last row", lambda want: want[-1]),
    ("is cut off before the last entry", lambda want: want[:-1]),
    ("lacks the first entry", lambda want: want[1:]),
)
SHAPE_HINT = "Compare the shape of your answer with the one asked for: which axis should go, and which should stay?"


def _reduced(parts: Sequence[Leaf], names: Names) -> Iterator[Relation]:
    """One number, a row or a column instead of an array."""
    got, want = parts[0].got, parts[0].want
    if got.ndim < want.ndim or got.size < want.size:
        for word, function in (("added up", np.sum), ("averaged", np.mean)):
            yield Relation(f"is {word} into one number", SHAPE_HINT, _after(function))
            for axis in range(want.ndim):
                yield Relation(f"is {word} along axis {axis}", SHAPE_HINT, _after(function, axis=axis))
        for words, piece in PIECES:
            yield Relation(words, SHAPE_HINT, _after(piece))


def _unfilled(parts: Sequence[Leaf], names: Names) -> Iterator[Relation]:
    """The first or last entries along an axis were never computed."""
    got, want = parts[0].got, parts[0].want
    if got.shape == want.shape and want.dtype.kind in "iuf":
        for axis in range(want.ndim):
            along = f" along axis {axis}" if want.ndim > 1 else ""
            for place, word in ((-1, "last"), (0, "first")):
                hint = "Print every number that your loop counts: where does it start, and where does it end?"
                yield Relation(f"is left at 0 in the {word} place{along}", hint, _without(place, axis))


def _without(place: int, axis: int) -> Transform:
    def transform(want: np.ndarray, case: Case, got: np.ndarray) -> Any:
        left = want.copy()
        np.moveaxis(left, axis, 0)[place : place + 1 or None] = 0
        return left

    return transform


def _reduced_and_scaled(parts: Sequence[Leaf], names: Names) -> Iterator[Relation]:
    """Added up or turned, and then multiplied."""
    for first in (*_reduced(parts, names), *_moved(parts, names)):
        try:
            want = np.asarray(first.transform(parts[0].want, parts[0].case, parts[0].got))
        except Exception:  # a transformation that does not fit such values
            continue
        for second in _factor([replace(parts[0], want=want)], names):
            yield Relation(f"{first.words} and {second.words}", first.hint, _one_after_the_other(first, second))


def _one_after_the_other(first: Relation, second: Relation) -> Transform:
    return lambda want, case, got: second.transform(np.asarray(first.transform(want, case, got)), case, got)


def _not_reduced(parts: Sequence[Leaf], names: Names) -> Iterator[Relation]:
    """The terms instead of their sum or mean."""
    got, want = parts[0].got, parts[0].want
    if got.size > want.size and got.ndim > want.ndim:
        for word, function in (("averaged", np.mean), ("added up", np.sum)):
            for axis in (None, *range(got.ndim)) if want.ndim else (None,):
                along = "" if axis is None else f" along axis {axis}"
                yield Relation(f"is not {word}{along} yet", SHAPE_HINT, _before(function, axis))


def _before(function: Callable[..., Any], axis: int | None) -> Transform:
    """The student's part, if the function turns it into the right one."""

    def transform(want: np.ndarray, case: Case, got: np.ndarray) -> Any:
        return got if got.size and same(function(got, axis=axis), want) else want

    return transform


def _moved(parts: Sequence[Leaf], names: Names) -> Iterator[Relation]:
    """Transposed, or an axis reversed."""
    want = parts[0].want
    if want.ndim > 1:
        hint = "Print the shape of your answer: what does each row hold?"
        yield Relation("is transposed", hint, _after(np.transpose))
    for axis in range(want.ndim):
        words = f"runs backwards along axis {axis}" if want.ndim > 1 else "runs backwards"
        yield Relation(words, "In which order should the entries stand?", _after(np.flip, axis))


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(z / 2))


def _softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


ON_TOP: tuple[tuple[str, str, Callable[[np.ndarray], Any]], ...] = (
    ("goes through a sigmoid once more", "Which activation belongs here, and how often?", _sigmoid),
    ("goes through a tanh once more", "Which activation belongs here, and how often?", np.tanh),
    ("goes through a ReLU once more", "Can this answer be negative?", lambda z: np.maximum(z, 0)),
    ("goes through a softmax once more", "Are these scores or probabilities?", _softmax),
    ("goes through an exponential once more", "Is this a number or its logarithm?", np.exp),
    ("is replaced by its logarithm", "Is this a number or its logarithm?", np.log),
    ("is made positive", "Can this answer be negative?", np.abs),
    ("is squared once more", "Count the squares.", np.square),
    ("is replaced by its square root", "Was a root asked for?", np.sqrt),
    ("is replaced by 1 minus itself", "Is this a share, or the share of the others?", lambda z: 1 - z),
    ("is replaced by 1 divided by itself", "What belongs above the line, and what below?", lambda z: 1 / z),
    ("is reduced to its sign", "Is more asked for than the sign?", np.sign),
    ("is turned into 0 and 1 by a threshold at 0", "Is a decision asked for, or a number?", lambda z: (z >= 0) * 1.0),
    ("is truncated to whole numbers", "Which type do your numbers have in between?", np.trunc),
    ("is rounded down", "Which type do your numbers have in between?", np.floor),
    (
        "is replaced by the slope of a sigmoid, s (1 - s)",
        "Is the value asked for, or its slope?",
        lambda s: s * (1 - s),
    ),
    ("is replaced by 1 minus its square", "Is the value asked for, or its slope?", lambda t: 1 - t * t),
)


def _on_top(parts: Sequence[Leaf], names: Names) -> Iterator[Relation]:
    """Something done to the right answer once more."""
    if parts[0].got.size == parts[0].want.size and parts[0].want.dtype.kind in "fiu":
        for words, hint, function in ON_TOP:
            yield Relation(words, hint, _of_floats(function))


def _of_floats(function: Callable[[Any], Any]) -> Transform:
    return lambda want, case, got: function(want.astype(float) if want.ndim else float(want))


def _rounded(parts: Sequence[Leaf], names: Names) -> Iterator[Relation]:
    """Rounded to some places."""
    if parts[0].want.dtype.kind == "f" and parts[0].got.shape == parts[0].want.shape:
        for places in range(5):
            words = f"is rounded to {places} places" if places else "is rounded to whole numbers"
            yield Relation(words, "Return all digits; rounding is for printing.", _after(np.round, places))


FINDERS = (_factor, _offset, _reduced, _not_reduced, _moved, _unfilled, _on_top, _rounded, _reduced_and_scaled)
