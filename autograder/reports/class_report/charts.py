"""The class report's pictures: the histogram of scores, and a correlation with its confidence interval."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from autograder.reports.class_report.item_statistics import Correlation
from autograder.reports.html import count, points
from autograder.reports.svg import element, picture

BINS = 10
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 420, 210, 14, 42, 18


def bins(scores: Sequence[float], max_score: float) -> tuple[int, ...]:
    """How many scores are in each tenth of the points; full marks are in the last one.

    >>> bins([0.0, 1.0, 9.9, 10.0], 10.0)
    (1, 1, 0, 0, 0, 0, 0, 0, 0, 2)
    """
    counts = [0] * BINS
    for score in scores:
        share = score / max_score if max_score > 0 else 1.0
        counts[max(0, min(BINS - 1, int(share * BINS + 1e-9)))] += 1
    return tuple(counts)


def histogram(scores: Sequence[float], max_score: float, unit: str) -> Markup:
    counts = bins(scores, max_score)
    highest, step = max(*counts, 1), (WIDTH - LEFT - 8) / BINS
    floor, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    inside = [element("line", x1=LEFT, y1=floor, x2=WIDTH - 8, y2=floor, class_="axis")]
    for place, number in enumerate(counts):
        x, tall = LEFT + place * step, room * number / highest
        if number:
            inside.append(element("rect", x=x + 2, y=floor - tall, width=step - 4, height=tall, rx=3, class_="column"))
            inside.append(element("text", str(number), x=x + step / 2, y=floor - tall - 5, class_="number"))
        inside.append(element("text", points(place * max_score / BINS), x=x, y=floor + 16, class_="tick"))
    inside.append(element("text", points(max_score), x=LEFT + BINS * step, y=floor + 16, class_="tick"))
    inside.append(element("text", f"{unit}s", x=LEFT + (WIDTH - LEFT) / 2, y=HEIGHT - 6, class_="name"))
    told = "; ".join(f"{edge(place, max_score)}: {number}" for place, number in enumerate(counts) if number)
    describe = f"{count(len(scores), 'submission')} by {unit}s. {told}."
    return picture(WIDTH, HEIGHT, *inside, title="Distribution of scores", describe=describe, kind="histogram")


def edge(place: int, max_score: float) -> str:
    """A bin in words.

    >>> edge(0, 20.0), edge(9, 20.0)
    ('0 to below 2', '18 to 20')
    """
    below = "" if place == BINS - 1 else "below "
    return f"{points(place * max_score / BINS)} to {below}{points((place + 1) * max_score / BINS)}"


def interval(found: Correlation) -> Markup:
    """A correlation on the line from -1 to 1, with its interval."""
    width, middle = 120, 9

    def at(r: float) -> float:
        return 6 + (r + 1) / 2 * (width - 12)

    inside = [
        element("line", x1=at(-1), y1=middle, x2=at(1), y2=middle, class_="grid"),
        element("line", x1=at(0), y1=2, x2=at(0), y2=16, class_="axis"),
    ]
    if found.low is not None and found.high is not None:
        inside.append(element("line", x1=at(found.low), y1=middle, x2=at(found.high), y2=middle, class_="range"))
    inside.append(element("circle", cx=at(found.r), cy=middle, r=4.5, class_="dot"))
    return picture(width, 18, *inside, title="Discrimination", describe=in_words(found), kind="interval")


def in_words(found: Correlation) -> str:
    """
    >>> in_words(Correlation(0.4, 0.1, 0.63, 30)), in_words(Correlation(-0.5, None, None, 3))
    ('0.40, between 0.10 and 0.63', '−0.50, too few for an interval')
    """
    if found.low is None or found.high is None:
        return f"{signed(found.r)}, too few for an interval"
    return f"{signed(found.r)}, between {signed(found.low)} and {signed(found.high)}"


def signed(number: float) -> str:
    """Two decimals with a true minus sign, but none before zero.

    >>> signed(-0.254), signed(-0.001)
    ('−0.25', '0.00')
    """
    text = f"{number:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "−")
