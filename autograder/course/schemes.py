"""How points become a final grade, as course.yml has it: weights, categories, scale, rounding; and corrections."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

import msgspec

NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
Text = Annotated[str, msgspec.Meta(min_length=1)]

DUST = 9
"""Decimals of a percentage that count: sums of tenths have binary dust."""

MODES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "up": ROUND_CEILING, "down": ROUND_FLOOR}


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of these parts of course.yml: an unknown key is an error."""


class Rounding(Section, frozen=True, kw_only=True):
    """How a total is rounded before the scale is read."""

    step: Positive = 0.01
    """Totals are multiples of this many percent: 1 for whole percents, 0.5 for halves."""
    mode: Literal["half-up", "half-even", "up", "down"] = "half-up"
    """Which multiple is taken: the nearest one, or the next one up or down."""

    def of(self, percent: float) -> float:
        """A total, rounded as people round: 82.5 is a half, whatever a computer makes of 82.5 in sums of tenths.

        >>> Rounding(step=1).of(82.49999999999), Rounding(step=0.5, mode="down").of(82.9)
        (83.0, 82.5)
        """
        step = Decimal(str(self.step))
        exact = Decimal(str(round(percent, DUST)))
        return float((exact / step).quantize(Decimal(1), MODES[self.mode]) * step)


class Category(Section, frozen=True, kw_only=True):
    """Assignments that are weighted together."""

    weight: NotNegative = 1.0
    """What it counts beside the other categories; only the ratio matters."""
    drop_lowest: Count = 0
    """How many of a student's lowest results in it do not count. At least one always counts."""
    extra_credit: bool = False
    """Whether it only adds: its weight is not part of what makes 100 percent."""


class Grades(Section, frozen=True, kw_only=True):
    """The final grade. Without it, all assignments count the same."""

    categories: dict[str, Category] = {}
    """The categories by name. With any, each assignment names its own."""
    drop_lowest: Count = 0
    """Like a category's `drop_lowest`, for a course without categories."""
    scale: dict[str, Percent] = {}
    """Marks, each with the lowest total in percent that earns it. One must begin at 0."""
    pass_from: Percent | None = None
    """The lowest total in percent that passes the course."""
    rounding: Rounding = Rounding()
    """How a total is rounded, before `scale` and `pass_from` are applied."""
    column: Text = "Total"
    """The name of the total's column in Canvas's and Moodle's files."""

    def mark(self, percent: float) -> str:
        """The mark of a rounded total; '' without a scale.

        >>> Grades(scale={"A": 90, "B": 0}).mark(89.9)
        'B'
        """
        earned = [(lowest, mark) for mark, lowest in self.scale.items() if percent >= lowest]
        return max(earned)[1] if earned else ""


class Correction(Section, frozen=True, kw_only=True):
    """An exercise or hidden test that turned out unfair: what it counts now, for everybody, and why."""

    exercise: str = ""
    """The exercise or written question."""
    test: str = ""
    """Or the hidden test, such as test_decision_line_of_one_point."""
    void: Literal["full-points", "out-of-total"] | None = None
    """Everybody who handed in gets its full points, or it does not count at all."""
    cap: NotNegative | None = None
    """It counts at most this many points."""
    weight: NotNegative | None = None
    """Its points are multiplied by this."""
    reason: Text
    """What students read in their report."""

    def __post_init__(self) -> None:
        """Refuses a correction of nothing, or by two rules at once."""
        if bool(self.exercise) == bool(self.test):
            raise ValueError("a correction names an exercise or a test, and not both")
        if sum(rule is not None for rule in (self.void, self.cap, self.weight)) != 1:
            raise ValueError("a correction has one of void, cap and weight")

    @property
    def subject(self) -> str:
        """The exercise or test."""
        return self.exercise or self.test

    def points(self, score: float, most: float) -> tuple[float, float]:
        """The points earned and the most that can be earned, as they count now.

        >>> rule = Correction(exercise="step", cap=1, reason="the text promised one point")
        >>> rule.points(1.5, 2.0)
        (1, 1)
        """
        if self.void == "full-points":
            return max(score, most), most
        if self.void == "out-of-total":
            return 0.0, 0.0
        if self.cap is not None:
            return min(score, self.cap), min(most, self.cap)
        assert self.weight is not None
        return score * self.weight, most * self.weight

    def sentence_with(self, title: str = "") -> str:
        """What it does, for students, who know a hidden test by its title."""
        what = f"The test “{title.rstrip('.') or self.test}”" if self.test else "This exercise"
        if self.void == "full-points":
            does = "gives its full points to everybody who handed in"
        elif self.void == "out-of-total":
            does = "does not count, for anybody"
        elif self.cap is not None:
            does = f"counts at most {self.cap:g} points"
        else:
            does = f"counts {self.weight:g} times its points"
        return f"{what} {does}: {self.reason}"
