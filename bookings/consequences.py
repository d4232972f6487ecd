"""Which coming bookings hang on something that is about to change."""

from __future__ import annotations

import datetime as dt

from bookings.models import Booking
from bookings.models.booking import BookingQuerySet
from bookings.states import LIVE
from compliance.models import Grant


def bookings_needing(grant: Grant, *, now: dt.datetime) -> BookingQuerySet:
    """Return the coming sessions of a person on the instruments that ask for a qualification."""
    return Booking.objects.filter(
        booked_for=grant.user_id,
        instrument__qualifications=grant.qualification_id,
        kind=Booking.Kind.USE,
        status__in=LIVE,
        period__startswith__gt=now,
    ).order_by("period", "pk")


def bookings_coming_on(instrument_id: int, *, now: dt.datetime) -> BookingQuerySet:
    """Return the sessions of people that are still to come or going on, on an instrument."""
    return Booking.objects.filter(
        instrument=instrument_id,
        kind=Booking.Kind.USE,
        status__in=LIVE,
        period__endswith__gt=now,
    ).order_by("period", "pk")
