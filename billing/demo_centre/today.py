"""What goes on in the demo centre just now: sessions under way, late and asked for.

All of it stands relative to the instant the centre is made at, on any day and at any hour,
so that whoever logs in finds the day of somebody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts.errors import DomainError
from accounts.models import User
from billing.holidays import public_holidays
from bookings import services
from bookings.models import Booking, UsageSession
from bookings.states import Status
from bookings.wish import Wish
from facilities.intervals import DAY, MINUTE, Interval, instant_of, local_day
from facilities.models import Favourite, Instrument

HALF_HOUR = 30
FAVOURITES = {
    "researcher": ("Fortessa X-20", "LSM 880 Airyscan", "Aurora 5L", "Analysis workstation"),
    "industry": ("timsTOF", "FACSAria III", "Fortessa X-20"),
    "head": ("Fortessa X-20", "LSM 980", "FACSAria III"),
}
COMING = (
    # person, instrument, working days from today, from, to, what for
    ("researcher", "LSM 880 Airyscan", 1, 9, 12, "Niche, time course"),
    ("researcher", "Fortessa X-20", 2, 14, 16, "Panel A"),
    ("researcher", "LSM 880 Airyscan", 3, 9, 19, "Overlay, whole day"),
    ("industry", "timsTOF", 2, 9, 13, "PDM-7, batch 3"),
    ("industry", "Hood 1", 3, 13, 16, "Thawing"),
    ("industry", "Fortessa X-20", 3, 9, 11, "Exhaustion panel"),
    ("industry", "FACSAria III", 4, 9, 13, "Sort CD8+, 2 of 2"),
    ("startup", "FACSymphony S6", 3, 13, 17, "Clone selection"),
    ("student", "Canto II", 2, 10, 12, "First panel"),
    ("academic", "Aurora 5L", 2, 9, 19, "Forty colours, one run"),
    ("tut", "Aurora 5L", 1, 21, 23, "Ageing, late time point"),
)
"""Booked by the people themselves; the rules say which of these wait for a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Who and what is there, and when it is."""

    people: dict[str, User]
    staff: dict[str, User]
    instruments: dict[str, Instrument]
    now: dt.datetime


def make_today(scene: Scene) -> None:
    """Put people on instruments now, some of them late, and ask for what comes next."""
    for local, names in FAVOURITES.items():
        Favourite.objects.bulk_create(
            Favourite(user=scene.people[local], instrument=scene.instruments[name])
            for name in names
        )
    for local, name, days, first, last, purpose in COMING:
        tz = scene.instruments[name].facility.tz
        day = working_day(scene.now.astimezone(tz).date(), days)
        period = Interval(_at(day, first, tz), _at(day, last, tz))
        _booked(scene, local, name, period, purpose, asked_at=scene.now)
    _under_way(scene)
    _attend(scene)


def _under_way(scene: Scene) -> None:
    now = scene.now
    half = now - dt.timedelta(
        minutes=now.minute % HALF_HOUR, seconds=now.second, microseconds=now.microsecond
    )
    over = half if now - half >= 5 * MINUTE else half - HALF_HOUR * MINUTE
    for local, name, start, end, purpose in (
        ("researcher", "Fortessa X-20", half - 60 * MINUTE, half + 120 * MINUTE, "Panel B"),
        ("claire.baume", "Canto II", over - 120 * MINUTE, over, "Controls"),
        ("nadia.olive", "Aurora 5L", half - 90 * MINUTE, half + 60 * MINUTE, "Spectral panel"),
    ):
        booking = _booked(scene, local, name, Interval(start, end), purpose, clear=True)
        if booking is not None:
            at = start + 3 * MINUTE
            services.start_session(actor=scene.people[local], booking_id=booking.pk, now=at)
    soon = Interval(half + 180 * MINUTE, half + 270 * MINUTE)
    _booked(scene, "researcher", "LSM 880 Airyscan", soon, "Overlay", clear=True)
    # Its time has come and nobody is there; by night and at weekends the sorter is closed.
    late = Interval(half, half + 120 * MINUTE)
    _booked(scene, "lucas.bonnet", "FACSymphony S6", late, "Sort, 4 ways", clear=True)


def _attend(scene: Scene) -> None:
    """Give the sorter's sessions of today to the platform's operator."""
    sorter = scene.instruments["FACSAria III"]
    day = local_day(scene.now.astimezone(sorter.facility.tz).date(), sorter.facility.tz)
    Booking.objects.filter(instrument=sorter).blocking().overlapping(day).update(
        operator=scene.staff["operator.cyt"]
    )


def _booked(
    scene: Scene,
    local: str,
    name: str,
    period: Interval,
    purpose: str,
    *,
    asked_at: dt.datetime | None = None,
    clear: bool = False,
) -> Booking | None:
    """Book for somebody; what was asked for long ago has been decided meanwhile.

    Returns None where the rules refuse the time, such as on a public holiday.
    """
    person, instrument = scene.people[local], scene.instruments[name]
    if clear:
        _clear(instrument, period)
    wish = Wish(
        instrument_id=instrument.pk,
        period=period,
        booked_for_id=person.pk,
        operator_needed=instrument.mode == Instrument.Mode.ASSISTED or local == "student",
        purpose=purpose,
    )
    before = asked_at or min(period.start, scene.now) - 2 * DAY
    try:
        booking = services.request_booking(actor=person, wish=wish, now=before)
        if asked_at is None and booking.status == Status.REQUESTED:
            services.approve_booking(
                actor=_manager_of(scene, instrument), booking_id=booking.pk, now=before
            )
    except DomainError:
        return None
    booking.refresh_from_db()
    return booking


def _manager_of(scene: Scene, instrument: Any) -> User:
    return scene.staff[f"manager.{instrument.facility.code.lower()}"]


def _clear(instrument: Instrument, period: Interval) -> None:
    """Let drawn bookings give way: cancelled in time, as if they had never come."""
    held = Booking.objects.at(instrument.pk).blocking_within(
        period.widened(before_minutes=HALF_HOUR, after_minutes=HALF_HOUR)
    )
    ids = list(held.values_list("pk", flat=True))
    UsageSession.objects.filter(booking__in=ids).delete()
    Booking.objects.filter(pk__in=ids).update(
        status=Status.CANCELLED.value,
        cancelled_at=period.start - 2 * DAY,
        cancel_reason="Samples not ready",
    )


def working_day(today: dt.date, count: int) -> dt.date:
    """Return the day that is some working days after another."""
    holidays = public_holidays(range(today.year, today.year + 2))
    day = today
    while count:
        day += DAY
        count -= day.weekday() < 5 and day not in holidays
    return day


def _at(day: dt.date, hour: int, tz: dt.tzinfo) -> dt.datetime:
    return instant_of(dt.datetime.combine(day, dt.time(hour)), tz)
