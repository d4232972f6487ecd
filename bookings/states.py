"""The statuses of a booking and the one table of what may follow what.

Services change a status only where this table says so; nothing else assigns it.
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(StrEnum):
    """Where a booking stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    IN_USE = "in_use"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    EXPIRED = "expired"


NEXT: dict[Status, frozenset[Status]] = {
    Status.REQUESTED: frozenset(
        {Status.APPROVED, Status.REJECTED, Status.CANCELLED, Status.EXPIRED}
    ),
    Status.APPROVED: frozenset(
        {
            Status.IN_USE,
            Status.CANCELLED,
            Status.NO_SHOW,
            Status.COMPLETED,  # settled as booked, nobody having checked in
            Status.REQUESTED,  # asked again, after a change that needs a new decision
        }
    ),
    Status.IN_USE: frozenset({Status.COMPLETED}),
    Status.COMPLETED: frozenset(),
    Status.REJECTED: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.NO_SHOW: frozenset(),
    Status.EXPIRED: frozenset(),
}

ACTIVE = frozenset({Status.REQUESTED, Status.APPROVED, Status.IN_USE, Status.COMPLETED})
"""Statuses that block their slot."""

LIVE = frozenset({Status.REQUESTED, Status.APPROVED, Status.IN_USE})
"""Statuses of a booking that is still to come or going on."""

LABELS: dict[Status, Promise] = {
    Status.REQUESTED: _("Requested"),
    Status.APPROVED: _("Approved"),
    Status.IN_USE: _("In use"),
    Status.COMPLETED: _("Completed"),
    Status.REJECTED: _("Rejected"),
    Status.CANCELLED: _("Cancelled"),
    Status.NO_SHOW: _("No-show"),
    Status.EXPIRED: _("Expired"),
}


def may_become(status: str, new: str) -> bool:
    """Return whether a booking may pass from one status to another.

    Staying as it is is no transition. An unknown status is a ValueError.
    """
    return Status(new) in NEXT[Status(status)]
