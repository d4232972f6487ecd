"""How the days of instruments look: when they are open, taken, and free to be booked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bookings.availability import bookable_windows, free_windows
from bookings.queries import busy_by_unit, rules_for
from facilities.intervals import DAY, Interval, subtracted
from facilities.models import Instrument
from facilities.opening import WeeklySlot, Window, opening_windows
from facilities.queries import closures_within, rules_of, weekly_slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """An instrument over some time.

    `taken` is open time that no unit has free; `bookable` what may be booked now, which
    also keeps notice, horizon, set-up and clean-up.
    """

    open: list[Interval]
    taken: list[Interval]
    bookable: list[Window]


def days_of(
    instruments: Sequence[Instrument], within: Interval, *, now: dt.datetime
) -> dict[int, Days]:
    """Return how instruments look within a time, by id, in three queries for all of them.

    Whose bookings they are is not told.
    """
    around = Interval(within.start - DAY, within.end + DAY)
    slots = weekly_slots(instruments)
    shut = closures_within({instrument.facility_id for instrument in instruments}, around)
    busy = busy_by_unit(instruments, around)
    opening: dict[tuple[tuple[WeeklySlot, ...], dt.tzinfo], list[Window]] = {}
    for instrument in instruments:  # many share the hours of their platform
        hours = tuple(slots[instrument.pk]), instrument.facility.tz
        if hours not in opening:
            opening[hours] = opening_windows(slots=hours[0], within=within, tz=hours[1])
    return {
        instrument.pk: _days(
            instrument,
            now=now,
            opening=opening[tuple(slots[instrument.pk]), instrument.facility.tz],
            closures=shut[instrument.facility_id],
            busy=busy[instrument.pk],
        )
        for instrument in instruments
    }


def _days(
    instrument: Instrument,
    *,
    now: dt.datetime,
    opening: Sequence[Window],
    closures: Sequence[Interval],
    busy: Mapping[int, Sequence[Interval]],
) -> Days:
    tz, rules = instrument.facility.tz, rules_of(instrument)
    is_open = subtracted([window.interval for window in opening], closures)

    def free(*, setup_minutes: int, cleanup_minutes: int) -> list[Window]:
        return free_windows(
            opening=opening,
            closures=closures,
            busy_by_unit=busy,
            setup_minutes=setup_minutes,
            cleanup_minutes=cleanup_minutes,
        )

    untaken = fitting = free(setup_minutes=0, cleanup_minutes=0)
    if rules.setup_minutes or rules.cleanup_minutes:
        fitting = free(setup_minutes=rules.setup_minutes, cleanup_minutes=rules.cleanup_minutes)
    bookable = bookable_windows(fitting, rules=rules_for(instrument), now=now, tz=tz)
    return Days(
        open=is_open,
        taken=subtracted(is_open, [window.interval for window in untaken]),
        bookable=bookable if instrument.state == Instrument.State.WORKING else [],
    )
