"""What a moment of handing in costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from autograder.deadlines import Late, lateness, penalty

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
