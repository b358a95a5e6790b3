"""What a moment of handing in costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from autograder.course.deadlines import Late, lateness, penalty
from autograder.course.moments import shown_iso

DUE = datetime(2030, 1, 31, 12, tzinfo=UTC)
POLICY = Late(percent_per_day=10, at_most_percent=25, grace_minutes=15, closes_after_days=7)


@pytest.mark.parametrize(
    ("late", "percent"),
    [
        (timedelta(minutes=-1), None),
        (timedelta(0), None),
        (timedelta(minutes=15), None),
        (timedelta(minutes=15, seconds=1), 10),
        (timedelta(days=1), 10),
        (timedelta(days=1, seconds=1), 20),
        (timedelta(days=2, seconds=1), 25),
        (timedelta(days=7), 25),
        (timedelta(days=7, seconds=1), 100),
    ],
)
def test_each_day_begun_costs_up_to_the_most(late: timedelta, percent: float | None) -> None:
    found = lateness(DUE, DUE + late, POLICY, 12.0)
    assert (found and found.percent) == percent
    if found and percent is not None:
        assert found.penalty == pytest.approx(12.0 * percent / 100)


def test_without_a_policy_being_late_is_told_and_costs_nothing() -> None:
    found = lateness(DUE, DUE + timedelta(hours=30), None, 12.0)
    assert found is not None
    assert (found.days, found.percent, found.penalty) == (2, 0.0, 0.0)


def test_nobody_is_late_without_both_times() -> None:
    assert lateness(None, DUE, POLICY, 1.0) is None
    assert lateness(DUE, None, POLICY, 1.0) is None


def test_a_time_without_a_zone_counts_as_utc() -> None:
    naive = (DUE + timedelta(hours=1)).replace(tzinfo=None)
    assert lateness(DUE, naive, POLICY, 10.0) == lateness(DUE, DUE + timedelta(hours=1), POLICY, 10.0)


def test_a_negative_score_loses_nothing_more() -> None:
    assert penalty(-2.0, 50) == 0


BERLIN, NEW_YORK, SAMOA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")
FIXED = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("due", "handed_in", "days"),
    [
        # Autolab 932: 25 hours later is one day later when the clocks went back in between
        (datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN), datetime(2026, 10, 25, 23, 58, tzinfo=BERLIN), 1),
        (datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN), datetime(2026, 10, 25, 23, 59, tzinfo=BERLIN), 1),
        (datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN), datetime(2026, 10, 26, 0, 0, tzinfo=BERLIN), 2),
        (datetime(2026, 10, 31, 20, 0, tzinfo=NEW_YORK), datetime(2026, 11, 1, 20, 0, tzinfo=NEW_YORK), 1),
        # and 23 hours are a whole day when they went forward
        (datetime(2026, 3, 28, 23, 59, tzinfo=BERLIN), datetime(2026, 3, 29, 23, 59, tzinfo=BERLIN), 1),
        (datetime(2026, 3, 28, 23, 59, tzinfo=BERLIN), datetime(2026, 3, 30, 0, 0, tzinfo=BERLIN), 2),
        # the hour that comes twice: twenty minutes late, though the clocks say earlier
        (datetime(2026, 10, 25, 2, 50, tzinfo=BERLIN), datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=BERLIN), 1),
        # written in another zone, it counts in that of the due date
        (datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN), datetime(2026, 10, 25, 22, 59, tzinfo=UTC), 1),
        (datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN), datetime(2026, 10, 25, 23, 1, tzinfo=UTC), 2),
        # a fixed offset has no clock changes
        (datetime(2026, 10, 24, 23, 59, tzinfo=FIXED), datetime(2026, 10, 25, 22, 59, tzinfo=UTC), 2),
        (datetime(2026, 4, 4, 23, 59, tzinfo=SAMOA), datetime(2026, 4, 5, 23, 59, tzinfo=SAMOA), 1),
    ],
)  # fmt: skip
def test_a_day_is_over_at_the_same_time_of_day_whatever_the_clocks_did(
    due: datetime, handed_in: datetime, days: int
) -> None:
    found = lateness(due, handed_in, POLICY, 10.0)
    assert found is not None
    assert found.days == days
    assert found.percent == min(25, 10 * days)
    assert found.due == due.isoformat()


def test_the_grace_is_of_real_minutes() -> None:
    due = datetime(2026, 10, 25, 2, 50, tzinfo=BERLIN)
    assert lateness(due, datetime(2026, 10, 25, 2, 5, fold=1, tzinfo=BERLIN), POLICY, 1.0) is None
    assert lateness(due, datetime(2026, 10, 25, 2, 6, fold=1, tzinfo=BERLIN), POLICY, 1.0) is not None


def test_closing_counts_days_by_the_clock_too() -> None:
    due = datetime(2026, 10, 20, 12, tzinfo=BERLIN)
    last = lateness(due, datetime(2026, 10, 27, 12, tzinfo=BERLIN), POLICY, 1.0)
    after = lateness(due, datetime(2026, 10, 27, 12, 1, tzinfo=BERLIN), POLICY, 1.0)
    assert last is not None
    assert after is not None
    assert (last.percent, after.percent) == (25, 100)


def test_the_due_date_is_told_with_the_letters_of_its_zone_if_it_has_any() -> None:
    due = datetime(2026, 10, 16, 23, 59, tzinfo=BERLIN)
    for moment, text in (
        (due, "2026-10-16 23:59 CEST"),
        (due.replace(month=11), "2026-11-16 23:59 CET"),
        (datetime.fromisoformat("2026-10-16T23:59:00+02:00"), "2026-10-16 23:59 +02:00"),
    ):
        found = lateness(moment, moment + timedelta(hours=1), POLICY, 10.0)
        assert found is not None
        assert shown_iso(found.due, found.zone) == text
