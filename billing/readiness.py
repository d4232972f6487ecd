"""What a platform still lacks before people can book it, and how far a centre has come.

Stands here, above bookings, because a price is part of it. A fixed number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, Q

from accounts.models import FundingAccount, Organisation, User
from billing.models import Rate
from billing.prices.units import TIME_UNITS
from bookings.models import Booking
from facilities.models import Facility, FacilityStaff, Instrument, TimeSlot


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Where an instrument stands: whose hours it keeps, whether it has a price."""

    instrument: Instrument
    has_own_hours: bool
    follows_platform: bool
    has_price: bool

    @property
    def is_open(self) -> bool:
        """Whether it has any hours at all."""
        return self.has_own_hours or self.follows_platform

    @property
    def is_bookable(self) -> bool:
        """Whether people can book it and know the price."""
        return self.is_open and self.has_price and self.instrument.state == "working"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSteps:
    """Which of the steps from nothing to the first booking are done."""

    organisation: bool
    platform: bool
    instrument: bool
    hours: bool
    price: bool
    staff: bool
    payer: bool
    booking: bool


def readiness_of(facility: Facility, *, on: dt.date) -> list[Readiness]:
    """Return where each instrument of a platform stands on a day, in three queries."""
    instruments = list(facility.instruments.select_related("rules").order_by("name", "pk"))
    priced = priced_ids([facility.pk], on=on)
    current = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    places = set(
        TimeSlot.objects.filter(
            current, Q(facility=facility) | Q(instrument__facility=facility)
        ).values_list("instrument_id", flat=True)
    )
    return [
        Readiness(
            instrument=instrument,
            has_own_hours=instrument.pk in places,
            follows_platform=None in places and instrument.pk not in places,
            has_price=instrument.pk in priced,
        )
        for instrument in instruments
    ]


def priced_ids(facility_ids: Iterable[int], *, on: dt.date) -> set[int]:
    """Return the instruments whose time has a rate in the lists in force, in one query."""
    rates = Rate.objects.filter(
        price_list__facility__in=facility_ids,
        price_list__status="in_force",
        price_list__validity__contains=on,
        instrument__isnull=False,
        unit__in=TIME_UNITS,
    )
    return {pk for pk in rates.values_list("instrument_id", flat=True) if pk is not None}


def first_steps(viewer: User, *, on: dt.date) -> FirstSteps:
    """Return how far the centre of a person has come towards its first booking, in one query."""
    managers = FacilityStaff.objects.filter(role=FacilityStaff.Role.MANAGER, user__is_active=True)
    members = Q(team__memberships__starts_on__lte=on, team__projects__is_active=True)
    done = User.objects.filter(pk=viewer.pk).values(
        organisation=Exists(Organisation.objects.all()),
        platform=Exists(Facility.objects.all()),
        instrument=Exists(Instrument.objects.all()),
        hours=Exists(TimeSlot.objects.all()),
        price=Exists(Rate.objects.all()),
        staff=Exists(managers),
        payer=Exists(FundingAccount.objects.filter(members, is_active=True)),
        booking=Exists(Booking.objects.all()),
    )
    return FirstSteps(**done.get())
