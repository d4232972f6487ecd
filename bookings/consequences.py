"""Which coming bookings hang on something that is about to change."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

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


def blocks_coming(facility_id: int, *, now: dt.datetime) -> BookingQuerySet:
    """Return the blocks on a platform's instruments that are still to come or going on."""
    return (
        Booking.objects.filter(
            instrument__facility=facility_id, status__in=LIVE, period__endswith__gt=now
        )
        .exclude(kind=Booking.Kind.USE)
        .order_by("period", "instrument__name", "pk")
    )


def sessions_attended(facility_id: int, *, now: dt.datetime) -> BookingQuerySet:
    """Return the coming sessions of a platform that an operator attends, or should."""
    return Booking.objects.filter(
        Q(operator__isnull=False) | Q(operator_needed=True),
        instrument__facility=facility_id,
        kind=Booking.Kind.USE,
        status__in=LIVE,
        period__endswith__gt=now,
    ).order_by("period", "pk")
