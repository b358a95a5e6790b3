"""How many attempts of a student are graded in an hour and in a day: the log says how many there were."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from autograder.course import Course
from autograder.runs.serve.arrivals import Key
from autograder.workspace.log import lines_of, read_log

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class AttemptLimits:
    """Remembers when each student's last attempts were graded.

    Args:
        course: whose `attempts` in course.yml say how many there may be.

    Raises:
        WorkspaceError: if the log cannot be read.
    """

    def __init__(self, course: Course) -> None:
        self._rules = [
            (limit, period)
            for limit, period in ((course.config.attempts.per_hour, HOUR), (course.config.attempts.per_day, DAY))
            if limit is not None
        ]
        self._graded: dict[Key, list[datetime]] = defaultdict(list)
        if self._rules:
            self._read(course)

    def _read(self, course: Course) -> None:
        """Those of the last day; one that failed through our own fault, or could not be read, was none."""
        oldest = datetime.now(UTC) - DAY
        last: dict[Key, str] = {}
        for line in lines_of(read_log(course.workspace)):
            entry = line.entry
            if entry is None or entry.event != "graded" or not entry.submission or entry.status == "ungraded":
                continue
            key, moment = (entry.student, entry.assignment), datetime.fromisoformat(entry.at)
            if moment > oldest and last.get(key) != entry.submission:
                self._graded[key].append(moment)
            last[key] = entry.submission

    def add(self, key: Key, moment: datetime) -> None:
        """Notes that an attempt was graded."""
        if self._rules:
            self._graded[key].append(moment)

    def next_at(self, key: Key, now: datetime) -> datetime | None:
        """When the next attempt is graded; None when that is now."""
        moments = self._graded.get(key, [])
        waits = [moments[-limit] + period for limit, period in self._rules if len(moments) >= limit]
        later = max(waits, default=now)
        return later if later > now else None

    def in_words(self) -> str:
        """The limits, for students."""
        names = {HOUR: "an hour", DAY: "a day"}
        return " and ".join(f"{limit} {names[period]}" for limit, period in self._rules)
