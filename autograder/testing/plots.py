"""What can be drawn of a wrong answer: numbers from calls that were made anyway, few enough for a report.

The student's code is never called just for a picture: the points are the test's own calls and the student's answers to
them. The reference is, so that the right curve is correct between these points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograder.results import DisplayValue, Plot
from autograder.testing.numbers import as_floats

MAX_POINTS, FEW_POINTS = 120, 3
CLOSE = 64
"""How many numbers show how a right curve bends."""
MAX_SIDE, FEW_ENTRIES = 24, 6
DUST = 1e-7
"""Differences below this share are not worth a colour."""
LONGEST = 100_000
LARGEST = 1e12
"""A picture with a larger number would show nothing but that one."""

Arguments = Sequence[tuple[str, Any]]
Earlier = tuple[Arguments, Any, Callable[[], Any]]
"""An earlier call: its arguments, the student's answer, and a function that gives the right one."""


def sketch(
    arguments: Arguments,
    got: Any,
    want: Any,
    earlier: Sequence[Earlier] = (),
    parts: tuple[Any, Any] | None = None,
    right: Callable[[Arguments], Any] | None = None,
) -> Plot | None:
    """The picture of a wrong answer beside the right one; None if a picture would show nothing.

    ``earlier`` are the test's other calls of the same function: more points of a curve. ``parts`` are what differs
    first in answers of several parts. ``right`` gives the right answer to other arguments.
    """
    plane = _data(arguments, got, want) or _heights(arguments, got, want)
    return plane or _curve(arguments, got, want, earlier, right) or _series(got, want) or _heat(*(parts or (got, want)))


def _numbers(value: Any) -> np.ndarray | None:
    """The value as finite float64; None for values without such numbers, and for numbers too large to draw."""
    if isinstance(value, bool | str | bytes | dict | None) or callable(value):
        return None
    if isinstance(value, complex) or getattr(getattr(value, "dtype", None), "kind", "f") not in "iufb":
        return None
    numbers = as_floats(value)
    if numbers is None:
        return None
    return numbers if 0 < numbers.size <= LONGEST and bool((np.abs(numbers) < LARGEST).all()) else None


def _data(arguments: Arguments, got: Any, want: Any) -> Plot | None:
    """Examples of two signals with a neuron's weights and bias: the points, the line, and whose answers differ."""
    named = dict(arguments)
    X, w, b = (_numbers(named.get(name)) for name in ("X", "w", "b"))
    a, r = _numbers(got), _numbers(want)
    if X is None or w is None or b is None or a is None or r is None or w.shape != (2,) or b.size != 1:
        return None
    if X.ndim != 2 or X.shape[1] != 2 or not FEW_POINTS <= len(X) <= MAX_POINTS or not a.shape == r.shape == (len(X),):
        return None
    line = (float(w[0]), float(w[1]), float(b.reshape(())))
    return Plot(kind="data", name="x1", x=_told(X[:, 0]), y=_told(X[:, 1]), got=_told(a), want=_told(r), line=line)


def recorded(answer: Any, wanted: DisplayValue | None) -> Plot | None:
    """What an answer shows by itself if a test judged it in its own way: a gate's line, or how losses fell."""
    if isinstance(answer, tuple | list):
        for part in answer:
            losses = _numbers(part) if isinstance(part, list) else None
            if losses is not None and losses.ndim == 1 and FEW_POINTS <= len(losses) <= MAX_POINTS:
                return Plot(kind="training", name="step", got=_told(losses))
    return _gate(answer, wanted)


def _gate(answer: Any, wanted: DisplayValue | None) -> Plot | None:
    """A gate's weights and bias as the line between the corners of the square, which should fire or not.

    ``wanted`` has a positive number for each corner, (0,0), (0,1), (1,0), (1,1), that should.
    """
    if not isinstance(answer, tuple | list) or len(answer) != 2 or wanted is None or not wanted.rows:
        return None
    w, b = _numbers(answer[0]), _numbers(answer[1])
    if w is None or b is None or w.shape != (2,) or b.shape != () or tuple(map(len, wanted.rows)) != (4,):
        return None
    x, y = (0.0, 0.0, 1.0, 1.0), (0.0, 1.0, 0.0, 1.0)
    fires = tuple(float(w[0] * p + w[1] * q + b >= 0) for p, q in zip(x, y, strict=True))
    should = tuple(float(float(entry) > 0) for entry in wanted.rows[0])
    return Plot(kind="data", name="x1", x=x, y=y, got=fires, want=should, line=(float(w[0]), float(w[1]), float(b)))


def _heights(arguments: Arguments, got: Any, want: Any) -> Plot | None:
    """Points that should lie on the line of a neuron with two signals, at the places x1."""
    named = dict(arguments)
    w, b, x1, a, r = (_numbers(value) for value in (named.get("w"), named.get("b"), named.get("x1"), got, want))
    if w is None or b is None or x1 is None or a is None or r is None or w.shape != (2,) or b.size != 1:
        return None
    if not x1.shape == a.shape == r.shape or x1.size > MAX_POINTS:
        return None
    line = (float(w[0]), float(w[1]), float(b.reshape(())))
    return Plot(kind="heights", name="x1", x=_told(x1), got=_told(a), want=_told(r), line=line)


def _curve(
    arguments: Arguments,
    got: Any,
    want: Any,
    earlier: Sequence[Earlier],
    right: Callable[[Arguments], Any] | None,
) -> Plot | None:
    """Answers over the one argument that has their shape: the student's beside the right ones."""
    place = _variable(arguments, want)
    if place is None:
        return None
    points = _points(arguments[place][1], got, want)
    for these, answer, reference in earlier[:MAX_POINTS]:
        if len(these) == len(arguments) and _beside(these, place) == _beside(arguments, place):
            points |= _points(these[place][1], answer, _or_none(reference)) | points
    name, others = arguments[place][0], (*arguments[:place], *arguments[place + 1 :])
    if right is None or any(isinstance(value, np.ndarray | list) for _, value in others):  # it may be slow
        return _drawn(name, points)
    return _drawn(name, points, lambda x: right([(name, np.full(np.shape(want), x)[()]), *others]))


def along_one(
    name: str, calls: Sequence[tuple[float, Any, Any]], right: Callable[[float], Any] | None = None
) -> Plot | None:
    """Answers over a number that a test named: for each call that number, the student's answer and the right one.

    ``right`` gives the right answer to other numbers.
    """
    points: dict[float, tuple[float, float]] = {}
    for x, got, want in calls:
        points |= _points(x, got, want)
    return _drawn(name, points, right)


def _drawn(
    name: str, points: dict[float, tuple[float, float]], at: Callable[[float], Any] | None = None
) -> Plot | None:
    if not FEW_POINTS <= len(points) <= MAX_POINTS:
        return None
    xs = tuple(sorted(points))
    mine, right = tuple(points[x][0] for x in xs), tuple(points[x][1] for x in xs)
    if mine == right:
        return None
    return Plot(kind="curve", name=name, x=xs, y=_between(points, at) if at else (), got=mine, want=right)


def _between(points: dict[float, tuple[float, float]], at: Callable[[float], Any]) -> tuple[float, ...]:
    """The right answers in equal steps; none if they are not a function of one number, or not finite everywhere."""
    xs = (*points, *np.linspace(min(points), max(points), CLOSE))
    with np.errstate(all="ignore"):
        answers = [_numbers(_or_none(partial(at, float(x)))) for x in xs]
    ys = np.array([answer.flat[0] for answer in answers if answer is not None and np.ptp(answer) <= DUST])
    known = [right for _, right in points.values()]
    if len(ys) < len(xs) or not np.allclose(ys[: len(points)], known, rtol=1e-5, atol=DUST):
        return ()
    return _told(ys[len(points) :])


def _points(x: Any, got: Any, want: Any) -> dict[float, tuple[float, float]]:
    """By x, the answer and the right one; nothing if the three shapes differ."""
    at, mine, right = _numbers(x), _numbers(got), _numbers(want)
    if at is None or mine is None or right is None or not at.shape == mine.shape == right.shape:
        return {}
    return dict(zip(_told(at), zip(_told(mine), _told(right), strict=True), strict=True))


def _or_none(right: Callable[[], Any]) -> Any:
    """The right answer; None if the reference refuses the arguments."""
    try:
        return right()
    except Exception:
        return None


def _variable(arguments: Arguments, want: Any) -> int | None:
    """Which argument the answer is a function of, entry by entry: the one with numbers in the answer's shape."""
    right = _numbers(want)
    if right is None or isinstance(want, list | tuple):
        return None
    shapes = [numbers.shape if (numbers := _numbers(value)) is not None else None for _, value in arguments]
    alike = [place for place, shape in enumerate(shapes) if shape == right.shape]
    # a capital name is a matrix, whose entries belong together; with a function argument they may, too
    one = bool(alike) and (right.ndim == 0 or (right.ndim == 1 and len(alike) == 1))
    one = one and arguments[alike[0]][0].islower()
    one = one and not any(callable(value) for _, value in arguments)
    return alike[0] if one else None


def _beside(arguments: Arguments, place: int) -> list[Any]:
    """All other arguments, for comparison: a curve has only one variable."""
    return [(name, repr(value)) for i, (name, value) in enumerate(arguments) if i != place]


def _series(got: Any, want: Any) -> Plot | None:
    """A list of losses, or the list among several results: the training curve."""
    if isinstance(want, tuple) and isinstance(got, list | tuple) and len(got) == len(want):
        found = (_series(a, r) for a, r in zip(got, want, strict=True))
        return next((picture for picture in found if picture), None)
    if not isinstance(want, list) or not isinstance(got, list | np.ndarray):
        return None
    mine, right = _numbers(got), _numbers(want)
    if mine is None or right is None or mine.ndim != 1 or right.ndim != 1 or np.array_equal(mine, right):
        return None
    if not FEW_POINTS <= len(right) <= MAX_POINTS or not 1 <= len(mine) <= MAX_POINTS:
        return None
    return Plot(kind="training", name="step", got=_told(mine), want=_told(right))


def _heat(got: Any, want: Any) -> Plot | None:
    """The difference of two matrices; in large ones, each field is the largest difference of a block."""
    if isinstance(got, list | tuple) or isinstance(want, list | tuple):
        return None
    mine, right = _numbers(got), _numbers(want)
    if mine is None or right is None or mine.shape != right.shape or mine.ndim != 2 or mine.size < FEW_ENTRIES:
        return None
    if max(mine.shape) > MAX_SIDE**2:
        return None
    gap = np.where(np.abs(mine - right) <= DUST * (1 + np.abs(right)), 0.0, mine - right)
    block = tuple(-(-side // MAX_SIDE) for side in gap.shape)
    rows = [
        _largest(gap[i : i + block[0], j : j + block[1]])
        for i in range(0, gap.shape[0], block[0])
        for j in range(0, gap.shape[1], block[1])
    ]
    width = -(-gap.shape[1] // block[1])
    return Plot(kind="heat", name="", gap=tuple(rows), width=width, block=block) if any(rows) else None


def _largest(block: np.ndarray) -> float:
    return _round(float(block.flat[int(np.abs(block).argmax())]))


def _told(numbers: np.ndarray) -> tuple[float, ...]:
    return tuple(_round(float(number)) for number in numbers.ravel())


def _round(number: float) -> float:
    """Rounds to six digits, more than anybody can see."""
    return float(f"{number:.6g}")
