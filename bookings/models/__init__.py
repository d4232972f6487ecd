"""Tables of bookings and of what happens to them."""

from bookings.models.booking import ACTIVE_STATUSES, Booking
from bookings.models.events import Decision, Reminder, UsageSession
from bookings.models.shares import BookingShare

__all__ = [
    "ACTIVE_STATUSES",
    "Booking",
    "BookingShare",
    "Decision",
    "Reminder",
    "UsageSession",
]
