"""The only place that writes bookings: one function per intention, one transaction each."""

from bookings.services.cancelling import cancel_booking, waive_charge
from bookings.services.deciding import approve_booking, expire_requests, reject_booking
from bookings.services.requesting import move_booking, request_booking
from bookings.services.using import (
    finish_session,
    mark_no_show,
    settle_past_bookings,
    start_session,
)

__all__ = [
    "approve_booking",
    "cancel_booking",
    "expire_requests",
    "finish_session",
    "mark_no_show",
    "move_booking",
    "reject_booking",
    "request_booking",
    "settle_past_bookings",
    "start_session",
    "waive_charge",
]
