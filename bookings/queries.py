"""Reads of free and busy time, shared by both faces: a fixed number of queries each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from accounts.errors import NotFound
from accounts.models import User
from bookings.availability import (
    alternatives,
    blocked_interval,
    bookable_windows,
    cleanup_for,
    free_windows,
    lowest_free_unit,
)
from bookings.facts import Rules
from bookings.models import Booking
from bookings.money import Estimate, money
from bookings.paying import payer_of
from bookings.wish import Wish
from facilities.intervals import DAY, MINUTE, Interval
from facilities.models import Instrument
from facilities.opening import Window, opening_windows
from facilities.permissions import instruments_visible_to
from facilities.queries import closures_within, rules_of, weekly_slots

LOOK_AHEAD = 31 * DAY
"""How far alternatives to a taken slot are looked for."""

MOST_INSTRUMENTS = 200
"""How many instruments one search looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeWindow:
    """Time in which the viewer could book, and what all of it would cost them."""

    instrument_id: int
    interval: Interval
    whole_session: bool
    step_minutes: int | None
    estimate: Estimate | None


def rules_for(instrument: Instrument, *, qualification_required: bool = False) -> Rules:
    """Return the rules of an instrument as the pure functions take them."""
    rules = rules_of(instrument)
    return Rules(
        step_minutes=rules.step_minutes,
        shortest_minutes=rules.shortest_minutes,
        longest_minutes=rules.longest_minutes,
        horizon_days=rules.horizon_days,
        notice_minutes=rules.notice_minutes,
        person_weekly_minutes=rules.person_weekly_minutes,
        team_weekly_minutes=rules.team_weekly_minutes,
        operator_required=instrument.mode == Instrument.Mode.ASSISTED,
        qualification_required=qualification_required,
        approval_always=rules.approval_always,
        approval_for_industry=rules.approval_for_industry,
        approval_first_sessions=rules.approval_first_sessions,
        approval_over_minutes=rules.approval_over_minutes,
        approval_at_night=rules.approval_at_night,
        industry_cap_percent=rules.industry_cap_percent,
        industry_warning_percent=rules.industry_warning_percent,
    )


def free_cancellation_until(booking: Booking) -> dt.datetime | None:
    """Return until when giving a booking up is free; None once it is not at any hour."""
    if booking.kind != Booking.Kind.USE or booking.evaluation.get("moved_late"):
        return None
    return booking.free_cancellation_until(rules_of(booking.instrument).free_cancellation_minutes)


def free_until(period: Interval, instrument: Instrument) -> dt.datetime:
    """Return until when giving a period up would be free, by the rules of its instrument."""
    return period.start - rules_of(instrument).free_cancellation_minutes * MINUTE


def busy_by_unit(
    instruments: Iterable[Instrument], within: Interval, *, without_booking_id: int | None = None
) -> dict[int, dict[int, list[Interval]]]:
    """Return the blocked times of each unit of each instrument, in one query."""
    busy: dict[int, dict[int, list[Interval]]] = {
        instrument.pk: {unit: [] for unit in range(1, instrument.units + 1)}
        for instrument in instruments
    }
    held = Booking.objects.blocking_within(within)
    if without_booking_id is not None:
        held = held.exclude(pk=without_booking_id)
    held = held.at(*busy) if len(busy) == 1 else held.filter(instrument__in=busy)
    # The ends apart: a driver reads two instants several times faster than a range of them.
    ends = ("blocked__startswith", "blocked__endswith")
    for instrument_id, unit, start, end in held.values_list("instrument_id", "unit", *ends):
        busy[instrument_id].setdefault(unit, []).append(Interval(start, end))
    return busy


def used_until(instrument_ids: Collection[int], *, now: dt.datetime) -> dict[int, dt.datetime]:
    """Return until when those of some instruments that are taken now are so, in one query."""
    held = (
        Booking.objects.blocking()
        .filter(instrument__in=instrument_ids, period__contains=now)
        .values_list("instrument_id", "period")
    )
    until: dict[int, dt.datetime] = {}
    for instrument_id, period in held:
        until[instrument_id] = max(period.upper, until.get(instrument_id, period.upper))
    return until


def blocked_by(wish: Wish, instrument: Instrument) -> Interval:
    """Return the time a wish keeps others out, set-up and clean-up included."""
    rules = rules_of(instrument)
    if wish.kind != Booking.Kind.USE:
        return wish.period
    return blocked_interval(
        wish.period,
        setup_minutes=rules.setup_minutes,
        cleanup_minutes=rules.cleanup_minutes,
        bsl2=wish.bsl2,
    )


def free_unit(
    *, wish: Wish, instrument: Instrument, without_booking_id: int | None = None
) -> int | None:
    """Return the lowest unit that is free for a wish, or the one it names; None when taken."""
    blocked = blocked_by(wish, instrument)
    busy = busy_by_unit([instrument], blocked, without_booking_id=without_booking_id)[instrument.pk]
    if wish.unit is None:
        return lowest_free_unit(blocked=blocked, busy_by_unit=busy, units=instrument.units)
    is_taken = any(other.overlaps(blocked) for other in busy.get(wish.unit, []))
    return None if is_taken or not 1 <= wish.unit <= instrument.units else wish.unit


def next_free(
    *,
    wish: Wish,
    instrument: Instrument,
    now: dt.datetime,
    without_booking_id: int | None = None,
) -> list[Interval]:
    """Return the three next periods as long as the wish that could be booked instead.

    A booking that is to be moved leaves its own time free.
    """
    within = Interval(wish.period.start, wish.period.end + LOOK_AHEAD)
    windows = _bookable(
        [instrument], within, now=now, bsl2=wish.bsl2, without_booking_id=without_booking_id
    )[instrument.pk]
    return alternatives(windows, wanted=wish.period, tz=instrument.facility.tz)


def availability(
    *, viewer: User, instrument_id: int, within: Interval, now: dt.datetime
) -> list[FreeWindow]:
    """Return when an instrument could be booked now, with the price for the viewer.

    Raises:
        NotFound: no such instrument for this person.
    """
    instrument = (
        instruments_visible_to(viewer).select_related("rules").filter(pk=instrument_id).first()
    )
    if instrument is None:
        raise NotFound
    windows = _bookable([instrument], within, now=now)[instrument_id]
    return _priced(viewer, instrument, windows, now)


def slots_found(
    *,
    viewer: User,
    within: Interval,
    minutes: int,
    now: dt.datetime,
    facility_code: str | None = None,
    instrument_id: int | None = None,
    limit: int = 20,
) -> list[FreeWindow]:
    """Return the earliest free period of a length on each of some instruments, soonest first.

    A whole session counts when it is at least as long. Three queries, whatever the number
    of instruments, and three more for each price shown.
    """
    wanted_ones = instruments_visible_to(viewer).filter(state=Instrument.State.WORKING)
    if facility_code is not None:
        wanted_ones = wanted_ones.filter(facility__code=facility_code)
    if instrument_id is not None:
        wanted_ones = wanted_ones.filter(pk=instrument_id)
    instruments = list(wanted_ones.select_related("rules")[:MOST_INSTRUMENTS])
    found: list[tuple[Interval, Window, Instrument]] = []
    wanted = Interval(within.start, within.start + minutes * MINUTE)
    windows_of = _bookable(instruments, within, now=now) if instruments else {}
    for instrument in instruments:
        fitting = [
            window
            for window in windows_of[instrument.pk]
            if not window.whole_session or window.interval.minutes >= minutes
        ]
        for interval in alternatives(fitting, wanted=wanted, tz=instrument.facility.tz, count=1):
            window = Window(interval=interval, whole_session=_is_session(fitting, interval))
            found.append((interval, window, instrument))
    found.sort(key=lambda hit: (hit[0], hit[2].pk))
    return [
        priced
        for _interval, window, instrument in found[:limit]
        for priced in _priced(viewer, instrument, [window], now)
    ]


def _is_session(windows: Sequence[Window], interval: Interval) -> bool:
    return any(window.whole_session and window.interval == interval for window in windows)


def _bookable(
    instruments: Sequence[Instrument],
    within: Interval,
    *,
    now: dt.datetime,
    bsl2: bool = False,
    without_booking_id: int | None = None,
) -> dict[int, list[Window]]:
    """Return what could be booked on each instrument, in three queries."""
    # A booking beyond either end may reach in with its set-up or clean-up time.
    around = Interval(within.start - DAY, within.end + DAY)
    slots = weekly_slots(instruments)
    shut = closures_within({i.facility_id for i in instruments}, around)
    busy = busy_by_unit(instruments, around, without_booking_id=without_booking_id)
    bookable: dict[int, list[Window]] = {}
    for instrument in instruments:
        rules, tz = rules_for(instrument), instrument.facility.tz
        buffers = rules_of(instrument)
        windows = free_windows(
            opening=opening_windows(slots=slots[instrument.pk], within=within, tz=tz),
            closures=shut[instrument.facility_id],
            busy_by_unit=busy[instrument.pk],
            setup_minutes=buffers.setup_minutes,
            cleanup_minutes=cleanup_for(buffers.cleanup_minutes, bsl2=bsl2),
        )
        is_working = instrument.state == Instrument.State.WORKING
        bookable[instrument.pk] = (
            bookable_windows(windows, rules=rules, now=now, tz=tz) if is_working else []
        )
    return bookable


def _priced(
    viewer: User, instrument: Instrument, windows: Sequence[Window], now: dt.datetime
) -> list[FreeWindow]:
    estimates: Sequence[Estimate | None] = [None] * len(windows)
    if windows:
        wish = Wish(
            instrument_id=instrument.pk,
            period=windows[0].interval,
            booked_for_id=viewer.pk,
        )
        payer = payer_of(wish, lock=False)
        project, account = payer.project, payer.account
        if project is not None:
            estimates = money().estimates(
                instrument_id=instrument.pk,
                facility_id=instrument.facility_id,
                team_id=project.team_id,
                project_id=project.pk,
                periods=[window.interval for window in windows],
                mode=instrument.mode,
                now=now,
                account_id=account.pk if account else None,
            )
    return [
        FreeWindow(
            instrument_id=instrument.pk,
            interval=window.interval,
            whole_session=window.whole_session,
            step_minutes=window.step_minutes,
            estimate=estimate,
        )
        for window, estimate in zip(windows, estimates, strict=True)
    ]
