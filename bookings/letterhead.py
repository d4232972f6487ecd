"""The letterhead of letters about bookings: the house's own, and where their links lead."""

from django.conf import settings

from notifications.letterhead import Fact, Letter, Link, mail_of

__all__ = ["Fact", "Letter", "Link", "booking_url", "mail_of", "request_url"]


def booking_url(booking_id: int) -> str:
    """Return the address of a booking's page."""
    return f"{settings.SITE_URL}/bookings/{booking_id}/"


def request_url(booking_id: int) -> str:
    """Return the address of the page where one request is decided."""
    return f"{settings.SITE_URL}/requests/{booking_id}/"
