"""A time is read where there is no doubt of it, and refused by name where there is."""

from __future__ import annotations

import warnings
from collections import defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from autograder.course.moments import ABBREVIATIONS, Doubtful, read, shown

BERLIN, CHICAGO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Chicago")

READ = [
    ("2026-10-16 23:59:00.000000 UTC", "2026-10-16T23:59:00+00:00"),
    ("2026-10-16 23:59:00.000000 CEST", "2026-10-16T23:59:00+02:00"),  # dateutil 932: what dateutil reads as UTC
    ("2026-10-16 23:59:00 PDT", "2026-10-16T23:59:00-07:00"),  # dateutil 1221
    ("2026-10-16 23:59:00 +0100", "2026-10-16T23:59:00+01:00"),  # 100 seconds to nbgrader
    ("2026-10-16 23:59 -3:30", "2026-10-16T23:59:00-03:30"),
    ("2026-10-16 23:59 UTC+2", "2026-10-16T23:59:00+02:00"),
    ("2026-10-16 23:59 Europe/Berlin", "2026-10-16T23:59:00+02:00"),
    ("2026-10-16 23:59 MESZ", "2026-10-16T23:59:00+02:00"),
    ("2026-10-16 23:59 (CEST)", "2026-10-16T23:59:00+02:00"),
    ("2026-10-16T21:59:00.5Z", "2026-10-16T21:59:00.500000+00:00"),
    ("2026-10-16T23:59:00+02:00", "2026-10-16T23:59:00+02:00"),
    ("2026/10/03 12:00", "2026-10-03T12:00:00+02:00"),
    ("10.03.2026", "2026-03-10T23:59:59+01:00"),  # 3 October to dateutil
    ("16.10.2026 23:59", "2026-10-16T23:59:00+02:00"),
    ("13/10/2026 1:30 PM", "2026-10-13T13:30:00+02:00"),
    ("10/13/2026 1:30 p.m.", "2026-10-13T13:30:00+02:00"),
    ("5/5/2026 12:15 am", "2026-05-05T00:15:00+02:00"),
    ("Sat, 3 Oct 2026 13:30:00 +0200", "2026-10-03T13:30:00+02:00"),  # an e-mail's
    ("Sat Oct  3 13:30:00 CEST 2026", "2026-10-03T13:30:00+02:00"),  # the command `date`
    ("Sat Oct 03 2026 13:30:00 GMT+0200 (Central European Summer Time)", "2026-10-03T13:30:00+02:00"),  # a browser's
    ("October 3rd, 2026 at 1:30 PM", "2026-10-03T13:30:00+02:00"),
    ("3 Oct 2026", "2026-10-03T23:59:59+02:00"),
    ("2026-10-16", "2026-10-16T23:59:59+02:00"),
    ("2026-10-16 24:00", "2026-10-17T00:00:00+02:00"),
    ("2026-10-25 02:30 CET", "2026-10-25T02:30:00+01:00"),
    ("2026-10-25 02:30 CEST", "2026-10-25T02:30:00+02:00"),
]

REFUSED = {
    "03/10/2026 1:30 PM": "the month can be the first number or the second",
    "3-10-2026": "the month can be the first number or the second",
    "2026-10-16 23:59 IST": "an ambiguous or unknown zone, 'IST'",  # India, Israel and Ireland
    "2026-10-16 23:59 CST": "an ambiguous or unknown zone",
    "2026-10-16 23:59 XYZ": "an ambiguous or unknown zone",
    "2026-10-16 23:59 +99:00": "an impossible zone",
    "2026-10-16 13:30 PM": "there is no 13 o'clock PM",
    "2026-10-16 0:30 PM": "there is no 0 o'clock PM",
    "2026-10-16 25:00": "not a time of day",
    "2026-10-16 23:59:61": "not a time of day",
    "2026-10-16 2359": "not a date and time",
    "2026-02-30": "not in the calendar",
    "Sun, 3 Oct 2026": "2026-10-03 is a Saturday",
    "2026-03-29 02:30": "does not exist: the clocks skip it",
    "2026-10-25 02:30": "occurs twice, because the clocks go back that night: add +02:00 or +01:00",
    "16.10.26": "not a date and time",
    "1760659140": "not a date and time",
    "next friday": "not a date and time",
    "16 Foo 2026": "not a date and time",
    "\x00" * 50: "not a date and time",
    "9" * 300: "not a date and time",
    "": "not a date and time",
}


@pytest.mark.parametrize(("text", "moment"), READ, ids=[text for text, _ in READ])
def test_what_is_without_doubt_is_read(text: str, moment: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(text, BERLIN).isoformat() == moment


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_doubtful_is_refused_by_name(text: str) -> None:
    with pytest.raises(Doubtful, match=REFUSED[text].replace("+", r"\+")):
        read(text, BERLIN)


def test_a_zones_name_with_several_meanings_counts_where_it_is_the_courses_own() -> None:
    assert read("2026-12-01 12:00 CST", CHICAGO).isoformat() == "2026-12-01T12:00:00-06:00"
    with pytest.raises(Doubtful, match="'CST'"):
        read("2026-07-01 12:00 CST", CHICAGO)


def test_each_abbreviation_has_one_meaning_in_the_time_zone_database() -> None:
    meanings = defaultdict(set)
    for name in available_timezones():
        for month in range(1, 13):
            here = datetime(2026, month, 15, 12, tzinfo=UTC).astimezone(ZoneInfo(name))
            offset = here.utcoffset()
            assert offset is not None
            meanings[here.tzname()].add(round(offset.total_seconds() / 60))
    known = {name: minutes for name, minutes in ABBREVIATIONS.items() if name in meanings}
    assert {name: meanings[name] for name in known} == {name: {minutes} for name, minutes in known.items()}
    assert len(known) > 40


def test_a_moment_is_shown_with_the_name_of_its_zone_or_its_offset() -> None:
    assert shown(read("2026-12-16 23:59", BERLIN)) == "2026-12-16 23:59 CET"
    assert shown(read("2026-12-16 23:59 -07:00", BERLIN)) == "2026-12-16 23:59 -07:00"
    assert shown(read("2026-12-16 23:59 UTC", BERLIN)) == "2026-12-16 23:59 UTC"
