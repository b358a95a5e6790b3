"""Due dates, extensions and late penalties from course.yml: what handing in at a given time costs."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from autograder.course.moments import zone_name
from autograder.results import Lateness

Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
DAY = timedelta(days=1)


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a late submission loses, in percent of the points it earned.

    Within ``grace_minutes`` nothing is late. Each started day after the due date costs ``percent_per_day``, up to
    ``at_most_percent`` in total; after ``closes_after_days`` a submission earns nothing. Of all assignments together,
    ``free_days`` cost nothing.
    """

    percent_per_day: Percent = 0.0
    """Cost of each day started, in percent of the points earned."""
    at_most_percent: Percent = 100.0
    """The most that all days together cost."""
    grace_minutes: NotNegative = 0.0
    """A submission is on time if it is no later than this."""
    closes_after_days: NotNegative | None = None
    """A submission later than this earns nothing."""
    free_days: Count = 0
    """Days late that cost nothing, for each student and all assignments together, taken in the order of due dates."""

    def percent(self, late: timedelta) -> float:
        """What a submission loses if it is this much later than its due date, by the course's clocks.

        >>> Late(percent_per_day=10, at_most_percent=25).percent(timedelta(days=1, hours=1))
        20.0
        """
        if self.closes_after_days is not None and late > self.closes_after_days * DAY:
            return 100.0
        return min(self.at_most_percent, self.percent_per_day * math.ceil(late / DAY))


def aware(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone counts as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def naive_utc(moment: datetime | None) -> datetime | None:
    """The moment as nbgrader's database stores it: in UTC, without a zone."""
    return None if moment is None else aware(moment).replace(tzinfo=None)


def utc_text(moment: datetime | None) -> str | None:
    """The moment as `GradebookEntry` stores it: in UTC, without a zone."""
    naive = naive_utc(moment)
    return None if naive is None else naive.isoformat()


def from_utc_text(text: str | None) -> datetime | None:
    """The inverse of `utc_text`."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def timestamp_text(moment: datetime) -> bytes:
    """The moment as nbgrader writes it into timestamp.txt."""
    return f"{aware(moment):%Y-%m-%d %H:%M:%S.%f} UTC".encode()


def lateness(due: datetime | None, handed_in: datetime | None, policy: Late | None, score: float) -> Lateness | None:
    """How late a submission is and what that costs of its ``score``; None if it is on time, or its time is unknown.

    Days are counted in the zone of ``due``: a day ends at the same time of day as it began, even if the clocks changed.
    """
    if due is None or handed_in is None:
        return None
    policy = policy or Late()
    if aware(handed_in) - aware(due) <= timedelta(minutes=policy.grace_minutes):
        return None
    due = due if due.tzinfo else aware(due)
    handed_in = aware(handed_in).astimezone(due.tzinfo)
    late = max(handed_in.replace(tzinfo=None) - due.replace(tzinfo=None), timedelta.resolution)
    percent = policy.percent(late)
    return Lateness(
        due=due.isoformat(),
        handed_in=handed_in.isoformat(),
        days=math.ceil(late / DAY),
        percent=percent,
        penalty=penalty(score, percent),
        zone=zone_name(due),
    )


def penalty(score: float, percent: float) -> float:
    """The points lost, without rounding dust; a negative score loses nothing more."""
    return round(max(0.0, score) * percent / 100, 6)
