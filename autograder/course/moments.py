"""Reads times as people and systems write them, and refuses anything ambiguous by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ABBREVIATIONS = {
    "ACDT": 630, "ACST": 570, "ADT": -180, "AEDT": 660, "AEST": 600, "AKDT": -480, "AKST": -540, "AST": -240,
    "AWST": 480, "BST": 60, "CAT": 120, "CEST": 120, "CET": 60, "ChST": 600, "EAT": 180, "EDT": -240, "EEST": 180,
    "EET": 120, "EST": -300, "GMT": 0, "HDT": -540, "HKT": 480, "HST": -600, "IDT": 180, "JST": 540, "KST": 540,
    "MDT": -360, "MSK": 180, "MST": -420, "NDT": -150, "NST": -210, "NZDT": 780, "NZST": 720, "PDT": -420, "PKT": 300,
    "SAST": 120, "SST": -660, "UT": 0, "UTC": 0, "WAT": 60, "WEST": 60, "WET": 0, "WIB": 420, "WIT": 540, "WITA": 480,
    "Z": 0,
}  # fmt: skip
"""Zone names that have only one meaning in the time zone database, in minutes east of Greenwich.

CST, PST, IST and CDT are not among them: they count if the course's own zone has that name.
"""

GERMAN = {"MEZ": 60, "MESZ": 120, "OEZ": 120, "OESZ": 180}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
               "november", "december")  # fmt: skip
FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST = 100
END_OF_DAY = time(23, 59, 59)

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} UTC", re.ASCII)
"""A time as nbgrader writes it; reading it is ten times as fast as any other."""

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)", re.ASCII)
_MONTH_MIDDLE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-.\s]+([a-z]{3,9})\.?[-,\s]+(\d{4})(?!\d)", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)", re.ASCII)
_CTIME = re.compile(r"([a-z]{3})\s+(\d{1,2})\s+(\d\d:\d\d:\d\d)\s+(?:([a-z]{2,4})\s+)?(\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?![\d:])\s*([ap]\.?m\.?(?![a-z]))?", re.ASCII)
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?(\d\d))?(?:\s*\([^()]*\))?", re.ASCII)


class Doubtful(ValueError):
    """A time that is ambiguous or invalid; the message continues after the text that was written."""


def read(text: str, zone: tzinfo = UTC) -> datetime:
    """The moment that a text names; one without a zone is in ``zone``, a day without a time ends with that day.

    Raises:
        Doubtful: if it is not a time, or is ambiguous.
    """
    text = text.strip()
    if _WRITTEN.fullmatch(text):
        return datetime.fromisoformat(text.removesuffix(" UTC")).replace(tzinfo=UTC)
    if len(text) > LONGEST or not text.isprintable():
        raise Doubtful("is not a date and time")
    day, rest = _day(" ".join(_unctime(text).split()))
    rest = re.sub(r"^(?:t(?=\d)|at\s+|,\s*)", "", rest.strip(), flags=re.IGNORECASE).strip()
    clock, rest = _clock(rest)
    moment = datetime.combine(day, END_OF_DAY) if clock is None else datetime.combine(day, time()) + clock
    return _placed(moment, rest.strip(), zone)


def has_time(text: str) -> bool:
    """Whether a readable text names a time of day and not only a day."""
    return _CLOCK.search(text) is not None


def shown(moment: datetime) -> str:
    """A moment in its own zone, for people.

    >>> shown(datetime(2026, 10, 16, 23, 59, tzinfo=ZoneInfo("Europe/Berlin")))
    '2026-10-16 23:59 CEST'
    >>> shown(datetime(2026, 10, 16, 23, 59, tzinfo=timezone(timedelta(hours=2))))
    '2026-10-16 23:59 +02:00'
    """
    return _with_zone(moment, zone_name(moment))


def shown_iso(text: str, zone: str = "") -> str:
    """Like `shown`, for a moment as stored in a result, beside the name of its zone.

    >>> shown_iso("2026-10-16T23:59:00+02:00", "CEST"), shown_iso("2026-10-16T23:59:00+02:00")
    ('2026-10-16 23:59 CEST', '2026-10-16 23:59 +02:00')
    """
    moment = datetime.fromisoformat(text)
    return _with_zone(moment, zone or zone_name(moment))


def zone_name(moment: datetime) -> str:
    """The letters by which people call its zone at that moment; empty if there are none."""
    name = moment.tzname() or ""
    return name if name.isalpha() else ""


def _with_zone(moment: datetime, zone: str) -> str:
    return f"{moment:%Y-%m-%d %H:%M} {zone or offset(moment)}"


def offset(moment: datetime) -> str:
    """How far its zone is ahead of UTC at that moment.

    >>> offset(datetime(2026, 10, 16, tzinfo=timezone(timedelta(hours=-3, minutes=-30))))
    '-03:30'
    """
    minutes = round((moment.utcoffset() or timedelta()) / timedelta(minutes=1))
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def zone_named(name: str) -> tzinfo:
    """The time zone of an IANA name, such as Europe/Berlin.

    Raises:
        Doubtful: if there is none with that name.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Doubtful("is not a time zone: use a name from the time zone database, such as Europe/Berlin") from None


def _unctime(text: str) -> str:
    """Turns C's order, with the year at the end, into the usual one: 'Sat Oct 3 13:30:00 CEST 2026'."""
    match = re.fullmatch(r"(?:(\w{3}),?\s+)?" + _CTIME.pattern, text, re.IGNORECASE | re.ASCII)
    if match is None:
        return text
    weekday, month, day, clock, zone, year = match.groups()
    return " ".join(part for part in (weekday, month, day, year, clock, zone) if part)


def _day(text: str) -> tuple[date, str]:
    """The date at the beginning of a text, and what follows it."""
    weekday, text = _weekday(text)
    for found, length in _dates(text):
        if weekday is not None and found.weekday() != weekday:
            raise Doubtful(f"is doubtful: {found} is a {FULL_DAYS[found.weekday()].capitalize()}")
        return found, text[length:]
    raise Doubtful("is not a date and time")


def _dates(text: str) -> Iterator[tuple[date, int]]:
    lower = text.lower()
    if match := _YEAR_FIRST.match(text):
        yield _date(int(match[1]), int(match[3]), int(match[4])), match.end()
    elif match := _YEAR_LAST.match(text):
        yield _date(int(match[4]), *_month_and_day(int(match[1]), int(match[3]), match[2])), match.end()
    elif match := _MONTH_MIDDLE.match(lower):
        yield _date(int(match[3]), _month(match[2]), int(match[1])), match.end()
    elif match := _MONTH_FIRST.match(lower):
        yield _date(int(match[3]), _month(match[1]), int(match[2])), match.end()


def _month_and_day(first: int, second: int, between: str) -> tuple[int, int]:
    """Dates with dots begin with the day; with other separators, only a number over 12 can tell."""
    if between == "." or first > 12 or first == second:
        return second, first
    if second > 12:
        return first, second
    raise Doubtful("is ambiguous: the month can be the first number or the second")


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Doubtful("is not in the calendar") from None


def _weekday(text: str) -> tuple[int | None, str]:
    match = re.match(r"([a-z]+)\.?,?\s+", text, re.IGNORECASE)
    name = match[1].lower() if match else ""
    for names in (DAYS, FULL_DAYS):
        if match and name in names:
            return names.index(name), text[match.end() :]
    return None, text


def _month(name: str) -> int:
    for names in (MONTHS, FULL_MONTHS):
        if name in names:
            return names.index(name) + 1
    if name == "sept":
        return 9
    raise Doubtful("is not a date and time")


def _clock(text: str) -> tuple[timedelta | None, str]:
    """The time of day at the beginning of a text, None without one, and what follows it."""
    match = _CLOCK.match(text.lower())
    if match is None:
        if text[:1].isdigit():
            raise Doubtful("is not a date and time")
        return None, text
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    half = (match[5] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            raise Doubtful(f"is not a time: there is no {hour} o'clock {half.upper()}M")
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute, second) > (24, 0, 0) or minute > 59 or second > 59:
        raise Doubtful("is not a time of day")
    parts = int((match[4] or "0").ljust(6, "0")[:6])
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=parts), text[match.end() :]


def _placed(moment: datetime, zone: str, usual: tzinfo) -> datetime:
    """A time of day in the zone that was written after it, or in the usual one."""
    if not zone:
        return in_zone(moment, usual)
    if match := _OFFSET.fullmatch(zone.lower()):
        hours, minutes = int(match[2]), int(match[3] or 0)
        if hours > 14 or minutes > 59:
            raise Doubtful(f"has an impossible zone, '{zone}'")
        ahead = timedelta(hours=hours, minutes=minutes)
        return moment.replace(tzinfo=timezone(-ahead if match[1] == "-" else ahead))
    name = zone.strip("()[] ")
    own = _own_name(moment, name, usual)
    if own is not None:
        return moment.replace(tzinfo=usual, fold=own)
    minutes_east = (ABBREVIATIONS | GERMAN).get(name if name in ABBREVIATIONS else name.upper())
    if minutes_east is not None:
        return moment.replace(tzinfo=timezone(timedelta(minutes=minutes_east)) if minutes_east else UTC)
    try:
        if "/" not in name:
            raise Doubtful
        return in_zone(moment, zone_named(name))
    except Doubtful:
        raise Doubtful(f"has an ambiguous or unknown zone, '{zone}': write it as +02:00") from None


def _own_name(moment: datetime, name: str, zone: tzinfo) -> int | None:
    """Which of two possible times has the zone under this name; None if neither has."""
    for fold in (0, 1):
        here = moment.replace(tzinfo=zone, fold=fold)
        if (here.tzname() or "").upper() == name.upper() and here.astimezone(UTC).astimezone(zone) == here:
            return fold
    return None


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """A time of day in a zone.

    Raises:
        Doubtful: if the clocks change then, so that it does not exist or occurs twice.
    """
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise Doubtful("does not exist: the clocks skip it that night")
    raise Doubtful(f"occurs twice, because the clocks go back that night: add {offset(first)} or {offset(second)}")
