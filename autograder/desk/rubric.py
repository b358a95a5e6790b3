"""A question's rubric and what somebody found in an answer: frozen structures, and the arithmetic between them."""

from __future__ import annotations

from autograder.results import Struct

MOST_ITEMS = 9
"""One for each of the keys 1 to 9."""


class Item(Struct, frozen=True, kw_only=True):
    """One line of a rubric. ``id`` stays the same when its text or points change."""

    id: str
    text: str
    points: float


class Rubric(Struct, frozen=True, kw_only=True):
    """The rubric of one question. ``version`` counts its changes."""

    items: tuple[Item, ...] = ()
    version: int = 0

    @property
    def start(self) -> float:
        """1 where counting starts at full marks, as all items only take points; else 0."""
        given = [item.points for item in self.items]
        return float(bool(given) and max(given) <= 0 and min(given) < 0)

    @property
    def reach(self) -> float:
        """The sum of all items that add points."""
        return round(sum(max(item.points, 0.0) for item in self.items), 6)


class Reading(Struct, frozen=True, kw_only=True):
    """What one person found in an answer.

    ``items`` are the rubric's that apply, ``adjustment`` the points besides; ``none`` says that nothing applies and the
    answer gets the points at which counting starts. ``answer`` is the hash of the text that was read.
    """

    by: str
    items: tuple[str, ...] = ()
    none: bool = False
    adjustment: float = 0.0
    comment: str = ""
    answer: str = ""

    @property
    def is_scored(self) -> bool:
        """Whether it says how many points there are; a comment alone does not."""
        return bool(self.items) or self.none or self.adjustment != 0


def total(reading: Reading, rubric: Rubric, most: float) -> float | None:
    """The points of a reading, before they are held between 0 and what the question is worth; None without a score."""
    if not reading.is_scored:
        return None
    points = {item.id: item.points for item in rubric.items}
    return round(rubric.start * most + sum(points.get(each, 0.0) for each in reading.items) + reading.adjustment, 6)


def score(reading: Reading, rubric: Rubric, most: float) -> float | None:
    """The points that count: never below 0, and never more than the question is worth."""
    found = total(reading, rubric, most)
    return None if found is None else min(most, max(0.0, found))
