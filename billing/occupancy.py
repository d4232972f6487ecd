"""How full time was: minutes by weekday and hour, and shares.

Pure. Minutes are elapsed ones, put where the platform's wall clock stood: on the night
the clocks go back its second hour counts twice, on the one they go forward not at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from billing.prices.bands import Band
from facilities.intervals import DAY, MINUTE, Interval, local_day

WEEKDAYS, HOURS = 7, 24
Grid = list[list[int]]
"""Minutes by weekday, from Monday, and hour of the wall clock."""

FULL_FROM_PERCENT = 80
MOST_NAMED = 2


def empty_grid() -> Grid:
    """Return a week of no minutes."""
    return [[0] * HOURS for _ in range(WEEKDAYS)]


def minutes_by_hour(periods: Iterable[Interval], tz: tzinfo) -> Grid:
    """Spread times over the hours of the week in which they fell."""
    grid = empty_grid()
    for period in periods:
        moment = period.start
        while moment < period.end:
            local = moment.astimezone(tz)
            into_hour = timedelta(minutes=local.minute, seconds=local.second)
            edge = min(moment - into_hour + timedelta(hours=1), period.end)
            grid[local.weekday()][local.hour] += (edge - moment) // MINUTE
            moment = edge
    return grid


def added(one: Grid, other: Grid, *, times: int = 1) -> Grid:
    """Return the sum of two weeks, the second taken so many times."""
    return [
        [first + times * second for first, second in zip(these, those, strict=True)]
        for these, those in zip(one, other, strict=True)
    ]


def percent_of(part: float, whole: float) -> float | None:
    """Return a share in per cent; None of nothing."""
    return 100 * part / whole if whole else None


def full_rate_hours(bands: Sequence[Band]) -> frozenset[tuple[int, int]]:
    """Return the weekday and hour of each hour that costs the full rate or more."""
    full = set()
    for weekday in range(WEEKDAYS):
        of_day = [band for band in bands if weekday in band.weekdays]
        for hour in range(HOURS):
            minute = hour * 60
            percents = [b.percent for b in of_day if b.start_minute <= minute < b.end_minute]
            if not percents or percents[0] >= 100:
                full.add((weekday, hour))
    return frozenset(full)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a month comes to in a sentence.

    `names` are the fullest instruments: those of which most open hours are booked, or
    else the one ahead of the others. `percent` is theirs, or of all.
    """

    names: tuple[str, ...]
    is_full: bool
    percent: int | None


def finding_of(shares: Iterable[tuple[str, float | None]], *, of_all: float | None) -> Finding:
    """Find what stands out among instruments with the share of their open hours booked."""
    ranked = sorted(
        ((share, name) for name, share in shares if share), key=lambda pair: (-pair[0], pair[1])
    )
    full = tuple(name for share, name in ranked if share >= FULL_FROM_PERCENT)[:MOST_NAMED]
    percent = None if of_all is None else round(of_all)
    if full:
        return Finding(names=full, is_full=True, percent=percent)
    return Finding(names=tuple(name for _, name in ranked[:1]), is_full=False, percent=percent)


def days_before(first: date, last: date) -> tuple[date, date]:
    """Return the time before a time: the month before a whole month, else as many days."""
    is_month = first.day == 1 and (last + DAY).day == 1 and (last - first).days < 31
    if is_month:
        return (first - DAY).replace(day=1), first - DAY
    length = last - first
    return first - DAY - length, first - DAY


def whole_days(first: date, last: date, tz: tzinfo) -> Interval:
    """Return whole days of the zone, the last one included, as one time."""
    return Interval(local_day(first, tz).start, local_day(last, tz).end)
