"""Tables of bookings and of what happens to them."""

from bookings.models.booking import ACTIVE_STATUSES, Booking
from bookings.models.events import Decision, Reminder, UsageSession

__all__ = ["ACTIVE_STATUSES", "Booking", "Decision", "Reminder", "UsageSession"]
