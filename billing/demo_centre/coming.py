"""What is still to come in the demo centre, booked through the services themselves."""

from __future__ import annotations

import datetime as dt
from random import Random

from accounts.errors import DomainError
from accounts.models import User
from billing.demo_centre.past import Crowd
from bookings import services
from bookings.models import Booking
from bookings.wish import Wish
from facilities.intervals import DAY, Interval, instant_of
from facilities.models import Instrument

DAYS_AHEAD = 10
QUIET = "Fortessa X-20"
"""Kept mostly free, for whoever tries the demo."""


def make_coming(
    crowd: Crowd, instruments: dict[str, Instrument], *, now: dt.datetime, random: Random
) -> None:
    """Book mornings and afternoons of the next days; some wait for a decision."""
    for number in range(1, DAYS_AHEAD + 1):
        for instrument in instruments.values():
            day = (now + number * DAY).astimezone(instrument.facility.tz).date()
            hour = random.choice((9, 9, 10, 14))
            if day.weekday() >= 5 or random.random() > 0.3:
                continue
            if instrument.name == QUIET and hour != 9:
                continue
            visit = crowd.visitor(instrument, random)
            if visit is not None and instrument.name != "Incucyte S3":
                _book(visit[0], instrument, day, hour, now)


def make_corner_cases(
    crowd: Crowd, instruments: dict[str, Instrument], staff: dict[str, User], now: dt.datetime
) -> None:
    """Book nights on which clocks or prices change, where they lie within a year."""
    fortessa = instruments[QUIET]
    tz = fortessa.facility.tz
    year = now.year
    nights = (
        ((2026, 10, 25, 0), (2026, 10, 25, 4), "Fortessa over the night the clocks go back"),
        ((2027, 3, 28, 0), (2027, 3, 28, 4), "Fortessa over the night the clocks go forward"),
        ((year, 12, 31, 22), (year + 1, 1, 1, 2), "Fortessa into the new price list"),
    )
    for first, last, purpose in nights:
        period = Interval(instant_of(_wall(*first), tz), instant_of(_wall(*last), tz))
        if not now < period.start < now + 365 * DAY:
            continue
        wish = Wish(
            instrument_id=fortessa.pk,
            period=period,
            booked_for_id=crowd.people["head"].pk,
            purpose=purpose,
        )
        _try(staff["manager.cyt"], wish, now, "Kept to show a change of clocks or prices")


def make_breakdowns(
    instruments: dict[str, Instrument], staff: dict[str, User], now: dt.datetime
) -> None:
    """Stop the ImageStream until the day after tomorrow, and the timsTOF two months ago."""
    stopped = instruments["ImageStream"]
    stopped.state = Instrument.State.OUT_OF_SERVICE
    stopped.state_reason = "405 nm laser"
    stopped.save()
    for name, manager, start, days in (
        ("ImageStream", "manager.cyt", now, 2),
        ("timsTOF", "manager.pro", now - 60 * DAY, 2),
    ):
        period = Interval(start, start + days * DAY)
        held = Booking.objects.at(instruments[name].pk).blocking_within(period)
        held.update(
            status="cancelled",
            cancelled_at=now,
            cancel_reason="Breakdown",
            waived_reason="Breakdown",
        )
        _try(
            staff[manager],
            Wish(
                instrument_id=instruments[name].pk,
                period=period,
                booked_for_id=None,
                kind="maintenance",
                purpose="405 nm laser" if name == "ImageStream" else "Vacuum pump",
            ),
            now,
        )


def _book(user: User, instrument: Instrument, day: dt.date, hour: int, now: dt.datetime) -> None:
    start = instant_of(dt.datetime.combine(day, dt.time(hour)), instrument.facility.tz)
    is_session = instrument.name == "FACSAria III"
    length = dt.timedelta(hours=4 if is_session else 2)
    wish = Wish(
        instrument_id=instrument.pk,
        period=Interval(start, start + length),
        booked_for_id=user.pk,
        operator_needed=instrument.mode == Instrument.Mode.ASSISTED,
        purpose="Panel B",
    )
    _try(user, wish, now)


def _try(actor: User, wish: Wish, now: dt.datetime, reason: str = "") -> None:
    try:
        services.request_booking(actor=actor, wish=wish, now=now, override_reason=reason)
    except DomainError:
        # A drawn time that the rules refuse, such as on a public holiday, is simply not booked.
        return


def _wall(year: int, month: int, day: int, hour: int) -> dt.datetime:
    return dt.datetime.combine(dt.date(year, month, day), dt.time(hour))
