"""A booking as an event of a calendar (RFC 5545), and as an invitation by mail (RFC 5546).

One booking is one event for good: the same UID, a SEQUENCE that rises with its version.
"""

from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress

from bookings.letterhead import booking_url
from bookings.models import Booking
from bookings.states import Status
from notifications.registry import Attachment

REQUEST = "REQUEST"
CANCEL = "CANCEL"


def invitation(booking: Booking, *, method: str, now: datetime) -> Attachment:
    """Make the file that puts a booking into a calendar, or takes it out again."""
    calendar = Calendar()
    calendar.add("prodid", "-//Plateau//Plateau//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event(booking, now=now, cancelled=method == CANCEL))
    return Attachment(
        name="plateau.ics",
        mimetype=f"text/calendar; method={method}",
        content=calendar.to_ical(),
    )


def event(booking: Booking, *, now: datetime, cancelled: bool = False) -> Event:
    """Write a booking as an event, in UTC, in the language that is active."""
    facility = booking.instrument.facility
    entry = Event()
    entry.add("uid", f"booking-{booking.pk}@{urlsplit(settings.SITE_URL).hostname}")
    entry.add("sequence", booking.version)
    entry.add("dtstamp", now)
    entry.add("dtstart", booking.interval.start)
    entry.add("dtend", booking.interval.end)
    entry.add("summary", booking.instrument.name)
    places = (booking.instrument.location, facility.localized_name, facility.site)
    entry.add("location", ", ".join(place for place in places if place))
    entry.add("url", booking_url(booking.pk))
    entry.add("status", _status(booking, cancelled=cancelled))
    entry.add("organizer", _address(facility.email or _sender(), facility.localized_name))
    if booking.booked_for is not None:
        entry.add("attendee", _attendee(booking.booked_for.email, str(booking.booked_for)))
    return entry


def _status(booking: Booking, *, cancelled: bool) -> str:
    if cancelled:
        return "CANCELLED"
    return "TENTATIVE" if booking.status == Status.REQUESTED else "CONFIRMED"


def _attendee(email: str, name: str) -> vCalAddress:
    attendee = _address(email, name)
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "ACCEPTED"
    # They have booked it themselves: no calendar need ask them whether they come.
    attendee.params["RSVP"] = "FALSE"
    return attendee


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = name
    return address


def _sender() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
