"""Where the links in letters about bookings lead."""

from django.conf import settings


def booking_url(booking_id: int) -> str:
    """Return the address of a booking's page."""
    return f"{settings.SITE_URL}/bookings/{booking_id}/"


def request_url(booking_id: int) -> str:
    """Return the address of the page where one request is decided."""
    return f"{settings.SITE_URL}/requests/{booking_id}/"
