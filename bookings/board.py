"""What is going on at platforms today, and how much of a week is taken: for who runs them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from bookings.days import days_of
from bookings.models import Booking
from bookings.models.booking import BookingQuerySet
from bookings.states import ACTIVE, Status
from facilities.intervals import MINUTE, Interval
from facilities.models import Instrument
from facilities.queries import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How much of the open time of a week was or is booked, in minutes."""

    open_minutes: int
    taken_minutes: int

    @property
    def percent(self) -> int | None:
        """The share that is taken, in whole per cent; None where nothing was open."""
        if not self.open_minutes:
            return None
        return (200 * self.taken_minutes + self.open_minutes) // (2 * self.open_minutes)

    def plus(self, other: Use) -> Use:
        """Return both together."""
        return Use(
            open_minutes=self.open_minutes + other.open_minutes,
            taken_minutes=self.taken_minutes + other.taken_minutes,
        )


NOTHING = Use(open_minutes=0, taken_minutes=0)


def held_within(instruments: Iterable[Instrument], within: Interval) -> BookingQuerySet:
    """Return the bookings and blocks of some instruments in a time, in order."""
    return (
        Booking.objects.blocking()
        .overlapping(within)
        .filter(instrument__in=[instrument.pk for instrument in instruments])
        .order_by("period", "pk")
    )


def is_late(booking: Booking, *, now: dt.datetime) -> bool:
    """Say whether a session runs over its end, or should have been started by hand by now."""
    if booking.kind != Booking.Kind.USE:
        return False
    if booking.status == Status.IN_USE:
        return now > booking.interval.end
    must_be_started = rules_of(booking.instrument).no_show_minutes is not None
    return (
        must_be_started
        and booking.status == Status.APPROVED
        and booking.interval.start + MINUTE <= now < booking.interval.end
    )


def overrunning(instruments: Iterable[Instrument], *, now: dt.datetime) -> BookingQuerySet:
    """Return the sessions that nobody finished although their time is over."""
    return Booking.objects.filter(
        status=Status.IN_USE,
        period__endswith__lte=now,
        instrument__in=[instrument.pk for instrument in instruments],
    ).order_by("period", "pk")


def marks_within(
    instruments: Iterable[Instrument], within: Interval, *, known: BookingQuerySet | None
) -> BookingQuerySet:
    """Return what somebody may tell apart on a calendar: blocks, and the bookings they know."""
    marks = Booking.objects.exclude(kind=Booking.Kind.USE)
    if known is not None:
        marks = marks | known
    return (
        marks.blocking()
        .overlapping(within)
        .filter(instrument__in=[instrument.pk for instrument in instruments])
        .select_related("team")
        .order_by("period", "pk")
    )


def last_used_by(user_id: int, *, count: int) -> list[int]:
    """Return the ids of the instruments a person used most lately, in one query."""
    rows = (
        Booking.objects.filter(booked_for=user_id, kind=Booking.Kind.USE, status__in=ACTIVE)
        .order_by("-id")
        .values_list("instrument_id", flat=True)[:100]
    )
    return list(dict.fromkeys(rows))[:count]


def use_of_weeks(
    instruments: Sequence[Instrument], weeks: Sequence[Interval], *, now: dt.datetime
) -> dict[int, list[Use]]:
    """Return for each platform what is taken in each of some weeks in a row; three queries.

    Requests count: they hold their slot. Open time without closures is the base.
    """
    found: dict[int, list[Use]] = {
        instrument.facility_id: [NOTHING] * len(weeks) for instrument in instruments
    }
    if not instruments:
        return found
    days = days_of(instruments, Interval(weeks[0].start, weeks[-1].end), now=now)
    for instrument in instruments:
        of_platform = found[instrument.facility_id]
        looks = days[instrument.pk]
        for number, week in enumerate(weeks):
            use = Use(
                open_minutes=_minutes(looks.open, week), taken_minutes=_minutes(looks.taken, week)
            )
            of_platform[number] = of_platform[number].plus(use)
    return found


def _minutes(intervals: Iterable[Interval], within: Interval) -> int:
    return sum(part.minutes for interval in intervals if (part := interval.intersection(within)))


def used_now(*, now: dt.datetime) -> dict[int, int]:
    """Return how many sessions are under way at this moment, by platform, in one query.

    Where sessions need not be started by hand, those whose time it is count.
    """
    started = Q(status=Status.IN_USE)
    its_time = Q(
        status=Status.APPROVED,
        period__contains=now,
        instrument__rules__no_show_minutes__isnull=True,
    )
    return _by_platform(Booking.objects.filter(started | its_time, kind=Booking.Kind.USE))


def requests_waiting(*, now: dt.datetime) -> dict[int, int]:
    """Return how many requests wait for a decision, by platform, in one query."""
    return _by_platform(Booking.objects.filter(status=Status.REQUESTED, hold_until__gt=now))


def _by_platform(bookings: BookingQuerySet) -> dict[int, int]:
    rows = bookings.order_by().values_list("instrument__facility").annotate(count=Count("id"))
    return dict(rows)
