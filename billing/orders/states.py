"""The states of a service request and the one table of what may follow what.

Services change a state only where this table says so; nothing else assigns it. That a
request is billed is no state: it is read off the invoices.
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderState(StrEnum):
    """Where a service request stands."""

    REQUESTED = "requested"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    SAMPLES_RECEIVED = "samples_received"
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"
    REFUSED = "refused"
    CANCELLED = "cancelled"


NEXT: dict[OrderState, frozenset[OrderState]] = {
    OrderState.REQUESTED: frozenset(
        {OrderState.QUOTED, OrderState.ACCEPTED, OrderState.REFUSED, OrderState.CANCELLED}
    ),
    OrderState.QUOTED: frozenset(
        {
            OrderState.ACCEPTED,
            OrderState.REFUSED,
            OrderState.CANCELLED,
            OrderState.REQUESTED,  # the quote was withdrawn or has lapsed
        }
    ),
    OrderState.ACCEPTED: frozenset(
        {
            OrderState.SAMPLES_RECEIVED,
            OrderState.IN_PROGRESS,  # work that needs no samples
            OrderState.CANCELLED,
        }
    ),
    OrderState.SAMPLES_RECEIVED: frozenset({OrderState.IN_PROGRESS, OrderState.CANCELLED}),
    OrderState.IN_PROGRESS: frozenset({OrderState.DELIVERED}),
    OrderState.DELIVERED: frozenset({OrderState.IN_PROGRESS}),  # a delivery was taken back
    OrderState.REFUSED: frozenset(),
    OrderState.CANCELLED: frozenset(),
}

BEGINNABLE = frozenset({OrderState.ACCEPTED, OrderState.SAMPLES_RECEIVED})
"""States in which the work may begin."""

UNDECIDED = frozenset({OrderState.REQUESTED, OrderState.QUOTED})
"""States in which the platform has not taken the work on."""

OPEN = frozenset(
    {
        *UNDECIDED,
        OrderState.ACCEPTED,
        OrderState.SAMPLES_RECEIVED,
        OrderState.IN_PROGRESS,
    }
)
"""States of a request on which somebody still has something to do."""

PROMISING = frozenset(
    {
        OrderState.ACCEPTED,
        OrderState.SAMPLES_RECEIVED,
        OrderState.IN_PROGRESS,
        OrderState.DELIVERED,  # a milestone may be reached after the last delivery
    }
)
"""States in which the account has promised what is not charged yet."""

TRACK = (
    OrderState.REQUESTED,
    OrderState.ACCEPTED,
    OrderState.SAMPLES_RECEIVED,
    OrderState.IN_PROGRESS,
    OrderState.DELIVERED,
)
"""The stages of a request that goes well, in their order."""

LABELS: dict[OrderState, Promise] = {
    OrderState.REQUESTED: pgettext_lazy("of a service request", "Requested"),
    OrderState.QUOTED: pgettext_lazy("of a service request", "Quoted"),
    OrderState.ACCEPTED: pgettext_lazy("of a service request", "Accepted"),
    OrderState.SAMPLES_RECEIVED: _("Samples received"),
    OrderState.IN_PROGRESS: _("In progress"),
    OrderState.DELIVERED: pgettext_lazy("of a service request", "Delivered"),
    OrderState.REFUSED: pgettext_lazy("of a service request", "Refused"),
    OrderState.CANCELLED: pgettext_lazy("of a service request", "Cancelled"),
}


def may_become(state: str, new: str) -> bool:
    """Return whether a request may pass from one state to another.

    Staying as it is is no transition. An unknown state is a ValueError.
    """
    return OrderState(new) in NEXT[OrderState(state)]
