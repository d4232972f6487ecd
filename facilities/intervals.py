"""Time as half-open ranges in UTC: [start, end).

Pure values and set arithmetic on them. What an instrument's weekly hours are lives in
opening.py; turning a day of the wall clock into a range is here, because only here is
local time allowed to meet UTC.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A stretch of time from `start` until just before `end`.

    Only UTC is taken, so that nobody subtracts wall clocks on the night they change.

    Raises:
        ValueError: an end is naive or not UTC, or the end is not after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        # A calendar makes thousands of these: what is in UTC already is left as it is.
        if self.start.tzinfo is not UTC or self.start.fold:
            object.__setattr__(self, "start", _in_utc(self.start))
        if self.end.tzinfo is not UTC or self.end.fold:
            object.__setattr__(self, "end", _in_utc(self.end))
        if self.end <= self.start:
            raise ValueError(f"an interval ends after it starts: {self.start} to {self.end}")

    @property
    def minutes(self) -> int:
        """Whole elapsed minutes; seconds beyond the last whole minute are left out."""
        return (self.end - self.start) // MINUTE

    def overlaps(self, other: Self) -> bool:
        """Ranges that only touch do not overlap."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Self) -> bool:
        """Every instant of the other range lies in this one; a range contains itself."""
        return self.start <= other.start and other.end <= self.end

    def intersection(self, other: Self) -> "Interval | None":
        """Return the time in both, or None when they do not overlap."""
        if not self.overlaps(other):
            return None
        return Interval(max(self.start, other.start), min(self.end, other.end))

    def widened(self, *, before_minutes: int = 0, after_minutes: int = 0) -> "Interval":
        """Return the range with time added at either end."""
        return Interval(self.start - before_minutes * MINUTE, self.end + after_minutes * MINUTE)


def _in_utc(instant: datetime) -> datetime:
    zone = instant.tzinfo
    if zone is UTC or getattr(zone, "key", None) == "UTC":
        return instant.replace(tzinfo=UTC, fold=0)
    raise ValueError(f"an instant must be in UTC, not {zone or 'without a time zone'}: {instant}")


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Join ranges that overlap or touch; the result is in order and has gaps between."""
    joined: list[Interval] = []
    for interval in sorted(intervals):
        if joined and interval.start <= joined[-1].end:
            if interval.end > joined[-1].end:
                joined[-1] = Interval(joined[-1].start, interval.end)
        else:
            joined.append(interval)
    return joined


def subtracted(intervals: Iterable[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """Take the holes out of the ranges; what is left is merged and in order."""
    cuts = merged(holes)
    left: list[Interval] = []
    first = 0
    for interval in merged(intervals):
        while first < len(cuts) and cuts[first].end <= interval.start:
            first += 1
        left.extend(_without(interval, cuts, first))
    return left


def _without(interval: Interval, cuts: list[Interval], first: int) -> list[Interval]:
    pieces: list[Interval] = []
    start = interval.start
    for index in range(first, len(cuts)):
        cut = cuts[index]
        if cut.start >= interval.end:
            break
        if cut.start > start:
            pieces.append(Interval(start, cut.start))
        start = max(start, cut.end)
    if start < interval.end:
        pieces.append(Interval(start, interval.end))
    return pieces


def instant_of(wall: datetime, tz: tzinfo) -> datetime:
    """Return the UTC instant at which a naive wall clock shows this time.

    A time the spring change skips becomes the instant of the change; of a time the
    autumn change repeats, the first is taken. Back-to-back hours so stay back to back.
    """
    early = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if early.astimezone(tz).replace(tzinfo=None, fold=0) == wall:
        return early
    return _change_between(wall.replace(tzinfo=tz, fold=1).astimezone(UTC), early, tz)


def _change_between(before: datetime, after: datetime, tz: tzinfo) -> datetime:
    """Find the second at which the offset from UTC changes, by halving."""
    old = before.astimezone(tz).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, tz).utcoffset() == old:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def local_day(day: date, tz: tzinfo) -> Interval:
    """Return a calendar day of the zone: 23 or 25 hours long when the clocks change."""
    return _between_midnights(day, day + DAY, tz)


def local_week(day: date, tz: tzinfo) -> Interval:
    """Return the week that holds a day, from Monday 0:00 to the next on the zone's clock."""
    monday = _monday(day)
    return _between_midnights(monday, monday + WEEK, tz)


def local_days(interval: Interval, tz: tzinfo) -> list[date]:
    """Return the calendar days of the zone that a range touches, in order."""
    first = interval.start.astimezone(tz).date()
    last = (interval.end - timedelta(microseconds=1)).astimezone(tz).date()
    return [first + DAY * number for number in range((last - first).days + 1)]


def weeks_touched(interval: Interval, tz: tzinfo) -> list[date]:
    """Return the Mondays of the zone's weeks that a range touches, in order."""
    days = local_days(interval, tz)
    first, last = _monday(days[0]), _monday(days[-1])
    return [first + WEEK * number for number in range((last - first).days // 7 + 1)]


def _monday(day: date) -> date:
    return day - DAY * day.weekday()


def _between_midnights(first: date, last: date, tz: tzinfo) -> Interval:
    return Interval(
        instant_of(datetime.combine(first, time.min), tz),
        instant_of(datetime.combine(last, time.min), tz),
    )
