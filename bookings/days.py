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
    return {
        instrument.pk: _days(
            instrument,
            within,
            now=now,
            slots=slots[instrument.pk],
            closures=shut[instrument.facility_id],
            busy=busy[instrument.pk],
        )
        for instrument in instruments
    }


def _days(
    instrument: Instrument,
    within: Interval,
    *,
    now: dt.datetime,
    slots: Sequence[WeeklySlot],
    closures: Sequence[Interval],
    busy: Mapping[int, Sequence[Interval]],
) -> Days:
    tz, rules = instrument.facility.tz, rules_of(instrument)
    opening = opening_windows(slots=slots, within=within, tz=tz)
    is_open = subtracted([window.interval for window in opening], closures)
    untaken, free = (
        free_windows(
            opening=opening,
            closures=closures,
            busy_by_unit=busy,
            setup_minutes=setup_minutes,
            cleanup_minutes=cleanup_minutes,
        )
        for setup_minutes, cleanup_minutes in ((0, 0), (rules.setup_minutes, rules.cleanup_minutes))
    )
    bookable = bookable_windows(free, rules=rules_for(instrument), now=now, tz=tz)
    return Days(
        open=is_open,
        taken=subtracted(is_open, [window.interval for window in untaken]),
        bookable=bookable if instrument.state == Instrument.State.WORKING else [],
    )
