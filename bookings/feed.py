"""A person's coming bookings as a calendar that programs read by themselves (RFC 5545)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar

from accounts.models import User
from bookings.invitations import event
from bookings.models import Booking
from bookings.states import LIVE

MOST = 500
BEFORE = dt.timedelta(days=1)
PEOPLE = ("attendee", "organizer")


def calendar_of(person: User, *, now: dt.datetime) -> bytes:
    """Write a person's coming bookings, in their language; it names nobody, not even them.

    A session stays a day after its end, so that a calendar that asks seldom keeps it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Plateau//Plateau//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    bookings = (
        Booking.objects.filter(
            booked_for=person, status__in=LIVE, period__endswith__gt=now - BEFORE
        )
        .select_related("instrument__facility")
        .order_by("period", "id")[:MOST]
    )
    with override(person.language):
        calendar.add("x-wr-calname", _("My sessions"))
        for booking in bookings:
            entry = event(booking, now=booking.updated_at)
            for name in PEOPLE:
                entry.pop(name, None)
            calendar.add_component(entry)
    return bytes(calendar.to_ical())
