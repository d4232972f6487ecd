"""Where there is room: opening hours minus closures minus what is booked.

Pure. Set-up and clean-up count: a period fits on a unit when the period widened by both
touches no blocked range of that unit, which is what the exclusion constraint asks too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from bookings.facts import Rules, earliest_start, latest_end
from facilities.intervals import MINUTE, Interval, merged, subtracted
from facilities.opening import Window, step_at_or_after, step_at_or_before

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def cleanup_for(cleanup_minutes: int, *, bsl2: bool) -> int:
    """Return the clean-up time; work at biosafety level 2 doubles it."""
    return cleanup_minutes * 2 if bsl2 else cleanup_minutes


def blocked_interval(
    period: Interval, *, setup_minutes: int, cleanup_minutes: int, bsl2: bool = False
) -> Interval:
    """Return the range that a booking keeps others out of: set-up and clean-up included."""
    return period.widened(
        before_minutes=setup_minutes,
        after_minutes=cleanup_for(cleanup_minutes, bsl2=bsl2),
    )


def lowest_free_unit(
    *, blocked: Interval, busy_by_unit: Mapping[int, Sequence[Interval]], units: int
) -> int | None:
    """Return the first unit, counted from 1, on which a blocked range fits; else None.

    A unit missing from `busy_by_unit` has nothing on it.
    """
    for unit in range(1, units + 1):
        if not any(busy.overlaps(blocked) for busy in busy_by_unit.get(unit, ())):
            return unit
    return None


def free_windows(
    *,
    opening: Iterable[Window],
    closures: Iterable[Interval],
    busy_by_unit: Mapping[int, Sequence[Interval]],
    setup_minutes: int,
    cleanup_minutes: int,
) -> list[Window]:
    """Return the time that at least one unit has free, in order of start.

    `busy_by_unit` has a key for every unit, with the blocked ranges on it, and
    `cleanup_minutes` is what this booker needs. A period fits on some unit exactly when
    one window holds it; windows may overlap where units differ, and none lies inside
    another. A session is there only when all of it is free.
    """
    opening = list(opening)
    closed = merged(closures)
    free: set[Window] = set()
    for busy in busy_by_unit.values():
        holes = merged(
            [
                *closed,
                *(
                    range_.widened(before_minutes=cleanup_minutes, after_minutes=setup_minutes)
                    for range_ in busy
                ),
            ]
        )
        free.update(_outside(opening, holes))
    return _maximal(free)


def _outside(opening: list[Window], holes: list[Interval]) -> Iterator[Window]:
    by_step: dict[int | None, list[Interval]] = defaultdict(list)
    for window in opening:
        if not window.whole_session:
            by_step[window.step_minutes].append(window.interval)
        elif subtracted([window.interval], holes) == [window.interval]:
            yield window
    for step, intervals in by_step.items():
        for interval in subtracted(intervals, holes):
            yield Window(interval=interval, step_minutes=step)


def _maximal(windows: Iterable[Window]) -> list[Window]:
    """Drop what lies inside another window of the same kind."""
    kept: list[Window] = []
    furthest: dict[int | None, datetime] = {}
    for window in sorted(windows, key=lambda w: (w.interval.start, -w.interval.end.timestamp())):
        if not window.whole_session:
            end = furthest.get(window.step_minutes)
            if end is not None and window.interval.end <= end:
                continue
            furthest[window.step_minutes] = window.interval.end
        kept.append(window)
    return kept


def bookable_windows(
    windows: Iterable[Window], *, rules: Rules, now: datetime, tz: tzinfo
) -> list[Window]:
    """Keep what may be booked now: from the notice to the horizon, on the step.

    Free-form windows are trimmed to the step at both ends, their own or else that of the
    rules, which then stands in the window; those shorter than the shortest booking go.
    Sessions stay when all of them lies in reach.
    """
    earliest = earliest_start(rules=rules, now=now)
    latest = latest_end(rules=rules, now=now, tz=tz) or END_OF_TIME
    if latest <= earliest:
        return []
    reach = Interval(earliest, latest)
    kept = (_reachable(window, reach, rules, tz) for window in windows)
    return [window for window in kept if window is not None]


def _reachable(window: Window, reach: Interval, rules: Rules, tz: tzinfo) -> Window | None:
    if window.whole_session:
        return window if reach.contains(window.interval) else None
    part = window.interval.intersection(reach)
    if part is None:
        return None
    step = window.step_minutes or rules.step_minutes
    start = step_at_or_after(part.start, step_minutes=step, tz=tz)
    end = step_at_or_before(part.end, step_minutes=step, tz=tz)
    if start >= end or end - start < rules.shortest_minutes * MINUTE:
        return None
    return Window(interval=Interval(start, end), step_minutes=step)


def alternatives(
    windows: Iterable[Window], *, wanted: Interval, tz: tzinfo, count: int = 3
) -> list[Interval]:
    """Return the next free periods of the wanted length, in order and apart.

    `windows` are bookable ones. Starts are at or after the wanted start and on the step;
    the end is moved up to the step where the length is none. A free session of any length
    counts as well: it is the only way to book that time.
    """
    in_order = sorted(windows, key=lambda window: window.interval)
    chosen: list[Interval] = []
    after = wanted.start
    minutes = -((wanted.start - wanted.end) // MINUTE)  # rounded up
    while len(chosen) < count:
        soonest = _soonest(in_order, after, minutes, tz)
        if soonest is None:
            break
        chosen.append(soonest)
        after = soonest.end
    return chosen


def _soonest(
    in_order: Sequence[Window], after: datetime, minutes: int, tz: tzinfo
) -> Interval | None:
    best: Interval | None = None
    for window in in_order:
        if best is not None and best.start <= window.interval.start:
            break
        candidate = _first_in(window, after, minutes, tz)
        if candidate is not None and (best is None or candidate < best):
            best = candidate
    return best


def _first_in(window: Window, after: datetime, minutes: int, tz: tzinfo) -> Interval | None:
    if window.whole_session:
        return window.interval if window.interval.start >= after else None
    if window.interval.end <= after:
        return None
    step = window.step_minutes or 1
    start = max(window.interval.start, after)
    start = step_at_or_after(start, step_minutes=step, tz=tz)
    end = step_at_or_after(start + minutes * MINUTE, step_minutes=step, tz=tz)
    return Interval(start, end) if end <= window.interval.end else None
