"""Shutting a platform for a time, so that bookings cannot slip past."""

from __future__ import annotations

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import is_administrator, require
from accounts.transactions import use_case
from facilities.intervals import Interval
from facilities.models import Closure, Facility, Instrument
from facilities.permissions import facilities_visible_to, manages
from facilities.services.scope import facility_set_up_by


@use_case
def close_facility(
    *, actor: User, facility_code: str | None, kind: str, period: Interval, reason: str
) -> Closure:
    """Shut a platform for a time; without a platform, the whole centre.

    No constraint compares closures with bookings. Both take the instruments' locks, so
    that a booking is judged before the closure is there or after, never beside it.
    Bookings that are there already stay: their platform moves or cancels them.

    Raises:
        NotFound: no such platform.
        NotPermitted: the actor does not manage it; the whole centre is an administrator's.
        Busy: bookings of its instruments are being written just now.
    """
    facility: Facility | None = None
    if facility_code is None:
        require(is_administrator(actor))
    else:
        facility = facilities_visible_to(actor).filter(code=facility_code).first()
        if facility is None:
            raise NotFound
        require(is_administrator(actor) or manages(actor, facility.pk))
    _lock_instruments(facility)
    return Closure.objects.create(
        facility=facility, kind=kind, starts_at=period.start, ends_at=period.end, reason=reason
    )


@use_case
def change_closure(
    *, actor: User, closure_id: int, kind: str, period: Interval, reason: str
) -> Closure:
    """Change when and why a platform, or the whole centre, is shut; it stays the same one.

    Raises:
        NotFound: no such closure.
        NotPermitted, Busy: as for a new one.
    """
    closure = Closure.objects.select_related("facility").filter(pk=closure_id).first()
    if closure is None:
        raise NotFound
    facility = closure.facility
    require(is_administrator(actor) or (facility is not None and manages(actor, facility.pk)))
    _lock_instruments(facility)
    closure.kind, closure.reason = kind, reason
    closure.starts_at, closure.ends_at = period.start, period.end
    closure.save(update_fields=["kind", "reason", "starts_at", "ends_at"])
    return closure


@use_case
def open_again(*, actor: User, closure_id: int) -> Closure:
    """Take a closure back; its time can be booked again. What it had cancelled stays so.

    Raises:
        NotFound: no such closure on a platform of the actor's.
        NotPermitted: it shuts the whole centre, which is an administrator's.
    """
    closure = Closure.objects.select_related("facility").filter(pk=closure_id).first()
    if closure is None:
        raise NotFound
    if closure.facility_id is None:
        require(is_administrator(actor))
    else:
        facility_set_up_by(actor, facility_id=closure.facility_id)
    taken_back = Closure.objects.get(pk=closure_id)
    closure.delete()
    return taken_back


def _lock_instruments(facility: Facility | None) -> None:
    """Lock a platform's instruments by rising id, as bookings do."""
    instruments = Instrument.objects.select_for_update(no_key=True).order_by("pk")
    if facility is not None:
        instruments = instruments.filter(facility=facility)
    list(instruments.values_list("pk", flat=True))
