"""The only place that writes bookings: one function per intention, one transaction each."""

from bookings.services.cancelling import cancel_booking, waive_charge
from bookings.services.closing import SetAside, TimeAside, bookings_hit, lift_block, set_time_aside
from bookings.services.deciding import (
    approve_booking,
    expire_requests,
    reject_booking,
    undo_approval,
)
from bookings.services.requesting import move_booking, request_booking
from bookings.services.telling import change_profile
from bookings.services.using import (
    finish_session,
    mark_no_show,
    settle_past_bookings,
    start_session,
)

__all__ = [
    "SetAside",
    "TimeAside",
    "approve_booking",
    "bookings_hit",
    "cancel_booking",
    "change_profile",
    "expire_requests",
    "finish_session",
    "lift_block",
    "mark_no_show",
    "move_booking",
    "reject_booking",
    "request_booking",
    "set_time_aside",
    "settle_past_bookings",
    "start_session",
    "undo_approval",
    "waive_charge",
]
