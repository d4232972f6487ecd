"""Which letters an event of a booking becomes, and who gets them.

Renderers for the outbox: they only read, and say nothing about what is no longer true.
Registered by BookingsConfig.ready().
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import override

from accounts.models import User
from bookings import letters
from bookings.models import Booking
from bookings.states import Status
from facilities.models import FacilityStaff
from facilities.queries import rules_of
from notifications import registry
from notifications.letterhead import Letter, mail_of
from notifications.registry import Mail

Writer = Callable[[Booking, Mapping[str, Any], datetime], Letter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What an event is worth telling: while it is true, to the person, to the managers."""

    while_status: frozenset[Status]
    to_person: Writer
    to_managers: Writer | None = None
    is_confirmation: bool = False


GOING_ON = frozenset({Status.APPROVED, Status.IN_USE})

TELLINGS: dict[str, Telling] = {
    "requested": Telling(
        while_status=frozenset({Status.REQUESTED}),
        to_person=letters.requested,
        to_managers=letters.to_decide,
        is_confirmation=True,
    ),
    "confirmed": Telling(while_status=GOING_ON, to_person=letters.confirmed, is_confirmation=True),
    "approved": Telling(while_status=GOING_ON, to_person=letters.approved),
    "rejected": Telling(while_status=frozenset({Status.REJECTED}), to_person=letters.rejected),
    "expired": Telling(
        while_status=frozenset({Status.EXPIRED}),
        to_person=letters.expired,
        to_managers=letters.lapsed_undecided,
    ),
    "moved": Telling(
        while_status=GOING_ON | {Status.REQUESTED},
        to_person=letters.changed,
    ),
    "cancelled": Telling(while_status=frozenset({Status.CANCELLED}), to_person=letters.cancelled),
    "no_show": Telling(while_status=frozenset({Status.NO_SHOW}), to_person=letters.no_show),
    "reminder": Telling(while_status=frozenset({Status.APPROVED}), to_person=letters.reminder),
}


def register() -> None:
    """Let the outbox word the events of bookings."""
    for name, renderer in RENDERERS.items():
        registry.register(name, renderer)


def mails(telling: Telling, payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write an event's mails, each in its reader's language; none once it is untrue."""
    booking = _booking(payload["booking"])
    if booking is None or not _is_true(booking, telling, payload, now):
        return []
    person = booking.booked_for
    readers = [(person, telling.to_person)] if person and _wants(person, telling, booking) else []
    if telling.to_managers is not None:
        readers += [(manager, telling.to_managers) for manager in _deciders(booking)]
    return [
        _mail(reader, writer, booking, payload, now)
        for reader, writer in readers
        if reader.is_active
    ]


RENDERERS = {f"bookings.{name}": partial(mails, telling) for name, telling in TELLINGS.items()}


def _wants(person: User, telling: Telling, booking: Booking) -> bool:
    """Leave out the confirmation of what somebody booked themselves, where they wish so."""
    is_own = booking.created_by_id == person.pk
    return person.wants_confirmations or not (telling.is_confirmation and is_own)


def _booking(booking_id: int) -> Booking | None:
    return (
        Booking.objects.select_related(
            "instrument__facility",
            "instrument__rules",
            "booked_for",
            "team__organisation",
            "project",
            "account",
        )
        .filter(pk=booking_id)
        .first()
    )


def _is_true(booking: Booking, telling: Telling, payload: Mapping[str, Any], now: datetime) -> bool:
    if booking.status not in telling.while_status:
        return False
    start = booking.interval.start
    # A reminder of a time that has been moved since: the new time has its own.
    return "starts_at" not in payload or (payload["starts_at"] == start.isoformat() and now < start)


def _deciders(booking: Booking) -> list[User]:
    """Give the managers who may decide: nobody decides their own, unless the rules say so."""
    staff = FacilityStaff.objects.filter(
        facility=booking.instrument.facility_id,
        role=FacilityStaff.Role.MANAGER,
        user__is_active=True,
    )
    managers = [role.user for role in staff.select_related("user").order_by("user_id")]
    own = (booking.booked_for_id, booking.created_by_id)
    others = [manager for manager in managers if manager.pk not in own]
    if len(managers) == 1 and rules_of(booking.instrument).sole_manager_decides_own:
        return managers
    return others


def _mail(
    reader: User, writer: Writer, booking: Booking, payload: Mapping[str, Any], now: datetime
) -> Mail:
    with override(reader.language):
        return mail_of(
            writer(booking, payload, now),
            address=reader.email,
            language=reader.language,
            reply_to=booking.instrument.facility.email,
        )
