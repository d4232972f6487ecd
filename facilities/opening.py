"""When an instrument is open: weekly hours on the wall clock, resolved to UTC windows.

Also the step grid on which bookings start and end. Pure; closures and bookings are
taken out elsewhere (bookings/availability.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from facilities.intervals import (
    DAY,
    MINUTE,
    Interval,
    instant_of,
    local_days,
    merged,
    subtracted,
)

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySlot:
    """Hours that come back every week, on the facility's wall clock.

    `weekday` counts from Monday 0. `closes` not after `opens` lies on the next day, so
    0:00 is midnight at the end of the day. `whole_session` is taken entirely or not at
    all; otherwise any time on the step is, `step_minutes` None meaning the instrument's
    own step. Both dates of validity are included and compared with the day it opens.
    """

    weekday: int
    opens: time
    closes: time
    whole_session: bool = False
    step_minutes: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Return whether the slot takes place on this day."""
        return (
            self.weekday == day.weekday()
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Time in which one may book: freely on a step, or as one whole session."""

    interval: Interval
    whole_session: bool = False
    step_minutes: int | None = None


def opening_windows(*, slots: Iterable[WeeklySlot], within: Interval, tz: tzinfo) -> list[Window]:
    """Return the opening of an instrument, in order of start.

    Free-form windows of one step are merged where they touch, so that round the clock
    is one window, and clipped to `within`. Sessions that overlap `within` come whole, one
    window each, and take their time out of the free-form ones. On the nights the clocks
    change a skipped time counts as the instant of the change, and of a repeated one the
    first is meant, for opening and closing alike: hours that touch keep touching.
    """
    slots = list(slots)
    sessions: set[Interval] = set()
    free: dict[int | None, list[Interval]] = defaultdict(list)
    for slot, interval in _occurrences(slots, within, tz):
        if slot.whole_session:
            sessions.add(interval)
        elif clipped := interval.intersection(within):
            free[slot.step_minutes].append(clipped)
    windows = [Window(interval=interval, whole_session=True) for interval in sessions]
    for step, intervals in free.items():
        windows += [
            Window(interval=interval, step_minutes=step)
            for interval in subtracted(merged(intervals), sessions)
        ]
    return sorted(windows, key=lambda window: window.interval)


def _occurrences(
    slots: list[WeeklySlot], within: Interval, tz: tzinfo
) -> Iterator[tuple[WeeklySlot, Interval]]:
    days = local_days(within, tz)
    for day in [
        days[0] - DAY,
        *days,
    ]:  # hours of the day before may reach over midnight
        for slot in slots:
            if slot.is_valid_on(day):
                interval = _resolved(slot, day, tz)
                if interval is not None and interval.overlaps(within):
                    yield slot, interval


def _resolved(slot: WeeklySlot, day: date, tz: tzinfo) -> Interval | None:
    last_day = day if slot.closes > slot.opens else day + DAY
    start = instant_of(datetime.combine(day, slot.opens), tz)
    end = instant_of(datetime.combine(last_day, slot.closes), tz)
    return Interval(start, end) if start < end else None  # hours skipped by the clock change


def is_on_step(instant: datetime, *, step_minutes: int, tz: tzinfo) -> bool:
    """Return whether the wall clock shows a whole number of steps after midnight."""
    local = instant.astimezone(tz)
    if local.second or local.microsecond:
        return False
    return _minutes_after_midnight(local) % step_minutes == 0


def step_at_or_after(instant: datetime, *, step_minutes: int, tz: tzinfo) -> datetime:
    """Return the first instant on the step, not before the given one."""
    minute = instant.replace(second=0, microsecond=0)
    if minute < instant:
        minute += MINUTE
    shown = _minutes_after_midnight(minute.astimezone(tz))
    ahead = min(-shown % step_minutes, MINUTES_A_DAY - shown)
    return _on_step_near(minute, ahead * MINUTE, step_minutes, tz)


def step_at_or_before(instant: datetime, *, step_minutes: int, tz: tzinfo) -> datetime:
    """Return the last instant on the step, not after the given one."""
    minute = instant.replace(second=0, microsecond=0)
    behind = _minutes_after_midnight(minute.astimezone(tz)) % step_minutes
    return _on_step_near(minute, -behind * MINUTE, step_minutes, tz)


def _minutes_after_midnight(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _on_step_near(minute: datetime, ahead: timedelta, step_minutes: int, tz: tzinfo) -> datetime:
    target = minute + ahead
    if target.astimezone(tz).utcoffset() == minute.astimezone(tz).utcoffset():
        return target
    # The clocks change in between: the grid is shifted, so walk there by the minute.
    stride = MINUTE if ahead > timedelta(0) else -MINUTE
    while not is_on_step(minute, step_minutes=step_minutes, tz=tz):
        minute += stride
    return minute


def open_time(
    *, slots: Iterable[WeeklySlot], closures: Iterable[Interval], within: Interval, tz: tzinfo
) -> list[Interval]:
    """Return when an instrument is open: its weekly hours without the closures, clipped."""
    windows = opening_windows(slots=slots, within=within, tz=tz)
    clipped = (window.interval.intersection(within) for window in windows)
    return subtracted([part for part in clipped if part], closures)


def total_minutes(periods: Iterable[Interval]) -> int:
    """Return how long some times are together."""
    return sum(period.minutes for period in periods)
