"""A counterexample's picture as SVG: a curve over another, a line between points, a training curve, a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from autograder.reports.svg import element, picture
from autograder.results import Plot

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 360, 230, 62, 12, 12, 34
MAX_TOLD = 6
SAME = 1e-6


@dataclass(frozen=True)
class Frame:
    """The window of a plot: which numbers are at its edges and labelled there, and where each is on the page."""

    low_x: float
    high_x: float
    low_y: float
    high_y: float
    named_x: tuple[float, ...]
    named_y: tuple[float, ...]

    @staticmethod
    def around(xs: Sequence[float], ys: Sequence[float]) -> Frame:
        """A window around all points with a little room; the smallest and largest numbers are labelled."""
        return Frame(*_padded(xs), *_padded(ys), _ends(xs), _ends(ys))

    def x(self, value: float) -> float:
        return LEFT + (value - self.low_x) / (self.high_x - self.low_x) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (value - self.low_y) / (self.high_y - self.low_y) * (HEIGHT - TOP - BOTTOM)

    def path(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        """Straight lines through points."""
        return "M" + "L".join(f"{self.x(a):.1f} {self.y(b):.1f}" for a, b in zip(xs, ys, strict=True))


def _padded(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.06 or max(abs(high), 1.0) * 0.5
    return low - room, high + room


def _ends(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(sorted({min(values) + 0.0, max(values) + 0.0}))  # and no minus before zero


def draw(shown: Plot | None, mine: str = "Your answer") -> Markup:
    """The picture with its text, or nothing if there is none. ``mine`` is what the student's side is called."""
    if shown is None:
        return Markup("")
    return _HOW[shown.kind](shown, mine)


def _curve(shown: Plot, mine: str) -> Markup:
    off = [i for i, (a, b) in enumerate(zip(shown.got, shown.want, strict=True)) if not _near(a, b)]
    told = "; ".join(f"at {shown.x[i]:g} it is {shown.got[i]:g} instead of {shown.want[i]:g}" for i in off[:MAX_TOLD])
    more = f"; and {len(off) - MAX_TOLD} more" if len(off) > MAX_TOLD else ""
    describe = f"{mine} differs from the right one at {len(off)} of {len(shown.x)} points: {told}{more}."
    title = f"{mine} and the right one over {shown.name}"
    steps, width = len(shown.y) - 1, max(shown.x) - min(shown.x)
    between = [min(shown.x) + width * i / steps for i in range(steps + 1)] if steps > 0 else []
    at, right = (between, shown.y) if between else (shown.x, shown.want)
    return _plot(shown.x, shown.got, at, right, title=title, told=describe, name=shown.name)


def _training(shown: Plot, mine: str) -> Markup:
    if not shown.want:
        return _alone(shown, mine)
    xs, steps = [float(i) for i in range(len(shown.got))], [float(i) for i in range(len(shown.want))]
    describe = (
        f"{mine}: {len(xs)} values from {shown.got[0]:g} to {shown.got[-1]:g}. "
        f"The right one: {len(steps)} values from {shown.want[0]:g} to {shown.want[-1]:g}."
    )
    title = f"{mine} and the right training curve"
    return _plot(xs, shown.got, steps, shown.want, title=title, told=describe, name=shown.name)


def _alone(shown: Plot, mine: str) -> Markup:
    steps = [float(i) for i in range(len(shown.got))]
    lowest = min(range(len(steps)), key=lambda i: shown.got[i])
    describe = (
        f"{len(steps)} values from {shown.got[0]:g} to {shown.got[-1]:g}; the lowest, {shown.got[lowest]:g}, "
        f"at step {lowest}."
    )
    return _plot(steps, shown.got, (), (), title=f"{mine}: the training curve", told=describe, name=shown.name)


def _plot(
    x: Sequence[float],
    got: Sequence[float],
    at: Sequence[float],
    want: Sequence[float],
    *,
    title: str,
    told: str,
    name: str,
) -> Markup:
    frame = Frame.around((*x, *at), (*got, *want))
    dots = [element("circle", cx=frame.x(a), cy=frame.y(b), r=3.2, class_="got") for a, b in zip(x, got, strict=True)]
    inside = [
        *_axes(frame, name),
        *([element("path", d=frame.path(at, want), class_="want")] if at else []),
        element("path", d=frame.path(x, got), class_="got"),
        *dots,
    ]
    return picture(WIDTH, HEIGHT, *inside, title=title, describe=told, kind="plot")


def _data(shown: Plot, mine: str) -> Markup:
    frame = Frame.around(shown.x, shown.y)
    off = [i for i, (a, b) in enumerate(zip(shown.got, shown.want, strict=True)) if not _near(a, b)]
    marks = []
    for i, (a, b) in enumerate(zip(shown.x, shown.y, strict=True)):
        fires = shown.want[i] > 0
        marks.append(element("circle", cx=frame.x(a), cy=frame.y(b), r=5, class_="fires" if fires else "silent"))
        if i in off:
            marks.append(element("circle", cx=frame.x(a), cy=frame.y(b), r=9.5, class_="off"))
    line, seen = _line(frame, shown.line)
    wrong = "; ".join(f"({shown.x[i]:g}, {shown.y[i]:g})" for i in off[:MAX_TOLD])
    more = f" and {len(off) - MAX_TOLD} more" if len(off) > MAX_TOLD else ""
    describe = f"{len(shown.x)} examples over x1 and x2; filled where the right answer is above 0. {seen} " + (
        f"The answer is wrong at {len(off)} of them: {wrong}{more}." if off else "Each is on its side."
    )
    inside = [*_axes(frame, "x1", "x2"), *line, *marks]
    return picture(WIDTH, HEIGHT, *inside, title="The decision line over the data", describe=describe, kind="plot")


def _heights(shown: Plot, mine: str) -> Markup:
    frame = Frame.around((*shown.x, min(shown.x) - 1, max(shown.x) + 1), (*shown.got, *shown.want))
    off = [i for i, (a, b) in enumerate(zip(shown.got, shown.want, strict=True)) if not _near(a, b)]
    marks = [
        element("circle", cx=frame.x(a), cy=frame.y(b), r=5, class_="fires")
        for a, b in zip(shown.x, shown.got, strict=True)
    ]
    marks += [element("circle", cx=frame.x(shown.x[i]), cy=frame.y(shown.got[i]), r=9.5, class_="off") for i in off]
    line, seen = _line(frame, shown.line)
    told = "; ".join(f"at x1 = {shown.x[i]:g} it is {shown.got[i]:g}, not {shown.want[i]:g}" for i in off[:MAX_TOLD])
    more = f"; and {len(off) - MAX_TOLD} more" if len(off) > MAX_TOLD else ""
    describe = f"{seen} {mine} is off the line at {len(off)} of {len(shown.x)} places: {told}{more}."
    inside = [*_axes(frame, "x1", "x2"), *line, *marks]
    return picture(WIDTH, HEIGHT, *inside, title=f"{mine} and the decision line", describe=describe, kind="plot")


def _line(frame: Frame, line: tuple[float, float, float] | None) -> tuple[list[Markup], str]:
    """The part of w0 x + w1 y + b = 0 that is in the window, and a sentence about it."""
    if line is None or (line[0] == 0 and line[1] == 0):
        return [], "The weights are zero, so there is no line."
    w0, w1, b = line
    edges = []
    if w1 != 0:
        edges += [(x, -(w0 * x + b) / w1) for x in (frame.low_x, frame.high_x)]
    if w0 != 0:
        edges += [(-(w1 * y + b) / w0, y) for y in (frame.low_y, frame.high_y)]
    room_x, room_y = (frame.high_x - frame.low_x) * SAME, (frame.high_y - frame.low_y) * SAME
    inside = [
        (x, y)
        for x, y in edges
        if frame.low_x - room_x <= x <= frame.high_x + room_x and frame.low_y - room_y <= y <= frame.high_y + room_y
    ]
    told = f"The line is {w0:g} x1 {_plus(w1)} x2 {_plus(b)} = 0"
    if len(inside) < 2:
        return [], f"{told}, outside this window."
    (x1, y1), (x2, y2) = min(inside), max(inside)
    drawn = element("line", x1=frame.x(x1), y1=frame.y(y1), x2=frame.x(x2), y2=frame.y(y2), class_="decision")
    return [drawn], f"{told}."


def _plus(number: float) -> str:
    return f"{'-' if number < 0 else '+'} {abs(number):g}"


def _axes(frame: Frame, across: str, up: str = "") -> list[Markup]:
    floor, top = HEIGHT - BOTTOM, TOP
    low, high = frame.low_x, frame.high_x
    inside = [element("rect", x=LEFT, y=top, width=WIDTH - LEFT - RIGHT, height=floor - top, class_="window")]
    if frame.low_y < 0 < frame.high_y:
        inside.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=frame.y(0), y2=frame.y(0), class_="grid"))
    if low < 0 < high:
        inside.append(element("line", x1=frame.x(0), x2=frame.x(0), y1=top, y2=floor, class_="grid"))
    for value in frame.named_x:
        inside.append(element("text", f"{value:.3g}", x=frame.x(value), y=floor + 15, class_="tick"))
    for value in frame.named_y:
        inside.append(element("text", f"{value:.3g}", x=LEFT - 5, y=frame.y(value) + 4, class_="tick end"))
    inside.append(element("text", across, x=(LEFT + WIDTH - RIGHT) / 2, y=floor + 26, class_="name"))
    if up:
        inside.append(element("text", up, x=LEFT - 8, y=(top + floor) / 2, class_="name end"))
    return inside


def _heat(shown: Plot, mine: str) -> Markup:
    rows = [shown.gap[i : i + shown.width] for i in range(0, len(shown.gap), shown.width)]
    size = min(30.0, (WIDTH - 20) / shown.width)
    most = max(map(abs, shown.gap))
    fields = []
    for r, row in enumerate(rows):
        for c, gap in enumerate(row):
            kind = "none" if gap == 0 else "more" if gap > 0 else "less"
            strength = 0.0 if gap == 0 else 0.25 + 0.75 * abs(gap) / most
            place = {"x": c * size + 1, "y": r * size + 1, "width": size - 2, "height": size - 2}
            fields.append(element("rect", **place, rx=2, class_=f"field {kind}", fill_opacity=strength or 1))
            if gap and size >= 16:
                sign = "+" if gap > 0 else "−"
                fields.append(element("text", sign, x=(c + 0.5) * size, y=(r + 0.5) * size + 4.5, class_="sign"))
    width = len(shown.gap) and shown.width
    off = sum(gap != 0 for gap in shown.gap)
    largest = max(range(len(shown.gap)), key=lambda i: abs(shown.gap[i]))
    unit = "entries" if shown.block == (1, 1) else f"blocks of {shown.block[0]} by {shown.block[1]} entries"
    describe = (
        f"{len(rows)} rows of {width} {unit}; {off} of {len(shown.gap)} differ. The largest difference is "
        f"{shown.gap[largest]:+g}, in row {largest // width}, column {largest % width}."
    )
    title = f"{mine} minus the right one"
    return picture(width * size, len(rows) * size, *fields, title=title, describe=describe, kind="heat", natural=True)


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-8 + SAME * abs(b)


_HOW = {"curve": _curve, "training": _training, "data": _data, "heights": _heights, "heat": _heat}


def caption(shown: Plot, mine: str) -> str:
    """The caption below the picture, for everybody."""
    if shown.kind == "data":
        drawn, seen = _line(Frame.around(shown.x, shown.y), shown.line)
        return "Filled: should be above 0. Empty: should not. Ringed: answered otherwise" + (
            "" if drawn else f". {seen}"
        )
    return {
        "curve": f"{mine} (solid, with points) over the right one (dashed)",
        "training": f"{mine} (solid, with points)"
        + (" over the right curve (dashed)" if shown.want else ", step by step"),
        "heights": f"{mine}: points, ringed where they are off the neuron's line",
        "heat": f"{mine} minus the right one: + too large, − too small; the stronger, the further off",
    }[shown.kind]
