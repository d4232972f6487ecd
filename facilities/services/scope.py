"""Finds what is to be changed among the platforms that are the actor's to set up."""

from __future__ import annotations

from accounts.errors import NotFound
from accounts.models import User
from facilities.models import Facility, Instrument
from facilities.permissions import facilities_set_up_by


def facility_set_up_by(
    actor: User, *, code: str | None = None, facility_id: int | None = None, lock: bool = False
) -> Facility:
    """Return a platform that the actor may set up, by code or id.

    Raises:
        NotFound: there is none, or it is somebody else's: the answer is the same.
    """
    wanted = {"code": code} if code is not None else {"pk": facility_id}
    facilities = facilities_set_up_by(actor).filter(**wanted)
    if lock:
        facilities = facilities.select_for_update(no_key=True, of=("self",))
    facility = facilities.first()
    if facility is None:
        raise NotFound
    return facility


def instrument_set_up_by(actor: User, instrument_id: int) -> Instrument:
    """Lock an instrument of a platform that the actor may set up.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    instrument = (
        Instrument.objects.select_for_update(no_key=True, of=("self",))
        .select_related("facility")
        .filter(pk=instrument_id, facility__in=facilities_set_up_by(actor))
        .first()
    )
    if instrument is None:
        raise NotFound
    return instrument
